/**
 * Models: staging/src/k8s.io/client-go/tools/cache/reflector.go (watchList, list, watch, rewatchResourceVersion)
 * Reads: cache, watch, watchers, watched, reflector
 * Writes: watch, watchers, watched, reflector, endpoint, and what the informer's handlers of the process write
 * Omits: bookmarks, paging, back-off between attempts. A list that has to wait until its API server is fresh enough is
 *   answered at once, the API server being behind in what it streams (docs/adr/0004-resource-versions.md)
 */
import type { Cells, Key } from '#kernel/cells'
import type { Runtime } from '#machine/process'
import {
  awaitedFrom, cacheKey, endpointKey, reflectorKey, unseenBy, watchKey, watchedKey, watchersKey, type Reflector, type Watchers,
  type WatchEvent,
} from '#machine/watch'

/**
 * Where the first list of a reflector comes from. `newest`: as client-go 0.36 does (WatchListClient), and as a list
 * without `resourceVersion` does. `cache`: `resourceVersion=0`, from the API server's watch cache, however old.
 */
export type ListsFrom = 'newest' | 'cache'

/** Connects a process's reflector, which knows nothing yet, to an API server instance. */
export function connect(
  cells: Cells, process: string, resource: string, apiServer: string, selector: string, from: ListsFrom = 'newest',
): void {
  const behind = awaitedFrom(cells.list(cacheKey(apiServer, resource)), selector).length
  watchFrom(cells, process, resource, apiServer, selector, from === 'newest' ? 0 : behind, [])
}

export function disconnect(cells: Cells, process: string, resource: string): void {
  const reflector = cells.read(reflectorKey(process, resource))
  if (reflector === undefined) return
  leave(cells, watchersKey(reflector.apiServer, resource), process, reflector)
  cells.write(reflectorKey(process, resource), undefined)
}

/**
 * A watch that expired (410), was compacted away or broke for longer than the history lasts: the reflector lists again,
 * not older than what it knows, and watches from there. What it missed is seen as a difference between two states:
 * changes in between are lost, a deletion is known by the last object that the cache had.
 */
export function relist(cells: Cells, runtime: Runtime, process: string, resource: string, apiServer: string): void {
  const reflector = cells.read(reflectorKey(process, resource))
  if (reflector === undefined) return
  const unseen = unseenBy(cells, process, resource)
  const awaited = awaitedFrom(cells.list(cacheKey(apiServer, resource)), reflector.selector).length
  const left = Math.min(unseen.length, awaited)
  watchFrom(cells, process, resource, apiServer, reflector.selector, left, [])
  const missed = coalesce(unseen.slice(0, unseen.length - left))
  const context = runtime.context(cells, process, '')
  const definition = runtime.processOf(process)
  if (definition?.onReplaced !== undefined) definition.onReplaced(context, resource, missed)
  else for (const event of missed) definition?.onWatch?.(context, event)
}

/** A watch that ended goes on where it was, from the same or another API server instance: nothing is lost. */
export function reconnect(cells: Cells, process: string, resource: string, apiServer: string): void {
  const reflector = cells.read(reflectorKey(process, resource))
  if (reflector === undefined) return
  const unseen = unseenBy(cells, process, resource)
  const awaited = awaitedFrom(cells.list(cacheKey(apiServer, resource)), reflector.selector).length
  const left = Math.min(unseen.length, awaited)
  watchFrom(cells, process, resource, apiServer, reflector.selector, left, unseen.slice(0, unseen.length - left))
}

/**
 * Watches at `apiServer` from the state in which `unseen` of the selector's events are still to come, of those that the
 * API server has not taken itself; `queued` is what it has to send before.
 */
function watchFrom(
  cells: Cells, process: string, resource: string, apiServer: string, selector: string, unseen: number,
  queued: readonly WatchEvent[],
): void {
  disconnect(cells, process, resource)
  const ahead = awaitedFrom(cells.list(cacheKey(apiServer, resource)), selector).length - unseen
  const reflector: Reflector = { apiServer, selector, ...(ahead === 0 ? {} : { ahead }) }
  cells.write(watchKey(process, resource), undefined)
  for (const event of queued) cells.add(watchKey(process, resource), event)
  cells.write(reflectorKey(process, resource), reflector)
  if (cells.read(endpointKey(process)) !== apiServer) cells.write(endpointKey(process), apiServer)
  join(cells, watchersKey(apiServer, resource), process, reflector)
  keepCache(cells, apiServer, resource)
}

/** From now on the API server instance has a watch cache of the resource of its own, which can fall behind. */
export function keepCache(cells: Cells, apiServer: string, resource: string): void {
  const keepers = cells.read(watchedKey(resource)) ?? []
  if (!keepers.includes(apiServer)) cells.write(watchedKey(resource), [...keepers, apiServer])
}

function join(cells: Cells, cell: Key<Watchers>, process: string, { selector, ahead }: Reflector): void {
  const watchers = cells.read(cell) ?? { bySelector: {} }
  if (ahead !== undefined) return cells.write(cell, { ...watchers, ahead: [...watchers.ahead ?? [], process] })
  const others = watchers.bySelector[selector] ?? []
  cells.write(cell, { ...watchers, bySelector: { ...watchers.bySelector, [selector]: [...others, process] } })
}

function leave(cells: Cells, cell: Key<Watchers>, process: string, { selector }: Reflector): void {
  const watchers = cells.read(cell)
  if (watchers === undefined) return
  const ahead = (watchers.ahead ?? []).filter((other) => other !== process)
  const { [selector]: same = [], ...rest } = watchers.bySelector
  const others = same.filter((other) => other !== process)
  const bySelector = others.length === 0 ? rest : { ...rest, [selector]: others }
  const isEmpty = ahead.length === 0 && Object.keys(bySelector).length === 0
  cells.write(cell, isEmpty ? undefined : { bySelector, ...(ahead.length === 0 ? {} : { ahead }) })
}

/** The API server has taken an event that a reflector ahead of it knew already. */
export function caughtUp(cells: Cells, process: string, resource: string, reflector: Reflector): void {
  const { ahead = 0, ...rest } = reflector
  const after: Reflector = ahead > 1 ? { ...rest, ahead: ahead - 1 } : rest
  cells.write(reflectorKey(process, resource), after)
  if (ahead > 1) return
  const cell = watchersKey(reflector.apiServer, resource)
  leave(cells, cell, process, reflector)
  join(cells, cell, process, after)
}

/** One event for each object: from its first old value to its last new one. */
export function coalesce(events: readonly WatchEvent[]): readonly WatchEvent[] {
  const byKey = new Map<string, WatchEvent>()
  for (const event of events) {
    const first = byKey.get(event.key)
    if (first === undefined) {
      byKey.set(event.key, event)
      continue
    }
    const type = event.object === undefined ? 'DELETED' : first.old === undefined ? 'ADDED' : 'MODIFIED'
    byKey.set(event.key, {
      type, resource: event.resource, key: event.key,
      ...(first.old === undefined ? {} : { old: first.old }),
      ...(event.object === undefined ? {} : { object: event.object }),
    })
  }
  return [...byKey.values()].filter((event) => event.old !== undefined || event.object !== undefined)
}
