/**
 * Models: pkg/kubelet/kubelet_node_status.go (initialNode, setNodeStatus) and its lease: a node that has joined
 * Reads: store
 * Writes: store, index, cache
 * Omits: images, volumes in use, cloud providers, hardware details
 */
import type { Labels, Lease, Node, ResourceList } from '#api/types'
import type { Cells } from '#kernel/cells'
import { objectKey, type StoredObject } from '#machine/objects'
import { put } from '../control-plane/etcd.js'
import { cidrAt } from './cidr-set.js'
import { healthyConditions } from './conditions.js'

export const leaseNamespace = 'kube-node-lease'

export interface NodeOptions {
  readonly cpu?: string
  readonly memory?: string
  readonly pods?: number
  /** Sets `topology.kubernetes.io/zone`; its region is the zone less its last part: `eu-1-a` is in `eu-1`. */
  readonly zone?: string
  readonly labels?: Labels
  /** Whether the node has its pod range already, as in a cluster that has been running for a while. */
  readonly podCidr?: boolean
}

export const defaultNodeOptions = { cpu: '16', memory: '64Gi', pods: 110 } as const

/** `node-1`, `node-2`, …: the names of `--nodes 2`. */
export const nodeName = (index: number): string => `node-${index + 1}`

/** Addresses of the nodes' own network, by the order in which they joined. */
export const internalIp = (index: number): string => `172.18.${(index + 2) >> 8}.${(index + 2) & 255}`

/** The Node object of the `index`-th node (from 0), as a healthy kubelet keeps it. */
export function buildNode(index: number, options: NodeOptions = {}): Node {
  const name = nodeName(index)
  return completeNode({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, uid: '', labels: { ...zoneLabels(options.zone), ...options.labels } },
    spec: options.podCidr === true ? { podCIDR: cidrAt(index), podCIDRs: [cidrAt(index)] } : {},
    status: {},
  }, index, options)
}

/** What a user's manifest says of a node, completed by what its kubelet would post. */
export function completeNode(node: Node, index: number, options: NodeOptions = {}): Node {
  const { name } = node.metadata
  const os = node.metadata.labels?.['kubernetes.io/os'] ?? 'linux'
  const arch = node.metadata.labels?.['kubernetes.io/arch'] ?? 'amd64'
  const capacity: ResourceList = {
    cpu: options.cpu ?? defaultNodeOptions.cpu,
    memory: options.memory ?? defaultNodeOptions.memory,
    'ephemeral-storage': '100Gi',
    pods: String(options.pods ?? defaultNodeOptions.pods),
    ...node.status?.capacity,
  }
  return {
    ...node,
    metadata: {
      ...node.metadata,
      uid: node.metadata.uid === '' || node.metadata.uid === undefined ? `Node:${name}` : node.metadata.uid,
      labels: {
        'beta.kubernetes.io/arch': arch,
        'beta.kubernetes.io/os': os,
        'kubernetes.io/arch': arch,
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': os,
        ...node.metadata.labels,
      },
      annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true', ...node.metadata.annotations },
    },
    spec: node.spec ?? {},
    status: {
      ...node.status,
      capacity,
      allocatable: { ...capacity, ...node.status?.allocatable },
      conditions: node.status?.conditions ?? healthyConditions,
      addresses: node.status?.addresses ?? [
        { type: 'InternalIP', address: internalIp(index) }, { type: 'Hostname', address: name },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      nodeInfo: { kubeletVersion: 'v1.36.0', operatingSystem: os, architecture: arch },
    },
  }
}

function zoneLabels(zone: string | undefined): Labels {
  if (zone === undefined) return {}
  const region = zone.slice(0, Math.max(0, zone.lastIndexOf('-')))
  return {
    'topology.kubernetes.io/zone': zone,
    ...(region === '' ? {} : { 'topology.kubernetes.io/region': region }),
  }
}

/** The kubelet's Lease. `renewTime` is a mark that each renewal after a silence changes, and no time. */
export const leaseOf = (node: Node, renewTime = 'renewed'): Lease => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: {
    name: node.metadata.name,
    namespace: leaseNamespace,
    uid: `Lease:${leaseNamespace}/${node.metadata.name}`,
    ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: node.metadata.name, uid: node.metadata.uid }],
  },
  spec: { holderIdentity: node.metadata.name, leaseDurationSeconds: 40, renewTime },
})

/**
 * Puts a node that joined long ago into etcd, with its lease: no controller has anything left to do for it. One that
 * joins now is created through the API server instead, which taints it until it is found ready.
 */
export function addNode(cells: Cells, node: Node): void {
  const { name } = node.metadata
  if (cells.read(objectKey('nodes', name)) !== undefined) throw new Error(`node ${name} exists`)
  put(cells, 'nodes', undefined, node as StoredObject) // a Node is one
  put(cells, 'leases', undefined, leaseOf(node) as StoredObject) // and so is a Lease
}
