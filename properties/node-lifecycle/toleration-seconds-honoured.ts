import type { Pod, Taint, Toleration } from '#api/types'
import { equal } from '#kernel/value'
import { nameOf, objectKey } from '#machine/objects'
import { taintedNodesKey, taintEviction } from '#models/node-lifecycle/taint-eviction'
import { getNoExecuteTaints, tolerationTime } from '#models/node-lifecycle/taints'
import type { Judging, Step, Verdict, Write } from '#checker/claim'
import { begun, evicted, evictionRequests } from './eviction-memory.js'

/** The NoExecute taints of a node as the controller came to know them, since it last knew of none. */
type History = readonly { readonly at: number; readonly taints: readonly Taint[] }[]

/** Since when a pod is on its node, and the tolerations that it has had there. */
interface Stay {
  readonly at: number
  readonly tolerations: readonly (readonly Toleration[] | undefined)[]
}

type Taints = Readonly<Record<string, readonly Taint[]>>

/** How much later than its time a pod may be evicted: what may be late on the way, and some more; ms. */
const lateness = 30_000

const knownKey = taintedNodesKey(taintEviction)

function follow({ memory, now }: Judging, { before, after }: Write): void {
  const [was, is] = [(before ?? {}) as Taints, (after ?? {}) as Taints] // the values of that cell
  // A controller that begins anew counts from then on.
  if (after === undefined && Object.keys(was).length > 0) memory.set('restarted', true)
  for (const node of new Set([...Object.keys(was), ...Object.keys(is)])) {
    const taints = getNoExecuteTaints(is[node])
    if (equal(getNoExecuteTaints(was[node]), taints)) continue
    const history = (memory.get(`node ${node}`) ?? []) as History // written below
    if (taints.length === 0) memory.delete(`node ${node}`)
    else memory.set(`node ${node}`, [...history, { at: now, taints }] satisfies History)
  }
}

/** What was known in the beginning. */
function begin({ cells, memory }: Judging, write: Write): void {
  if (memory.has('begun')) return
  memory.set('begun', true)
  const taints = (write.key === knownKey ? write.before : cells.read(knownKey)) ?? {}
  for (const [node, some] of Object.entries(taints as Taints)) { // the value of that cell
    memory.set(`node ${node}`, [{ at: 0, taints: some }] satisfies History)
  }
}

function bound({ memory, now }: Judging, before: Pod | undefined, after: Pod | undefined): void {
  if (after === undefined) {
    if (before !== undefined) memory.delete(`pod ${before.metadata.uid}`)
    return
  }
  const cell = `pod ${after.metadata.uid}`
  if ((after.spec.nodeName ?? '') !== (before?.spec.nodeName ?? '')) {
    memory.set(cell, { at: now, tolerations: [after.spec.tolerations] } satisfies Stay)
  } else if (before !== undefined && !equal(before.spec.tolerations, after.spec.tolerations)) {
    const stay = (memory.get(cell) ?? { at: 0, tolerations: [before.spec.tolerations] }) as Stay // written above
    memory.set(cell, { ...stay, tolerations: [...stay.tolerations, after.spec.tolerations] } satisfies Stay)
  }
}

/**
 * When the pod may be evicted at the earliest, by what the controller knew: a time runs from the first limited
 * toleration on, until all taints are gone or tolerated for ever. 0 where it does not tolerate one, `undefined` where
 * no time runs.
 */
function earliest(history: History, stay: Stay): number | undefined {
  let best: number | undefined
  for (const tolerations of stay.tolerations) {
    let due: number | undefined
    for (const { at, taints } of history) {
      const time = tolerationTime(taints, tolerations)
      if (time === undefined) due = 0
      else if (time === Infinity) due = undefined
      else due = Math.min(due ?? Infinity, Math.max(at, stay.at) + time)
    }
    if (due !== undefined) best = Math.min(best ?? Infinity, due)
  }
  return best
}

/** Judged when the eviction begins: what the controller learns later does not stop it. */
function judge(judging: Judging, name: string): Verdict {
  const { cells, memory, now } = judging
  const pod = cells.read(objectKey('pods', name))
  const node = pod?.spec.nodeName ?? ''
  if (pod === undefined || node === '') return undefined
  const known = memory.get(`pod ${pod.metadata.uid}`) ?? { at: 0, tolerations: [pod.spec.tolerations] }
  const due = earliest((memory.get(`node ${node}`) ?? []) as History, known as Stay) // both were written above
  if (due === 0) return undefined
  if (due !== undefined && due <= now) {
    if (now - due <= lateness || memory.has('restarted')) return 'held'
    return {
      message: `Pod ${name} was evicted from ${node} only ${(now - due) / 1000} s after the time was over for which it `
        + 'tolerates the taints there',
      objects: [`Pod ${name}`, `Node ${node}`],
      cells: [objectKey('pods', name), objectKey('nodes', node)],
    }
  }
  return {
    message: due === undefined
      ? `Pod ${name} was evicted from ${node} although the controller knew of no NoExecute taint there that it `
        + 'tolerates for a limited time'
      : `Pod ${name} was evicted from ${node} ${(due - now) / 1000} s before the time was over for which it tolerates `
        + 'the taints there',
    objects: [`Pod ${name}`, `Node ${node}`],
    advice: 'Nothing in the manifests: tolerationSeconds says how long the pod is to stay, and it was not kept',
    cells: [objectKey('pods', name), objectKey('nodes', node)],
  }
}

export const tolerationSecondsHonoured: Step = {
  kind: 'step',
  name: 'toleration-seconds-honoured',
  title: 'A pod that tolerates the NoExecute taints of its node for a time is not evicted before that time has '
    + 'passed, nor much later, counted from when the controller learned of the first of them (a time that runs is not lengthened by '
    + 'later changes), and not at all once they are gone',
  source: 'kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration; kubernetes/kubernetes#90794',
  on: [knownKey, evictionRequests, 'store|pods|'],
  check(judging, write) {
    const { memory } = judging
    begin(judging, write)
    if (write.key === knownKey) {
      follow(judging, write)
      return undefined
    }
    const beginning = begun(write)
    if (beginning !== undefined) {
      memory.set(`verdict ${beginning}`, judge(judging, beginning))
      return undefined
    }
    if (!write.key.startsWith('store|pods|')) return undefined
    bound(judging, write.before as Pod | undefined, write.after as Pod | undefined) // the values of a pod's cell
    const pod = evicted(write)
    return pod === undefined ? undefined : memory.get(`verdict ${nameOf(pod)}`) as Verdict // as above
  },
}
