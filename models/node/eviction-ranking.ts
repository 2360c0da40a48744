/**
 * Models: pkg/kubelet/eviction/helpers.go (rankMemoryPressure, rankDiskPressureFunc, rankPIDPressure, evictionMessage),
 *   pkg/api/v1/resource/helpers.go (GetResourceRequestQuantity), pkg/kubelet/types/pod_update.go (IsCriticalPod)
 * Reads: nothing (it is handed pods and what they use)
 * Writes: nothing
 * Omits: disks of their own for images or containers; annotations of the KubeEvent; ephemeral containers
 */
import type { Pod } from '#api/types'
import { formatQuantity, quantityOf, zeroQuantity } from '#api/quantity'
import { hasPodLevelResources, parseResources, podRequests } from '../scheduling/requests.js'
import {
  resourceOf, thresholdAmount, type Observations, type StarvedResource, type Threshold,
} from './eviction-thresholds.js'
import { systemCriticalPriority } from './qos.js'

/** What a container uses, in bytes: its working set, and its files and logs. */
export interface ContainerUse {
  readonly name: string
  readonly memory?: number
  readonly disk?: number
}

/** What a pod uses in all: its volumes on the node's disk included. */
export interface PodUse {
  readonly memory?: number
  readonly disk?: number
  readonly inodes?: number
  readonly processes?: number
  readonly containers: readonly ContainerUse[]
}

/** `undefined` where nothing is known of a pod: it has no sandbox. */
export type Usage = (pod: Pod) => PodUse | undefined

/** Negative where the first is to be evicted sooner. */
type Comparison = (a: Pod, b: Pod) => number

/** GetResourceRequestQuantity, in bytes; nobody asks for inodes or processes. */
export function requestOf({ spec }: Pod, resource: StarvedResource): number {
  if (resource === 'inodes' || resource === 'pids') return 0
  const { overhead: _, ...own } = spec
  const { memory, ephemeral } = podRequests(own)
  const over = parseResources(spec.overhead)
  if (resource === 'memory') return memory === 0 ? 0 : memory + over.memory
  // What is asked for as a whole has no ephemeral storage, and nothing else is asked then.
  const disk = hasPodLevelResources(spec.resources?.requests, spec.resources?.limits) ? 0 : ephemeral
  return disk === 0 ? 0 : disk + over.ephemeral
}

const usedOf = (use: PodUse, resource: StarvedResource): number => {
  switch (resource) {
    case 'memory': return use.memory ?? 0
    case 'ephemeral-storage': return use.disk ?? 0
    case 'inodes': return use.inodes ?? 0
    case 'pids': return use.processes ?? 0
  }
}

const trueFirst = (a: boolean, b: boolean): number => Number(b) - Number(a)

/** Those of which nothing is known come first. */
const byUse = (usage: Usage, compare: (a: readonly [Pod, PodUse], b: readonly [Pod, PodUse]) => number): Comparison =>
  (a, b) => {
    const [useA, useB] = [usage(a), usage(b)]
    return useA === undefined || useB === undefined
      ? trueFirst(useA === undefined, useB === undefined)
      : compare([a, useA], [b, useB])
  }

export const byPriority: Comparison = (a, b) => (a.spec.priority ?? 0) - (b.spec.priority ?? 0)

/** exceedMemoryRequests, exceedDiskRequests. */
export const byExcess = (usage: Usage, resource: StarvedResource): Comparison =>
  byUse(usage, ([a, useA], [b, useB]) => trueFirst(
    usedOf(useA, resource) > requestOf(a, resource), usedOf(useB, resource) > requestOf(b, resource),
  ))

/** memory, disk, process: whoever uses more beyond its request. Inodes are counted against the storage asked for. */
export const byConsumption = (usage: Usage, resource: StarvedResource): Comparison =>
  byUse(usage, ([a, useA], [b, useB]) => {
    const asked = resource === 'inodes' ? 'ephemeral-storage' : resource
    return (usedOf(useB, resource) - requestOf(b, asked)) - (usedOf(useA, resource) - requestOf(a, asked))
  })

export const orderedBy = (...comparisons: readonly Comparison[]): Comparison => (a, b) => {
  for (const compare of comparisons) {
    const order = compare(a, b)
    if (order !== 0) return order
  }
  return 0
}

/** rankMemoryPressure, rankDiskPressureFunc, rankPIDPressure. */
export const rankFor = (resource: StarvedResource, usage: Usage): Comparison => (resource === 'pids'
  ? orderedBy(byPriority, byConsumption(usage, resource))
  : orderedBy(byExcess(usage, resource), byPriority, byConsumption(usage, resource)))

/** IsCriticalPod. */
export const isCriticalPod = ({ metadata, spec }: Pod): boolean => {
  const source = metadata.annotations?.['kubernetes.io/config.source']
  return (source !== undefined && source !== 'api') || metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined
    || (spec.priority ?? 0) >= systemCriticalPriority
}

/** Those of which one is evicted next: upstream's sort leaves open which. */
export function firstToEvict(pods: readonly Pod[], rank: Comparison): readonly Pod[] {
  const candidates = pods.filter((pod) => !isCriticalPod(pod))
  const first = candidates.reduce<Pod | undefined>(
    (best, pod) => (best === undefined || rank(pod, best) < 0 ? pod : best), undefined,
  )
  return first === undefined ? [] : candidates.filter((pod) => rank(pod, first) === 0)
}

const bytes = (amount: number): string =>
  formatQuantity({ ...zeroQuantity, nanos: BigInt(amount) * 1_000_000_000n, format: 'BinarySI' })

const larger = (what: string, resource: string, used: number, asked: string): string =>
  `${what} was using ${bytes(used)}, request is ${asked}, has larger consumption of ${resource}. `

/** evictionMessage; its spaces are upstream's. */
export function evictionMessage(
  resource: StarvedResource, pod: Pod, use: PodUse | undefined, thresholds: readonly Threshold[],
  observations: Observations,
): string {
  const met = thresholds.find(({ signal }) => resourceOf(signal) === resource && observations[signal] !== undefined)
  const observed = met === undefined ? undefined : observations[met.signal]
  let message = `The node was low on resource: ${resource}. `
  if (met !== undefined && observed !== undefined) {
    const quantity = bytes(thresholdAmount(met.value, observed.capacity))
    message += `Threshold quantity: ${quantity}, available: ${bytes(observed.available)}. `
  }
  if (use === undefined) return message
  const { requests, limits } = pod.spec.resources ?? {}
  const whole = requests?.['memory']
  if (resource === 'memory' && hasPodLevelResources(requests, limits) && whole !== undefined && use.memory !== undefined) {
    message += larger(`Pod ${pod.metadata.name}`, resource, use.memory, formatQuantity(quantityOf(whole)))
  }
  if (resource !== 'memory' && resource !== 'ephemeral-storage') return message
  for (const one of use.containers) {
    const spec = [...pod.spec.containers, ...pod.spec.initContainers ?? []].find(({ name }) => name === one.name)
    const used = resource === 'memory' ? one.memory : one.disk
    if (spec === undefined || used === undefined) continue
    const asked = quantityOf(spec.resources?.requests?.[resource] ?? '0')
    if (BigInt(used) * 1_000_000_000n > asked.nanos) {
      message += larger(`Container ${one.name}`, resource, used, formatQuantity(asked))
    }
  }
  return message
}
