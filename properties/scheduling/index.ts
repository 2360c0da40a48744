/** What must be true of where pods are placed, and of pods that wait for a place. */
import type { Claim } from '#checker/claim'
import { pendingPodsAreScheduled } from './pending-pods-are-scheduled.js'
import { placementAllowed } from './placement-allowed.js'
import { schedulerCacheAgrees } from './scheduler-cache-agrees.js'

export { pendingPodsAreScheduled, placementAllowed, schedulerCacheAgrees }

export const claims: readonly Claim[] = [placementAllowed, pendingPodsAreScheduled, schedulerCacheAgrees]
