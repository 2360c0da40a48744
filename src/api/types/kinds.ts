import type { ConfigMap, KubeEvent, Secret, ServiceAccount } from './config.js'
import type { Lease, Namespace, Node } from './cluster.js'
import type { EndpointSlice, Service } from './network.js'
import type { Pod } from './pod.js'
import type { Deployment, PodDisruptionBudget, ReplicaSet } from './workloads.js'

/** The kinds that have types, defaults and validation, by `kind`. */
export type ModelledKinds = {
  readonly Namespace: Namespace
  readonly Node: Node
  readonly Pod: Pod
  readonly ReplicaSet: ReplicaSet
  readonly Deployment: Deployment
  readonly Service: Service
  readonly EndpointSlice: EndpointSlice
  readonly Lease: Lease
  readonly Event: KubeEvent
  readonly ConfigMap: ConfigMap
  readonly Secret: Secret
  readonly ServiceAccount: ServiceAccount
  readonly PodDisruptionBudget: PodDisruptionBudget
}

export type ModelledKind = keyof ModelledKinds
export type ModelledObject = ModelledKinds[ModelledKind]
