/**
 * Models: pkg/controller/namespace/namespace_controller.go (NewNamespaceController: informer handlers and workers)
 * Reads: store through the cache, queue
 * Writes: queue, chart, request, timer
 * Omits: the overall bucket limiter
 */
import type { Namespace } from '#api/types'
import { controller } from '../client/controller.js'
import { delayedKey, enqueueAfter } from '../client/workqueue.js'
import { namespaceSync } from './namespace-sync.js'

/** Time for every API server to learn of the deletion, and for what was being created to appear. */
const namespaceDeletionGracePeriod = 5_000

export const namespaceController = controller({
  kind: 'kube-controller-manager/namespace',
  watches: [{ resource: 'namespaces' }],
  sync: namespaceSync,
  workers: 10,
  limiter: { base: 5, max: 60_000 },
  onWatch(context, event) {
    const namespace = event.object as Namespace | undefined // by resource
    // Upstream looks once more and finds nothing.
    if (namespace === undefined) context.cells.disarm(delayedKey(context.process, event.key))
    if (namespace?.metadata.deletionTimestamp === undefined) return
    enqueueAfter(context, event.key, namespaceDeletionGracePeriod)
  },
})
