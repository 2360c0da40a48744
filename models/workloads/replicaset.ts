/**
 * Models: pkg/controller/replicaset/replica_set.go (NewBaseController: informer handlers and workers)
 * Reads: store and index through the cache, queue, expectations, wrote, elapsed
 * Writes: queue, chart, request, expectations, wrote, timer
 * Omits: ReplicationControllers; how long a pod has been ready already when the controller starts (it waits for
 *   minReadySeconds from then on)
 */
import type { Pod, ReplicaSet } from '#api/types'
import { getControllerOf } from '#api/meta'
import { isPodReady } from '#api/pods'
import { compileSelector } from '#api/selectors'
import { equal } from '#kernel/value'
import { timerKey } from '#machine/chart'
import type { Context, Effect } from '#machine/process'
import { nameOf, type StoredObject } from '#machine/objects'
import type { WatchEvent } from '#machine/watch'
import { clearWrites, wroteAt } from '../client/consistency.js'
import { controller } from '../client/controller.js'
import { creationObserved, deleteExpectations, deletionObserved, expect } from '../client/expectations.js'
import { enqueue } from '../client/workqueue.js'
import { isNamespaceTerminating } from '../control-plane/namespace-strategy.js'
import { availableDeadline } from '../control-plane/pod-strategy.js'
import { replicaSetSync, type Event } from './replicaset-sync.js'

/** The set that controls the pod, where the cache has it with that uid. */
function setOf(context: Context, pod: Pod): ReplicaSet | undefined {
  const owner = getControllerOf(pod)
  if (owner === undefined || owner.kind !== 'ReplicaSet') return undefined
  const set = context.view.get('replicasets', `${pod.metadata.namespace}/${owner.name}`)
  return set?.metadata.uid === owner.uid ? set : undefined
}

function enqueueMatching(context: Context, pod: Pod): void {
  for (const set of context.view.list('replicasets', 'namespace', pod.metadata.namespace)) {
    if (compileSelector(set.spec.selector)(pod.metadata.labels ?? {})) enqueue(context, nameOf(set))
  }
}

function addPod(context: Context, pod: Pod): void {
  if (pod.metadata.deletionTimestamp !== undefined) return deletePod(context, pod)
  if (getControllerOf(pod) === undefined) return enqueueMatching(context, pod)
  const set = setOf(context, pod)
  if (set === undefined) return
  creationObserved(context, nameOf(set))
  enqueue(context, nameOf(set))
}

function updatePod(context: Context, old: Pod, pod: Pod): void {
  const relabelled = !equal(old.metadata.labels, pod.metadata.labels)
  if (pod.metadata.deletionTimestamp !== undefined) {
    deletePod(context, pod)
    if (relabelled) deletePod(context, old)
    return
  }
  const reowned = !equal(getControllerOf(old), getControllerOf(pod))
  if (reowned) {
    const before = setOf(context, old)
    if (before !== undefined) enqueue(context, nameOf(before))
  }
  if (getControllerOf(pod) !== undefined) {
    const set = setOf(context, pod)
    if (set === undefined) return
    enqueue(context, nameOf(set))
    if (!isPodReady(old) && isPodReady(pod)) awaitAvailability(context, pod, set)
  } else if (relabelled || reowned) enqueueMatching(context, pod)
}

function deletePod(context: Context, pod: Pod): void {
  const set = setOf(context, pod)
  if (set === undefined) return
  deletionObserved(context, nameOf(set), nameOf(pod))
  enqueue(context, nameOf(set))
}

const availability = 'available '

/** FindMinNextPodAvailabilityCheck: the set is synced when a pod has been ready for long enough, each pod by itself. */
function awaitAvailability(
  { cells, process }: Context, pod: Pod, { spec: { minReadySeconds = 0 } }: ReplicaSet, keep?: 'earlier',
): void {
  if (minReadySeconds > 0) cells.arm(timerKey(process, '', availability + nameOf(pod)), minReadySeconds * 1000, keep)
}

function onTimer(context: Context, _: string, name: string): void {
  const pod = name.startsWith(availability) ? context.view.get('pods', name.slice(availability.length)) : undefined
  const set = pod === undefined ? undefined : setOf(context, pod)
  if (set !== undefined) enqueue(context, nameOf(set))
}

function onWatch(context: Context, event: WatchEvent): void {
  if (event.resource === 'pods') {
    const old = event.old as Pod | undefined // by resource
    const pod = event.object as Pod | undefined // by resource
    if (pod === undefined) { if (old !== undefined) deletePod(context, old) }
    else if (old === undefined) addPod(context, pod)
    else updatePod(context, old, pod)
    return
  }
  if (event.type === 'DELETED') {
    clearWrites(context, event.key)
    deleteExpectations(context, event.key)
  }
  enqueue(context, event.key)
}

const effects: Readonly<Record<string, Effect>> = {
  expectCreations: (context: Context, { key, count }: { readonly key: string; readonly count: number }) =>
    expect(context, key, { creations: count, deletions: [] }),
  expectDeletions: (context: Context, { key, pods }: { readonly key: string; readonly pods: readonly string[] }) =>
    expect(context, key, { creations: 0, deletions: pods }),
  deleteExpectations: (context: Context, { key }: { readonly key: string }) => {
    clearWrites(context, key)
    deleteExpectations(context, key)
  },
  skipCreations: (context: Context, { key, count }: { readonly key: string; readonly count: number }) => {
    for (let i = 0; i < count; i++) creationObserved(context, key)
  },
  awaitAvailability: (context: Context, { key }: { readonly key: string }) => {
    const set = context.view.get('replicasets', key)
    if (set === undefined) return
    for (const pod of context.view.list('pods', 'owner', set.metadata.uid)) {
      if (isPodReady(pod) && context.cells.pending(availableDeadline(nameOf(pod)))) awaitAvailability(context, pod, set, 'earlier')
    }
  },
  observed: (context: Context, { key, event }: { readonly key: string; readonly event: Event }) => {
    if (event.type === 'response.ok') {
      const object = event.object as StoredObject // the answer to a create, delete or status update
      wroteAt(context, key, event.request.resource, nameOf(object), object)
    } else if (event.type === 'response.error') {
      // a creation that the end of the namespace refused goes on being expected, as upstream
      if (event.request.verb === 'create' && !isNamespaceTerminating(event.status)) creationObserved(context, key)
      else if (event.request.verb === 'delete') deletionObserved(context, key, event.request.key)
    }
  },
}

export const replicaSetController = controller({
  kind: 'kube-controller-manager/replicaset',
  watches: [{ resource: 'replicasets' }, { resource: 'pods' }],
  sync: replicaSetSync,
  workers: 5,
  onWatch,
  onTimer,
  effects,
})
