import type { Node } from '#api/types'
import { isPodReady } from '#api/pods'
import { part, type Cells } from '#kernel/cells'
import { allKey, nameOf, objectKey } from '#machine/objects'
import { Newest } from '#machine/view'
import { reflectorKey } from '#machine/watch'
import type { Finding, Judging, Step, Verdict, Write } from '#checker/claim'
import { cutKey, downKey } from '#models/client/reflector'
import { readyStatus } from '#models/node-lifecycle/conditions'
import { isSilent, nodeLifecycle } from '#models/node-lifecycle/lease'
import { taintExists, taintsOf, unreachableTaint } from '#models/node-lifecycle/taints'

/** The grace period, a round, a token of the zone's queue, and room for what may be late, or has to begin anew; ms. */
const patience = 180_000
/** The grace period less the time since the last renewal. */
const least = 40_000

const isLost = (cells: Cells, node: string): boolean =>
  cells.read(cutKey(node)) !== undefined || cells.read(downKey(node)) !== undefined

/** Where every node of a zone is lost, upstream holds back with taints, or limits their rate. */
const isAlone = (cells: Cells, node: string): boolean => {
  const others = (cells.read(allKey('nodes')) ?? []).filter((name) => name !== node)
  return others.length > 0 && others.every((name) => readyStatus(cells.read(objectKey('nodes', name))!) === 'True')
}

function wrongWith(cells: Cells, node: Node): string | undefined {
  const { name } = node.metadata
  if (readyStatus(node) !== 'Unknown') return `its condition Ready is ${readyStatus(node) ?? 'absent'}`
  if (isAlone(cells, name) && !taintExists(taintsOf(node), unreachableTaint)) return 'it has no taint by which its pods are evicted'
  const ready = new Newest(cells).list('pods', 'node', name).find((pod) => isPodReady(pod))
  return ready === undefined ? undefined : `pod ${nameOf(ready)} on it is said to be ready`
}

const finding = (name: string, message: string): Finding =>
  ({ message, objects: [`Node ${name}`], cells: [objectKey('nodes', name)] })

/** A node that the controller gives up before its time. */
function early({ memory, now }: Judging, { key, before, after, choice }: Write): Verdict {
  const [was, is] = [before as Node | undefined, after as Node | undefined] // the values of a node's cell
  const since = memory.get(part(key, 2))
  if (is === undefined || was === undefined || typeof since !== 'number' || !choice.startsWith(`request|${nodeLifecycle}|`)) return undefined
  if (readyStatus(is) !== 'Unknown' || readyStatus(was) === 'Unknown' || now - since >= least) return undefined
  const name = is.metadata.name
  return finding(name, `Node ${name} was given up ${(now - since) / 1000} s after it was last heard of.`)
}

export const silentNodesNoticed: Step = {
  kind: 'step',
  name: 'silent-nodes-noticed',
  title: 'A node that is cut off or without power is said to be Unknown within three minutes and not before 40 s have passed, '
    + 'with the taint that evicts its pods if every other node is ready, and no pod on it is said to be ready',
  source: 'pkg/controller/nodelifecycle/node_lifecycle_controller.go (monitorNodeHealth); '
    + 'kubernetes.io/docs/concepts/architecture/nodes (node controller)',
  on: ['cut|', 'down|', 'store|nodes|'],
  check(judging, write) {
    const { cells, memory, now, wake } = judging
    if (write.key.startsWith('store|')) {
      const created = part(write.key, 2)
      if (write.before === undefined && isSilent(cells, created)) memory.set(created, now)
      return early(judging, write)
    }
    const name = part(write.key, 1)
    if (write.key.split('|').length > 2 || cells.read(objectKey('nodes', name)) === undefined) return undefined
    if (!isLost(cells, name)) memory.delete(name)
    else {
      if (!memory.has(name)) memory.set(name, now)
      wake(name, now + patience)
    }
    return undefined
  },
  due({ cells, memory, now }, name) {
    const node = cells.read(objectKey('nodes', name))
    const since = memory.get(name)
    if (node === undefined || typeof since !== 'number' || now - since < patience || !isLost(cells, name)) return undefined
    if (cells.read(reflectorKey(nodeLifecycle, 'nodes')) === undefined) return undefined // its process is down as well
    const wrong = wrongWith(cells, node)
    if (wrong === undefined) return 'held'
    return finding(name, `Node ${name} was last heard of ${(now - since) / 1000} s ago, and ${wrong}.`)
  },
}
