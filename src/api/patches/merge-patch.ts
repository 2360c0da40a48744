/** JSON merge patch: RFC 7386. Type: `application/merge-patch+json`. */
import { equal } from '#kernel/value'
import type { Json, JsonObject } from '../types.js'

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `null` removes a member, an object merges, anything else replaces. */
export function applyMergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch
  const merged: Record<string, Json | undefined> = isObject(target) ? { ...target } : {}
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name]
    else if (value !== undefined) merged[name] = applyMergePatch(merged[name], value)
  }
  return merged
}

/** The merge patch that turns `before` into `after`, which holds no null: a merge patch cannot write one. */
export function diffMergePatch(before: JsonObject, after: JsonObject): JsonObject {
  const patch: Record<string, Json> = {}
  for (const name of Object.keys(before)) {
    if (before[name] !== undefined && after[name] === undefined) patch[name] = null
  }
  for (const [name, value] of Object.entries(after)) {
    const old = before[name]
    if (value === undefined || equal(old, value)) continue
    patch[name] = isObject(old) && isObject(value) ? diffMergePatch(old, value) : value
  }
  return patch
}
