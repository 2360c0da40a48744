/** Claims about Deployments, ReplicaSets and budgets: what their controllers plan, make and report, and where that ends. */
import type { Claim } from '#checker/claim'
import { desiredStateReached } from './desired-state.js'
import { drainCompletes } from './drain-completes.js'
import { evictionWithinBudget } from './eviction-within-budget.js'
import { plannedReplicasClaim, recreateWaits } from './planned-replicas.js'
import { replicasNotExceeded } from './replicas-not-exceeded.js'
import { rescaleFinishes } from './rescale-finishes.js'
import { revisionHistoryKept } from './revision-history.js'
import { rolloutArrows } from './rollout-arrows.js'
import { rolloutCompletes } from './rollout-completes.js'
import { runningPodsWithinSurge } from './running-pods.js'

export const claims: readonly Claim[] = [
  plannedReplicasClaim, runningPodsWithinSurge, replicasNotExceeded, rolloutCompletes, desiredStateReached,
  rolloutArrows, recreateWaits, revisionHistoryKept, rescaleFinishes, evictionWithinBudget, drainCompletes,
]

export * from './desired-state.js'
export * from './drain-completes.js'
export * from './eviction-within-budget.js'
export * from './planned-replicas.js'
export * from './replicas-not-exceeded.js'
export * from './rescale-finishes.js'
export * from './revision-history.js'
export * from './rollout-arrows.js'
export * from './rollout-completes.js'
export * from './running-pods.js'
