import type { Cells } from '#kernel/cells'
import { equal } from '#kernel/value'
import { nameOf } from '#machine/objects'
import { View } from '#machine/view'
import { reflectorKey } from '#machine/watch'
import { nodeInfoOf, nodeTreeKey, placedKey } from '#models/scheduling/cache'
import { amount, emptyNodeInfo, shapeOf, withPod, withShape } from '#models/scheduling/node-info'
import type { Finally, Finding, Verdict } from '#checker/claim'
import { assumedPods, knownPlacements, process } from './known-placements.js'

const finding = (node: string, message: string): Finding =>
  ({ message, objects: [`Node ${node}`], cells: [placedKey(process)] })

function judgeNode(cells: Cells, name: string): Verdict {
  const view = new View(cells, process)
  const counted = nodeInfoOf(cells, process, name)
  const node = view.get('nodes', name)
  if (node === undefined && counted?.shape !== undefined) {
    return finding(name, `kube-scheduler still places pods on node ${name}, which its informer saw deleted`)
  }
  if (node !== undefined && counted?.shape === undefined) {
    return finding(name, `kube-scheduler never places a pod on node ${name}, which its informer has`)
  }
  const empty = node === undefined ? emptyNodeInfo : withShape(emptyNodeInfo, shapeOf(node))
  const expected = knownPlacements(view).filter((placed) => placed.node === name)
    .reduce((info, { pod }) => withPod(info, nameOf(pod), pod), empty)
  const actual = counted ?? emptyNodeInfo
  if (!equal([...expected.pods].sort(), [...actual.pods].sort())) {
    return finding(name, `kube-scheduler counts pods ${list(actual.pods)} on node ${name}, where it knows of ${list(expected.pods)}`)
  }
  if (!equal(expected.amounts, actual.amounts) || !equal(expected.scalars, actual.scalars)) {
    return finding(name, `kube-scheduler counts ${spelled(actual.amounts)} as requested on node ${name}, `
      + `where pods ask for ${spelled(expected.amounts)}`)
  }
  return 'held'
}

const list = (names: readonly string[]): string => (names.length === 0 ? '(none)' : [...names].sort().join(', '))
const spelled = (amounts: readonly number[]): string => `${amounts[amount.cpu]}m CPU and ${amounts[amount.memory]} bytes`

const assumedFor = 'assumed '

/** An assumed pod that nobody will ever see bound takes up its place for as long as the scheduler runs. */
function judgeAssumed(cells: Cells, name: string): Verdict {
  const assumed = assumedPods(cells).find(({ pod }) => nameOf(pod) === name)
  return assumed === undefined ? undefined
    : finding(assumed.node, `kube-scheduler counts Pod ${name} on node ${assumed.node} for ever, although it was never bound there`)
}

export const schedulerCacheAgrees: Finally = {
  kind: 'finally',
  name: 'scheduler-cache-agrees',
  title: 'In the end kube-scheduler counts on every node what its informers know to be there, and on no others',
  source: 'pkg/scheduler/backend/cache/debugger/comparer.go (CompareNodes, ComparePods)',
  subjects(cells) {
    if (cells.read(reflectorKey(process, 'nodes')) === undefined) return []
    const known = new View(cells, process).all('nodes').map(({ metadata }) => metadata.name)
    const counted = cells.read(nodeTreeKey(process))?.list ?? []
    return [...new Set([...known, ...counted]), ...assumedPods(cells).map(({ pod }) => `${assumedFor}${nameOf(pod)}`)]
  },
  check({ cells, disturbed }, subject, ending) {
    if (!subject.startsWith(assumedFor)) return judgeNode(cells, subject)
    // A binding may still be under way where things went on.
    return disturbed || ending !== 'quiescent' ? undefined : judgeAssumed(cells, subject.slice(assumedFor.length))
  },
}
