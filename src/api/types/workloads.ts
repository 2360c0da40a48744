import type { ConditionStatus, IntOrString, Time } from './json.js'
import type { Condition, DeleteOptions, LabelSelector, NamespacedMeta } from './meta.js'
import type { PodTemplateSpec } from './pod.js'

export type ReplicaSetSpec = {
  readonly replicas: number
  readonly minReadySeconds?: number
  readonly selector: LabelSelector
  readonly template: PodTemplateSpec
}

export type ReplicaSetCondition = {
  readonly type: string
  readonly status: ConditionStatus
  readonly lastTransitionTime?: Time | null
  readonly reason?: string
  readonly message?: string
}

/** Counts are always spelled out in a World; the edge leaves zeros out as Go does. */
export type ReplicaSetStatus = {
  readonly replicas: number
  readonly fullyLabeledReplicas: number
  readonly readyReplicas: number
  readonly availableReplicas: number
  readonly terminatingReplicas?: number
  readonly observedGeneration?: number
  readonly conditions?: readonly ReplicaSetCondition[]
}

export type ReplicaSet = {
  readonly apiVersion: 'apps/v1'
  readonly kind: 'ReplicaSet'
  readonly metadata: NamespacedMeta
  readonly spec: ReplicaSetSpec
  readonly status: ReplicaSetStatus
}

export type RollingUpdateDeployment = {
  readonly maxUnavailable: IntOrString
  readonly maxSurge: IntOrString
}

/** `rollingUpdate` is there exactly when the type is RollingUpdate. */
export type DeploymentStrategy = {
  readonly type: 'Recreate' | 'RollingUpdate'
  readonly rollingUpdate?: RollingUpdateDeployment
}

export type DeploymentSpec = {
  readonly replicas: number
  readonly selector: LabelSelector
  readonly template: PodTemplateSpec
  readonly strategy: DeploymentStrategy
  readonly minReadySeconds?: number
  readonly revisionHistoryLimit: number
  readonly paused?: boolean
  readonly progressDeadlineSeconds: number
}

export type DeploymentConditionType = 'Available' | 'Progressing' | 'ReplicaFailure'

export type DeploymentCondition = {
  readonly type: DeploymentConditionType
  readonly status: ConditionStatus
  readonly lastUpdateTime?: Time | null
  readonly lastTransitionTime?: Time | null
  readonly reason?: string
  readonly message?: string
}

export type DeploymentStatus = {
  readonly observedGeneration?: number
  readonly replicas: number
  readonly updatedReplicas: number
  readonly readyReplicas: number
  readonly availableReplicas: number
  readonly unavailableReplicas: number
  readonly terminatingReplicas?: number
  readonly conditions?: readonly DeploymentCondition[]
  readonly collisionCount?: number
}

export type Deployment = {
  readonly apiVersion: 'apps/v1'
  readonly kind: 'Deployment'
  readonly metadata: NamespacedMeta
  readonly spec: DeploymentSpec
  readonly status: DeploymentStatus
}

export type PodDisruptionBudgetSpec = {
  readonly minAvailable?: IntOrString
  readonly selector?: LabelSelector
  readonly maxUnavailable?: IntOrString
  readonly unhealthyPodEvictionPolicy?: 'IfHealthyBudget' | 'AlwaysAllow'
}

export type PodDisruptionBudgetStatus = {
  readonly observedGeneration?: number
  /** Pod name to a marker in a World, to the time of the eviction at the edge. */
  readonly disruptedPods?: { readonly [pod: string]: Time }
  readonly disruptionsAllowed: number
  readonly currentHealthy: number
  readonly desiredHealthy: number
  readonly expectedPods: number
  readonly conditions?: readonly Condition[]
}

export type PodDisruptionBudget = {
  readonly apiVersion: 'policy/v1'
  readonly kind: 'PodDisruptionBudget'
  readonly metadata: NamespacedMeta
  readonly spec: PodDisruptionBudgetSpec
  readonly status: PodDisruptionBudgetStatus
}

/** Body of the `pods/eviction` subresource. */
export type Eviction = {
  readonly apiVersion: 'policy/v1'
  readonly kind: 'Eviction'
  readonly metadata: NamespacedMeta
  readonly deleteOptions?: DeleteOptions
}
