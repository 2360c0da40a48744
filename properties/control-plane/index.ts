/** Claims about what goes with its owner or its namespace. */
import type { Claim } from '#checker/claim'
import { deletedObjectsGone } from './deleted-objects-gone.js'
import { liveOwnerNeverCollected } from './live-owner-never-collected.js'
import { namespaceDeletedInTheEnd } from './namespace-deleted-in-the-end.js'
import { namespacesFurnished } from './namespaces-furnished.js'
import { orphansCollected } from './orphans-collected.js'
import { podsHaveAccounts } from './pods-have-accounts.js'
import { serviceAccountsThere } from './service-accounts-there.js'

export const claims: readonly Claim[] = [
  namespaceDeletedInTheEnd, namespacesFurnished, orphansCollected, liveOwnerNeverCollected, deletedObjectsGone,
  podsHaveAccounts, serviceAccountsThere,
]

export * from './deleted-objects-gone.js'
export * from './live-owner-never-collected.js'
export * from './namespace-deleted-in-the-end.js'
export * from './namespaces-furnished.js'
export * from './orphans-collected.js'
export * from './pods-have-accounts.js'
export * from './service-accounts-there.js'
