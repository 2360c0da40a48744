/** What claims about workloads look at: the newest objects, and what a sync of the Deployment controller had read. */
import type { Deployment, Pod, ReplicaSet } from '#api/types'
import { getControllerOf, isBeingDeleted, isPodActive, isPodReady } from '#api/meta'
import type { Write } from '#checker/claim'
import { part, type Cells } from '#kernel/cells'
import { chartKey } from '#machine/chart'
import { allKey, nameOf, objectKey } from '#machine/objects'
import { Newest } from '#machine/view'
import { availableDeadline } from '#models/control-plane/pod-strategy'
import { cutKey, downKey } from '#models/client/reflector'
import { all, type Memory } from '#models/workloads/deployment-memory'

export const deploymentProcess = 'kube-controller-manager/deployment'
export const replicaSetProcess = 'kube-controller-manager/replicaset'

export const deploymentNames = (cells: Cells): readonly string[] => cells.read(allKey('deployments')) ?? []
export const replicaSetNames = (cells: Cells): readonly string[] => cells.read(allKey('replicasets')) ?? []

/** The Deployment, unless it is on its way out. */
export function deploymentAt(cells: Cells, name: string): Deployment | undefined {
  const d = cells.read(objectKey('deployments', name))
  return d === undefined || isBeingDeleted(d) ? undefined : d
}

export const setsOf = (cells: Cells, d: Deployment): readonly ReplicaSet[] =>
  new Newest(cells).list('replicasets', 'owner', d.metadata.uid)
    .filter((set) => getControllerOf(set)?.uid === d.metadata.uid)

/** Every pod that the set controls, those on their way out among them. */
export const podsOf = (cells: Cells, set: ReplicaSet): readonly Pod[] =>
  new Newest(cells).list('pods', 'owner', set.metadata.uid)
    .filter((pod) => getControllerOf(pod)?.uid === set.metadata.uid)

export const activePodsOf = (cells: Cells, set: ReplicaSet): readonly Pod[] => podsOf(cells, set).filter(isPodActive)

/** Ready for as long as its set asks for. */
export const isAvailable = (cells: Cells, pod: Pod): boolean =>
  isPodReady(pod) && !cells.pending(availableDeadline(nameOf(pod)))

/** A node without power, or cut off from the control plane. */
export const isLost = (cells: Cells, node: string): boolean =>
  cells.read(downKey(node)) !== undefined || cells.read(cutKey(node)) !== undefined

export const deploymentText = (d: Deployment): string => `Deployment ${nameOf(d)}`
export const setText = (set: ReplicaSet): string => `ReplicaSet ${nameOf(set)}`
export const podText = (pod: Pod): string => `Pod ${nameOf(pod)}`

/** The sync of the Deployment controller that made this write; `undefined` where another made it, or it has ended. */
export function syncOf(cells: Cells, { choice, process }: Write): Memory | undefined {
  if (process !== deploymentProcess || part(choice, 0) !== 'request') return undefined
  const memory = cells.read(chartKey(process, part(choice, 2)))?.context as Memory | undefined // of its only sync chart
  return memory?.base === undefined ? undefined : memory
}

/** The sets of a sync as it read them, or had them answered, before it wrote a size. */
export const setsAsRead = (memory: Memory): readonly ReplicaSet[] => all(memory)

/** The same as its own writes of sizes left them. */
export const setsAsWritten = (memory: Memory): readonly ReplicaSet[] =>
  all(memory).map((set) => memory.written[set.metadata.name] ?? set)

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
