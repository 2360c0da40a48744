/**
 * Models: staging/src/k8s.io/client-go/tools/cache (Reflector, SharedInformer), apiserver/pkg/storage/cacher (dispatch)
 * Reads: cache, watch, watchers, reflector
 * Writes: cache, watch, watchers, reflector, and what the informer's handlers of the process write
 * Omits: bookmarks, resync periods (nothing of this version's controllers depends on them); handlers that run behind
 *   their own informer's cache
 */
import { part, type Cells, type Key } from '#kernel/cells'
import { firstOf, rest, sizeOf } from '#kernel/list'
import { rank, type Channel } from '#machine/channel'
import { selectorOf, type StoredObject } from '#machine/objects'
import type { Runtime } from '#machine/process'
import {
  ownershipSelector, reflectorKey, selected, watchKey, watchersKey, type Watchers, type WatchEvent,
} from '#machine/watch'
import { brokenKey, lagKey, networkGate } from './gates.js'
import { caughtUp } from './streams.js'

export { brokenKey, cutKey, downKey, lagKey, networkGate, nodeOf, powerGate } from './gates.js'
export { coalesce, connect, disconnect, keepCache, reconnect, relist, type ListsFrom } from './streams.js'

/** The watch cache of one API server instance takes its next event, and forwards it to its watchers. */
export const cacheChannel: Channel<readonly WatchEvent[]> = {
  prefix: 'cache',
  rank: rank.cache,
  offers: (events) => sizeOf(events) > 0,
  process: (key) => `kube-apiserver/${part(key, 1)}`,
  gate: (key) => lagKey(part(key, 1)),
  take(cells, key, events) {
    const event = firstOf(events)
    if (event === undefined) return
    cells.write(key, rest(events))
    const watchers = cells.read(watchersKey(part(key, 1), event.resource))
    if (watchers === undefined) return
    const selectors = selectorsOf(event)
    for (let i = 0; i < selectors.length; i++) {
      if (selectors.indexOf(selectors[i]!) === i) forward(cells, watchers, event, selectors[i]!)
    }
    for (const process of watchers.ahead ?? []) {
      const reflector = cells.read(reflectorKey(process, event.resource))
      if (reflector !== undefined && selected(event, reflector.selector) !== undefined) {
        caughtUp(cells, process, event.resource, reflector)
      }
    }
  },
  label: (key, events) => `${part(key, 1)} caches ${describe(firstOf(events))}`,
}

/** Selectors whose watchers an event may concern. */
function selectorsOf({ resource, old, object }: WatchEvent): readonly string[] {
  const selectors = ['', ownershipSelector]
  const before = old === undefined ? undefined : selectorOf(resource, old as StoredObject) // events carry stored objects
  const after = object === undefined ? undefined : selectorOf(resource, object as StoredObject)
  if (before !== undefined) selectors.push(before)
  if (after !== undefined) selectors.push(after)
  return selectors
}

// A cache of a pure function of immutable values: who watches changes far more rarely than what is watched.
const queues = new WeakMap<readonly string[], Record<string, readonly Key<readonly WatchEvent[]>[]>>()

/** Where the events of a resource wait for each of these processes. */
function keysOf(processes: readonly string[], resource: string): readonly Key<readonly WatchEvent[]>[] {
  let known = queues.get(processes)
  if (known === undefined) queues.set(processes, known = {})
  return known[resource] ??= processes.map((process) => watchKey(process, resource))
}

function forward(cells: Cells, { bySelector }: Watchers, event: WatchEvent, selector: string): void {
  const processes = bySelector[selector]
  const seen = processes === undefined ? undefined : selected(event, selector)
  if (seen === undefined) return
  for (const key of keysOf(processes ?? [], event.resource)) cells.add(key, seen)
}

/** The next event reaches a reflector: its cache takes it in, and the informer's handlers run. */
export const watchChannel = (runtime: Runtime): Channel<readonly WatchEvent[]> => ({
  prefix: 'watch',
  rank: rank.watch,
  offers: (events) => sizeOf(events) > 0,
  process: (key) => part(key, 1),
  gate: (key) => networkGate(part(key, 1)) ?? brokenKey(part(key, 1), part(key, 2)),
  take(cells, key, events) {
    const event = firstOf(events)
    if (event === undefined) return
    cells.write(key, rest(events))
    const process = part(key, 1)
    runtime.processOf(process)?.onWatch?.(runtime.context(cells, process, ''), event)
  },
  label: (key, events) => `${part(key, 1)} learns of ${describe(firstOf(events))}`,
})

const describe = (event: WatchEvent | undefined): string =>
  event === undefined ? 'nothing' : `${event.type} ${event.resource} ${event.key}`
