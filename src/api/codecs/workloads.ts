/** Codecs of ReplicaSet, Deployment, PodDisruptionBudget and Eviction: api `apps/v1`, `policy/v1`. */
import type {
  Deployment, DeploymentCondition, DeploymentSpec, DeploymentStatus, DeploymentStrategy, Eviction,
  PodDisruptionBudget, PodDisruptionBudgetSpec, PodDisruptionBudgetStatus, ReplicaSet, ReplicaSetCondition,
  ReplicaSetSpec, ReplicaSetStatus, RollingUpdateDeployment,
} from '../types.js'
import { condition, deleteOptions, labelSelector, namespacedMeta, stringMap } from './meta.js'
import { podTemplateSpec } from './pod.js'
import { boolean, int32, int64, intOrString, list, object, string, time } from './wire.js'

export const replicaSet = object<ReplicaSet>('ReplicaSet', {
  apiVersion: string, kind: string, metadata: namespacedMeta,
  spec: object<ReplicaSetSpec>('ReplicaSetSpec', {
    replicas: int32, minReadySeconds: int32, selector: labelSelector, template: podTemplateSpec,
  }),
  status: object<ReplicaSetStatus>('ReplicaSetStatus', {
    replicas: int32, fullyLabeledReplicas: int32, readyReplicas: int32, availableReplicas: int32,
    terminatingReplicas: int32, observedGeneration: int64,
    conditions: list(object<ReplicaSetCondition>('ReplicaSetCondition', {
      type: string, status: string, lastTransitionTime: time, reason: string, message: string,
    })),
  }),
})

export const deployment = object<Deployment>('Deployment', {
  apiVersion: string, kind: string, metadata: namespacedMeta,
  spec: object<DeploymentSpec>('DeploymentSpec', {
    replicas: int32,
    selector: labelSelector,
    template: podTemplateSpec,
    strategy: object<DeploymentStrategy>('DeploymentStrategy', {
      type: string,
      rollingUpdate: object<RollingUpdateDeployment>('RollingUpdateDeployment', {
        maxUnavailable: intOrString, maxSurge: intOrString,
      }),
    }),
    minReadySeconds: int32,
    revisionHistoryLimit: int32,
    paused: boolean,
    progressDeadlineSeconds: int32,
  }),
  status: object<DeploymentStatus>('DeploymentStatus', {
    observedGeneration: int64, replicas: int32, updatedReplicas: int32, readyReplicas: int32,
    availableReplicas: int32, unavailableReplicas: int32, terminatingReplicas: int32,
    conditions: list(object<DeploymentCondition>('DeploymentCondition', {
      type: string, status: string, lastUpdateTime: time, lastTransitionTime: time, reason: string,
      message: string,
    })),
    collisionCount: int32,
  }),
})

export const podDisruptionBudget = object<PodDisruptionBudget>('PodDisruptionBudget', {
  apiVersion: string, kind: string, metadata: namespacedMeta,
  spec: object<PodDisruptionBudgetSpec>('PodDisruptionBudgetSpec', {
    minAvailable: intOrString, selector: labelSelector, maxUnavailable: intOrString,
    unhealthyPodEvictionPolicy: string,
  }),
  status: object<PodDisruptionBudgetStatus>('PodDisruptionBudgetStatus', {
    observedGeneration: int64, disruptedPods: stringMap, disruptionsAllowed: int32, currentHealthy: int32,
    desiredHealthy: int32, expectedPods: int32, conditions: list(condition),
  }),
})

export const eviction = object<Eviction>('Eviction', {
  apiVersion: string, kind: string, metadata: namespacedMeta, deleteOptions,
})
