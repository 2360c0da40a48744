/** Codecs of Namespace, Node and Lease: api `core/v1/types.go`, `coordination/v1/types.go`. */
import type {
  Lease, Namespace, NamespaceCondition, Node, NodeAddress, NodeCondition, NodeSpec, NodeStatus,
} from '../types.js'
import { resourceList } from './container.js'
import { namespacedMeta, objectMeta, strings } from './meta.js'
import { taint } from './scheduling.js'
import { boolean, int32, int64, json, jsonObject, list, object, string, time } from './wire.js'

export const namespace = object<Namespace>('Namespace', {
  apiVersion: string, kind: string, metadata: objectMeta,
  spec: object<Namespace['spec']>('NamespaceSpec', { finalizers: strings }),
  status: object<Namespace['status']>('NamespaceStatus', {
    phase: string,
    conditions: list(object<NamespaceCondition>('NamespaceCondition', {
      type: string, status: string, lastTransitionTime: time, reason: string, message: string,
    })),
  }),
})

export const node = object<Node>('Node', {
  apiVersion: string, kind: string, metadata: objectMeta,
  spec: object<NodeSpec>('NodeSpec', {
    podCIDR: string, podCIDRs: strings, providerID: string, unschedulable: boolean, taints: list(taint),
    configSource: jsonObject, externalID: string,
  }),
  status: object<NodeStatus>('NodeStatus', {
    capacity: resourceList,
    allocatable: resourceList,
    phase: string,
    conditions: list(object<NodeCondition>('NodeCondition', {
      type: string, status: string, lastHeartbeatTime: time, lastTransitionTime: time, reason: string,
      message: string,
    })),
    addresses: list(object<NodeAddress>('NodeAddress', { type: string, address: string })),
    daemonEndpoints: jsonObject,
    nodeInfo: jsonObject,
    images: list(object<NonNullable<NodeStatus['images']>[number]>('ContainerImage', {
      names: strings, sizeBytes: int64,
    })),
    volumesInUse: strings,
    volumesAttached: list(json),
    config: jsonObject,
    runtimeHandlers: list(json),
    features: jsonObject,
    declaredFeatures: strings,
  }),
})

export const lease = object<Lease>('Lease', {
  apiVersion: string, kind: string, metadata: namespacedMeta,
  spec: object<Lease['spec']>('LeaseSpec', {
    holderIdentity: string, leaseDurationSeconds: int32, acquireTime: time, renewTime: time,
    leaseTransitions: int32, strategy: string, preferredHolder: string,
  }),
})
