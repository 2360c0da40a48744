/**
 * Models: the conditions Progressing and Available of a Deployment, as pkg/controller/deployment/{sync,progress}.go
 *   write them
 * Reads: nothing (it is handed the statuses before and after a write)
 * Writes: nothing
 * Omits: messages and times; ReplicaFailure, which is copied from ReplicaSets
 */
import type { Deployment, DeploymentCondition, DeploymentStatus } from '#api/types'
import { findCondition } from '#api/meta'
import { hasProgressDeadline, progressingStatus, type ProgressingReason } from '../workloads/deployment-conditions.js'
import { minAvailable } from '../workloads/deployment-sizes.js'

/** Where a rollout stands: the reason of the condition Progressing, or that there is none. */
export type Rollout = ProgressingReason | 'none'

/** A new set was created or could not be, or the user paused: possible in the middle of everything. */
const anew: readonly Rollout[] = ['NewReplicaSetCreated', 'ReplicaSetCreateError']
const underWay: readonly Rollout[] =
  [...anew, 'ReplicaSetUpdated', 'NewReplicaSetAvailable', 'ProgressDeadlineExceeded', 'DeploymentPaused']

const without = (rollouts: readonly Rollout[], ...others: readonly Rollout[]): readonly Rollout[] =>
  rollouts.filter((rollout) => !others.includes(rollout))

/** What may come next; staying is always legal. */
export const arrows: Readonly<Record<Rollout, readonly Rollout[]>> = {
  // There is no time to count from yet, so nothing is overdue.
  none: [...without(underWay, 'ProgressDeadlineExceeded'), 'FoundNewReplicaSet'],
  NewReplicaSetCreated: underWay,
  FoundNewReplicaSet: underWay,
  ReplicaSetUpdated: underWay,
  ReplicaSetCreateError: underWay,
  DeploymentResumed: underWay,
  // What has succeeded does not time out.
  NewReplicaSetAvailable: without(underWay, 'ProgressDeadlineExceeded'),
  // What has timed out is not excused by a pause, but by progress.
  ProgressDeadlineExceeded: without(underWay, 'DeploymentPaused'),
  DeploymentPaused: ['DeploymentResumed'],
}

export function rolloutOf(status: DeploymentStatus): Rollout {
  const reason = findCondition(status.conditions, 'Progressing')?.reason
  return (reason as ProgressingReason | undefined) ?? 'none' // nobody else writes this condition
}

const describe = ({ status, reason }: DeploymentCondition): string => `${status} (${reason ?? 'no reason'})`

/** What is wrong with the step from one status to the next; `undefined` where nothing is. */
export function judgeRollout(before: Deployment, after: Deployment): string | undefined {
  return judgeProgressing(before, after) ?? judgeAvailable(before, after)
}

function judgeProgressing(before: Deployment, after: Deployment): string | undefined {
  const condition = findCondition(after.status.conditions, 'Progressing')
  const [from, to] = [rolloutOf(before.status), rolloutOf(after.status)]
  if (condition !== undefined && progressingStatus[to as ProgressingReason] !== condition.status) {
    return `Progressing is ${describe(condition)}, a status that does not go with its reason`
  }
  if (from === to) return undefined
  if (to === 'none') return hasProgressDeadline(after) ? `Progressing was ${from} and is gone` : undefined
  return arrows[from].includes(to) ? undefined : `Progressing went from ${from} to ${to}`
}

/** Once it is there it stays; and where the numbers were counted anew, it follows from them. */
function judgeAvailable(before: Deployment, after: Deployment): string | undefined {
  const was = findCondition(before.status.conditions, 'Available')
  const is = findCondition(after.status.conditions, 'Available')
  if (is === undefined) return was === undefined ? undefined : `Available was ${describe(was)} and is gone`
  const isCounted = before.status.availableReplicas !== after.status.availableReplicas
    || before.status.observedGeneration !== after.status.observedGeneration
  if (!isCounted) return undefined
  const least = minAvailable(after)
  const isEnough = after.status.availableReplicas >= least
  return (is.status === 'True') === isEnough
    ? undefined
    : `Available is ${describe(is)} with ${after.status.availableReplicas} replicas available, of which ${least} are enough`
}
