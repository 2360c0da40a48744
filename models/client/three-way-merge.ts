/**
 * Models: apimachinery/pkg/util/strategicpatch/patch.go (CreateThreeWayMergePatch), util/jsonmergepatch
 * Reads: nothing (it is handed the objects)
 * Writes: nothing
 * Omits: conflicts between what the user and others changed (kubectl apply overwrites)
 */
import { isModelledKind } from '#api/codecs'
import { patchSchemaOf, type PatchSchema } from '#api/patches'
import type { Json, JsonObject } from '#api/types'
import { equal } from '#kernel/value'
import type { Patch } from '../control-plane/patch.js'

type Field = PatchSchema[string]
type Building = Record<string, Json>

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)

const isEmpty = (patch: JsonObject): boolean => Object.keys(patch).length === 0

/** What of `current` has to change so that it says what `modified` says, without what only `original` said. */
function mapPatch(
  original: JsonObject, modified: JsonObject, current: JsonObject, schema: PatchSchema, retains: boolean,
): JsonObject {
  const patch: Building = {}
  for (const [name, wanted] of Object.entries(modified)) {
    if (wanted === undefined) continue
    const now = current[name]
    const field = schema[name] ?? {}
    if (now === undefined || now === null) patch[name] = wanted
    else if (isObject(wanted) && isObject(now)) {
      if (field.strategy === 'replace') {
        if (!equal(wanted, now)) patch[name] = wanted
        continue
      }
      const before = original[name]
      const inner = mapPatch(isObject(before) ? before : {}, wanted, now, field.of ?? {}, field.retainKeys === true)
      if (!isEmpty(inner)) patch[name] = inner
    } else if (isList(wanted) && isList(now)) {
      const before = original[name]
      listPatch(patch, name, isList(before) ? before : [], wanted, now, field)
    } else if (!equal(wanted, now)) patch[name] = wanted
  }
  for (const name of Object.keys(original)) {
    if (original[name] !== undefined && modified[name] === undefined) patch[name] = null
  }
  if (retains && !isEmpty(patch)) patch['$retainKeys'] = Object.keys(modified).sort()
  return patch
}

function listPatch(
  patch: Building, name: string, original: readonly Json[], wanted: readonly Json[], now: readonly Json[], field: Field,
): void {
  if (field?.strategy !== 'merge') {
    if (!equal(wanted, now)) patch[name] = wanted
  } else if (field.key === undefined) setPatch(patch, name, original, wanted, now)
  else keyedPatch(patch, name, { original, wanted, now }, field, field.key)
}

/** A list of scalars that merges as a set. */
function setPatch(
  patch: Building, name: string, original: readonly Json[], wanted: readonly Json[], now: readonly Json[],
): void {
  const added = wanted.filter((item) => !now.includes(item))
  const removed = original.filter((item) => !wanted.includes(item))
  if (removed.length > 0) patch[`$deleteFromPrimitiveList/${name}`] = removed
  if (added.length > 0) patch[name] = added
  if (added.length + removed.length > 0) patch[`$setElementOrder/${name}`] = wanted
}

interface Lists {
  readonly original: readonly Json[]
  readonly wanted: readonly Json[]
  readonly now: readonly Json[]
}

/** A list of objects that merges by one of their members. */
function keyedPatch(patch: Building, name: string, { original, wanted, now }: Lists, field: Field, key: string): void {
  const identity = (item: Json): Json | undefined => (isObject(item) ? item[key] : undefined)
  const find = (list: readonly Json[], like: Json): JsonObject | undefined =>
    list.filter(isObject).find((item) => equal(item[key], identity(like)))
  const changes: Json[] = []
  for (const item of wanted) {
    const before = find(now, item)
    const id = identity(item)
    if (before === undefined || !isObject(item) || id === undefined) {
      changes.push(item)
      continue
    }
    const inner = mapPatch(find(original, item) ?? {}, item, before, field?.of ?? {}, field?.retainKeys === true)
    if (!isEmpty(inner)) changes.push({ [key]: id, ...inner })
  }
  for (const item of original) {
    const id = identity(item)
    if (id !== undefined && find(wanted, item) === undefined) changes.push({ $patch: 'delete', [key]: id })
  }
  const stand = (list: readonly Json[], others: readonly Json[]): readonly (Json | undefined)[] =>
    list.filter((item) => find(others, item) !== undefined).map(identity)
  if (changes.length === 0 && equal(stand(wanted, now), stand(now, wanted))) return
  if (changes.length > 0) patch[name] = changes
  patch[`$setElementOrder/${name}`] = wanted.map((item) => ({ [key]: identity(item) }))
}

/**
 * The patch that `kubectl apply` sends: from what was applied last (absent: nothing) to what is applied now, given what
 * is there. `undefined` where nothing has to change.
 */
export function createThreeWayMergePatch(
  kind: string, original: JsonObject | undefined, modified: JsonObject, current: JsonObject,
): Patch | undefined {
  const isKnown = isModelledKind(kind)
  const patch = mapPatch(original ?? {}, modified, current, isKnown ? patchSchemaOf(kind) : {}, false)
  if (isEmpty(patch)) return undefined
  return { type: isKnown ? 'strategic' : 'merge', patch }
}
