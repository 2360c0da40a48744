import type { Pod } from '#api/types'
import { getControllerOf } from '#api/meta'
import type { Ending, Finally, Finding, Judging, Verdict } from '#checker/claim'
import type { Cells } from '#kernel/cells'
import { allKey, nameOf, objectKey } from '#machine/objects'
import { Newest } from '#machine/view'
import { plural, podText } from './workloads.js'

export const nodeNameAdvice =
  'Take `nodeName` out of the pod template: it passes the scheduler over, and what the node refuses is made again at once. '
  + 'Say by `nodeSelector` or node affinity where the pods may run.'

/** Pods that their kubelet refused, by their controller; the set with the most of them. */
function storm(cells: Cells): readonly Pod[] {
  const refused = new Map<string, Pod[]>()
  for (const pod of new Newest(cells).all('pods')) {
    const { phase, message = '' } = pod.status
    const owner = getControllerOf(pod)?.uid
    if (phase !== 'Failed' || owner === undefined || !message.startsWith('Pod was rejected')) continue
    const pods = refused.get(owner)
    if (pods === undefined) refused.set(owner, [pod])
    else pods.push(pod)
  }
  return [...refused.values()].sort((a, b) => b.length - a.length)[0] ?? []
}

/** So many refused pods of one controller are what keeps it busy. */
const many = 20

function endless(cells: Cells): Finding {
  const pods = storm(cells)
  const last = pods.at(-1)
  if (last === undefined || pods.length < many) {
    return { message: 'Things go on without end, and at once: none of it waits for anything.', objects: [] }
  }
  const owner = getControllerOf(last)
  const set = `${owner?.kind ?? ''} ${last.metadata.namespace}/${owner?.name ?? ''}`
  const isBound = cells.read(objectKey('replicasets', `${last.metadata.namespace}/${owner?.name ?? ''}`))
    ?.spec.template.spec.nodeName !== undefined
  return {
    message: `${set} makes pods without end: ${last.spec.nodeName} refused ${plural(pods.length, 'pod')} so far, the last `
      + `with ${last.status.reason} (${last.status.message}), and each was replaced at once.`,
    objects: [set, podText(last)],
    cells: [objectKey('pods', nameOf(last))],
    ...(isBound ? { advice: nodeNameAdvice } : {}),
  }
}

export const comesToRest: Finally = {
  kind: 'finally',
  name: 'comes-to-rest',
  title: 'Things never go on without end at one instant: each controller has what it wants in the end, or waits before it '
    + 'tries again (delays and faults that last aside)',
  source: 'kubernetes/kubernetes#72593, #120160; pkg/controller/replicaset/replica_set.go (pods that failed are replaced at once)',
  subjects: (cells) => ((cells.read(allKey('pods')) ?? []).length > 0 ? [''] : []),
  check({ cells }: Judging, _: string, ending: Ending): Verdict {
    return ending === 'livelock' ? endless(cells) : 'held'
  },
}
