import type { Node } from '#api/types'
import { part } from '#kernel/cells'
import { Newest } from '#machine/view'
import { isOrphaned } from '#models/faults/forget'
import type { Step } from '#checker/claim'

export const oneNodePerPodCidr: Step = {
  kind: 'step',
  name: 'one-node-per-pod-cidr',
  title: 'No two nodes have the same range of pod addresses (ranges aside that a process handed out which ended '
    + 'before its request arrived: the next one cannot know of them)',
  source: 'pkg/controller/nodeipam/ipam/range_allocator.go',
  on: ['store|nodes|'],
  check({ cells, memory }, { key, before, after, choice }) {
    const [was, is] = [before as Node | undefined, after as Node | undefined] // the values of a node's cell
    const [old, cidr] = [was?.spec.podCIDR, is?.spec.podCIDR]
    if (old === cidr) return undefined
    const name = part(key, 2)
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
}
