import type { ConditionStatus, Json, JsonObject, ResourceList, Time } from './json.js'
import type { NamespacedMeta, ObjectMeta } from './meta.js'
import type { Taint } from './scheduling.js'

export type NamespaceCondition = {
  readonly type: string
  readonly status: ConditionStatus
  readonly lastTransitionTime?: Time | null
  readonly reason?: string
  readonly message?: string
}

export type Namespace = {
  readonly apiVersion: 'v1'
  readonly kind: 'Namespace'
  readonly metadata: ObjectMeta
  readonly spec: { readonly finalizers?: readonly string[] }
  readonly status: {
    readonly phase: 'Active' | 'Terminating'
    readonly conditions?: readonly NamespaceCondition[]
  }
}

export type NodeSpec = {
  readonly podCIDR?: string
  readonly podCIDRs?: readonly string[]
  readonly providerID?: string
  readonly unschedulable?: boolean
  readonly taints?: readonly Taint[]
  readonly configSource?: JsonObject
  readonly externalID?: string
}

/** Ready, MemoryPressure, DiskPressure, PIDPressure, NetworkUnavailable. */
export type NodeCondition = {
  readonly type: string
  readonly status: ConditionStatus
  readonly lastHeartbeatTime?: Time | null
  readonly lastTransitionTime?: Time | null
  readonly reason?: string
  readonly message?: string
}

export type NodeAddress = { readonly type: string; readonly address: string }

export type NodeStatus = {
  readonly capacity?: ResourceList
  readonly allocatable?: ResourceList
  readonly phase?: string
  readonly conditions?: readonly NodeCondition[]
  readonly addresses?: readonly NodeAddress[]
  readonly daemonEndpoints?: JsonObject
  readonly nodeInfo?: JsonObject
  readonly images?: readonly { readonly names?: readonly string[]; readonly sizeBytes?: number }[]
  readonly volumesInUse?: readonly string[]
  readonly volumesAttached?: readonly Json[]
  readonly config?: JsonObject
  readonly runtimeHandlers?: readonly Json[]
  readonly features?: JsonObject
  readonly declaredFeatures?: readonly string[]
}

export type Node = {
  readonly apiVersion: 'v1'
  readonly kind: 'Node'
  readonly metadata: ObjectMeta
  readonly spec: NodeSpec
  readonly status: NodeStatus
}

/** coordination.k8s.io/v1. Renewals that change nothing are not written in a World. */
export type Lease = {
  readonly apiVersion: 'coordination.k8s.io/v1'
  readonly kind: 'Lease'
  readonly metadata: NamespacedMeta
  readonly spec: {
    readonly holderIdentity?: string
    readonly leaseDurationSeconds?: number
    readonly acquireTime?: Time | null
    readonly renewTime?: Time | null
    readonly leaseTransitions?: number
    readonly strategy?: string
    readonly preferredHolder?: string
  }
}
