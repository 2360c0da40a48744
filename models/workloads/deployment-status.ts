/**
 * Models: pkg/controller/deployment/sync.go (calculateStatus, checkPausedConditions),
 *   pkg/controller/deployment/progress.go (syncRolloutStatus, getReplicaFailures)
 * Reads: nothing (it is handed the objects)
 * Writes: nothing
 * Omits: nothing that is observable
 */
import type { Deployment, DeploymentStatus, ReplicaSet, ReplicaSetCondition } from '#api/types'
import {
  available, deploymentComplete, deploymentProgressing, failureOf, getDeploymentCondition, hasProgressDeadline,
  progressing, removeDeploymentCondition, replaceDeploymentCondition, setDeploymentCondition,
} from './deployment-conditions.js'
import {
  actualReplicas, availableReplicas, minAvailable, plannedReplicas, readyReplicas, terminatingReplicas,
} from './deployment-sizes.js'

/** What a Deployment reports of its sets; `sets` are all of them, the new one among them. */
export function calculateStatus(
  d: Deployment, sets: readonly ReplicaSet[], newSet: ReplicaSet | undefined,
): DeploymentStatus {
  const availableNow = availableReplicas(sets)
  const terminating = terminatingReplicas(sets)
  const status: DeploymentStatus = {
    observedGeneration: d.metadata.generation ?? 0,
    replicas: actualReplicas(sets),
    updatedReplicas: newSet?.status.replicas ?? 0,
    readyReplicas: readyReplicas(sets),
    availableReplicas: availableNow,
    unavailableReplicas: Math.max(0, plannedReplicas(sets) - availableNow),
    ...(terminating === undefined ? {} : { terminatingReplicas: terminating }),
    ...(d.status.collisionCount === undefined ? {} : { collisionCount: d.status.collisionCount }),
    ...(d.status.conditions === undefined ? {} : { conditions: d.status.conditions }),
  }
  return setDeploymentCondition(status, available(availableNow >= minAvailable(d)))
}

/** The same while a rollout may be under way: with the condition Progressing, and failures of the sets. */
export function calculateRolloutStatus(
  d: Deployment, sets: readonly ReplicaSet[], newSet: ReplicaSet | undefined, isOverdue: boolean,
): DeploymentStatus {
  const status = estimateProgress(d, calculateStatus(d, sets, newSet), newSet, isOverdue)
  const failure = replicaFailure(newSet, sets)
  return failure === undefined
    ? removeDeploymentCondition(status, 'ReplicaFailure')
    : setDeploymentCondition(status, failureOf(failure))
}

function estimateProgress(
  d: Deployment, status: DeploymentStatus, newSet: ReplicaSet | undefined, isOverdue: boolean,
): DeploymentStatus {
  if (!hasProgressDeadline(d)) return removeDeploymentCondition(status, 'Progressing')
  const current = getDeploymentCondition(d.status, 'Progressing')
  // A rollout that was complete stays complete as long as no replica is an old one.
  if (status.replicas === status.updatedReplicas && current?.reason === 'NewReplicaSetAvailable') return status
  const subject = newSet === undefined ? `Deployment "${d.metadata.name}"` : `ReplicaSet "${newSet.metadata.name}"`
  if (deploymentComplete(d, status)) {
    return setDeploymentCondition(status,
      progressing('NewReplicaSetAvailable', `${subject} has successfully progressed.`))
  }
  if (deploymentProgressing(d, status)) {
    return replaceDeploymentCondition(status, progressing('ReplicaSetUpdated', `${subject} is progressing.`))
  }
  if (deploymentTimedOut(status, isOverdue)) {
    return setDeploymentCondition(status,
      progressing('ProgressDeadlineExceeded', `${subject} has timed out progressing.`))
  }
  return status
}

/** Without any condition there is no time to count from, and a rollout that succeeded does not time out later. */
export function deploymentTimedOut(status: DeploymentStatus, isOverdue: boolean): boolean {
  const condition = getDeploymentCondition(status, 'Progressing')
  if (condition === undefined || condition.reason === 'NewReplicaSetAvailable') return false
  return condition.reason === 'ProgressDeadlineExceeded' || (isOverdue && condition.lastUpdateTime === undefined)
}

/** The first failure; of the new set before others. */
function replicaFailure(newSet: ReplicaSet | undefined, sets: readonly ReplicaSet[]): ReplicaSetCondition | undefined {
  const failureIn = (set: ReplicaSet | undefined): ReplicaSetCondition | undefined =>
    set?.status.conditions?.find(({ type }) => type === 'ReplicaFailure')
  const first = failureIn(newSet)
  if (first !== undefined) return first
  for (const set of sets) {
    const failure = failureIn(set)
    if (failure !== undefined) return failure
  }
  return undefined
}

/** The status with the condition that says that the Deployment was paused or resumed; the same where neither was. */
export function checkPausedConditions(d: Deployment): DeploymentStatus {
  if (!hasProgressDeadline(d)) return d.status
  const current = getDeploymentCondition(d.status, 'Progressing')
  if (current?.reason === 'ProgressDeadlineExceeded') return d.status
  const isPaused = d.spec.paused === true
  if (isPaused === (current?.reason === 'DeploymentPaused')) return d.status
  return setDeploymentCondition(d.status, isPaused
    ? progressing('DeploymentPaused', 'Deployment is paused')
    : progressing('DeploymentResumed', 'Deployment is resumed'))
}
