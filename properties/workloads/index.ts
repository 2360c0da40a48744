/** Claims about Deployments, ReplicaSets and budgets: what their controllers plan, make and report, and where that ends. */
import type { Claim } from '#checker/claim'
import { comesToRest } from './comes-to-rest.js'
import { desiredStateReached } from './desired-state.js'
import { drainCompletes } from './drain-completes.js'
import { evictionWithinBudget } from './eviction-within-budget.js'
import { plannedReplicasClaim, recreateWaits } from './planned-replicas.js'
import { replicasNotExceeded } from './replicas-not-exceeded.js'
import { rescaleFinishes } from './rescale-finishes.js'
import { revisionHistoryKept } from './revision-history.js'
import { revisionHistoryLimited } from './revision-history-limited.js'
import { rolloutArrows } from './rollout-arrows.js'
import { rolloutCompletes } from './rollout-completes.js'
import { runningPodsWithinSurge } from './running-pods.js'
import { statusesAgree } from './statuses-agree.js'
import { templateKept } from './template-kept.js'
import { writesEnd } from './writes-end.js'

export const claims: readonly Claim[] = [
  plannedReplicasClaim, runningPodsWithinSurge, replicasNotExceeded, rolloutCompletes, desiredStateReached,
  rolloutArrows, recreateWaits, revisionHistoryKept, revisionHistoryLimited, rescaleFinishes, evictionWithinBudget, drainCompletes,
  statusesAgree, templateKept, comesToRest, writesEnd,
]

export * from './comes-to-rest.js'
export * from './desired-state.js'
export * from './drain-completes.js'
export * from './eviction-within-budget.js'
export * from './planned-replicas.js'
export * from './replicas-not-exceeded.js'
export * from './rescale-finishes.js'
export * from './revision-history.js'
export * from './revision-history-limited.js'
export * from './rollout-arrows.js'
export * from './rollout-completes.js'
export * from './running-pods.js'
export * from './statuses-agree.js'
export * from './template-kept.js'
export * from './writes-end.js'
