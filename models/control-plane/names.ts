/**
 * Models: apiserver/pkg/storage/names/generate.go, apiserver/pkg/registry/rest/meta.go (names and uids of new objects)
 * Reads: slots, incarnations, store
 * Writes: slots, incarnations
 * Omits: random suffixes and uids; running out of them
 */
import { key, type Cells, type Key } from '#kernel/cells'
import { nameOf, objectKey, splitName, type StoredObject } from '#machine/objects'

const slotsKey = (resource: string, namespace: string, prefix: string): Key<number> =>
  key('slots', resource, namespace, prefix)

/** How many objects with this name are gone, beside one whose name was generated. */
const incarnationsKey = (resource: string, name: string): Key<number> => key('incarnations', resource, name)

/**
 * A symbol for a generated name: the prefix and a slot, so that unrelated creations do not change it. A slot is given
 * once, and not at all where somebody used that very name: what is generated is always a new name.
 */
export function generateName(cells: Cells, resource: string, namespace: string | undefined, prefix: string): string {
  const cell = slotsKey(resource, namespace ?? '', prefix)
  let slot = cells.read(cell) ?? 0
  const isUsed = (name: string): boolean => {
    const full = namespace === undefined ? name : `${namespace}/${name}`
    return cells.read(objectKey(resource, full)) !== undefined || cells.read(incarnationsKey(resource, full)) !== undefined
  }
  while (isUsed(`${prefix}${slot}`)) slot++
  cells.write(cell, slot + 1)
  return `${prefix}${slot}`
}

/** Whether the name is one that was generated here once. */
function wasGenerated(cells: Cells, resource: string, full: string): boolean {
  const { namespace, name } = splitName(full)
  const [, prefix, digits] = /^(.*?)(0|[1-9]\d*)$/.exec(name) ?? []
  return prefix !== undefined && digits !== undefined
    && (cells.read(slotsKey(resource, namespace, prefix)) ?? 0) > Number(digits)
}

/** The uid of an object whose name was just generated. */
export const firstUid = (kind: string, full: string): string => `${kind}:${full}`

/** A symbol for the uid of an object that was given its name: kind and name, and a count where the name was used before. */
export function uidOf(cells: Cells, kind: string, resource: string, full: string): string {
  const before = (cells.read(incarnationsKey(resource, full)) ?? 0) + (wasGenerated(cells, resource, full) ? 1 : 0)
  return before === 0 ? firstUid(kind, full) : `${firstUid(kind, full)}~${before}`
}

/** Whether the object's name was used before, and given up again. */
export const wasUsed = (cells: Cells, resource: string, full: string): boolean =>
  cells.read(incarnationsKey(resource, full)) !== undefined

/** The name may be used again, by an object with another uid. */
export function bury(cells: Cells, resource: string, object: StoredObject): void {
  const full = nameOf(object)
  if (object.metadata.uid === firstUid(object.kind, full) && wasGenerated(cells, resource, full)) return
  const cell = incarnationsKey(resource, full)
  cells.write(cell, (cells.read(cell) ?? 0) + 1)
}
