import { part } from '#kernel/cells'
import { objectKey } from '#machine/objects'
import type { Step } from '#checker/claim'
import { valueOf } from '#api/quantity'
import { containerKey, sandboxesKey, sandboxKey, type Container } from '#models/node/cells'

/** The runtime may be held up for so long, less than the kubelet needs to see it; ms. */
const patience = 5_000

export const nodeMemorySuffices: Step = {
  kind: 'step',
  name: 'node-memory-suffices',
  title: 'What runs on a node does not go on with more memory than the node has: the kernel kills some of it',
  source: 'kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction (node out of memory behavior)',
  on: ['container|'],
  check({ memory, now, wake }, { key, before, after }) {
    // the values of a container's cell
    const [was, is] = [before as Container | undefined, after as Container | undefined]
    const node = part(key, 1)
    if (is?.memory === undefined || is.memory === was?.memory) return undefined
    memory.set(node, now)
    wake(node, now + patience)
    return undefined
  },
  due({ cells, memory, now, wake }, node) {
    const since = memory.get(node)
    if (typeof since === 'number' && since + patience > now) {
      wake(node, since + patience)
      return undefined
    }
    const capacity = valueOf(cells.read(objectKey('nodes', node))?.status.capacity?.['memory'] ?? 0)
    let used = 0
    for (const uid of cells.read(sandboxesKey(node)) ?? []) {
      for (const name of cells.read(sandboxKey(node, uid))?.containers ?? []) {
        used += cells.read(containerKey(node, uid, name))?.memory ?? 0
      }
    }
    if (capacity === 0 || used <= capacity) return used > 0 ? 'held' : undefined
    return {
      message: `The containers on ${node} use ${used} bytes, and it has ${capacity}`,
      objects: [`Node ${node}`], cells: [sandboxesKey(node)],
    }
  },
}
