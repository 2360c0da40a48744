/**
 * Models: pkg/kubelet/kubelet_pods.go (GetActivePods, filterOutInactivePods), as the sums that admission asks
 *   for
 * Reads: memory
 * Writes: memory
 * Omits: nothing that is observable
 */
import type { Pod, PodSpec } from '#api/types'
import type { Context } from '#machine/process'
import type { Key } from '#kernel/cells'
import { memoryKey } from '../client/memory.js'
import { hostPortsOf } from '../scheduling/node-info.js'
import { podRequests, type Resources } from '../scheduling/requests.js'

/**
 * What the pods ask for that were admitted and have not come to their end on this node. Kept up to date by
 * each of them.
 */
export interface NodeLoad {
  readonly pods: number
  readonly cpu: number
  readonly memory: number
  readonly ephemeral: number
  readonly scalars: Readonly<Record<string, number>>
  /** Host ports; one that two pods have is there twice. */
  readonly ports: readonly string[]
}

const noLoad: NodeLoad = { pods: 0, cpu: 0, memory: 0, ephemeral: 0, scalars: {}, ports: [] }

export interface Wishes {
  readonly requests: Resources
  readonly ports: readonly string[]
}

// A cache of a pure function: a pod's spec stays the same object while its status changes.
const known = new WeakMap<PodSpec, Wishes>()

export function wishesOf(pod: Pod): Wishes {
  let wishes = known.get(pod.spec)
  if (wishes === undefined) {
    wishes = { requests: podRequests(pod.spec), ports: hostPortsOf(pod) }
    known.set(pod.spec, wishes)
  }
  return wishes
}

const loadKey = (process: string): Key<NodeLoad> => memoryKey(process, 'load')

export const loadOf = ({ cells, process }: Pick<Context, 'cells' | 'process'>): NodeLoad =>
  cells.read(loadKey(process)) ?? noLoad

function change({ cells, process }: Context, pod: Pod, sign: 1 | -1): void {
  const before = cells.read(loadKey(process)) ?? noLoad
  const { requests, ports } = wishesOf(pod)
  let { scalars } = before
  for (const [name, amount] of Object.entries(requests.scalars ?? {})) {
    scalars = { ...scalars, [name]: (scalars[name] ?? 0) + sign * amount }
  }
  const left = [...before.ports]
  if (sign === 1) left.push(...ports)
  else for (const port of ports) left.splice(left.indexOf(port), 1)
  cells.write(loadKey(process), {
    pods: before.pods + sign,
    cpu: before.cpu + sign * requests.cpu,
    memory: before.memory + sign * requests.memory,
    ephemeral: before.ephemeral + sign * requests.ephemeral,
    scalars,
    ports: ports.length === 0 ? before.ports : left,
  })
}

/** The pod was admitted. */
export const joinNode = (context: Context, pod: Pod): void => change(context, pod, 1)

/** Nothing of the pod runs any more. */
export const leaveNode = (context: Context, pod: Pod): void => change(context, pod, -1)
