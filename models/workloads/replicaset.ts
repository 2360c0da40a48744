/**
 * Models: pkg/controller/replicaset/replica_set.go (NewBaseController: informer handlers and workers)
 * Reads: store and index through the cache, queue, expectations, wrote, elapsed
 * Writes: queue, chart, request, expectations, wrote, timer
 * Omits: ReplicationControllers
 */
import type { Pod, ReplicaSet } from '#api/types'
import { getControllerOf } from '#api/meta'
import { isPodReady } from '#api/pods'
import { compileSelector } from '#api/selectors'
import { equal } from '#kernel/value'
import type { Context, Effect } from '#machine/process'
import { nameOf, type StoredObject } from '#machine/objects'
import type { WatchEvent } from '#machine/watch'
import { clearWrites, wroteAt } from '../client/consistency.js'
import { controller } from '../client/controller.js'
import { creationObserved, deleteExpectations, deletionObserved, expect } from '../client/expectations.js'
import { enqueue, enqueueAfter } from '../client/workqueue.js'
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
    if (!isPodReady(old) && isPodReady(pod) && (set.spec.minReadySeconds ?? 0) > 0) {
      enqueueAfter(context, nameOf(set), (set.spec.minReadySeconds ?? 0) * 1000)
    }
  } else if (relabelled || reowned) enqueueMatching(context, pod)
}

function deletePod(context: Context, pod: Pod): void {
  const set = setOf(context, pod)
  if (set === undefined) return
  deletionObserved(context, nameOf(set), nameOf(pod))
  enqueue(context, nameOf(set))
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
  observed: (context: Context, { key, event }: { readonly key: string; readonly event: Event }) => {
    if (event.type === 'response.ok') {
      const object = event.object as StoredObject // the answer to a create, delete or status update
      wroteAt(context, key, event.request.resource, nameOf(object), object)
    } else if (event.type === 'response.error') {
      if (event.request.verb === 'create') creationObserved(context, key)
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
  effects,
})
