/**
 * Models: etcd as the API server uses it (apiserver/pkg/storage/etcd3/store.go): one value a key, and a log of changes
 * Reads: store, index, watched
 * Writes: store, index, cache
 * Omits: raft, leases and quorum loss; revisions are values (an object's version is its value)
 */
import type { Cells } from '#kernel/cells'
import { without } from '#kernel/list'
import { allKey, bucketsOf, indexKey, nameOf, objectKey, type StoredObject } from '#machine/objects'
import { cacheKey, watchedKey, type WatchEvent } from '#machine/watch'

/** Stores `object` in place of `old` (absent: create; no `object`: delete), and tells every watch cache. */
export function put(cells: Cells, resource: string, old: StoredObject | undefined, object: StoredObject | undefined): void {
  const stored = object ?? old
  if (stored === undefined) return
  const name = nameOf(stored)
  cells.write(objectKey(resource, name), object)
  reindex(cells, resource, name, old, object)
  const event: WatchEvent = {
    type: object === undefined ? 'DELETED' : old === undefined ? 'ADDED' : 'MODIFIED',
    resource,
    key: name,
    ...(old === undefined ? {} : { old }),
    ...(object === undefined ? {} : { object }),
  }
  for (const apiServer of cells.read(watchedKey(resource)) ?? []) cells.add(cacheKey(apiServer, resource), event)
}

function reindex(
  cells: Cells, resource: string, name: string, old: StoredObject | undefined, object: StoredObject | undefined,
): void {
  if (old !== undefined && object !== undefined) {
    // What a bucket depends on is in metadata and spec; most writes change only status.
    if (old.metadata === object.metadata && specOf(old) === specOf(object)) return
    const before = bucketsOf(resource, old)
    const after = bucketsOf(resource, object)
    for (const [index, value] of before) if (!has(after, index, value)) leave(cells, resource, index, value, name)
    for (const [index, value] of after) if (!has(before, index, value)) enter(cells, resource, index, value, name)
    return
  }
  if (object !== undefined) {
    cells.add(allKey(resource), name)
    for (const [index, value] of bucketsOf(resource, object)) enter(cells, resource, index, value, name)
  } else if (old !== undefined) {
    leave(cells, resource, 'all', '', name)
    for (const [index, value] of bucketsOf(resource, old)) leave(cells, resource, index, value, name)
  }
}

const specOf = (object: StoredObject): unknown => (object as { readonly spec?: unknown }).spec // not every kind has one

const has = (buckets: readonly (readonly [string, string])[], index: string, value: string): boolean =>
  buckets.some(([i, v]) => i === index && v === value)

const enter = (cells: Cells, resource: string, index: string, value: string, name: string): void =>
  cells.add(indexKey(resource, index, value), name)

function leave(cells: Cells, resource: string, index: string, value: string, name: string): void {
  const bucket = indexKey(resource, index, value)
  cells.write(bucket, without(cells.list(bucket), name))
}
