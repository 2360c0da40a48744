/** Every built-in mutant, by name. */
import type { Mutant } from '../mutants.js'
import { deploymentForgetsOldSets } from './deployment-forgets-old-sets.js'
import { deploymentHistoryPrunedTooFar } from './deployment-history-pruned-too-far.js'
import { deploymentKeepsHistory } from './deployment-keeps-history.js'
import { deploymentMaxUnavailableRoundedUp } from './deployment-max-unavailable-rounded-up.js'
import { deploymentNeverDone } from './deployment-never-done.js'
import { deploymentProgressDeadlineNeverChecked } from './deployment-progress-deadline-never-checked.js'
import { deploymentRecreateDoesNotWait } from './deployment-recreate-does-not-wait.js'
import { deploymentRescaleForgetsAnnotations } from './deployment-rescale-forgets-annotations.js'
import { deploymentScalesDownBeforeReady } from './deployment-scales-down-before-ready.js'
import { deploymentStatusContested } from './deployment-status-contested.js'
import { deploymentSurgeIgnoresOldSets } from './deployment-surge-ignores-old-sets.js'
import { deploymentTimesOutAfterSuccess } from './deployment-times-out-after-success.js'
import { disruptionIgnoresPods } from './disruption-ignores-pods.js'
import { disruptionMiscounts } from './disruption-miscounts.js'
import { endpointsForgetStaleSyncs } from './endpoints-forget-stale-syncs.js'
import { endpointsNoStaleTracker } from './endpoints-no-stale-tracker.js'
import { evictionIgnoresBudget } from './eviction-ignores-budget.js'
import { execProbeNoTimeout } from './exec-probe-no-timeout.js'
import { gcForgetsDependents } from './gc-forgets-dependents.js'
import { gcKeepsFinalizers } from './gc-keeps-finalizers.js'
import { gcUidOnlyAbsentCache } from './gc-uid-only-absent-cache.js'
import { initRerunAfterPrune } from './init-rerun-after-prune.js'
import { initSkippedAfterSandboxChange } from './init-skipped-after-sandbox-change.js'
import { kernelNeverKills } from './kernel-never-kills.js'
import { kubectlScalesNothing } from './kubectl-scales-nothing.js'
import { kubeletCountsTwice } from './kubelet-counts-twice.js'
import { kubeletDoesNotWait } from './kubelet-does-not-wait.js'
import { kubeletDropsEnvironment } from './kubelet-drops-environment.js'
import { kubeletEvictsByPriorityAlone } from './kubelet-evicts-by-priority-alone.js'
import { kubeletEvictsCriticalPods } from './kubelet-evicts-critical-pods.js'
import { kubeletForgetsMirrorPods } from './kubelet-forgets-mirror-pods.js'
import { kubeletForgetsRestarts } from './kubelet-forgets-restarts.js'
import { kubeletKeepsDeletedPods } from './kubelet-keeps-deleted-pods.js'
import { kubeletKeepsPressure } from './kubelet-keeps-pressure.js'
import { kubeletKeepsTokens } from './kubelet-keeps-tokens.js'
import { kubeletLeaksAddresses } from './kubelet-leaks-addresses.js'
import { kubeletLeavesCgroups } from './kubelet-leaves-cgroups.js'
import { kubeletLeavesMounts } from './kubelet-leaves-mounts.js'
import { kubeletLeavesSandboxes } from './kubelet-leaves-sandboxes.js'
import { kubeletLivenessIgnoresStartup } from './kubelet-liveness-ignores-startup.js'
import { kubeletNeverBacksOff } from './kubelet-never-backs-off.js'
import { kubeletNeverKills } from './kubelet-never-kills.js'
import { kubeletNeverRefreshes } from './kubelet-never-refreshes.js'
import { kubeletNeverRemounts } from './kubelet-never-remounts.js'
import { kubeletNeverRetries } from './kubelet-never-retries.js'
import { kubeletPhaseGoesBack } from './kubelet-phase-goes-back.js'
import { kubeletReadyAtOnce } from './kubelet-ready-at-once.js'
import { kubeletRestartResetsReady } from './kubelet-restart-resets-ready.js'
import { kubeletSecondSandbox } from './kubelet-second-sandbox.js'
import { kubeletSharesAddresses } from './kubelet-shares-addresses.js'
import { kubeletSkipsInit } from './kubelet-skips-init.js'
import { kubeletSkipsPostStart } from './kubelet-skips-post-start.js'
import { kubeletSkipsPreStop } from './kubelet-skips-pre-stop.js'
import { kubeletStatusSortRace } from './kubelet-status-sort-race.js'
import { kubeletStopsStaticPods } from './kubelet-stops-static-pods.js'
import { kubeletTrustsPresentImages } from './kubelet-trusts-present-images.js'
import { namespaceSkipsAResource } from './namespace-skips-a-resource.js'
import { nodeIpamTrustsCache } from './node-ipam-trusts-cache.js'
import { nodeLifecycleNeverTaints } from './node-lifecycle-never-taints.js'
import { nodeLifecycleSaysFalse } from './node-lifecycle-says-false.js'
import { nodeLifecycleSparesPods } from './node-lifecycle-spares-pods.js'
import { podGcKeepsOrphans } from './pod-gc-keeps-orphans.js'
import { podsWithoutAccounts } from './pods-without-accounts.js'
import { proxyFlushesConnections } from './proxy-flushes-connections.js'
import { proxyForgetsWhileWaiting } from './proxy-forgets-while-waiting.js'
import { proxyIgnoresTerminatingEndpoints } from './proxy-ignores-terminating-endpoints.js'
import { proxyMissesSliceUpdates } from './proxy-misses-slice-updates.js'
import { replicaSetMissesDeletions } from './replicaset-misses-deletions.js'
import { replicaSetNoExpectations } from './replicaset-no-expectations.js'
import { replicaSetShortensGrace } from './replicaset-shortens-grace.js'
import { runtimeIgnoresLimits } from './runtime-ignores-limits.js'
import { schedCountsLimits } from './sched-counts-limits.js'
import { schedDeafQueue } from './sched-deaf-queue.js'
import { schedGhostNode } from './sched-ghost-node.js'
import { schedIgnoresTaints } from './sched-ignores-taints.js'
import { schedNoAntiAffinity } from './sched-no-anti-affinity.js'
import { schedNoAssume } from './sched-no-assume.js'
import { schedNoForget } from './sched-no-forget.js'
import { schedObservesAhead } from './sched-observes-ahead.js'
import { serviceAccountNeverMade } from './service-account-never-made.js'
import { serviceAccountsNotStored } from './service-accounts-not-stored.js'
import { shutdownNoUnready } from './shutdown-no-unready.js'
import { slicesIgnoreSelector } from './slices-ignore-selector.js'
import { slicesIncludeUnready } from './slices-include-unready.js'
import { slicesPortForTargetPort } from './slices-port-for-target-port.js'
import { slicesUpdateDropped } from './slices-update-dropped.js'
import { taintCancelOnlyIfNone } from './taint-cancel-only-if-none.js'
import { taintEvictStaleNode } from './taint-evict-stale-node.js'
import { taintEvictionNeverDeletes } from './taint-eviction-never-deletes.js'
import { volumeSwappedTooEarly } from './volume-swapped-too-early.js'
import { volumeWrittenInPlace } from './volume-written-in-place.js'

export const mutants: readonly Mutant[] = [
  deploymentForgetsOldSets, deploymentHistoryPrunedTooFar, deploymentKeepsHistory,
  deploymentMaxUnavailableRoundedUp, deploymentNeverDone, deploymentProgressDeadlineNeverChecked,
  deploymentRecreateDoesNotWait, deploymentRescaleForgetsAnnotations, deploymentScalesDownBeforeReady,
  deploymentStatusContested, deploymentSurgeIgnoresOldSets, deploymentTimesOutAfterSuccess,
  disruptionIgnoresPods, disruptionMiscounts, endpointsForgetStaleSyncs, endpointsNoStaleTracker,
  evictionIgnoresBudget, execProbeNoTimeout, gcForgetsDependents, gcKeepsFinalizers, gcUidOnlyAbsentCache,
  initRerunAfterPrune, initSkippedAfterSandboxChange, kernelNeverKills, kubectlScalesNothing,
  kubeletCountsTwice, kubeletDoesNotWait, kubeletDropsEnvironment, kubeletEvictsByPriorityAlone,
  kubeletEvictsCriticalPods, kubeletForgetsMirrorPods, kubeletForgetsRestarts, kubeletKeepsDeletedPods,
  kubeletKeepsPressure, kubeletKeepsTokens, kubeletLeaksAddresses, kubeletLeavesCgroups, kubeletLeavesMounts,
  kubeletLeavesSandboxes, kubeletLivenessIgnoresStartup, kubeletNeverBacksOff, kubeletNeverKills,
  kubeletNeverRefreshes, kubeletNeverRemounts, kubeletNeverRetries, kubeletPhaseGoesBack, kubeletReadyAtOnce,
  kubeletRestartResetsReady, kubeletSecondSandbox, kubeletSharesAddresses, kubeletSkipsInit,
  kubeletSkipsPostStart, kubeletSkipsPreStop, kubeletStatusSortRace, kubeletStopsStaticPods,
  kubeletTrustsPresentImages, namespaceSkipsAResource, nodeIpamTrustsCache, nodeLifecycleNeverTaints,
  nodeLifecycleSaysFalse, nodeLifecycleSparesPods, podGcKeepsOrphans, podsWithoutAccounts,
  proxyFlushesConnections, proxyForgetsWhileWaiting, proxyIgnoresTerminatingEndpoints,
  proxyMissesSliceUpdates, replicaSetMissesDeletions, replicaSetNoExpectations, replicaSetShortensGrace,
  runtimeIgnoresLimits, schedCountsLimits, schedDeafQueue, schedGhostNode, schedIgnoresTaints,
  schedNoAntiAffinity, schedNoAssume, schedNoForget, schedObservesAhead, serviceAccountNeverMade,
  serviceAccountsNotStored, shutdownNoUnready, slicesIgnoreSelector, slicesIncludeUnready,
  slicesPortForTargetPort, slicesUpdateDropped, taintCancelOnlyIfNone, taintEvictStaleNode,
  taintEvictionNeverDeletes, volumeSwappedTooEarly, volumeWrittenInPlace,
]

export const mutantNamed = (name: string): Mutant | undefined => mutants.find((mutant) => mutant.name === name)
