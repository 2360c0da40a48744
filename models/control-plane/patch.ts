/**
 * Models: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go (the three kinds of patch)
 * Reads: nothing (it is handed the object)
 * Writes: nothing
 * Omits: server-side apply
 */
import { isRight, type Either } from 'fp-ts/lib/Either.js'
import {
  applyJsonPatch, applyMergePatch, applyStrategicMergePatch, dropNulls, patchSchemaOf, type JsonPatchOperation,
} from '#api/patches'
import type { Json, JsonObject } from '#api/types'
import type { StoredObject } from '#machine/objects'

export type Patch =
  | { readonly type: 'json'; readonly patch: readonly JsonPatchOperation[] }
  | { readonly type: 'merge'; readonly patch: Json }
  | { readonly type: 'strategic'; readonly patch: Json }

export type Patched = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string }

export function applyPatch(object: StoredObject, patch: Patch): Patched {
  const before = object as unknown as JsonObject // stored objects are JSON
  switch (patch.type) {
    case 'json': return patched(applyJsonPatch(before, patch.patch as unknown as Json)) // operations are JSON
    case 'merge': return { ok: true, value: applyMergePatch(before, patch.patch) }
    case 'strategic': // a strategic patch is an object
      return decoded(patched(applyStrategicMergePatch(before, patch.patch as JsonObject, patchSchemaOf(object.kind))), patch.patch)
    default: throw new Error(`no patch ${JSON.stringify(patch satisfies never)}`)
  }
}

const patched = (result: Either<string, Json>): Patched =>
  isRight(result) ? { ok: true, value: result.right } : { ok: false, message: result.left }

/** A null that a strategic patch brought into a list says the same as an absent member once the object is decoded. */
const decoded = (result: Patched, patch: Json): Patched =>
  (result.ok && hasNull(patch) ? { ok: true, value: dropNulls(result.value as Json) } : result) // a patched object is JSON

const hasNull = (value: Json | undefined): boolean =>
  value === null || (typeof value === 'object' && Object.values(value).some((member: Json | undefined) => hasNull(member)))
