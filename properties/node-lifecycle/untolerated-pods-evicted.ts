import { isBeingDeleted } from '#api/meta'
import type { Ending, Finally, Judging, Verdict } from '#checker/claim'
import { allKey, nameOf, objectKey } from '#machine/objects'
import { Newest } from '#machine/view'
import { reflectorKey } from '#machine/watch'
import { taintEviction } from '#models/node-lifecycle/taint-eviction'
import { getNoExecuteTaints, tolerationTime } from '#models/node-lifecycle/taints'

export const untoleratedPodsEvicted: Finally = {
  kind: 'finally',
  name: 'untolerated-pods-evicted',
  title: 'In the end no pod is on a node with a NoExecute taint that it does not tolerate for ever, unless it is being deleted',
  source: 'pkg/controller/tainteviction/taint_eviction.go (processPodOnNode)',
  subjects: (cells) => (cells.read(allKey('nodes')) ?? [])
    .filter((name) => getNoExecuteTaints(cells.read(objectKey('nodes', name))?.spec.taints).length > 0),
  check({ cells }: Judging, subject: string, ending: Ending): Verdict {
    if (ending !== 'quiescent' || cells.read(reflectorKey(taintEviction, 'nodes')) === undefined) return undefined
    const taints = getNoExecuteTaints(cells.read(objectKey('nodes', subject))?.spec.taints)
    for (const pod of new Newest(cells).list('pods', 'node', subject)) {
      if (isBeingDeleted(pod) || tolerationTime(taints, pod.spec.tolerations) === Infinity) continue
      return {
        message: `Pod ${nameOf(pod)} is still on node ${subject} in the end, although it does not tolerate the taint `
          + `${taints.map(({ key }) => key).join(', ')} there for ever.`,
        objects: [`Pod ${nameOf(pod)}`, `Node ${subject}`],
      }
    }
    return 'held'
  },
}
