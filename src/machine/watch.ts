/**
 * What has happened in etcd and was not yet seen: by an API server's watch cache, and behind it by a reflector.
 * A cache is never copied. It is the store less the events that were not seen, so an up-to-date cache costs
 * nothing. Every queue is an end of one log of changes, so how far somebody is follows from how much is left.
 */
import { key, type Cells, type Key } from '#kernel/cells'
import { chunksOf, entriesOf, type List } from '#kernel/list'
import { equal } from '#kernel/value'
import { selectorOf, type StoredObject } from './objects.js'

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly resource: string
  /** `namespace/name`, or the name of a cluster-scoped object. */
  readonly key: string
  /** The object before; absent for ADDED. */
  readonly old?: unknown
  /** The object after; absent for DELETED. */
  readonly object?: unknown
}

/**
 * The selector of those who watch metadata for owners, finalizers and deletion alone: an event that changes none of
 * them is not sent to them, since nothing could come of it.
 */
export const ownershipSelector = 'metadata'

export function touchesOwnership({ old, object }: WatchEvent): boolean {
  if (old === undefined || object === undefined) return true
  const before = (old as StoredObject).metadata // events carry stored objects
  const after = (object as StoredObject).metadata
  return before !== after && !(before.uid === after.uid && before.deletionTimestamp === after.deletionTimestamp
    && equal(before.ownerReferences, after.ownerReferences) && equal(before.finalizers, after.finalizers))
}

const byNode = 'spec.nodeName='

/** Whether those who watch with this selector see the object. */
export function matches(resource: string, object: StoredObject, selector: string): boolean {
  if (selector === '' || selector === ownershipSelector) return true
  if (resource !== 'pods') return selectorOf(resource, object) === selector
  const node = (object as { readonly spec?: { readonly nodeName?: string } }).spec?.nodeName ?? '' // by resource
  return selector.length === byNode.length + node.length && selector.endsWith(node) && selector.startsWith(byNode)
}

/** An event as the watchers of one selector see it; `undefined` where it does not concern them. */
export function selected(event: WatchEvent, selector: string): WatchEvent | undefined {
  if (selector === '') return event
  if (selector === ownershipSelector) return touchesOwnership(event) ? event : undefined
  const was = event.old !== undefined && matches(event.resource, event.old as StoredObject, selector) // events carry these
  const is = event.object !== undefined && matches(event.resource, event.object as StoredObject, selector)
  if (was && is) return event
  const { old, object, ...rest } = event
  if (is) return { ...rest, object, type: 'ADDED' }
  if (was) return { ...rest, old, type: 'DELETED' }
  return undefined
}

/** Events of one resource that one API server instance has not seen yet, oldest first. */
export const cacheKey = (apiServer: string, resource: string): Key<readonly WatchEvent[]> => key('cache', apiServer, resource)

/** Events that are on their way to one reflector, oldest first. */
export const watchKey = (process: string, resource: string): Key<readonly WatchEvent[]> => key('watch', process, resource)

/** Whom an API server forwards a resource's events to: processes by selector, `''` is all events. */
export interface Watchers {
  readonly bySelector: Readonly<Record<string, readonly string[]>>
  /** Processes that know more than this API server does, until it has caught up with them. */
  readonly ahead?: readonly string[]
}

export const watchersKey = (apiServer: string, resource: string): Key<Watchers> => key('watchers', apiServer, resource)

/** Which API server instances keep a watch cache of a resource: those that ever had a watcher of it. */
export const watchedKey = (resource: string): Key<readonly string[]> => key('watched', resource)

export interface Reflector {
  readonly apiServer: string
  /** A field selector such as `spec.nodeName=node-1`; `''` for none. */
  readonly selector: string
  /** So many of the next events that its API server takes were known to it when it connected there. */
  readonly ahead?: number
}

/** The API server instance that a process connected to last. */
export const endpointKey = (process: string): Key<string> => key('endpoint', process)

export const reflectorKey = (process: string, resource: string): Key<Reflector> => key('reflector', process, resource)

// Caches of pure functions of immutable values.
const bySelector = new WeakMap<readonly WatchEvent[], Map<string, readonly WatchEvent[]>>()
const firsts = new WeakMap<readonly WatchEvent[], ReadonlyMap<string, WatchEvent>>()

/** Those of the events that concern the watchers of a selector, as they see them. */
function selectedOf(events: readonly WatchEvent[], selector: string): readonly WatchEvent[] {
  if (selector === '') return events
  let known = bySelector.get(events)
  if (known === undefined) bySelector.set(events, known = new Map())
  let found = known.get(selector)
  if (found === undefined) known.set(selector, found = events.flatMap((event) => selected(event, selector) ?? []))
  return found
}

/** What an API server has not seen yet, as the watchers of a selector will see it, oldest first. */
export const awaitedFrom = (events: List<WatchEvent> | undefined, selector: string): readonly WatchEvent[] =>
  (selector === '' ? entriesOf(events) : chunksOf(events).flatMap((chunk) => selectedOf(chunk, selector)))

/** What has happened since the state that a reflector's cache stands for, oldest first. */
export function unseenBy(cells: Cells, process: string, resource: string): readonly WatchEvent[] {
  const queued = cells.read(watchKey(process, resource)) ?? []
  const reflector = cells.read(reflectorKey(process, resource))
  if (reflector === undefined) return queued
  const { apiServer, selector, ahead = 0 } = reflector
  return [...queued, ...awaitedFrom(cells.list(cacheKey(apiServer, resource)), selector).slice(ahead)]
}

/** The first event of each object, in pieces; the first piece that has an object's name has the first of its events. */
export type FirstEvents = readonly ReadonlyMap<string, WatchEvent>[]

function firstsOf(events: readonly WatchEvent[]): ReadonlyMap<string, WatchEvent> {
  let known = firsts.get(events) as Map<string, WatchEvent> | undefined // made here
  if (known !== undefined) return known
  known = new Map()
  for (const event of events) if (!known.has(event.key)) known.set(event.key, event)
  firsts.set(events, known)
  return known
}

/** What a reflector has not seen, by object; `undefined` where it has seen everything. */
export function firstUnseen(
  queued: List<WatchEvent> | undefined, cached: List<WatchEvent> | undefined, { selector, ahead }: Partial<Reflector> = {},
): FirstEvents | undefined {
  if (queued === undefined && cached === undefined) return undefined
  const awaited = ahead === undefined
    ? chunksOf(cached).map((chunk) => selectedOf(chunk, selector ?? ''))
    : [awaitedFrom(cached, selector ?? '').slice(ahead)]
  const found = [...chunksOf(queued), ...awaited].filter((piece) => piece.length > 0)
  return found.length === 0 ? undefined : found.map(firstsOf)
}
