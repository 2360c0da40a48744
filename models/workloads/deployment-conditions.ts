/**
 * Models: pkg/controller/deployment/util/deployment_util.go (conditions, DeploymentComplete, DeploymentProgressing)
 * Reads: nothing (it is handed the objects)
 * Writes: nothing
 * Omits: lastTransitionTime. A new lastUpdateTime is the mark `now`, which the API server turns into a deadline
 */
import type {
  ConditionStatus, Deployment, DeploymentCondition, DeploymentConditionType, DeploymentStatus, ReplicaSetCondition,
} from '#api/types'
import { findCondition } from '#api/meta'
import { now } from '../control-plane/progress-deadline.js'

export type ProgressingReason =
  | 'NewReplicaSetCreated' | 'FoundNewReplicaSet' | 'ReplicaSetUpdated' | 'NewReplicaSetAvailable'
  | 'ReplicaSetCreateError' | 'ProgressDeadlineExceeded' | 'DeploymentPaused' | 'DeploymentResumed'
export type AvailableReason = 'MinimumReplicasAvailable' | 'MinimumReplicasUnavailable'

/** What each reason of Progressing says: its status is always the same. */
export const progressingStatus: Readonly<Record<ProgressingReason, ConditionStatus>> = {
  NewReplicaSetCreated: 'True',
  FoundNewReplicaSet: 'True',
  ReplicaSetUpdated: 'True',
  NewReplicaSetAvailable: 'True',
  ReplicaSetCreateError: 'False',
  ProgressDeadlineExceeded: 'False',
  DeploymentPaused: 'Unknown',
  DeploymentResumed: 'Unknown',
}

/** Go's math.MaxInt32: stands for "no limit" in progressDeadlineSeconds and revisionHistoryLimit. */
const unlimited = 2147483647

export const hasProgressDeadline = (d: Deployment): boolean => d.spec.progressDeadlineSeconds !== unlimited

export const hasRevisionHistoryLimit = (d: Deployment): boolean => d.spec.revisionHistoryLimit !== unlimited

export const getDeploymentCondition = (
  status: DeploymentStatus, type: DeploymentConditionType,
): DeploymentCondition | undefined => findCondition(status.conditions, type)

/** `NewDeploymentCondition` for Progressing: stamped with the present time. */
export const progressing = (reason: ProgressingReason, message: string): DeploymentCondition =>
  ({ type: 'Progressing', status: progressingStatus[reason], lastUpdateTime: now, reason, message })

export const available = (isAvailable: boolean): DeploymentCondition => (isAvailable
  ? {
    type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' satisfies AvailableReason,
    message: 'Deployment has minimum availability.',
  }
  : {
    type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable' satisfies AvailableReason,
    message: 'Deployment does not have minimum availability.',
  })

/** `SetDeploymentCondition`: one with the same status and reason stays as it is, stamp and message included. */
export function setDeploymentCondition(status: DeploymentStatus, condition: DeploymentCondition): DeploymentStatus {
  const current = getDeploymentCondition(status, condition.type)
  if (current !== undefined && current.status === condition.status && current.reason === condition.reason) return status
  return { ...status, conditions: [...others(status, condition.type), condition] }
}

/** The condition in place of one of its type, even where nothing but the stamp is new. */
export const replaceDeploymentCondition = (
  status: DeploymentStatus, condition: DeploymentCondition,
): DeploymentStatus => ({ ...status, conditions: [...others(status, condition.type), condition] })

export function removeDeploymentCondition(status: DeploymentStatus, type: DeploymentConditionType): DeploymentStatus {
  if (getDeploymentCondition(status, type) === undefined) return status
  const kept = others(status, type)
  const { conditions: _, ...rest } = status
  return kept.length === 0 ? rest : { ...rest, conditions: kept }
}

const others = (status: DeploymentStatus, type: DeploymentConditionType): readonly DeploymentCondition[] =>
  (status.conditions ?? []).filter((condition) => condition.type !== type)

/** `ReplicaSetToDeploymentCondition` for ReplicaFailure, the one condition that ReplicaSets have. */
export const failureOf = ({ status, reason, message }: ReplicaSetCondition): DeploymentCondition => ({
  type: 'ReplicaFailure', status,
  ...(reason === undefined ? {} : { reason }),
  ...(message === undefined ? {} : { message }),
})

/** Every replica updated and available, no old one left, and this generation seen. */
export const deploymentComplete = (d: Deployment, status: DeploymentStatus): boolean =>
  status.updatedReplicas === d.spec.replicas
  && status.replicas === d.spec.replicas
  && status.availableReplicas === d.spec.replicas
  && (status.observedGeneration ?? 0) >= (d.metadata.generation ?? 0)

/** More replicas updated, ready or available than before, or fewer old ones. */
export const deploymentProgressing = (d: Deployment, status: DeploymentStatus): boolean =>
  status.updatedReplicas > d.status.updatedReplicas
  || status.replicas - status.updatedReplicas < d.status.replicas - d.status.updatedReplicas
  || status.readyReplicas > d.status.readyReplicas
  || status.availableReplicas > d.status.availableReplicas
