/**
 * Models: pkg/kubelet/eviction/helpers.go (makeSignalObservations), pkg/kubelet/stats (the summary), pkg/kubelet/kubelet_pods.go
 *   (GetActivePods)
 * Reads: store and index through the cache, static, chart, sandbox, sandboxes, container, images, profile, trouble
 * Writes: nothing
 * Omits: what the system itself uses; inodes and processes, of which nothing is known; statistics that are old
 */
import type { Node, Pod } from '#api/types'
import { isPodPhaseTerminal } from '#api/pods'
import type { Cells } from '#kernel/cells'
import { chartKey } from '#machine/chart'
import type { View } from '#machine/view'
import { parseResources } from '../scheduling/requests.js'
import { containerKey, nodeName, podOwner, sandboxesKey, sandboxKey } from './cells.js'
import type { ContainerUse, PodUse } from './eviction-ranking.js'
import type { Observations } from './eviction-thresholds.js'
import { takenKey } from './eviction-watch.js'
import { imagesOn } from './garbage.js'
import type { PodMemory } from './pod-memory.js'
import { podsOn } from './static-cells.js'

/** What the containers and images of the node's runtime use by their profiles, in bytes. */
export function usedOn(cells: Cells, node: string): { readonly memory: number; readonly disk: number } {
  let [memory, disk] = [0, 0]
  for (const uid of cells.read(sandboxesKey(node)) ?? []) {
    for (const name of cells.read(sandboxKey(node, uid))?.containers ?? []) {
      const container = cells.read(containerKey(node, uid, name))
      memory += container?.memory ?? 0
      disk += container?.disk ?? 0
    }
  }
  return { memory, disk: disk + imagesOn(cells, node) }
}

/** What is taken of the node's one disk. */
export const diskUsed = (cells: Cells, node: string): number =>
  usedOn(cells, node).disk + (cells.read(takenKey('disk', node)) ?? 0)

/** What is left of the node's memory and of its one disk. */
export function observe({ cells }: View, { metadata: { name }, status }: Node): Observations {
  const capacity = parseResources(status.capacity)
  const used = usedOn(cells, name)
  const left = (what: 'memory' | 'disk', all: number): number =>
    Math.max(0, all - used[what] - (cells.read(takenKey(what, name)) ?? 0))
  const memory = { available: left('memory', capacity.memory), capacity: capacity.memory }
  const disk = { available: left('disk', capacity.ephemeral), capacity: capacity.ephemeral }
  return { 'memory.available': memory, 'nodefs.available': disk, 'imagefs.available': disk }
}

/** What a container that asks for no memory is taken to use where its profile does not say. */
const unknownUse = 10 * 1024 * 1024

/** Of containers that run; one of which nothing is known uses what it asks for. `undefined` without a sandbox. */
export function useOf({ cells, process }: View, { metadata: { uid }, spec }: Pod): PodUse | undefined {
  const node = nodeName(process)
  if (cells.read(sandboxKey(node, uid))?.ready !== true) return undefined
  const containers: ContainerUse[] = []
  for (const { name, resources } of [...spec.containers, ...spec.initContainers ?? []]) {
    const container = cells.read(containerKey(node, uid, name))
    if (container?.state !== 'running') continue
    const asked = parseResources(resources?.requests).memory
    containers.push({
      name, memory: container.memory ?? (asked === 0 ? unknownUse : asked), disk: container.disk ?? 0,
    })
  }
  const sum = (what: 'memory' | 'disk'): number => containers.reduce((total, one) => total + (one[what] ?? 0), 0)
  return { memory: sum('memory'), disk: sum('disk'), containers }
}

/** GetActivePods: those that were admitted and are not ending. */
export function activePods(view: View): readonly Pod[] {
  const { cells, process } = view
  return podsOn(view).filter(({ metadata, status }) => {
    const snapshot = cells.read(chartKey(process, podOwner(metadata.uid)))
    const memory = snapshot?.context as PodMemory | undefined // a pod worker's memory
    return memory?.admitted === true && memory.evicted === undefined && !['die', 'dead'].includes(memory.next)
      && metadata.deletionTimestamp === undefined && !isPodPhaseTerminal(status.phase)
  })
}
