/** `describe node`. */
import type { Node } from '#api/types'
import { canonicalQuantity } from '#api/quantity'
import { events } from './events.js'
import { annotations, labels, taints } from './metadata.js'
import { allocated, podsOf } from './node-resources.js'
import { Paper } from './paper.js'
import type { Scene } from './scene.js'
import { byText } from './selectors.js'
import { rfc1123 } from './times.js'

const roleLabel = 'node-role.kubernetes.io/'

const rolesOf = ({ metadata: { labels: all = {} } }: Node): readonly string[] =>
  [
    ...new Set(
      [
        ...Object.keys(all)
          .filter((key) => key.startsWith(roleLabel))
          .map((key) => key.slice(roleLabel.length)),
        all['kubernetes.io/role'] ?? '',
      ].filter((role) => role !== ''),
    ),
  ].sort(byText)

export function describeNode(scene: Scene, node: Node): string {
  const paper = new Paper()
  const { metadata, spec } = node
  const roles = rolesOf(node)
  paper.field(0, 'Name', metadata.name)
  paper.field(0, 'Roles', roles.length === 0 ? '<none>' : roles.join(','))
  labels(paper, 'Labels', metadata.labels)
  annotations(paper, 'Annotations', metadata.annotations)
  paper.field(0, 'CreationTimestamp', rfc1123(scene.createdAt(node)))
  taints(paper, 'Taints', spec.taints)
  paper.field(0, 'Unschedulable', spec.unschedulable ?? false)
  lease(paper, scene, metadata.name)
  conditions(paper, scene, node)
  about(paper, node)
  const pods = scene
    .list('pods')
    .filter(
      (pod) => pod.spec.nodeName === metadata.name && !['Succeeded', 'Failed'].includes(pod.status.phase),
    )
  podsOf(paper, scene, node, pods)
  allocated(paper, node, pods)
  events(paper, scene.eventsOf(node), scene.now)
  return paper.toString()
}

/** Renewals that change nothing are not written in a World: when the last one was is not known. */
function lease(paper: Paper, scene: Scene, name: string): void {
  const found = scene.get('leases', `kube-node-lease/${name}`)
  if (found === undefined)
    return paper.field(0, 'Lease', `Failed to get lease: leases.coordination.k8s.io "${name}" not found`)
  paper.write(0, 'Lease:\n')
  paper.field(1, 'HolderIdentity', found.spec.holderIdentity ?? '<unset>')
  paper.field(1, 'AcquireTime', '<unset>')
  paper.field(1, 'RenewTime', '<unset>')
}

function conditions(paper: Paper, scene: Scene, node: Node): void {
  const all = node.status.conditions ?? []
  if (all.length === 0) return
  paper.write(0, 'Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage\n')
  paper.write(1, '----\t------\t-----------------\t------------------\t------\t-------\n')
  for (const { type, status, reason = '', message = '' } of all) {
    const [heartbeat, transition] = [scene.heartbeatOf(node), scene.transitionOf(node, type)].map(rfc1123)
    paper.write(
      1,
      `${type} \t${status} \t${heartbeat ?? ''} \t${transition ?? ''} \t${reason} \t${message}\n`,
    )
  }
}

function about(paper: Paper, { spec, status }: Node): void {
  paper.write(0, 'Addresses:\n')
  for (const { type, address } of status.addresses ?? []) paper.field(1, type, address)
  for (const [title, list = {}] of [
    ['Capacity', status.capacity],
    ['Allocatable', status.allocatable],
  ] as const) {
    const names = Object.keys(list).sort(byText)
    if (names.length > 0) paper.write(0, `${title}:\n`)
    for (const name of names) paper.field(1, name, canonicalQuantity(list[name] ?? 0))
  }
  const info = (status.nodeInfo ?? {}) as Readonly<Record<string, string | undefined>> // as validated
  paper.write(0, 'System Info:\n')
  for (const [title, field] of [
    ['Machine ID', 'machineID'],
    ['System UUID', 'systemUUID'],
    ['Boot ID', 'bootID'],
    ['Kernel Version', 'kernelVersion'],
    ['OS Image', 'osImage'],
    ['Operating System', 'operatingSystem'],
    ['Architecture', 'architecture'],
    ['Container Runtime Version', 'containerRuntimeVersion'],
    ['Kubelet Version', 'kubeletVersion'],
  ] as const) {
    paper.field(1, title, info[field] ?? '')
  }
  if ((spec.podCIDR ?? '') !== '') paper.field(0, 'PodCIDR', spec.podCIDR ?? '')
  if ((spec.podCIDRs ?? []).length > 0) paper.field(0, 'PodCIDRs', (spec.podCIDRs ?? []).join(','))
  if ((spec.providerID ?? '') !== '') paper.field(0, 'ProviderID', spec.providerID ?? '')
}
