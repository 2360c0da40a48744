import type { Node } from '#api/types'
import type { Ending, Finally, Judging, Verdict } from '#checker/claim'
import { allKey, objectKey } from '#machine/objects'
import { reflectorKey } from '#machine/watch'
import { readyStatus } from '#models/node-lifecycle/conditions'
import { isSilent, nodeLifecycle } from '#models/node-lifecycle/lease'
import { taintExists, taintKeys, taintsOf } from '#models/node-lifecycle/taints'

/** What taints and labels say wrongly, in words; conditions other than Ready are healthy wherever a kubelet posts them. */
function wrongWith(node: Node, silent: boolean): string | undefined {
  const ready = readyStatus(node)
  const has = (key: string, effect: 'NoSchedule' | 'NoExecute'): boolean => taintExists(taintsOf(node), { key, effect })
  if (silent !== (ready === 'Unknown')) {
    return silent ? `is silent, and its condition Ready is ${ready ?? 'absent'}` : 'can be heard, and its condition Ready is Unknown'
  }
  const wanted = [
    [taintKeys.unschedulable, 'NoSchedule', node.spec.unschedulable === true],
    [taintKeys.unreachable, 'NoSchedule', ready === 'Unknown'],
    [taintKeys.notReady, 'NoSchedule', ready === 'False'],
  ] as const
  for (const [key, effect, isWanted] of wanted) {
    if (has(key, effect) !== isWanted) return `has ${isWanted ? 'no' : 'a'} taint ${key}:${effect}`
  }
  for (const key of [taintKeys.unreachable, taintKeys.notReady]) {
    if (ready === 'True' && has(key, 'NoExecute')) return `is ready and has a taint ${key}:NoExecute`
  }
  for (const name of ['os', 'arch']) {
    const stable = node.metadata.labels?.[`kubernetes.io/${name}`]
    if (stable !== undefined && node.metadata.labels?.[`beta.kubernetes.io/${name}`] !== stable) {
      return `has no label beta.kubernetes.io/${name}=${stable}`
    }
  }
  return undefined
}

export const nodeTaintsAgree: Finally = {
  kind: 'finally',
  name: 'node-taints-agree',
  title: 'In the end a node that is not heard of is Unknown, its taints say what its conditions and spec.unschedulable say, and its '
    + 'beta labels are those of the stable ones',
  source: 'pkg/controller/nodelifecycle/node_lifecycle_controller.go (doNoScheduleTaintingPass, reconcileNodeLabels, '
    + 'tryUpdateNodeHealth, markNodeAsReachable)',
  subjects: (cells) => cells.read(allKey('nodes')) ?? [],
  check({ cells }: Judging, subject: string, ending: Ending): Verdict {
    const node = cells.read(objectKey('nodes', subject))
    const isManaged = cells.read(reflectorKey(nodeLifecycle, 'nodes')) !== undefined
    if (ending !== 'quiescent' || node === undefined || !isManaged) return undefined
    const wrong = wrongWith(node, isSilent(cells, subject))
    if (wrong === undefined) return 'held'
    return { message: `Node ${subject} ${wrong} in the end.`, objects: [`Node ${subject}`], cells: [objectKey('nodes', subject)] }
  },
}
