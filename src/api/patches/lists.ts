/** Small parts of the strategic merge patch. */
import type { Json, JsonObject } from '../types.js'

/** What tells list items apart: a scalar itself, or an object's merge key. */
export type Item = Json | undefined

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)

/** Identity to first position. */
export function orderOf(list: readonly Json[], identity: (item: Json) => Item): ReadonlyMap<Item, number> {
  const order = new Map<Item, number>()
  list.forEach((item, index) => {
    if (!order.has(identity(item))) order.set(identity(item), index)
  })
  return order
}

/** A null in a patch removes; where there is nothing to remove it must not be stored. Without one the value is as it was. */
export function dropNulls(value: Json): Json {
  if (isList(value)) {
    const items = value.map(dropNulls)
    return items.every((item, index) => item === value[index]) ? value : items
  }
  if (!isObject(value)) return value
  const kept: Record<string, Json> = {}
  let isSame = true
  for (const name in value) {
    const member = value[name]
    if (member === null || member === undefined) {
      isSame = false
      continue
    }
    const without = dropNulls(member)
    if (without !== member) isSame = false
    kept[name] = without
  }
  return isSame ? value : kept
}
