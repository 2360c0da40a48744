/**
 * Models: pkg/controller/endpointslice/endpointslice_controller.go (NewController: informer handlers, queues
 *   and workers), staging/src/k8s.io/endpointslice/util/controller_utils.go (GetPodUpdateProjectionKey,
 *   GetServicesToUpdate)
 * Reads: store and index through the cache, queue, memory
 * Writes: queue, chart, request, memory, timer
 * Omits: podQueue: the Services of a pod are looked up when its event arrives; topologyQueue and the topology cache
 *   (`service.kubernetes.io/topology-mode: Auto`); the Endpoints controller, which writes the same to objects that
 *   nothing here reads
 */
import type { EndpointSlice, Labels, Pod } from '#api/types'
import { isPodReady } from '#api/pods'
import { compileLabelMap } from '#api/selectors'
import { equal } from '#kernel/value'
import { nameOf } from '#machine/objects'
import type { Context, Effect } from '#machine/process'
import type { WatchEvent } from '#machine/watch'
import { controller } from '../client/controller.js'
import { enqueue, enqueueAfter } from '../client/workqueue.js'
import { addressesOf } from './endpoints.js'
import { isManaged, serviceOf } from './endpointslices.js'
import { endpointSliceSync, type Event } from './endpointslice-sync.js'
import { expectDeletion, forgetService, handleDeletion, shouldSync, trackWrite } from './endpointslice-tracker.js'

/** `--concurrent-service-endpoint-syncs` */
const workers = 5
/** endpointSliceChangeMinSyncDelay */
const sliceChangeDelay = 1000

/** The Services whose selector these labels match. */
export function servicesFor({ view }: Context, namespace: string, labels: Labels | undefined): readonly string[] {
  const found: string[] = []
  for (const label in labels) {
    for (const service of view.list('services', 'selector', `${namespace}/${label}=${labels[label] ?? ''}`)) {
      if (compileLabelMap(service.spec.selector ?? {})(labels)) found.push(nameOf(service))
    }
  }
  return found
}

/** podEndpointsChanged, the first half: whether the endpoint of the pod may look different. */
function podChanged(old: Pod, pod: Pod): boolean {
  return old.metadata.deletionTimestamp !== pod.metadata.deletionTimestamp
    || isPodReady(old) !== isPodReady(pod)
    || (old.status.podIPs !== pod.status.podIPs && !equal(addressesOf(old), addressesOf(pod)))
}

/** The second half: whether it may belong to other Services. */
const labelsChanged = (old: Pod, pod: Pod): boolean =>
  !equal(old.metadata.labels, pod.metadata.labels)
  || old.spec.hostname !== pod.spec.hostname || old.spec.subdomain !== pod.spec.subdomain

function onPod(context: Context, old: Pod | undefined, pod: Pod | undefined): void {
  const current = pod ?? old
  if (current === undefined) return
  const { namespace, labels } = current.metadata
  const isRelabelled = old !== undefined && pod !== undefined && labelsChanged(old, pod)
  const isChanged = old === undefined || pod === undefined || podChanged(old, pod)
  if (!isRelabelled && !isChanged) return
  const services = servicesFor(context, namespace, labels)
  const before = isRelabelled ? servicesFor(context, namespace, old.metadata.labels) : []
  for (const service of services) if (isChanged || !before.includes(service)) enqueue(context, service, workers)
  for (const service of before) if (!services.includes(service)) enqueue(context, service, workers)
}

function queueServiceOf(context: Context, slice: EndpointSlice): void {
  const service = serviceOf(slice)
  if (service !== undefined) enqueueAfter(context, service, sliceChangeDelay)
}

function onSlice(context: Context, old: EndpointSlice | undefined, slice: EndpointSlice | undefined): void {
  if (slice === undefined) {
    if (old === undefined || !isManaged(old)) return
    if (!handleDeletion(context.cells, context.process, serviceOf(old) ?? '', nameOf(old))) queueServiceOf(context, old)
    return
  }
  if (old !== undefined && serviceOf(old) !== serviceOf(slice)) {
    queueServiceOf(context, slice)
    queueServiceOf(context, old)
    return
  }
  const hasChangedHands = old !== undefined && isManaged(old) !== isManaged(slice)
  if (hasChangedHands || (isManaged(slice) && shouldSync(context.view, serviceOf(slice) ?? '', slice))) {
    queueServiceOf(context, slice)
  }
}

function onWatch(context: Context, event: WatchEvent): void {
  switch (event.resource) {
    case 'services': return enqueue(context, event.key, workers)
    case 'pods': return onPod(context, event.old as Pod | undefined, event.object as Pod | undefined) // by resource
    case 'endpointslices':
      return onSlice(context, event.old as EndpointSlice | undefined, event.object as EndpointSlice | undefined) // so too
  }
}

const effects: Readonly<Record<string, Effect>> = {
  track: ({ cells, process }: Context, { service, event }: { readonly service: string; readonly event: Event }) => {
    if (event.type !== 'response.ok') return
    if (event.request.verb === 'delete') expectDeletion(cells, process, service, event.request.key)
    else trackWrite(cells, process, service, event.object as EndpointSlice) // the answer to a create or update
  },
  forget: ({ cells, process }: Context, { service }: { readonly service: string }) =>
    forgetService(cells, process, service),
}

export const endpointSliceController = controller({
  kind: 'kube-controller-manager/endpointslice',
  watches: [{ resource: 'services' }, { resource: 'pods' }, { resource: 'endpointslices' }, { resource: 'nodes' }],
  sync: endpointSliceSync,
  workers,
  limiter: { base: 1000, max: 1_000_000, retries: 15 },
  onWatch,
  effects,
})
