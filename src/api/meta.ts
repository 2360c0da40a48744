/**
 * Metadata helpers: owners, finalizers, deletion, conditions. None allocates unless it returns a new object.
 * Sources: apimachinery `pkg/apis/meta/v1/controller_ref.go`, `pkg/api/meta/conditions.go`.
 */
import { equal } from '#kernel/value'
import type { KubeObject, ObjectMeta, OwnerReference } from './types.js'

export * from './pods.js'

type HasMeta = { readonly metadata: ObjectMeta }
type HasType = { readonly type: string }

/** `GetControllerOf`: the one owner that controls the object. */
export function getControllerOf(object: HasMeta): OwnerReference | undefined {
  const refs = object.metadata.ownerReferences
  if (refs === undefined) return undefined
  for (let i = 0; i < refs.length; i++) {
    const ref = refs[i]
    if (ref?.controller === true) return ref
  }
  return undefined
}

/** `IsControlledBy`: by uid, so a recreated owner of the same name does not own. */
export const isControlledBy = (object: HasMeta, owner: HasMeta): boolean =>
  getControllerOf(object)?.uid === owner.metadata.uid

/** `NewControllerRef`. */
export const newControllerRef = (owner: KubeObject): OwnerReference => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  name: owner.metadata.name,
  uid: owner.metadata.uid,
  controller: true,
  blockOwnerDeletion: true,
})

/** Whether deletion of the object was asked for. */
export const isBeingDeleted = (object: HasMeta): boolean =>
  object.metadata.deletionTimestamp !== undefined && object.metadata.deletionTimestamp !== null

/** `namespace/name`, or the name alone of an object outside namespaces: client-go `MetaNamespaceKeyFunc`. */
export const keyOf = (object: HasMeta): string =>
  object.metadata.namespace === undefined || object.metadata.namespace === ''
    ? object.metadata.name
    : `${object.metadata.namespace}/${object.metadata.name}`

export const hasFinalizer = (object: HasMeta, finalizer: string): boolean =>
  object.metadata.finalizers?.includes(finalizer) ?? false

/** The same object when nothing changes. */
export function addFinalizer<T extends HasMeta>(object: T, finalizer: string): T {
  if (hasFinalizer(object, finalizer)) return object
  const finalizers = [...(object.metadata.finalizers ?? []), finalizer]
  return { ...object, metadata: { ...object.metadata, finalizers } }
}

/** The same object when nothing changes; the list itself goes with its last entry. */
export function removeFinalizer<T extends HasMeta>(object: T, finalizer: string): T {
  if (!hasFinalizer(object, finalizer)) return object
  const finalizers = object.metadata.finalizers?.filter((other) => other !== finalizer)
  return {
    ...object,
    metadata: { ...object.metadata, finalizers: finalizers?.length === 0 ? undefined : finalizers },
  }
}

/** `FindStatusCondition`. */
export function findCondition<T extends HasType>(
  conditions: readonly T[] | undefined, type: string,
): T | undefined {
  if (conditions === undefined) return undefined
  for (let i = 0; i < conditions.length; i++) if (conditions[i]?.type === type) return conditions[i]
  return undefined
}

export const isConditionTrue = (
  conditions: readonly { readonly type: string; readonly status: string }[] | undefined, type: string,
): boolean => findCondition(conditions, type)?.status === 'True'

/** Replaces the condition of this type in place, or appends it; the same list when it is already there. */
export function setCondition<T extends HasType>(
  conditions: readonly T[] | undefined, condition: T, same: (a: T, b: T) => boolean = equal,
): readonly T[] {
  if (conditions === undefined) return [condition]
  const at = conditions.findIndex((other) => other.type === condition.type)
  if (at < 0) return [...conditions, condition]
  const before = conditions[at]
  return before !== undefined && same(before, condition) ? conditions : conditions.with(at, condition)
}

/** The same list when no condition has this type. */
export const removeCondition = <T extends HasType>(
  conditions: readonly T[] | undefined, type: string,
): readonly T[] | undefined =>
  findCondition(conditions, type) === undefined
    ? conditions
    : conditions?.filter((other) => other.type !== type)
