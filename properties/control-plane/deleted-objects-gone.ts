import type { Judging, Step, Verdict, Write } from '#checker/claim'
import { part } from '#kernel/cells'
import { nameOf, objectKey, type StoredObject } from '#machine/objects'
import { Newest } from '#machine/view'
import { collected } from '#models/control-plane/garbage-graph'
import { describe, isBeingDeleted } from './owners.js'

/** What may be late, a few tries on conflicts with their pauses, and room; ms. */
const patience = 10 * 60_000

/** The garbage collector's own: others are for their owners to take away. */
const ofCollector: ReadonlySet<string> = new Set(['orphan', 'foregroundDeletion'])

const finalizersOf = ({ metadata }: StoredObject): readonly string[] => metadata.finalizers ?? []

const isWaiting = (object: StoredObject | undefined): object is StoredObject =>
  object !== undefined && isBeingDeleted(object) && finalizersOf(object).some((one) => ofCollector.has(one))

export const deletedObjectsGone: Step = {
  kind: 'step',
  name: 'deleted-objects-gone',
  title: 'An object that was deleted in the foreground, or with its dependents kept, is gone within ten minutes of that or of the '
    + 'end of its last dependent, unless another finalizer holds it (faults and what follows them aside)',
  source: 'pkg/controller/garbagecollector/garbagecollector.go (processDeletingDependentsItem, orphanDependents)',
  on: collected.map((resource) => `store|${resource}|`),
  check({ now, wake }: Judging, { key, before, after }: Write): Verdict {
    const [was, is] = [before as StoredObject | undefined, after as StoredObject | undefined] // the values of such cells
    if (isWaiting(is) && !isWaiting(was)) wake(`${part(key, 1)} ${nameOf(is)} ${is.metadata.uid}`, now + patience)
    return undefined
  },
  due({ cells, now, disturbed, wake }: Judging, subject: string): Verdict {
    const [resource = '', name = '', uid] = subject.split(' ')
    const object = cells.read(objectKey(resource, name))
    if (object === undefined || object.metadata.uid !== uid) return 'held'
    const finalizers = finalizersOf(object)
    if (!isWaiting(object) || finalizers.some((one) => !ofCollector.has(one))) return undefined
    const dependents = finalizers.includes('orphan') ? []
      : collected.flatMap((one) => new Newest(cells).list(one, 'owner', object.metadata.uid))
    if (disturbed || dependents.length > 0) {
      wake(subject, now + patience)
      return undefined
    }
    return {
      message: `${describe(object)} is still there ${patience / 60_000} minutes after it was deleted: its finalizer `
        + `${finalizers.join(', ')} was not taken away though nothing holds it.`,
      objects: [describe(object)],
      cells: [objectKey(resource, name)],
    }
  },
}
