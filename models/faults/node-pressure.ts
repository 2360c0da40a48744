/**
 * Models: a node whose memory, or disk, something else than its pods takes (the system's own services, logs, a neighbour)
 * Reads: reflector, store, container, sandbox, sandboxes, images, profile
 * Writes: trouble, timer
 * Omits: what the kernel does where not even its kubelet gets memory
 */
import { objectKey } from '#machine/objects'
import { nodesWithKubelet, type Fault, type Scene } from '../faults.js'
import { usedOn } from '../node/eviction-observations.js'
import { takenKey, watchUse } from '../node/eviction-watch.js'
import { parseResources } from '../scheduling/requests.js'

/** What is left of it: less than every threshold. */
const left = 50 * 1024 * 1024

const resources = { memory: 'memory', disk: 'ephemeral' } as const

function take({ cells }: Scene, what: 'memory' | 'disk', node: string): void {
  const capacity = parseResources(cells.read(objectKey('nodes', node))?.status.capacity)[resources[what]]
  cells.write(takenKey(what, node), Math.max(0, capacity - usedOn(cells, node)[what] - left))
  watchUse(cells, node)
}

function giveBack({ cells }: Scene, what: 'memory' | 'disk', node: string): void {
  cells.write(takenKey(what, node), undefined)
  watchUse(cells, node)
}

const pressure = (what: 'memory' | 'disk'): Fault => ({
  name: `${what}-pressure`,
  title: `Something beside its pods takes nearly all of a node's ${what} for a while`,
  lasts: [10_000, 300_000],
  // The condition stays for five minutes after that, and its taint as long.
  recovery: 360_000,
  targets: nodesWithKubelet,
  inject: (scene, node) => take(scene, what, node),
  heal: (scene, node) => giveBack(scene, what, node),
})

export const memoryPressure = pressure('memory')
export const diskPressure = pressure('disk')
