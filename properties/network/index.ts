/** Claims about Services: what slices list, where rules lead, what clients meet. */
import type { Claim } from '#checker/claim'
import { noConnectionBeforeListening, noConnectionToClosedListener } from './connections.js'
import { connectionsDrained } from './established.js'
import { noMisdelivery } from './misdelivery.js'
import { routesConverge, routesDerived } from './rules.js'
import { endpointReadyIsRouted, slicesConverge } from './slices.js'

export const claims: readonly Claim[] = [
  slicesConverge, endpointReadyIsRouted, routesDerived, routesConverge,
  noConnectionToClosedListener, noConnectionBeforeListening, noMisdelivery, connectionsDrained,
]

export * from './connections.js'
export * from './established.js'
export * from './misdelivery.js'
export * from './rules.js'
export * from './slices.js'
