import type { Pod } from '#api/types'
import type { Cells } from '#kernel/cells'
import { part } from '#kernel/cells'
import { entriesOf } from '#kernel/list'
import { indexKey, nameOf, objectKey } from '#machine/objects'
import type { Step } from '#checker/claim'

/** A round of the collector, the quarantine, the next round, and room for what may be late. */
const patience = 300_000

const isOrphaned = (cells: Cells, pod: Pod | undefined): pod is Pod =>
  pod !== undefined && (pod.spec.nodeName ?? '') !== ''
  && cells.read(objectKey('nodes', pod.spec.nodeName ?? '')) === undefined

export const orphanedPodsCollected: Step = {
  kind: 'step',
  name: 'orphaned-pods-collected',
  title: 'A pod that is bound to a node which does not exist is gone within five minutes, unless a finalizer holds it '
    + '(faults and what follows them aside)',
  source: 'pkg/controller/podgc/gc_controller.go (gcOrphaned)',
  on: ['store|nodes|', 'store|pods|'],
  check({ cells, now, wake }, { key, before, after }) {
    const name = part(key, 2)
    if (key.startsWith('store|nodes|')) {
      if (after !== undefined) return undefined
      for (const pod of entriesOf(cells.read(indexKey('pods', 'node', name)))) wake(pod, now + patience)
      return undefined
    }
    const [was, is] = [before as Pod | undefined, after as Pod | undefined] // the values of a pod's cell
    if (is?.spec.nodeName !== was?.spec.nodeName && isOrphaned(cells, is)) wake(name, now + patience)
    return undefined
  },
  due({ cells, now, disturbed, wake }, name) {
    const pod = cells.read(objectKey('pods', name))
    if (!isOrphaned(cells, pod)) return 'held'
    if (disturbed) {
      wake(name, now + patience)
      return undefined
    }
    if ((pod.metadata.finalizers ?? []).length > 0) return undefined
    return {
      message: `Pod ${nameOf(pod)} is still there ${patience / 1000} s after node ${pod.spec.nodeName}, to which it is `
        + 'bound, was gone',
      objects: [`Pod ${nameOf(pod)}`, `Node ${pod.spec.nodeName}`],
      cells: [objectKey('pods', name)],
    }
  },
}
