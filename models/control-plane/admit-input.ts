/**
 * Models: apiserver/pkg/endpoints/handlers (create.go, patch.go): decoding, defaulting, validation of what a user sent
 * Reads: nothing (it is handed the objects)
 * Writes: nothing
 * Omits: kinds that no model knows are taken as they come. Names, addresses and uids that the API server made are
 *   symbols in a World, which validation would refuse: what was there before is not complained of again
 */
import { either } from 'fp-ts'
import type { Either } from 'fp-ts/lib/Either.js'
import { admitCreate, groupKind } from '#api/admit'
import { decodeKind, isModelledKind } from '#api/codecs'
import { setDefaults } from '#api/defaults'
import { badRequest, invalidStatus, notFoundStatus } from '#api/status'
import type { Input, ModelledKind, ModelledKinds, Status } from '#api/types'
import { errorText, validateUpdate } from '#api/validation'
import type { Cells } from '#kernel/cells'
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
