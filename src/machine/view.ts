/**
 * A process's cached view of the API objects, through its reflectors: the store, less the events that its API
 * server has not seen or that are still on their way to it. Reads are tracked like any other.
 */
import type { Cells, Key } from '#kernel/cells'
import { chunksOf, type List } from '#kernel/list'
import { equal } from '#kernel/value'
import { bucketsOf, indexKey, objectKey, type Resource, type Resources, type StoredObject } from './objects.js'
import {
  cacheKey, firstUnseen, matches, reflectorKey, unseenBy, watchKey, type FirstEvents, type Reflector, type WatchEvent,
} from './watch.js'

/** What one reflector sees of the store: of which objects, and what of them it has not seen. */
export interface Seen {
  readonly selector: string
  readonly unseen: FirstEvents | undefined
}

const everything: Seen = { selector: '', unseen: undefined }

/** The keys by which one process's caches are read, made once. */
export class ViewKeys {
  private readonly byResource = new Map<string, {
    readonly reflector: Key<Reflector>
    readonly watch: Key<readonly WatchEvent[]>
    readonly caches: Map<string, Key<readonly WatchEvent[]>>
  }>()

  constructor(readonly process: string) {}

  of(resource: string): { readonly reflector: Key<Reflector>; readonly watch: Key<readonly WatchEvent[]> } {
    return this.place(resource)
  }

  cache(apiServer: string, resource: string): Key<readonly WatchEvent[]> {
    const { caches } = this.place(resource)
    let known = caches.get(apiServer)
    if (known === undefined) caches.set(apiServer, known = cacheKey(apiServer, resource))
    return known
  }

  private place(resource: string) {
    let known = this.byResource.get(resource)
    if (known === undefined) {
      const { process } = this
      known = { reflector: reflectorKey(process, resource), watch: watchKey(process, resource), caches: new Map() }
      this.byResource.set(resource, known)
    }
    return known
  }
}

export class View {
  private readonly seen = new Map<string, Seen>()

  constructor(readonly cells: Cells, readonly process: string, private readonly keys = new ViewKeys(process)) {}

  /** The cached object; `undefined` where the cache has none. */
  get<R extends Resource>(resource: R, name: string): Resources[R] | undefined
  get(resource: string, name: string): StoredObject | undefined
  get(resource: string, name: string): StoredObject | undefined {
    return getSeen(this.cells, resource, name, this.seenOf(resource))
  }

  /** The cached objects in one bucket of an index, oldest first. */
  list<R extends Resource>(resource: R, index: string, value: string): Resources[R][]
  list(resource: string, index: string, value: string): StoredObject[]
  list(resource: string, index: string, value: string): StoredObject[] {
    return listSeen(this.cells, resource, index, value, this.seenOf(resource))
  }

  /** Every cached object of the resource. */
  all<R extends Resource>(resource: R): Resources[R][]
  all(resource: string): StoredObject[]
  all(resource: string): StoredObject[] {
    return this.list(resource, 'all', '')
  }

  /** Whether the write that left `object` has reached this cache. */
  hasSeen(resource: string, name: string, object: unknown): boolean {
    if (this.seenOf(resource).unseen === undefined) return true
    return !unseenBy(this.cells, this.process, resource)
      .some((event) => event.key === name && equal(event.object, object))
  }

  private seenOf(resource: string): Seen {
    let seen = this.seen.get(resource)
    if (seen === undefined) this.seen.set(resource, seen = this.look(resource))
    return seen
  }

  private look(resource: string): Seen {
    const { keys } = this
    const { reflector: reflects, watch } = keys.of(resource)
    const reflector = this.cells.read(reflects)
    const queued = this.cells.list(watch)
    const cached = reflector === undefined ? undefined : this.cells.list(keys.cache(reflector.apiServer, resource))
    return { selector: reflector?.selector ?? '', unseen: firstUnseen(queued, cached, reflector) }
  }
}

function firstOf(unseen: FirstEvents | undefined, name: string): WatchEvent | undefined {
  if (unseen === undefined) return undefined
  for (const piece of unseen) {
    const event = piece.get(name)
    if (event !== undefined) return event
  }
  return undefined
}

/** An object as somebody sees it that does not see everything. */
export function getSeen(cells: Cells, resource: string, name: string, { selector, unseen }: Seen): StoredObject | undefined {
  const missed = firstOf(unseen, name)
  if (missed !== undefined) return missed.old as StoredObject | undefined // events carry stored objects
  const object = cells.read(objectKey(resource, name))
  return object === undefined || matches(resource, object, selector) ? object : undefined
}

/** The objects of a bucket as somebody sees them that does not see everything, oldest first. */
export function listSeen(
  cells: Cells, resource: string, index: string, value: string, { selector, unseen }: Seen,
): StoredObject[] {
  const names = cells.list(indexKey(resource, index, value))
  const found: StoredObject[] = []
  if (unseen !== undefined) return listUnseen(cells, names, resource, index, value, selector, unseen)
  for (const chunk of chunksOf(names)) {
    for (const key of keysOf(resource, chunk)) {
      const object = cells.read(key)
      if (object !== undefined && (selector === '' || matches(resource, object, selector))) found.push(object)
    }
  }
  return found
}

function listUnseen(
  cells: Cells, names: List<string> | undefined, resource: string, index: string, value: string, selector: string,
  unseen: FirstEvents,
): StoredObject[] {
  const found: StoredObject[] = []
  const listed = new Set<string>()
  for (const chunk of chunksOf(names)) {
    const keys = keysOf(resource, chunk)
    for (let i = 0; i < chunk.length; i++) {
      const missed = firstOf(unseen, chunk[i]!)
      if (missed !== undefined) {
        const old = missed.old as StoredObject | undefined // events carry stored objects
        listed.add(chunk[i]!)
        if (old !== undefined && isIn(resource, old, index, value)) found.push(old)
        continue
      }
      const object = cells.read(keys[i]!)
      if (object !== undefined && matches(resource, object, selector)) found.push(object)
    }
  }
  for (const piece of unseen) {
    for (const [name, { old }] of piece) {
      if (listed.has(name)) continue
      listed.add(name) // a later piece knows of it what was after
      if (old !== undefined && isIn(resource, old as StoredObject, index, value)) found.push(old as StoredObject)
    }
  }
  return found
}

// A cache of a pure function of immutable values: a bucket is read far more often than it changes.
const chunkKeys = new WeakMap<readonly string[], Record<string, readonly Key<StoredObject>[]>>()

/** The keys of the objects that a piece of a bucket names; objects of two resources may have the same names. */
function keysOf(resource: string, names: readonly string[]): readonly Key<StoredObject>[] {
  let known = chunkKeys.get(names)
  if (known === undefined) chunkKeys.set(names, known = {})
  return known[resource] ??= names.map((name) => objectKey(resource, name))
}

const isIn = (resource: string, object: StoredObject, index: string, value: string): boolean =>
  index === 'all' || bucketsOf(resource, object).some(([i, v]) => i === index && v === value)

/** The newest objects, as etcd holds them: what the API server itself reads, and claims. */
export class Newest {
  constructor(readonly cells: Cells) {}

  get<R extends Resource>(resource: R, name: string): Resources[R] | undefined
  get(resource: string, name: string): StoredObject | undefined
  get(resource: string, name: string): StoredObject | undefined {
    return this.cells.read(objectKey(resource, name))
  }

  list<R extends Resource>(resource: R, index: string, value: string): Resources[R][]
  list(resource: string, index: string, value: string): StoredObject[]
  list(resource: string, index: string, value: string): StoredObject[] {
    return listSeen(this.cells, resource, index, value, everything)
  }

  all<R extends Resource>(resource: R): Resources[R][]
  all(resource: string): StoredObject[]
  all(resource: string): StoredObject[] {
    return this.list(resource, 'all', '')
  }
}
