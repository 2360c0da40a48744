import type { Node } from '#api/types'
import { part } from '#kernel/cells'
import { allKey, objectKey } from '#machine/objects'
import { Newest } from '#machine/view'
import { reflectorKey } from '#machine/watch'
import { isOrphaned } from '#models/faults/forget'
import type { Step } from '#checker/claim'

/** Room for what may be late, and for a few tries; ms. */
const patience = 180_000
/** Fewer nodes than there are ranges in the usual /16. */
const enough = 200

export const oneNodePerPodCidr: Step = {
  kind: 'step',
  name: 'one-node-per-pod-cidr',
  title: 'A node gets a range of pod addresses within minutes, and no two nodes have the same one (ranges aside that a process '
    + 'handed out which ended before its request arrived: the next one cannot know of them; and clusters that may run out of '
    + 'ranges)',
  source: 'pkg/controller/nodeipam/ipam/range_allocator.go',
  on: ['store|nodes|'],
  check({ cells, memory, now, wake }, { key, before, after, choice }) {
    const [was, is] = [before as Node | undefined, after as Node | undefined] // the values of a node's cell
    const [old, cidr] = [was?.spec.podCIDR, is?.spec.podCIDR]
    const name = part(key, 2)
    if (was === undefined && is !== undefined && cidr === undefined) wake(name, now + patience)
    if (old === cidr) return undefined
    if (memory.size === 0) {
      for (const node of new Newest(cells).all('nodes')) {
        const { podCIDR } = node.spec
        if (podCIDR !== undefined && node.metadata.name !== name) memory.set(podCIDR, node.metadata.name)
      }
    }
    if (old !== undefined && memory.get(old) === name) memory.delete(old)
    if (cidr === undefined) return undefined
    const holder = memory.get(cidr)
    memory.set(cidr, isOrphaned(choice) ? '' : name)
    if (holder === undefined) return 'held'
    if (holder === '' || isOrphaned(choice)) return undefined
    return {
      message: `Nodes ${String(holder)} and ${name} both have the range ${cidr} for their pods`,
      objects: [`Node ${name}`, `Node ${String(holder)}`],
      cells: [key],
    }
  },
  due({ cells, disturbed, now, wake }, name) {
    const node = cells.read(objectKey('nodes', name))
    const isServed = cells.read(reflectorKey('kube-controller-manager/node-ipam', 'nodes')) !== undefined
    if (node === undefined || !isServed || (cells.read(allKey('nodes')) ?? []).length > enough) return undefined
    if (node.spec.podCIDR !== undefined) return 'held'
    if (disturbed) {
      wake(name, now + patience)
      return undefined
    }
    return {
      message: `Node ${name} has no range for its pods ${patience / 1000} s after it came, so they get no addresses`,
      objects: [`Node ${name}`],
      cells: [objectKey('nodes', name)],
    }
  },
}
