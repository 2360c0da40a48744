/**
 * Strategic merge patch: `application/strategic-merge-patch+json`.
 * Source: apimachinery `pkg/util/strategicpatch/patch.go` StrategicMergeMapPatchUsingLookupPatchMeta.
 */
import * as either from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import type { Json, JsonObject } from '../types.js'
import { dropNulls, isList, isObject, orderOf, type Item } from './lists.js'
import type { PatchField, PatchSchema } from './strategic-schema.js'

const DIRECTIVE = '$patch'
const RETAIN = '$retainKeys'
const ORDER = '$setElementOrder/'
const DELETE_FROM = '$deleteFromPrimitiveList/'

class Unapplicable extends Error {}

const fail = (message: string): never => {
  throw new Unapplicable(message)
}

/** Applies `patch` to `original` by the merge keys of `schema`. */
export function applyStrategicMergePatch(
  original: JsonObject, patch: JsonObject, schema: PatchSchema,
): Either<string, JsonObject> {
  try {
    return either.right(mergeMap(original, patch, schema))
  } catch (problem) {
    if (problem instanceof Unapplicable) return either.left(problem.message)
    throw problem
  }
}

function mergeMap(original: JsonObject, patch: JsonObject, schema: PatchSchema): JsonObject {
  const directive = patch[DIRECTIVE]
  if (directive === 'replace') {
    const { [DIRECTIVE]: _, ...rest } = patch
    return rest
  }
  if (directive === 'delete') return {}
  if (directive !== undefined) return fail(`unknown patch type: ${String(directive)} in map: ${show(patch)}`)

  const names = Object.keys(patch)
  const hasDirectives = names.some((name) => name.charCodeAt(0) === dollar)
  if (hasDirectives) {
    for (const name of names) if (name.startsWith(ORDER)) checkOrder(name.slice(ORDER.length), patch, schema)
  }
  const merged: Record<string, Json | undefined> = retained(original, patch)
  for (const name of names) {
    const value = patch[name]
    if (value === undefined || (hasDirectives && (name === RETAIN || name.startsWith(ORDER)))) continue
    if (hasDirectives && name.startsWith(DELETE_FROM)) {
      const target = name.slice(DELETE_FROM.length)
      const list = merged[target]
      if (isList(list) && isList(value)) merged[target] = list.filter((item) => !value.includes(item))
      continue
    }
    if (value === null) delete merged[name]
    else mergeField(merged, name, value, schema[name] ?? {}, hasDirectives ? patch[`${ORDER}${name}`] : undefined)
  }
  if (!hasDirectives) return merged
  for (const name of names) {
    if (name.startsWith(ORDER)) reorder(merged, name.slice(ORDER.length), patch, schema)
  }
  return merged
}

function mergeField(
  merged: Record<string, Json | undefined>, name: string, value: Json, field: PatchField, order: Json | undefined,
): void {
  const before = merged[name]
  if (isObject(before) && isObject(value)) {
    merged[name] = field.strategy === 'replace' ? value : mergeMap(before, value, field.of ?? {})
  } else if (isList(before) && isList(value)) {
    merged[name] = field.strategy === 'merge' ? mergeList(before, value, field, order) : value
  } else {
    const kept = withoutDirectives(dropNulls(value))
    if (kept === undefined) delete merged[name]
    else merged[name] = kept
  }
}

/**
 * `$retainKeys` removes every member that it does not list; the patch may not set one that it does not
 * list.
 */
function retained(original: JsonObject, patch: JsonObject): Record<string, Json | undefined> {
  const keys = patch[RETAIN]
  if (keys === undefined) return { ...original }
  if (!isList(keys)) return fail('invalid patch format of retainKeys')
  for (const [name, value] of Object.entries(patch)) {
    const isDirective = name === RETAIN || name.startsWith(DELETE_FROM) || name.startsWith(ORDER)
    if (value !== null && !isDirective && !keys.includes(name)) fail('invalid patch format of retainKeys')
  }
  return Object.fromEntries(Object.entries(original).filter(([name]) => keys.includes(name)))
}

function mergeList(
  original: readonly Json[], patch: readonly Json[], field: PatchField, order: Json | undefined,
): readonly Json[] {
  const first = original[0] ?? patch[0]
  if (first === undefined) return original
  if (!isObject(first)) {
    return arrange([...new Set([...original, ...patch])], isList(order) ? order : patch, original, (item) => item)
  }
  const key = field.key ?? fail('cannot merge lists without merge key')
  const identity = (item: Json): Item => (isObject(item) ? item[key] : undefined)
  const changes: Json[] = []
  let kept = original
  let replaces = false
  for (const item of patch) {
    const directive = isObject(item) ? item[DIRECTIVE] : undefined
    if (directive === undefined) changes.push(item)
    else if (directive === 'replace') replaces = true
    else if (directive !== 'delete') fail(`unknown patch type: ${String(directive)} in map: ${show(item)}`)
    else if (identity(item) === undefined) failWithoutKey(item, key)
    else kept = kept.filter((other) => identity(other) !== identity(item))
  }
  if (replaces) return changes
  const merged = [...kept]
  for (const item of changes) {
    if (!isObject(item) || identity(item) === undefined) return failWithoutKey(item, key)
    const at = merged.findIndex((other) => identity(other) === identity(item))
    const before = merged[at]
    if (isObject(before)) merged[at] = mergeMap(before, item, field.of ?? {})
    else merged.push(item)
  }
  return arrange(merged, isList(order) ? order : changes, original, identity)
}

/** What a patch changes must stand in the order that the same patch sets. */
function checkOrder(name: string, patch: JsonObject, schema: PatchSchema): void {
  const [order, list] = [patch[`${ORDER}${name}`], patch[name]]
  if (!isList(order) || (list !== undefined && !isList(list))) {
    return fail('invalid patch format of setElementOrder list')
  }
  if (order.length === 0 || list === undefined || list.length === 0) return
  const key = schema[name]?.key
  const identity = (item: Json): Item => (key === undefined || !isObject(item) ? item : item[key])
  const changed = list.filter((item) => !isObject(item) || item[DIRECTIVE] === undefined)
  let at = 0
  for (const item of order) if (at < changed.length && identity(changed[at] ?? null) === identity(item)) at++
  if (at < changed.length) {
    fail(`The order in patch list:\n${show(list)}\n doesn't match $setElementOrder list:\n${show(order)}\n`)
  }
}

/** `$setElementOrder` without a change to the list itself still says how its items stand. */
function reorder(
  merged: Record<string, Json | undefined>, name: string, patch: JsonObject, schema: PatchSchema,
): void {
  const order = patch[`${ORDER}${name}`]
  const list = merged[name]
  if (!isList(order)) return fail('invalid patch format of setElementOrder list')
  if (!isList(list) || Object.hasOwn(patch, name)) return
  const key = schema[name]?.key
  merged[name] = arrange(list, order, list, (item) => (key === undefined || !isObject(item) ? item : item[key]))
}

/**
 * Items that the patch knows stand in its order; the others keep theirs and go between as they stood
 * before.
 */
function arrange(
  items: readonly Json[], order: readonly Json[], before: readonly Json[], identity: (item: Json) => Item,
): readonly Json[] {
  const inPatch = orderOf(order, identity)
  const inOriginal = orderOf(before, identity)
  const rank = (item: Json, ranks: ReadonlyMap<Item, number>): number => ranks.get(identity(item)) ?? -1
  const known = items.filter((item) => inPatch.has(identity(item)))
    .sort((a, b) => rank(a, inPatch) - rank(b, inPatch))
  const others = items.filter((item) => !inPatch.has(identity(item)))
  const arranged: Json[] = []
  for (const item of known) {
    for (let other = others[0]; other !== undefined && precedes(other, item); other = others[0]) {
      arranged.push(other)
      others.shift()
    }
    arranged.push(item)
  }
  return [...arranged, ...others]

  function precedes(left: Json, right: Json): boolean {
    const [l, r] = [rank(left, inOriginal), rank(right, inOriginal)]
    return l >= 0 && r >= 0 && l < r
  }
}

/** A new value goes in without the directives that it carries; one that is itself a directive does not. */
function withoutDirectives(value: Json): Json | undefined {
  if (isList(value)) {
    const items = value.map(withoutDirectives)
    return items.every((item, index) => item === value[index]) ? value : items.filter((item) => item !== undefined)
  }
  if (!isObject(value)) return value
  if (value[DIRECTIVE] !== undefined) return undefined
  const kept: Record<string, Json> = {}
  let isSame = true
  for (const name in value) {
    const member = value[name]
    const without = member === undefined || name.charCodeAt(0) === dollar ? undefined : withoutDirectives(member)
    if (without !== undefined) kept[name] = without
    if (without !== member) isSame = false
  }
  return isSame ? value : kept
}

const dollar = '$'.charCodeAt(0)

const show = (value: Json): string => JSON.stringify(value)

const failWithoutKey = (item: Json, key: string): never =>
  fail(`map: ${show(item)} does not contain declared merge key: ${key}`)
