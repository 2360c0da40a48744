/**
 * Models: pkg/scheduler/framework/types.go (NodeInfo), pkg/scheduler/util/utils.go (GetHostPorts),
 *   staging/src/k8s.io/kube-scheduler/framework (HostPortInfo)
 * Reads: nothing (it is handed nodes and pods)
 * Writes: nothing
 * Omits: image states, volume claims, declared features
 */
import type { Container, Labels, Node, Pod, Taint } from '#api/types'
import { isRestartableInitContainer } from '#api/pods'
import { equal } from '#kernel/value'
import { cohortOf } from './cohorts.js'
import { parseResources, podRequests, type Requests, type Resources } from './requests.js'

/** What the scheduler looks at in a Node, beside what it offers of CPU, memory, storage and pods. */
export interface Shape {
  readonly name: string
  readonly labels: Labels
  readonly taints: readonly Taint[]
  readonly unschedulable: boolean
  readonly scalars: Resources['scalars']
  /** Allocatable, at the `offered` places of a node's amounts. */
  readonly offered: readonly number[]
}

/** One node as the scheduler's cache has it: what it offers, and the sums of what its pods ask for. */
export interface NodeInfo {
  /** Absent while the Node is unknown or gone and pods on it remain: such a node takes no further pods. */
  readonly shape: Shape | undefined
  /** What a scheduling cycle looks at first, in one list: see `amount`. */
  readonly amounts: readonly number[]
  /** Sums of the other resources. */
  readonly scalars: Resources['scalars']
  /** `namespace/name` of its pods, assumed ones included. */
  readonly pods: readonly string[]
  /** How many of its pods belong to each cohort. */
  readonly cohorts: Readonly<Record<string, number>>
  /** Host ports in use: `0.0.0.0/TCP/8080`. */
  readonly ports: readonly string[] | undefined
}

/**
 * Places in `NodeInfo.amounts`: requested, then offered. A thousand nodes are looked at in a cycle, so that what every
 * pod asks about is kept together.
 */
export const amount = {
  cpu: 0, memory: 1, ephemeral: 2, pods: 3, nonZeroCpu: 4, nonZeroMemory: 5,
  offeredCpu: 6, offeredMemory: 7, offeredEphemeral: 8, offeredPods: 9,
  /** Not 0 where the node has taints or is unschedulable. */
  isGuarded: 10,
} as const

const none: readonly string[] = []
const noLabels: Labels = {}
const noTaints: readonly Taint[] = []
const offersNothing: readonly number[] = [0, 0, 0, 0, 0]

export const emptyNodeInfo: NodeInfo = {
  shape: undefined,
  amounts: [0, 0, 0, 0, 0, 0, ...offersNothing],
  scalars: undefined,
  pods: none,
  cohorts: {},
  ports: undefined,
}

// A cache of a pure function of an immutable object.
const shapes = new WeakMap<Node, Shape>()

export function shapeOf(node: Node): Shape {
  let shape = shapes.get(node)
  if (shape === undefined) {
    const { allocatable } = node.status
    const { cpu, memory, ephemeral, scalars } = parseResources(allocatable)
    const taints = node.spec.taints ?? noTaints
    const unschedulable = node.spec.unschedulable ?? false
    const pods = Number(allocatable?.['pods'] ?? 0)
    shape = {
      name: node.metadata.name,
      labels: node.metadata.labels ?? noLabels,
      taints,
      unschedulable,
      scalars,
      offered: [cpu, memory, ephemeral, pods, unschedulable || taints.length > 0 ? 1 : 0],
    }
    shapes.set(node, shape)
  }
  return shape
}

/** SetNode, and RemoveNode where there is no shape any more. */
export const withShape = (info: NodeInfo, shape: Shape | undefined): NodeInfo => ({
  ...info, shape, amounts: [...info.amounts.slice(0, amount.offeredCpu), ...shape?.offered ?? offersNothing],
})

/** What a pod is to its node. */
export interface Load {
  readonly requests: Requests
  readonly cohort: string
  readonly ports: readonly string[]
}

// As above; keyed by the pod, whose spec and labels it follows from.
const loads = new WeakMap<Pod, Load>()

export function loadOf(pod: Pod): Load {
  let load = loads.get(pod)
  if (load === undefined) {
    load = { requests: podRequests(pod.spec), cohort: cohortOf(pod), ports: hostPortsOf(pod) }
    loads.set(pod, load)
  }
  return load
}

/** Whether a pod means the same to its node, so that nothing has to be counted anew. */
export const isSameLoad = (a: Pod, b: Pod): boolean =>
  a === b || (a.metadata === b.metadata && a.spec === b.spec) || equal(loadOf(a), loadOf(b))

/** Ports on the node's own addresses, of the containers that run as long as the pod does. */
export function hostPortsOf(pod: Pod): readonly string[] {
  let ports: string[] | undefined
  const collect = (container: Container): void => {
    for (const { hostPort, hostIP, protocol } of container.ports ?? []) {
      if ((hostPort ?? 0) > 0) (ports ??= []).push(`${(hostIP ?? '') === '' ? anyAddress : hostIP}/${protocol}/${hostPort}`)
    }
  }
  for (const container of pod.spec.initContainers ?? []) if (isRestartableInitContainer(container)) collect(container)
  pod.spec.containers.forEach(collect)
  return ports ?? none
}

const anyAddress = '0.0.0.0'

/** HostPortInfo.CheckConflict: the same port and protocol, on the same address or where one of them is every address. */
export function conflicts(wanted: string, used: readonly string[] | undefined): boolean {
  if (used === undefined) return false
  const slash = wanted.indexOf('/')
  const [address, port] = [wanted.slice(0, slash), wanted.slice(slash)]
  return used.some((other) => other.endsWith(port)
    && (address === anyAddress || other.startsWith(`${anyAddress}/`) || other === wanted))
}

const scalarsPlus = (a: Resources['scalars'], b: Resources['scalars'], sign: 1 | -1): Resources['scalars'] => {
  if (b === undefined) return a
  const sum: Record<string, number> = { ...a }
  for (const name in b) {
    const amount = (sum[name] ?? 0) + sign * (b[name] ?? 0)
    if (amount === 0) delete sum[name]
    else sum[name] = amount
  }
  return Object.keys(sum).length === 0 ? undefined : sum
}

function amountsPlus(amounts: readonly number[], requests: Requests, sign: 1 | -1): readonly number[] {
  const sum = amounts.slice()
  sum[amount.cpu]! += sign * requests.cpu
  sum[amount.memory]! += sign * requests.memory
  sum[amount.ephemeral]! += sign * requests.ephemeral
  sum[amount.pods]! += sign
  sum[amount.nonZeroCpu]! += sign * requests.nonZeroCpu
  sum[amount.nonZeroMemory]! += sign * requests.nonZeroMemory
  return sum
}

/** AddPodInfo: the same where the pod is there already. */
export function withPod(info: NodeInfo, name: string, pod: Pod): NodeInfo {
  if (info.pods.includes(name)) return info
  const { requests, cohort, ports } = loadOf(pod)
  return {
    shape: info.shape,
    amounts: amountsPlus(info.amounts, requests, 1),
    scalars: scalarsPlus(info.scalars, requests.scalars, 1),
    pods: [...info.pods, name],
    cohorts: { ...info.cohorts, [cohort]: (info.cohorts[cohort] ?? 0) + 1 },
    ports: ports.length === 0 ? info.ports : [...new Set([...info.ports ?? none, ...ports])],
  }
}

/** RemovePod: the same where the pod is not there. */
export function withoutPod(info: NodeInfo, name: string, pod: Pod): NodeInfo {
  if (!info.pods.includes(name)) return info
  const { requests, cohort, ports } = loadOf(pod)
  const { [cohort]: count = 1, ...others } = info.cohorts
  const left = ports.length === 0 ? info.ports : info.ports?.filter((port) => !ports.includes(port))
  return {
    shape: info.shape,
    amounts: amountsPlus(info.amounts, requests, -1),
    scalars: scalarsPlus(info.scalars, requests.scalars, -1),
    pods: info.pods.filter((other) => other !== name),
    cohorts: count <= 1 ? others : { ...others, [cohort]: count - 1 },
    ports: left?.length === 0 ? undefined : left,
  }
}
