/** A World of objects and of processes that only look on, for tests of watches and caches. */
import type { Store } from '#kernel/store'
import { equal } from '#kernel/value'
import { World } from '#cluster/world'
import { createRuntime } from '#machine/effects'
import type { Process, Runtime } from '#machine/process'
import { nameOf, objectKey, type StoredObject } from '#machine/objects'
import { matches, ownershipSelector, type WatchEvent } from '#machine/watch'
import { View } from '#machine/view'
import { cacheChannel, connect, disconnect, watchChannel, type ListsFrom } from '#models/client/reflector'
import { put } from '#models/control-plane/etcd'

/** Which pods each observer watches. */
export const selectors: Readonly<Record<string, string>> = {
  'observer/all': '',
  'observer/other': '',
  'observer/node-1': 'spec.nodeName=node-1',
  'observer/metadata': ownershipSelector,
}
export const observers = Object.keys(selectors)

export type State = ReadonlyMap<string, StoredObject>

export const pod = (name: string, more: { node?: string; owner?: string; version?: number; deleting?: boolean }): StoredObject => ({
  apiVersion: 'v1', kind: 'Pod',
  metadata: {
    name, namespace: 'default', uid: `Pod:default/${name}`, labels: { version: String(more.version ?? 0) },
    ...(more.owner === undefined ? {} : { ownerReferences: [
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: more.owner, uid: `uid of ${more.owner}`, controller: true },
    ] }),
    ...(more.deleting === true ? { deletionTimestamp: 'set' } : {}),
  },
  spec: { nodeName: more.node ?? '' }, status: {},
} as unknown as StoredObject) // what caches look at of a pod

/** What a watcher of metadata depends on. */
export const ownershipOf = ({ metadata }: StoredObject): unknown =>
  [metadata.uid, metadata.ownerReferences ?? [], metadata.deletionTimestamp ?? '', metadata.finalizers ?? []]

/** What the selector's watchers see of a state. */
export const seenOf = (state: State, selector: string): State =>
  new Map([...state].filter(([, object]) => matches('pods', object, selector)))

/** One World of observers, every state that its store was in, and what the observers' handlers were told. */
export class Observed {
  readonly world: World
  readonly runtime: Runtime
  readonly history: State[] = [new Map()]
  /** By observer: the copy that somebody would have who only listens to the informer's handlers. */
  readonly copies = new Map<string, Map<string, StoredObject>>()
  /** Everything that an observer's handlers were told, oldest first. */
  readonly heard: WatchEvent[] = []
  /** Events whose old object was not what the copy had. */
  readonly surprises: WatchEvent[] = []

  constructor(store: Store) {
    const hear = (process: string, event: WatchEvent): void => {
      this.heard.push(event)
      const copy = this.copies.get(process)!
      const selector = selectors[process]!
      const known = copy.get(event.key)
      const old = event.old as StoredObject | undefined // events carry stored objects
      const isSame = selector === ownershipSelector
        ? equal(known && ownershipOf(known), old && ownershipOf(old)) : equal(known, old)
      if (!isSame) this.surprises.push(event)
      if (event.object === undefined) copy.delete(event.key)
      else copy.set(event.key, event.object as StoredObject)
    }
    const observer: Process = {
      kind: 'observer', charts: {},
      watches: [{ resource: 'pods', selector: (process) => selectors[process] ?? '' }],
      onWatch: ({ process }, event) => hear(process, event),
      onReplaced: ({ process }, _, missed) => { for (const event of missed) hear(process, event) },
    }
    this.runtime = createRuntime([observer])
    this.world = World.over(store, [cacheChannel, watchChannel(this.runtime)])
  }

  /** The process begins with what its first list shows. */
  start(process: string, apiServer: string, from?: ListsFrom): void {
    this.world.perform((cells) => {
      disconnect(cells, process, 'pods')
      connect(cells, process, 'pods', apiServer, selectors[process]!, from)
      this.copies.set(process, new Map(new View(cells, process).all('pods').map((one) => [nameOf(one), one])))
    })
  }

  /** Creates, changes or (without an object) deletes a pod. */
  write(name: string, object: StoredObject | undefined): void {
    const key = `default/${name}`
    this.world.perform((cells) => put(cells, 'pods', cells.read(objectKey('pods', key)), object))
    const state = new Map(this.history.at(-1))
    if (object === undefined) state.delete(key)
    else state.set(key, object)
    this.history.push(state)
  }

  view(process: string): View {
    return new View(this.world, process)
  }

  drain(): void {
    for (let choice = this.world.agenda.first(); choice !== undefined; choice = this.world.agenda.first()) this.world.take(choice)
  }
}
