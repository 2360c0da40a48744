/** Claims about Services: what slices list, where rules lead, what clients meet. */
import type { Claim } from '#checker/claim'
import { noConnectionBeforeListening, noConnectionToClosedListener, noMisdelivery } from './connections.js'
import { routesConverge, routesDerived } from './rules.js'
import { endpointReadyIsRouted, slicesConverge } from './slices.js'

export const claims: readonly Claim[] = [
  slicesConverge, endpointReadyIsRouted, routesDerived, routesConverge,
  noConnectionToClosedListener, noConnectionBeforeListening, noMisdelivery,
]

export * from './connections.js'
export * from './rules.js'
export * from './slices.js'
