/**
 * Models: pkg/controller/garbagecollector (what one attempt remembers, and the requests that it makes)
 * Reads: what it is handed
 * Writes: nothing
 * Omits: nothing that is observable
 */
import type { DeletionPropagation, OwnerReference } from '#api/types'
import type { Call } from '#machine/process'
import type { StoredObject } from '#machine/objects'
import type { View } from '#machine/view'
import {
  absentOwners, collected, describeIdentity, identityByReference, isDeletingDependents, locate, nodeAt, virtualAt,
  type Identity,
} from './garbage-graph.js'

export interface Memory {
  /** The uid of the node that this attempt is about. */
  readonly key: string
  readonly mode: 'delete' | 'verify' | 'orphan'
  readonly item?: Identity
  /** Whether the item waits for its dependents to be deleted before it goes. */
  readonly isDeletingDependents?: boolean
  readonly latest?: StoredObject
  /** Owners still to be classified. */
  readonly references: readonly OwnerReference[]
  /** Uids of owners that exist, that do not, and that wait for their dependents to be deleted. */
  readonly solid: readonly string[]
  readonly dangling: readonly string[]
  readonly waiting: readonly string[]
  readonly policy?: DeletionPropagation
  readonly finalizer?: string
  readonly outstanding: number
  readonly failed: boolean
  readonly attempts: number
}

const modes: Readonly<Record<string, Memory['mode']>> = { delete: 'delete', verify: 'verify', orphan: 'orphan' }

/** Takes up a key of the queue. Without an item there is nothing to do. */
export function begin(view: View, key: string): Partial<Memory> {
  const space = key.indexOf(' ')
  const mode = modes[key.slice(0, space)] ?? 'delete'
  const uid = key.slice(space + 1)
  const node = nodeAt(view, uid)
  // A node that was virtual when it was queued may have been observed or removed meanwhile.
  if (node === undefined || (mode === 'verify') !== (node.object === undefined)) return { key: uid, mode }
  const place = locate(node.identity)
  if (place?.isNamespaced === true && node.identity.namespace === '') return { key: uid, mode }
  const deleting = node.object !== undefined && isDeletingDependents(node.object)
  // Deletion goes one way: what is under way is left alone.
  if (mode === 'delete' && node.object?.metadata.deletionTimestamp !== undefined && !deleting) return { key: uid, mode }
  return { key: uid, mode, item: node.identity, isDeletingDependents: deleting }
}

/** A virtual node is asked for again until an informer has seen it. */
export function isUnfinished({ mode, item, key }: Memory, view: View): boolean {
  if (mode !== 'verify' || item === undefined || virtualAt(view, key) === undefined) return false
  return collected.includes(locate(item)?.resource ?? '')
}

const placeOf = (item: Identity | undefined): { readonly resource: string; readonly key: string } =>
  (item === undefined ? undefined : locate(item)) ?? { resource: '', key: '' }

const nowhere = { resource: '', key: '' }

export function getItem({ item }: Memory): Call {
  const { resource, key } = placeOf(item)
  return { verb: 'get', resource, key }
}

/** The owner to be classified next, as the item refers to it. */
export function nextReference({ references: [reference], item }: Memory, view: View): {
  readonly owner?: Identity
  readonly place?: { readonly resource: string; readonly key: string }
  readonly isAbsent: boolean
  readonly isInvalid: boolean
} {
  if (reference === undefined || item === undefined) return { isAbsent: false, isInvalid: false }
  const absent = absentOwners(view)
  const clusterScoped = identityByReference(reference, '')
  const inNamespace = identityByReference(reference, item.namespace)
  const isAbsent = absent.includes(describeIdentity(clusterScoped)) || absent.includes(describeIdentity(inNamespace))
  const place = locate(inNamespace)
  if (place === undefined) return { owner: inNamespace, isAbsent, isInvalid: false }
  return {
    owner: place.isNamespaced ? inNamespace : clusterScoped,
    place, isAbsent, isInvalid: place.isNamespaced && item.namespace === '',
  }
}

export function getOwner(memory: Memory, view: View): Call {
  const { resource, key } = nextReference(memory, view).place ?? nowhere
  return { verb: 'get', resource, key }
}

export const settleReference = (
  { references: [reference, ...references], ...memory }: Memory, as: 'solid' | 'dangling' | 'waiting',
): Partial<Memory> =>
  (reference === undefined ? {} : { references, [as]: [...memory[as], reference.uid] })

/** The owner references of these uids go, whatever else changed. */
export function dropOwners(item: Identity | undefined, uids: readonly string[]): Call {
  const { resource, key } = placeOf(item)
  const ownerReferences = uids.map((uid) => ({ $patch: 'delete', uid }))
  return {
    verb: 'patch', resource, key, ...(item === undefined ? {} : { uid: item.uid }),
    body: { type: 'strategic', patch: { metadata: { ownerReferences } } },
  }
}

/** No owner reference blocks its owner any more: a way out of a circle of owners. */
export function unblockOwners({ item, key: uid }: Memory, view: View): Call {
  const { resource, key } = placeOf(item)
  const ownerReferences = (nodeAt(view, uid)?.object?.metadata.ownerReferences ?? [])
    .filter(({ blockOwnerDeletion }) => blockOwnerDeletion === true)
    .map((reference) => ({ ...reference, blockOwnerDeletion: false }))
  return { verb: 'patch', resource, key, uid, body: { type: 'strategic', patch: { metadata: { ownerReferences } } } }
}

/** `asSeen`: only where the object is still what it was when its owners were classified. */
export function deleteObject({ item, key: uid, latest, policy = 'Background' }: Memory, asSeen: boolean): Call {
  const { resource, key } = placeOf(item)
  return {
    verb: 'delete', resource, key, uid, ...(asSeen ? { base: latest } : {}), body: { propagationPolicy: policy },
  }
}

export function removeFinalizer({ item, latest, finalizer }: Memory): Call {
  const { resource, key } = placeOf(item)
  const finalizers = (latest?.metadata.finalizers ?? []).filter((name) => name !== finalizer)
  return { verb: 'patch', resource, key, base: latest, body: { type: 'merge', patch: { metadata: { finalizers } } } }
}
