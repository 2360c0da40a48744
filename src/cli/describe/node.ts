/** `describe node`. */
import type { Node, Pod, PodSpec, QuantityText, ResourceList } from '#api/types'
import { canonicalQuantity, formatQuantity, quantityMilliValue, quantityOf, quantityValue, type QuantityFormat } from '#api/quantity'
import { podLimits, podRequests } from '#models/scheduling/requests'
import { events } from './events.js'
import { annotations, labels, taints } from './metadata.js'
import { Paper } from './paper.js'
import type { Scene } from './scene.js'
import { byText } from './selectors.js'
import { rfc1123, since } from './times.js'

const roleLabel = 'node-role.kubernetes.io/'

const rolesOf = ({ metadata: { labels: all = {} } }: Node): readonly string[] => [...new Set([
  ...Object.keys(all).filter((key) => key.startsWith(roleLabel)).map((key) => key.slice(roleLabel.length)),
  all['kubernetes.io/role'] ?? '',
].filter((role) => role !== ''))].sort(byText)

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
  const pods = scene.list('pods').filter((pod) => pod.spec.nodeName === metadata.name && !['Succeeded', 'Failed'].includes(pod.status.phase))
  podsOf(paper, scene, node, pods)
  allocated(paper, node, pods)
  events(paper, scene.eventsOf(node), scene.now)
  return paper.toString()
}

/** Renewals that change nothing are not written in a World: when the last one was is not known. */
function lease(paper: Paper, scene: Scene, name: string): void {
  const found = scene.get('leases', `kube-node-lease/${name}`)
  if (found === undefined) return paper.field(0, 'Lease', `Failed to get lease: leases.coordination.k8s.io "${name}" not found`)
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
    paper.write(1, `${type} \t${status} \t${heartbeat ?? ''} \t${transition ?? ''} \t${reason} \t${message}\n`)
  }
}

function about(paper: Paper, { spec, status }: Node): void {
  paper.write(0, 'Addresses:\n')
  for (const { type, address } of status.addresses ?? []) paper.field(1, type, address)
  for (const [title, list = {}] of [['Capacity', status.capacity], ['Allocatable', status.allocatable]] as const) {
    const names = Object.keys(list).sort(byText)
    if (names.length > 0) paper.write(0, `${title}:\n`)
    for (const name of names) paper.field(1, name, canonicalQuantity(list[name] ?? 0))
  }
  const info = (status.nodeInfo ?? {}) as Readonly<Record<string, string | undefined>> // as validated
  paper.write(0, 'System Info:\n')
  for (const [title, field] of [
    ['Machine ID', 'machineID'], ['System UUID', 'systemUUID'], ['Boot ID', 'bootID'], ['Kernel Version', 'kernelVersion'],
    ['OS Image', 'osImage'], ['Operating System', 'operatingSystem'], ['Architecture', 'architecture'],
    ['Container Runtime Version', 'containerRuntimeVersion'], ['Kubelet Version', 'kubeletVersion'],
  ] as const) {
    paper.field(1, title, info[field] ?? '')
  }
  if ((spec.podCIDR ?? '') !== '') paper.field(0, 'PodCIDR', spec.podCIDR ?? '')
  if ((spec.podCIDRs ?? []).length > 0) paper.field(0, 'PodCIDRs', (spec.podCIDRs ?? []).join(','))
  if ((spec.providerID ?? '') !== '') paper.field(0, 'ProviderID', spec.providerID ?? '')
}

/** Milli-units of CPU and bytes of everything else, with how the sum is to be written. */
interface Amount {
  readonly value: number
  readonly format: QuantityFormat
}

type Kind = 'requests' | 'limits'

/** A sum is written as its first part that is not nothing. */
function formatOf({ containers, initContainers = [], overhead, resources }: PodSpec, kind: Kind, name: string): QuantityFormat {
  const lists: readonly (ResourceList | undefined)[] = [resources, ...containers.map((one) => one.resources), ...initContainers.map((one) => one.resources)]
    .map((one) => one?.[kind])
  const first = [...lists, overhead].map((list) => list?.[name]).find((amount) => amount !== undefined && quantityOf(amount).nanos > 0n)
  return first === undefined ? 'DecimalSI' : quantityOf(first).format
}

const fields = { 'cpu': 'cpu', 'memory': 'memory', 'ephemeral-storage': 'ephemeral' } as const

function amountOf({ spec }: Pod, kind: Kind, name: string): Amount {
  const sum = kind === 'requests' ? podRequests(spec) : podLimits(spec)
  const value = name in fields ? sum[fields[name as keyof typeof fields]] : sum.scalars?.[name] ?? 0 // just looked for
  return { value, format: formatOf(spec, kind, name) }
}

const text = (name: string, { value, format }: Amount): string =>
  formatQuantity({ nanos: BigInt(value) * (name === 'cpu' ? 1_000_000n : 1_000_000_000n), format })

function share(name: string, { value }: Amount, whole: QuantityText | undefined): string {
  const all = whole === undefined ? 0 : (name === 'cpu' ? quantityMilliValue : quantityValue)(quantityOf(whole))
  return `${all === 0 ? 0 : Math.trunc(value / all * 100)}%`
}

const roomOf = ({ status }: Node): ResourceList =>
  (Object.keys(status.allocatable ?? {}).length > 0 ? status.allocatable : status.capacity) ?? {}

function podsOf(paper: Paper, scene: Scene, node: Node, pods: readonly Pod[]): void {
  const room = roomOf(node)
  paper.field(0, 'Non-terminated Pods', `(${pods.length} in total)`)
  paper.write(1, 'Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge\n')
  paper.write(1, '---------\t----\t\t------------\t----------\t---------------\t-------------\t---\n')
  for (const pod of pods) {
    const columns = (['cpu', 'memory'] as const).flatMap((name) => (['requests', 'limits'] as const).map((kind) => {
      const amount = amountOf(pod, kind, name)
      return `${text(name, amount)} (${share(name, amount, room[name])})`
    }))
    paper.write(1, `${pod.metadata.namespace}\t${pod.metadata.name}\t\t${columns.join('\t')}\t${since(scene.createdAt(pod), scene.now)}\n`)
  }
}

function allocated(paper: Paper, node: Node, pods: readonly Pod[]): void {
  const room = roomOf(node)
  const sum = (name: string, kind: Kind): Amount => pods.map((pod) => amountOf(pod, kind, name)).reduce(
    (all, { value, format }) => ({ value: all.value + value, format: all.value === 0 ? format : all.format }), { value: 0, format: 'DecimalSI' })
  paper.write(0, 'Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)\n')
  paper.write(1, 'Resource\tRequests\tLimits\n  --------\t--------\t------\n')
  const isPages = (name: string): boolean => name.startsWith('hugepages-')
  const line = (name: string, hasShare: boolean): void => {
    const columns = (['requests', 'limits'] as const).map((kind) => {
      const amount = sum(name, kind)
      return hasShare ? `${text(name, amount)} (${share(name, amount, room[name])})` : text(name, amount)
    })
    paper.write(1, `${name}\t${columns.join('\t')}\n`)
  }
  for (const name of Object.keys(fields)) line(name, true)
  const others = Object.keys(room).filter((name) => !(name in fields) && name !== 'pods').sort(byText)
  for (const name of others.filter(isPages)) line(name, true)
  for (const name of others.filter((one) => !isPages(one))) line(name, false)
}
