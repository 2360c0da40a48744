/**
 * Models: pkg/controller/garbagecollector/graph_builder.go (processGraphChanges, addDependentToOwners,
 *   addUnblockedOwnersToDeleteQueue, processTransitions)
 * Reads: store and index through the cache, memory
 * Writes: queue, memory
 * Omits: the queue of graph changes (an event is processed as it arrives); KubeEvents; an object that a list shows
 *   replaced by a namesake counts as deleted, where upstream sees an update and leaves its dependents
 */
import type { OwnerReference } from '#api/types'
import { equal } from '#kernel/value'
import type { Context } from '#machine/process'
import type { StoredObject } from '#machine/objects'
import type { WatchEvent } from '#machine/watch'
import { enqueue, enqueueRateLimited } from '../client/workqueue.js'
import {
  addAbsent, dependentsOf, getAlternateOwnerIdentity, identityByReference, identityOf, isDeletingDependents,
  matchesCoordinates, nodeAt, partitionDependents, sameIdentity, setRemoved, setVirtual, virtualAt, wasRemoved,
  type Identity, type Node,
} from './garbage-graph.js'

/** Keys of the queue: what is to be tried with the node of a uid. */
export const toDelete = (uid: string): string => `delete ${uid}`
export const toVerify = (uid: string): string => `verify ${uid}`
export const toOrphan = (uid: string): string => `orphan ${uid}`

const attemptToDelete = (context: Context, uid: string): void =>
  enqueue(context, virtualAt(context.view, uid) === undefined ? toDelete(uid) : toVerify(uid))

const attemptAll = (context: Context, objects: readonly StoredObject[]): void => {
  for (const { metadata: { uid } } of objects) enqueue(context, toDelete(uid))
}

const ownersOf = (object: StoredObject): readonly OwnerReference[] => object.metadata.ownerReferences ?? []

/** Whether `reference` might not mean the node that its uid leads to. */
function mayBeInvalid(dependent: Identity, reference: OwnerReference, { identity, object }: Node): boolean {
  const isElsewhere = identity.namespace !== dependent.namespace
  if (identity.namespace !== '' && isElsewhere) return true
  if (!matchesCoordinates(reference, identity)) return true
  return identity.namespace === '' && isElsewhere && object === undefined
}

function addDependentToOwners(context: Context, dependent: StoredObject, references: readonly OwnerReference[]): void {
  const identity = identityOf(dependent)
  let isSuspect = false
  for (const reference of references) {
    const owner = nodeAt(context.view, reference.uid)
    if (owner === undefined) {
      setVirtual(context.view, reference.uid, identityByReference(reference, identity.namespace))
      enqueue(context, toVerify(reference.uid))
    } else isSuspect ||= mayBeInvalid(identity, reference, owner)
  }
  if (isSuspect) attemptToDelete(context, identity.uid)
}

/** An owner that waits for its dependents is looked at again when one of them no longer blocks it. */
function addUnblockedOwnersToDeleteQueue(
  context: Context, before: readonly OwnerReference[], after: readonly OwnerReference[],
): void {
  for (const reference of before) {
    if (reference.blockOwnerDeletion !== true) continue
    if (after.some(({ uid, blockOwnerDeletion }) => uid === reference.uid && blockOwnerDeletion === true)) continue
    if (nodeAt(context.view, reference.uid) !== undefined) attemptToDelete(context, reference.uid)
  }
}

const startsWith = (finalizer: string, old: StoredObject | undefined, object: StoredObject): boolean => {
  const isIt = ({ metadata }: StoredObject): boolean =>
    metadata.deletionTimestamp !== undefined && (metadata.finalizers?.includes(finalizer) ?? false)
  return isIt(object) && (old === undefined || !isIt(old))
}

function processTransitions(context: Context, old: StoredObject | undefined, object: StoredObject): void {
  const { uid } = object.metadata
  if (startsWith('orphan', old, object)) enqueue(context, toOrphan(uid))
  else if (startsWith('foregroundDeletion', old, object)) {
    attemptAll(context, dependentsOf(context.view, uid))
    enqueue(context, toDelete(uid))
  }
}

function upsert(context: Context, old: StoredObject | undefined, object: StoredObject): void {
  const { uid } = object.metadata
  const virtual = virtualAt(context.view, uid)
  if (virtual !== undefined) {
    const identity = identityOf(object)
    setVirtual(context.view, uid, undefined)
    if (!sameIdentity(virtual, identity)) {
      attemptAll(context, partitionDependents(dependentsOf(context.view, uid), identity).nonmatching)
    }
  }
  const before = old === undefined ? [] : ownersOf(old)
  const after = ownersOf(object)
  if (before !== after && !equal(before, after)) {
    addUnblockedOwnersToDeleteQueue(context, before, after)
    const added = after.filter(({ uid }) => !before.some((other) => other.uid === uid))
    addDependentToOwners(context, object, added)
  }
  processTransitions(context, old, object)
}

function remove(context: Context, identity: Identity, owners: readonly OwnerReference[]): void {
  const dependents = dependentsOf(context.view, identity.uid)
  if (dependents.length > 0) addAbsent(context.cells, context.process, identity)
  attemptAll(context, dependents)
  for (const { uid } of owners) {
    const owner = nodeAt(context.view, uid)?.object
    if (owner !== undefined && isDeletingDependents(owner)) attemptToDelete(context, uid)
  }
}

/** An event of any watched resource. */
export function processGraphChanges(context: Context, event: WatchEvent): void {
  const old = event.old as StoredObject | undefined // events carry stored objects
  const object = event.object as StoredObject | undefined
  const isReplaced = old !== undefined && object !== undefined && old.metadata.uid !== object.metadata.uid
  if (old !== undefined && (object === undefined || isReplaced)) {
    if (wasRemoved(context.view, old.metadata.uid)) setRemoved(context.view, old.metadata.uid, false)
    else remove(context, identityOf(old), ownersOf(old))
  }
  if (object !== undefined) upsert(context, isReplaced ? undefined : old, object)
}

/** The API server says that there is no such object: `processGraphChanges` of a virtual delete event. */
export function processVirtualDelete(context: Context, deleted: Identity): void {
  const { view } = context
  const node = nodeAt(view, deleted.uid)
  if (node === undefined) return
  const isSame = sameIdentity(node.identity, deleted)
  if (node.object === undefined || !isSame) {
    const { matching, nonmatching } = partitionDependents(dependentsOf(view, deleted.uid), deleted)
    if (node.object !== undefined || nonmatching.length > 0) {
      if (matching.length > 0) addAbsent(context.cells, context.process, deleted)
      attemptAll(context, matching)
      const alternate = node.object === undefined && isSame
        ? getAlternateOwnerIdentity(nonmatching, deleted) : undefined
      if (alternate === undefined) return
      setVirtual(view, deleted.uid, alternate)
      return enqueueRateLimited(context, toVerify(deleted.uid))
    }
  }
  if (node.object === undefined) setVirtual(view, deleted.uid, undefined)
  else setRemoved(view, deleted.uid, true)
  remove(context, deleted, node.object === undefined ? [] : ownersOf(node.object))
}
