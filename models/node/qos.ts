/**
 * Models: pkg/apis/core/v1/helper/qos/qos.go (ComputePodQOS, GetPodQOS), pkg/kubelet/qos/policy.go
 *   (GetContainerOOMScoreAdjust), pkg/kubelet/types/pod_update.go (IsNodeCriticalPod)
 * Reads: nothing (it is handed a pod)
 * Writes: nothing
 * Omits: resize: requests are what the spec says
 */
import type { Container, Pod, PodSpec, ResourceList } from '#api/types'
import { isRestartableInitContainer } from '#api/pods'
import {
  addQuantities, compareQuantities, quantityOf, valueOf, zeroQuantity, type Quantity,
} from '#api/quantity'
import { hasPodLevelRequests, summedRequests } from '../scheduling/requests.js'

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort'

/** What a class is told by. */
const counted = ['cpu', 'memory'] as const

type Amounts = Readonly<Partial<Record<(typeof counted)[number], Quantity>>>

function sum(lists: readonly (ResourceList | undefined)[]): Amounts {
  const total: { cpu?: Quantity; memory?: Quantity } = {}
  for (const list of lists) {
    for (const name of counted) {
      const amount = quantityOf(list?.[name] ?? 0)
      if (compareQuantities(amount, zeroQuantity) > 0) {
        total[name] = addQuantities(total[name] ?? zeroQuantity, amount)
      }
    }
  }
  return total
}

/** Whether CPU and memory are both limited. */
const isLimited = (limits: ResourceList | undefined): boolean => {
  const { cpu, memory } = sum([limits])
  return cpu !== undefined && memory !== undefined
}

/** What the pod as a whole asks for stands in place of what its containers do, init containers included. */
export function computePodQos(spec: PodSpec): QosClass {
  const parts = spec.resources === undefined
    ? [...spec.containers, ...spec.initContainers ?? []].map(({ resources }) => resources)
    : [spec.resources]
  const requests = sum(parts.map((part) => part?.requests))
  const limits = sum(parts.map((part) => part?.limits))
  const names = counted.filter((name) => requests[name] !== undefined)
  const limited = counted.filter((name) => limits[name] !== undefined)
  if (names.length === 0 && limited.length === 0) return 'BestEffort'
  // A pod that limits nothing as a whole is not held to it.
  const isEachLimited = spec.resources === undefined
    ? parts.every((part) => isLimited(part?.limits))
    : Object.keys(spec.resources.limits ?? {}).length === 0 || isLimited(spec.resources.limits)
  const isEqual = names.every((name) => {
    const [request, limit] = [requests[name], limits[name]]
    return request !== undefined && limit !== undefined && compareQuantities(request, limit) === 0
  })
  return isEachLimited && isEqual && names.length === limited.length ? 'Guaranteed' : 'Burstable'
}

/** GetPodQOS: as the pod was told when it was created. */
export const podQos = ({ spec, status }: Pod): QosClass => status.qosClass ?? computePodQos(spec)

/** scheduling.SystemCriticalPriority. */
export const systemCriticalPriority = 2_000_000_000

/** IsNodeCriticalPod. */
export const isNodeCritical = ({ spec }: Pod): boolean =>
  spec.priorityClassName === 'system-node-critical' && (spec.priority ?? 0) >= systemCriticalPriority

export const guaranteedScore = -997
export const bestEffortScore = 1000

const memoryOf = (list: ResourceList | undefined): number => valueOf(list?.['memory'] ?? 0)

/** The memory that a pod asks for as a whole, less what its containers ask for, in equal parts. */
function spareMemory({ spec }: Pod): number {
  const own = memoryOf(spec.resources?.requests)
  if (!hasPodLevelRequests(spec) || own === 0) return 0
  const count = spec.containers.length + (spec.initContainers ?? []).length
  return Math.trunc((own - summedRequests(spec).memory) / count)
}

/**
 * How much sooner than others the processes of a container are killed when the node runs out of memory, from
 * -1000 (never) to 1000. `memoryCapacity` is the node's, in bytes.
 */
export function oomScoreAdjust(pod: Pod, container: Container, memoryCapacity: number): number {
  if (isNodeCritical(pod)) return guaranteedScore
  const qos = podQos(pod)
  if (qos === 'Guaranteed') return guaranteedScore
  if (qos === 'BestEffort') return bestEffortScore
  const spare = spareMemory(pod)
  const scoreOf = (memory: number): number => 1000 - Math.trunc(1000 * (memory + spare) / memoryCapacity)
  let score = scoreOf(memoryOf(container.resources?.requests))
  const isSidecar = isRestartableInitContainer(container)
    && pod.spec.initContainers?.some(({ name }) => name === container.name) === true
  if (isSidecar) {
    // A sidecar is not killed before the app container that asks for least.
    const apps = pod.spec.containers.map(({ resources }) => memoryOf(resources?.requests))
    score = Math.min(score, scoreOf(Math.min(...apps)))
  }
  return score === bestEffortScore ? score - 1 : Math.max(score, 1000 + guaranteedScore)
}
