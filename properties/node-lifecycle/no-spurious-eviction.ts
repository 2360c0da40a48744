import type { Node, Pod } from '#api/types'
import type { Cells } from '#kernel/cells'
import { part } from '#kernel/cells'
import { nameOf, objectKey } from '#machine/objects'
import { taintEviction } from '#models/node-lifecycle/taint-eviction'
import { getNoExecuteTaints, tolerationTime } from '#models/node-lifecycle/taints'
import type { Memory, Step } from '#checker/claim'
import { begun, evicted, evictionRequests, unmarked } from './eviction-memory.js'

const nodeOf = (cells: Cells, pod: Pod | undefined): Node | undefined =>
  cells.read(objectKey('nodes', pod?.spec.nodeName ?? ''))

/** Whether the node has, in etcd, a NoExecute taint that the pod does not tolerate for ever. */
function mayBeEvicted(cells: Cells, pod: Pod | undefined): boolean {
  const taints = getNoExecuteTaints(nodeOf(cells, pod)?.spec.taints)
  return tolerationTime(taints, pod?.spec.tolerations) !== Infinity
}

function spelled(node: Node): string {
  const taints = getNoExecuteTaints(node.spec.taints)
  if (taints.length === 0) return 'no such taint'
  return taints.map(({ key, value }) => (value === undefined ? key : `${key}=${value}`)).join(', ')
}

const evictionCharts = `chart|${taintEviction}|evict:`

/** The controller is done with a pod: one that it spared was rightly spared. */
function ended(memory: Memory, key: string): 'held' | undefined {
  const name = key.slice(evictionCharts.length)
  const wasSpared = memory.get(name) === false
  memory.delete(name)
  return wasSpared ? 'held' : undefined
}

export const noSpuriousEviction: Step = {
  kind: 'step',
  name: 'no-spurious-eviction',
  title: 'A pod is evicted for taints only where its node has had, since the controller set out to evict it, a '
    + 'NoExecute taint that the pod does not tolerate for ever (nodes that are gone aside), and its status says so first',
  source: 'kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration; kubernetes/kubernetes#119862, #139992',
  on: [evictionRequests, evictionCharts, 'store|nodes|', 'store|pods|'],
  check({ cells, memory }, write) {
    if (write.key.startsWith(evictionCharts)) return write.after === undefined ? ended(memory, write.key) : undefined
    const beginning = begun(write)
    if (beginning !== undefined) {
      memory.set(beginning, mayBeEvicted(cells, cells.read(objectKey('pods', beginning))))
      return undefined
    }
    const silent = unmarked(write)
    if (silent !== undefined) {
      const message = `Pod ${nameOf(silent)} was evicted for a taint, and nothing in its status says so`
      return { message, objects: [`Pod ${nameOf(silent)}`], cells: [write.key] }
    }
    if (memory.size === 0) return undefined
    if (write.key.startsWith('store|nodes|')) {
      const node = part(write.key, 2)
      for (const name of [...memory.keys()]) {
        const pod = cells.read(objectKey('pods', name))
        if (memory.get(name) !== true && pod?.spec.nodeName === node && mayBeEvicted(cells, pod)) memory.set(name, true)
      }
      return undefined
    }
    const pod = evicted(write)
    if (pod === undefined) {
      const name = part(write.key, 2)
      if (write.after === undefined) memory.delete(name)
      else if (memory.get(name) === false && mayBeEvicted(cells, write.after as Pod)) { // the value of a pod's cell
        memory.set(name, true)
      }
      return undefined
    }
    const node = nodeOf(cells, pod)
    const isGuilty = memory.get(nameOf(pod))
    if (node === undefined || isGuilty === undefined) return undefined
    if (isGuilty === true) return 'held'
    return {
      message: `Pod ${nameOf(pod)} was evicted from ${node.metadata.name} for a taint that the node does not have any `
        + `more: it tolerates every NoExecute taint that was there (${spelled(node)})`,
      objects: [`Pod ${nameOf(pod)}`, `Node ${node.metadata.name}`],
      advice: 'Register nodes with a start-up taint of effect NoSchedule instead of NoExecute, or give the pods that '
        + 'may come to them a toleration for it: the taint eviction controller may still see a NoExecute taint '
        + 'that was removed',
      cells: [write.key, objectKey('nodes', node.metadata.name)],
    }
  },
}
