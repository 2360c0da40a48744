/**
 * Models: apiserver/pkg/endpoints/handlers (create.go, patch.go): decoding and validation of what a user sent, defaulting of
 *   what anybody sent
 * Reads: nothing (it is handed the objects)
 * Writes: nothing
 * Omits: validation of what components send, but for the owners that a patch of theirs names; kinds that no model knows are
 *   taken as they come. Names, addresses and uids that the API server made are symbols in a World, which validation would
 *   refuse: what was there before is not complained of again
 */
import * as either from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import { admitCreate, groupKind } from '#api/admit'
import { decodeKind, isModelledKind } from '#api/codecs'
import { setDefaults } from '#api/defaults'
import { badRequest, invalidStatus, notFoundStatus } from '#api/status'
import type { Input, ModelledKind, ModelledKinds, ObjectMeta, Pod, PodSpec, Status } from '#api/types'
import { errorText, validateUpdate, type Errors } from '#api/validation'
import { immutable, validateOwnerReferences } from '#api/validation/meta'
import type { Cells } from '#kernel/cells'
import { equal } from '#kernel/value'
import { objectKey, type StoredObject } from '#machine/objects'

/** Namespaces that every cluster has, whether anybody wrote them down or not. */
const immortal: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease'])

/** NamespaceLifecycle admission of a create. */
export function missingNamespace(cells: Cells, namespace: string): Status | undefined {
  if (immortal.has(namespace) || cells.read(objectKey('namespaces', namespace)) !== undefined) return undefined
  return notFoundStatus('namespaces', namespace)
}

/** What a user sent to be created, as it would be stored; Left is the API server's refusal. */
export function admitNew(sent: StoredObject, namespace: string): Either<Status, StoredObject> {
  if (!isModelledKind(sent.kind)) return either.right(sent)
  return admitCreate(sent.kind, sent, namespace === '' ? 'default' : namespace)
}

/**
 * What a component sent, in place of `old` where that is given. It is well formed, and yet may lack what only this kind gets:
 * a pod that is made from a template requests what it limits, which its template does not.
 */
export function admitOwn(sent: StoredObject, old?: StoredObject): StoredObject {
  const { kind } = sent
  if (!isModelledKind(kind) || (old !== undefined && specOf(sent) === specOf(old))) return sent
  if (kind === 'Pod') return withDefaultedSpec(sent as Pod) // by kind
  return setDefaults(kind, sent as unknown as Input<ModelledKinds[typeof kind]>) as unknown as StoredObject // by kind
}

const specOf = (object: StoredObject): unknown => (object as { readonly spec?: unknown }).spec // not every kind has one

/** The defaulted spec of each spec of a template: a pure function's cache, so that all pods of a set share one. */
const specs = new WeakMap<PodSpec, PodSpec>()

function withDefaultedSpec(pod: Pod): StoredObject {
  let spec = specs.get(pod.spec)
  if (spec === undefined) {
    spec = setDefaults('Pod', { spec: pod.spec }).spec as PodSpec // defaulting never takes a spec away
    specs.set(pod.spec, spec)
  }
  return spec === pod.spec ? pod : { ...pod, spec } as StoredObject // a pod
}

/** What is judged of everybody's patches: which object it is, and whose. Two controllers cannot own it. */
export const ownershipErrors = (meta: ObjectMeta, old: ObjectMeta): Errors => [
  ...immutable('metadata.uid', meta.uid, old.uid),
  ...(equal(meta.ownerReferences, old.ownerReferences) ? []
    : validateOwnerReferences(meta.ownerReferences, 'metadata.ownerReferences')),
]

/** What a user's patch made of `old`. */
export function admitChanged(changed: StoredObject, old: StoredObject): Either<Status, StoredObject> {
  const { kind } = old
  return isModelledKind(kind) ? changedOf(kind, changed, old) : either.right(changed)
}

function changedOf<Kind extends ModelledKind>(
  kind: Kind, changed: StoredObject, old: StoredObject,
): Either<Status, StoredObject> {
  const decoded = decodeKind(kind, changed)
  if (either.isLeft(decoded)) return either.left(badRequest(decoded.left.map(errorText).join(', ')))
  type Object = Input<ModelledKinds[Kind]>
  const stored = old as unknown as Object // what is stored could have been sent
  const status = (old as { readonly status?: unknown }).status // an update of the main resource never changes it
  const object = { ...setDefaults(kind, decoded.right), ...(status === undefined ? {} : { status }) }
  const known = new Set(validateUpdate(kind, stored, stored).map(errorText))
  const errors = validateUpdate(kind, object as Object, stored).filter((error) => !known.has(errorText(error)))
  if (errors.length > 0) return either.left(invalidStatus(groupKind(kind), old.metadata.name, errors))
  return either.right(object as unknown as StoredObject) // validated
}
