import type { Pod } from '#api/types'
import { isPodPhaseTerminal } from '#api/pods'
import type { Cells } from '#kernel/cells'
import { part } from '#kernel/cells'
import { entriesOf } from '#kernel/list'
import { indexKey, nameOf, objectKey } from '#machine/objects'
import type { Finding, Judging, Step, Write } from '#checker/claim'

/** A round of the collector, the quarantine, the next round, and room for what may be late. */
const patience = 300_000

const isOrphaned = (cells: Cells, pod: Pod | undefined): pod is Pod =>
  pod !== undefined && (pod.spec.nodeName ?? '') !== ''
  && cells.read(objectKey('nodes', pod.spec.nodeName ?? '')) === undefined

/** A node that is not found is looked for again after so long, before its pods go. */
const quarantine = 40_000

/** What the collector does too early, or without saying why. */
function collected({ cells, memory, now }: Judging, { key, before, after, choice }: Write): Finding | undefined {
  const [was, is] = [before as Pod | undefined, after as Pod | undefined] // the values of a pod's cell
  if (is !== undefined || !choice.startsWith('request|kube-controller-manager/pod-gc|') || !isOrphaned(cells, was)) return undefined
  const since = memory.get(was.spec.nodeName ?? '')
  const at = { objects: [`Pod ${nameOf(was)}`, `Node ${was.spec.nodeName}`], cells: [key] }
  if (typeof since === 'number' && now - since < quarantine) {
    const message = `Pod ${nameOf(was)} was collected ${(now - since) / 1000} s after its node ${was.spec.nodeName} was gone; `
      + `the node may come back within ${quarantine / 1000} s`
    return { message, ...at }
  }
  if (isPodPhaseTerminal(was.status.phase)) return undefined
  return { message: `Pod ${nameOf(was)} was collected in phase ${was.status.phase}, without being marked as failed`, ...at }
}

export const orphanedPodsCollected: Step = {
  kind: 'step',
  name: 'orphaned-pods-collected',
  title: 'A pod that is bound to a node which does not exist is gone within five minutes, unless a finalizer holds it '
    + '(faults and what follows them aside); it is marked as failed first, and not collected within the first 40 seconds',
  source: 'pkg/controller/podgc/gc_controller.go (gcOrphaned)',
  on: ['store|nodes|', 'store|pods|'],
  check(judging, write) {
    const { cells, memory, now, wake } = judging
    const { key, before, after } = write
    const name = part(key, 2)
    if (key.startsWith('store|nodes|')) {
      if (after !== undefined) {
        memory.delete(name)
        return undefined
      }
      memory.set(name, now)
      for (const pod of entriesOf(cells.read(indexKey('pods', 'node', name)))) wake(pod, now + patience)
      return undefined
    }
    const [was, is] = [before as Pod | undefined, after as Pod | undefined] // the values of a pod's cell
    if (is?.spec.nodeName !== was?.spec.nodeName && isOrphaned(cells, is)) wake(name, now + patience)
    return collected(judging, write)
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
