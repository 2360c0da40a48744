import type { Judging, Step, Verdict, Write } from '#checker/claim'
import { part } from '#kernel/cells'
import type { StoredObject } from '#machine/objects'
import type { ApiRequest } from '#machine/request'
import { collectorProcess, describe, isBeingDeleted, ownerOf } from './owners.js'

const request = 'request'

export const liveOwnerNeverCollected: Step = {
  kind: 'step',
  name: 'live-owner-never-collected',
  title: 'The garbage collector never deletes an object that has an owner: one that exists by the name, kind, namespace and '
    + 'uid of the reference, and is not being deleted itself',
  source: 'kubernetes/kubernetes#65200, PR #92743; pkg/controller/garbagecollector (attemptToDeleteItem)',
  on: [`request|${collectorProcess}|`, 'store|'],
  check({ cells, memory }: Judging, { key, before, after, process }: Write): Verdict {
    if (process !== collectorProcess) return undefined
    if (part(key, 0) === 'request') {
      if (after === undefined) memory.set(request, before)
      return undefined
    }
    const sent = memory.get(request) as ApiRequest | undefined // put there above
    // Without a version the collector has just seen that the owners are as they were; they may change once more.
    if (sent?.verb !== 'delete' || sent.base === undefined || before === undefined) return undefined
    const object = before as StoredObject // the value of such a cell
    const isCollected = after === undefined || (isBeingDeleted(after as StoredObject) && !isBeingDeleted(object))
    if (!isCollected) return undefined
    for (const reference of object.metadata.ownerReferences ?? []) {
      const owner = ownerOf(cells, object, reference)
      if (owner.is !== 'there' || isBeingDeleted(owner.object)) continue
      return {
        message: `The garbage collector deletes ${describe(object)} although its owner ${describe(owner.object)} is there.`,
        objects: [describe(object), describe(owner.object)],
        cells: [key],
      }
    }
    return 'held'
  },
}
