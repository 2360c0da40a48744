/** Claims about what goes with its owner or its namespace. */
import type { Claim } from '#checker/claim'
import { liveOwnerNeverCollected } from './live-owner-never-collected.js'
import { namespaceDeletedInTheEnd } from './namespace-deleted-in-the-end.js'
import { orphansCollected } from './orphans-collected.js'

export const claims: readonly Claim[] = [namespaceDeletedInTheEnd, orphansCollected, liveOwnerNeverCollected]

export * from './live-owner-never-collected.js'
export * from './namespace-deleted-in-the-end.js'
export * from './orphans-collected.js'
