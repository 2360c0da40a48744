/**
 * Models: pkg/controller/garbagecollector/garbagecollector.go (NewGarbageCollector, its monitors and workers)
 * Reads: store and index through the cache, memory, queue
 * Writes: queue, chart, request, memory, timer
 * Omits: discovery of new resources; the start before all monitors have synced
 */
import { ownershipSelector } from '#machine/watch'
import type { Context, Effect } from '#machine/process'
import { controller } from '../client/controller.js'
import { processGraphChanges, processVirtualDelete } from './garbage-collector-events.js'
import { garbageCollectorSync } from './garbage-collector-sync.js'
import { addAbsent, collected, type Identity } from './garbage-graph.js'

const effects: Readonly<Record<string, Effect>> = {
  virtualDelete: (context: Context, { item }: { readonly item: Identity | undefined }) => {
    if (item !== undefined) processVirtualDelete(context, item)
  },
  recordAbsent: ({ cells, process }: Context, { owner }: { readonly owner: Identity | undefined }) => {
    if (owner !== undefined) addAbsent(cells, process, owner)
  },
}

export const garbageCollector = controller({
  kind: 'kube-controller-manager/garbage-collector',
  watches: collected.map((resource) => ({ resource, selector: () => ownershipSelector })),
  sync: garbageCollectorSync,
  workers: 20,
  onWatch: processGraphChanges,
  effects,
})
