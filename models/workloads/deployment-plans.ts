/**
 * Models: pkg/controller/deployment/sync.go (getNewReplicaSet, scale, cleanupDeployment), rolling.go, recreate.go,
 *   progress.go: what a sync is going to write
 * Reads: names, progress
 * Writes: nothing
 * Omits: nothing that is observable
 */
import type { Deployment, DeploymentStatus, ReplicaSet, Status } from '#api/types'
import { getControllerOf } from '#api/meta'
import type { Call } from '#machine/process'
import type { View } from '#machine/view'
import { progressDeadline } from '../control-plane/progress-deadline.js'
import {
  getDeploymentCondition, hasProgressDeadline, progressing, setDeploymentCondition,
} from './deployment-conditions.js'
import { all, deploymentOf, old, setOf, type Memory } from './deployment-memory.js'
import {
  equalIgnoreHash, maxRevision, revisionAnnotation, setNewReplicaSetAnnotations,
} from './deployment-revisions.js'
import {
  cleanupDeployment, cleanupUnhealthy, maxScaledDown, reconcileNew, scaleDownOld, type Reduction,
} from './deployment-rollout.js'
import { activeSets, actualReplicas, lazily, planScale, scaleReplicaSet, type Scale } from './deployment-sizes.js'
import { calculateRolloutStatus, calculateStatus, checkPausedConditions } from './deployment-status.js'

/** `SetDeploymentRevision`; the same Deployment where it has it. */
export const withRevision = (d: Deployment, revision: string): Deployment =>
  ((d.metadata.annotations?.[revisionAnnotation] ?? '') === revision
    ? d
    : { ...d, metadata: { ...d.metadata, annotations: { ...d.metadata.annotations, [revisionAnnotation]: revision } } })

const revisionIn = (set: ReplicaSet): string => set.metadata.annotations?.[revisionAnnotation] ?? ''

const withStatus = (d: Deployment, status: DeploymentStatus): Deployment => (status === d.status ? d : { ...d, status })

/** The Deployment with the condition that says that it was paused or resumed; the same where neither was. */
export const pausedOrResumed = (d: Deployment): Deployment => withStatus(d, checkPausedConditions(d))

/** The new set as it should be: annotations, revision, minReadySeconds; the same where it is. */
export function asItShouldBe(d: Deployment, set: ReplicaSet, others: readonly ReplicaSet[]): ReplicaSet {
  const annotated = setNewReplicaSetAnnotations(d, set, maxRevision(others) + 1)
  if ((set.spec.minReadySeconds ?? 0) === (d.spec.minReadySeconds ?? 0)) return annotated
  return { ...annotated, spec: { ...annotated.spec, minReadySeconds: d.spec.minReadySeconds ?? 0 } }
}

/** The Deployment with the revision of the set that was found, and a condition where it had none. */
export function found(d: Deployment, set: ReplicaSet): Deployment {
  const own = withRevision(d, revisionIn(set))
  if (!hasProgressDeadline(d) || getDeploymentCondition(d.status, 'Progressing') !== undefined) return own
  return withStatus(own, setDeploymentCondition(own.status,
    progressing('FoundNewReplicaSet', `Found new replica set "${set.metadata.name}"`)))
}

/** The same for a set that was created. The condition is written even where it says nothing new. */
export function created(d: Deployment, set: ReplicaSet): Deployment {
  const own = withRevision(d, revisionIn(set))
  if (!hasProgressDeadline(own)) return own
  return { ...own, status: setDeploymentCondition(own.status,
    progressing('NewReplicaSetCreated', `Created new replica set "${set.metadata.name}"`)) }
}

export const failedToCreate = (d: Deployment, { metadata }: ReplicaSet, { message = '' }: Status): Deployment =>
  withStatus(d, setDeploymentCondition(d.status,
    progressing('ReplicaSetCreateError', `Failed to create new replica set "${metadata.name}": ${message}`)))

export const withCollision = (d: Deployment): Deployment =>
  ({ ...d, status: { ...d.status, collisionCount: (d.status.collisionCount ?? 0) + 1 } })

/** Whether a set that exists already is the very one that was to be created. */
export const isOwnNewSet = (d: Deployment, set: ReplicaSet): boolean =>
  getControllerOf(set)?.uid === d.metadata.uid && equalIgnoreHash(d.spec.template, set.spec.template)

/** What a Deployment controller decides. A mutant replaces some of it. */
export interface Decisions {
  /** The status to report: with an estimate of progress where a rollout may be under way. */
  estimate(memory: Memory, view: View): DeploymentStatus
  /** The sizes to be written, one after the other, in each of upstream's loops. */
  spreading(memory: Memory): readonly Scale[]
  resizing(memory: Memory): readonly Scale[]
  removingUnhealthy(memory: Memory): Reduction | undefined
  reducing(memory: Memory): readonly Scale[]
  stopping(memory: Memory): readonly Scale[]
  /** Whether a Deployment that is recreated still has pods of old sets. */
  hasOldPods(memory: Memory): boolean
  restoring(memory: Memory): readonly Scale[]
  /** The write of one of these sizes. */
  resize(d: Deployment, scale: Scale): Call
  /** The old sets that the history has no room for. */
  cleaning(memory: Memory): readonly ReplicaSet[]
}

export const upstream: Decisions = {
  estimate(memory, view) {
    const d = deploymentOf(memory)
    const { newSet, purpose } = memory
    if (purpose === 'statusOnly' || purpose === 'sync') return calculateStatus(d, all(memory), newSet)
    const isOverdue = !view.cells.pending(progressDeadline(memory.key))
    return calculateRolloutStatus(d, all(memory), newSet, isOverdue)
  },
  spreading(memory) {
    const { sets, newSet } = memory
    const current = sets.map((set) => (set.metadata.uid === newSet?.metadata.uid ? newSet : set))
    return planScale(deploymentOf(memory), newSet, current)
  },
  resizing: (memory) => reconcileNew(deploymentOf(memory), all(memory), setOf(memory.newSet)),
  /** `undefined` where the old sets may lose nothing. */
  removingUnhealthy(memory) {
    const most = maxScaledDown(deploymentOf(memory), all(memory), setOf(memory.newSet))
    return most > 0 ? cleanupUnhealthy(old(memory), most) : undefined
  },
  reducing(memory) {
    const sets = old(memory).map((set) => memory.written[set.metadata.name] ?? set)
    return scaleDownOld(deploymentOf(memory), sets, setOf(memory.newSet))
  },
  stopping: (memory) => activeSets(old(memory)).map((set) => ({ set, replicas: 0 })),
  hasOldPods: (memory) => actualReplicas(old(memory)) > 0
    || memory.running.some((uid) => uid !== memory.newSet?.metadata.uid),
  restoring: (memory) => lazily(setOf(memory.newSet), deploymentOf(memory).spec.replicas),
  resize: scaleReplicaSet,
  cleaning: (memory) => cleanupDeployment(deploymentOf(memory), old(memory)),
}
