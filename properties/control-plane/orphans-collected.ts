import type { Finding, Judging, Step, Verdict, Write } from '#checker/claim'
import { part, type Cells } from '#kernel/cells'
import { nameOf, objectKey, type StoredObject } from '#machine/objects'
import { Newest } from '#machine/view'
import { collected } from '#models/control-plane/garbage-graph'
import { collectorProcess, describe, isBeingDeleted, ownerOf } from './owners.js'

/** What may be late, a few tries on conflicts with their pauses, and room; ms. */
const patience = 10 * 60_000

/** Every owner is gone, and nobody has deleted the object yet. */
function isOrphan(cells: Cells, object: StoredObject): boolean {
  const references = object.metadata.ownerReferences ?? []
  return references.length > 0 && !isBeingDeleted(object)
    && references.every((reference) => ownerOf(cells, object, reference).is === 'absent')
}

const subjectOf = (resource: string, object: StoredObject): string => `${resource} ${nameOf(object)} ${object.metadata.uid}`

/** The very object, not one that took its name. */
function objectAt(cells: Cells, subject: string): StoredObject | undefined {
  const [resource = '', name = '', uid] = subject.split(' ')
  const object = cells.read(objectKey(resource, name))
  return object?.metadata.uid === uid ? object : undefined
}

/** An object whose last owner's name was taken off it, where that owner did not ask for that. */
function forsaken(cells: Cells, resource: string, was: StoredObject | undefined, is: StoredObject, choice: string): Finding | undefined {
  const references = was?.metadata.ownerReferences ?? []
  if (was === undefined || references.length === 0 || (is.metadata.ownerReferences ?? []).length > 0) return undefined
  if (!choice.startsWith(`request|${collectorProcess}|`) || isBeingDeleted(is)) return undefined
  const isLeft = references.some((reference) => {
    const owner = ownerOf(cells, was, reference)
    return owner.is === 'there' && (owner.object.metadata.finalizers ?? []).includes('orphan')
  })
  if (isLeft) return undefined
  const names = references.map(({ kind, name }) => `${kind} ${name}`)
  return {
    message: `The garbage collector took ${names.join(', ')} off ${describe(is)}, which nothing will collect now, though no owner was `
      + 'deleted with its dependents kept.',
    objects: [describe(is), ...names],
    cells: [objectKey(resource, nameOf(is))],
  }
}

export const orphansCollected: Step = {
  kind: 'step',
  name: 'orphans-collected',
  title: 'An object all of whose owners are gone is deleted in the end, unless they left it as an orphan (then it names them '
    + 'no more)',
  source: 'pkg/controller/garbagecollector; kubernetes.io/docs/concepts/architecture/garbage-collection',
  on: collected.map((resource) => `store|${resource}|`),
  check({ cells, now, wake }: Judging, { key, before, after, choice }: Write): Verdict {
    const was = before as StoredObject | undefined // the values of such cells
    const is = after as StoredObject | undefined
    if (is !== undefined) {
      const isNew = was?.metadata.ownerReferences !== is.metadata.ownerReferences
      if (isNew && isOrphan(cells, is)) wake(subjectOf(part(key, 1), is), now + patience)
      return forsaken(cells, part(key, 1), was, is, choice)
    }
    if (was === undefined) return undefined
    for (const resource of collected) {
      for (const dependent of new Newest(cells).list(resource, 'owner', was.metadata.uid)) {
        if (isOrphan(cells, dependent)) wake(subjectOf(resource, dependent), now + patience)
      }
    }
    return undefined
  },
  due({ cells, now, disturbed, wake }: Judging, subject: string): Verdict {
    const object = objectAt(cells, subject)
    if (object === undefined || !isOrphan(cells, object)) return 'held'
    if (disturbed) {
      wake(subject, now + patience)
      return undefined
    }
    const references = object.metadata.ownerReferences ?? []
    const names = references.map(({ kind, name }) => `${kind} ${name}`).join(', ')
    const are = references.length === 1 ? 'owner is' : 'owners are'
    return {
      message: `${describe(object)} is still there ${patience / 60_000} minutes after it was orphaned: its ${are} gone: ${names}.`,
      objects: [describe(object), ...references.map(({ kind, name }) => `${kind} ${name}`)],
    }
  },
}
