/**
 * Filling in absent fields without touching what is there: an object that needs nothing is returned itself.
 */

/** Absent to Go: no value, or the zero value of a field that is no pointer. */
const isZero = (value: unknown): boolean => value === undefined || value === '' || value === 0

/** Fields that are pointers in Go: only an absent one is filled. */
export function fill<T extends object>(object: T, defaults: Partial<T>): T {
  return fillWhere(object, defaults, (value) => value === undefined)
}

/** Fields that are plain values in Go: an empty text or a zero counts as absent too. */
export function fillZero<T extends object>(object: T, defaults: Partial<T>): T {
  return fillWhere(object, defaults, isZero)
}

function fillWhere<T extends object>(object: T, defaults: Partial<T>, lacks: (value: unknown) => boolean): T {
  let filled: T | undefined
  // for...in over an object literal of T's own fields
  for (const name in defaults) {
    if (!lacks(object[name])) continue
    filled ??= { ...object }
    Object.assign(filled, { [name]: defaults[name] })
  }
  return filled ?? object
}

/** Changes one field where it is there; the object itself when that changes nothing. */
export function mapField<T extends object, Field extends keyof T>(
  object: T, field: Field, change: (value: NonNullable<T[Field]>) => T[Field],
): T {
  const value = object[field]
  if (value === undefined || value === null) return object
  const changed = change(value)
  return changed === value ? object : { ...object, [field]: changed }
}

/** Maps a list; the list itself when no item changed. */
export function mapItems<Item>(items: readonly Item[], change: (item: Item) => Item): readonly Item[] {
  let changed: Item[] | undefined
  for (let i = 0; i < items.length; i++) {
    const item = items[i] as Item // i is within the list
    const after = change(item)
    if (after !== item) (changed ??= [...items])[i] = after
  }
  return changed ?? items
}
