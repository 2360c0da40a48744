/**
 * Models: pkg/controller/deployment/rolling.go (reconcileNewReplicaSet, reconcileOldReplicaSets,
 *   cleanupUnhealthyReplicas, scaleDownOldReplicaSetsForRollingUpdate), recreate.go (oldPodsRunning),
 *   sync.go (isScalingEvent, cleanupDeployment)
 * Reads: nothing (it is handed the objects)
 * Writes: nothing
 * Omits: nothing that is observable
 */
import type { Deployment, Pod, ReplicaSet } from '#api/types'
import { getControllerOf, isBeingDeleted, isPodTerminal } from '#api/meta'
import type { View } from '#machine/view'
import { hasRevisionHistoryLimit } from './deployment-conditions.js'
import { byRevision } from './deployment-revisions.js'
import {
  activeSets, availableReplicas, desiredReplicas, lazily, minAvailable, newRSNewReplicas, plannedReplicas, type Scale,
} from './deployment-sizes.js'

/** Whether some active set was last scaled for another number of replicas. */
export const isScalingEvent = (d: Deployment, sets: readonly ReplicaSet[]): boolean =>
  activeSets(sets).some((set) => (desiredReplicas(set) ?? d.spec.replicas) !== d.spec.replicas)

/** The size that the new set gets, where it changes. `sets` are all sets, it among them. */
export function reconcileNew(d: Deployment, sets: readonly ReplicaSet[], newSet: ReplicaSet): readonly Scale[] {
  if (newSet.spec.replicas === d.spec.replicas) return []
  if (newSet.spec.replicas > d.spec.replicas) return lazily(newSet, d.spec.replicas)
  return lazily(newSet, newRSNewReplicas(d, sets, newSet))
}

/** How many replicas the old sets may lose, so that enough would be available even if no new one ever were. */
export function maxScaledDown(d: Deployment, sets: readonly ReplicaSet[], newSet: ReplicaSet): number {
  const old = plannedReplicas(sets) - newSet.spec.replicas
  if (old === 0) return 0
  const newUnavailable = newSet.spec.replicas - newSet.status.availableReplicas
  return Math.max(0, plannedReplicas(sets) - minAvailable(d) - newUnavailable)
}

export interface Reduction {
  readonly scales: readonly Scale[]
  /** A set reports more available replicas than it should have: upstream gives up there. */
  readonly isInvalid: boolean
}

/** What `cleanupUnhealthyReplicas` takes from the old sets, oldest first: replicas that are not available. */
export function cleanupUnhealthy(old: readonly ReplicaSet[], most: number): Reduction {
  const scales: Scale[] = []
  let total = 0
  for (const set of activeSets(old)) {
    if (total >= most) break
    const unhealthy = set.spec.replicas - set.status.availableReplicas
    if (unhealthy === 0) continue
    const count = Math.min(most - total, unhealthy)
    if (count < 0) return { scales, isInvalid: true }
    scales.push({ set, replicas: set.spec.replicas - count })
    total += count
  }
  return { scales, isInvalid: false }
}

/** What `scaleDownOldReplicaSetsForRollingUpdate` takes from them: as many as are available beyond the minimum. */
export function scaleDownOld(d: Deployment, old: readonly ReplicaSet[], newSet: ReplicaSet): readonly Scale[] {
  const spare = availableReplicas([...old, newSet]) - minAvailable(d)
  const scales: Scale[] = []
  let total = 0
  for (const set of activeSets(old)) {
    if (total >= spare) break
    const count = Math.min(set.spec.replicas, spare - total)
    scales.push({ set, replicas: set.spec.replicas - count })
    total += count
  }
  return scales
}

/** The uids of the sets that have pods which have not ended. */
export const setsWithPods = (view: View, sets: readonly ReplicaSet[]): readonly string[] =>
  sets.filter((set) => podsOf(view, set).some((pod) => !isPodTerminal(pod))).map(({ metadata }) => metadata.uid)

export const podsOf = (view: View, set: ReplicaSet): readonly Pod[] =>
  view.list('pods', 'owner', set.metadata.uid).filter((pod) => getControllerOf(pod)?.uid === set.metadata.uid)

/** The old sets that the history has no room for, least revision first, without those that still have replicas. */
export function cleanupDeployment(d: Deployment, old: readonly ReplicaSet[]): readonly ReplicaSet[] {
  if (!hasRevisionHistoryLimit(d)) return []
  const cleanable = old.filter((set) => !isBeingDeleted(set))
  const excess = cleanable.length - d.spec.revisionHistoryLimit
  return byRevision(cleanable).slice(0, Math.max(0, excess)).filter(({ metadata, spec, status }) =>
    status.replicas === 0 && spec.replicas === 0 && (metadata.generation ?? 0) <= (status.observedGeneration ?? 0))
}
