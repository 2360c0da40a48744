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

/** A null in a patch removes; where there is nothing to remove it must not be stored. */
export function dropNulls(value: Json): Json {
  if (isList(value)) return value.map(dropNulls)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value)
    .filter(([, item]) => item !== null && item !== undefined)
    .map(([name, item]) => [name, dropNulls(item ?? null)]))
}
