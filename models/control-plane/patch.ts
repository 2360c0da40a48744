/**
 * Models: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go (the three kinds of patch)
 * Reads: nothing (it is handed the object)
 * Writes: nothing
 * Omits: server-side apply
 */
import { isRight, type Either } from 'fp-ts/lib/Either.js'
import { match } from 'ts-pattern'
import {
  applyJsonPatch, applyMergePatch, applyStrategicMergePatch, patchSchemaOf, type JsonPatchOperation,
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
  return match(patch)
    .with({ type: 'json' }, ({ patch }) => patched(applyJsonPatch(before, patch as unknown as Json))) // operations are JSON
    .with({ type: 'merge' }, ({ patch }) => ({ ok: true as const, value: applyMergePatch(before, patch) }))
    .with({ type: 'strategic' }, ({ patch }) =>
      patched(applyStrategicMergePatch(before, patch as JsonObject, patchSchemaOf(object.kind)))) // a strategic patch is an object
    .exhaustive()
}

const patched = (result: Either<string, Json>): Patched =>
  isRight(result) ? { ok: true, value: result.right } : { ok: false, message: result.left }
