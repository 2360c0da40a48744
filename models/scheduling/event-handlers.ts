/**
 * Models: pkg/scheduler/eventhandlers.go, PriorityQueue.MoveAllToActiveOrBackoffQueue and Update of
 *   backend/queue/scheduling_queue.go, the informer of pkg/scheduler/scheduler.go (newPodInformer)
 * Reads: memory, schedule, timer; pods, nodes and namespaces through the cache
 * Writes: memory, schedule, timer
 * Omits: pods that change their node or come back under another uid within one event (upstream exits and starts anew);
 *   the flush of unschedulable pods where no event came that could have helped them
 */
import type { Namespace, Node, Pod } from '#api/types'
import { isPodTerminal } from '#api/pods'
import { equal } from '#kernel/value'
import { nameOf } from '#machine/objects'
import type { Context } from '#machine/process'
import type { WatchEvent } from '#machine/watch'
import { addPod, assumedPod, countNodes, dropNode, forgetPod, putNode, removePod, updatePod } from './cache.js'
import { nodeChanges, podChanges, type ClusterEvent } from './cluster-events.js'
import { interestedIn, isPodWorthRequeuing } from './queueing-hints.js'
import {
  add, awaitFlush, backoffEnded, parkedPods, readQueued, rejectedPods, remove, requeue, retryLater,
} from './scheduling-queue.js'

/** The name by which pods ask for this scheduler. */
export const defaultScheduler = 'default-scheduler'

const isAssigned = (pod: Pod): boolean => (pod.spec.nodeName ?? '') !== ''
export const isResponsible = (pod: Pod): boolean => pod.spec.schedulerName === defaultScheduler

/** Asks each unschedulable pod whose rejection the event may have to do with whether it is worth another attempt. */
export function moveAll(context: Context, event: ClusterEvent): void {
  const asked = new Set<string>()
  for (const plugin of interestedIn[event.kind]) for (const name of rejectedPods(context, plugin)) asked.add(name)
  for (const name of asked) tryAgain(context, name, event)
}

function tryAgain(context: Context, name: string, event: ClusterEvent): void {
  const queued = readQueued(context, name)
  const pod = context.view.get('pods', name)
  if (queued === undefined || pod === undefined) return
  const hint = isPodWorthRequeuing(pod, queued.rejectedBy, event)
  if (hint === 'queue') requeue(context, name)
  else if (hint === 'flush') awaitFlush(context, name)
}

function addNode(context: Context, node: Node): void {
  const isFirst = countNodes(context) === 0
  putNode(context, node)
  moveAll(context, { kind: 'node-add', node })
  if (isFirst) for (const name of parkedPods(context)) retryLater(context, name)
}

function updateNode(context: Context, old: Node, node: Node): void {
  const changes = nodeChanges(old, node)
  if (changes.length === 0 && old.spec.unschedulable === node.spec.unschedulable) return
  putNode(context, node)
  if (changes.length > 0) moveAll(context, { kind: 'node-update', old, node, changes })
}

function deleteNode(context: Context, old: Node): void {
  moveAll(context, { kind: 'node-delete', old })
  dropNode(context, old.metadata.name)
}

function addAssigned(context: Context, pod: Pod): void {
  addPod(context, pod)
  moveAll(context, { kind: 'pod-add', pod })
}

function updateAssigned(context: Context, old: Pod, pod: Pod): void {
  updatePod(context, old, pod)
  const changes = podChanges(old, pod)
  if (changes.length > 0) moveAll(context, { kind: 'pod-update', old, pod, changes })
}

function deleteAssigned(context: Context, old: Pod): void {
  removePod(context, old)
  moveAll(context, { kind: 'pod-delete', old })
}

/** handleAssumedPodDeletion: what it takes up is free at once; its binding goes on, and will fail. */
export function forget(context: Context, name: string, uid: string): void {
  const assumed = forgetPod(context, name, uid)
  if (assumed === undefined) return
  const { pod, node } = assumed
  moveAll(context, { kind: 'pod-delete', old: { ...pod, spec: { ...pod.spec, nodeName: node } } })
}

function updateUnassigned(context: Context, old: Pod, pod: Pod): void {
  const name = nameOf(pod)
  if (assumedPod(context, name, pod.metadata.uid) !== undefined) {
    if (pod.metadata.deletionTimestamp !== undefined) forget(context, name, pod.metadata.uid)
    return
  }
  const queued = readQueued(context, name)
  if (queued === undefined) return add(context, pod)
  if (queued.where === 'unschedulable') tryAgain(context, name, { kind: 'own', old, pod, changes: podChanges(old, pod) })
}

function deleteUnassigned(context: Context, pod: Pod): void {
  remove(context, nameOf(pod))
  forget(context, nameOf(pod), pod.metadata.uid)
}

function onPod(context: Context, old: Pod | undefined, pod: Pod | undefined): void {
  if (old === undefined) {
    if (pod === undefined) return
    if (isAssigned(pod)) addAssigned(context, pod)
    else if (isResponsible(pod)) add(context, pod)
  } else if (pod === undefined) {
    if (isAssigned(old)) deleteAssigned(context, old)
    else if (isResponsible(old)) deleteUnassigned(context, old)
  } else if (old.metadata.uid !== pod.metadata.uid) {
    onPod(context, old, undefined)
    onPod(context, undefined, pod)
  } else if (isAssigned(old)) updateAssigned(context, old, pod)
  else if (isAssigned(pod)) {
    addAssigned(context, pod)
    if (isResponsible(old)) remove(context, nameOf(pod))
  } else if (isResponsible(old)) updateUnassigned(context, old, pod)
}

/** Pods that have ended are none for its informer: one that ends is deleted, as far as it can see. */
const seen = (object: unknown): Pod | undefined => {
  const pod = object as Pod | undefined // by resource
  return pod === undefined || isPodTerminal(pod) ? undefined : pod
}

const isOnlyStatus = (old: Pod | undefined, pod: Pod | undefined): boolean => old !== undefined && pod !== undefined
  && (old.metadata === pod.metadata || equal(old.metadata, pod.metadata))
  && (old.spec === pod.spec || equal(old.spec, pod.spec))

export function onWatch(context: Context, event: WatchEvent): void {
  switch (event.resource) {
    case 'pods': {
      const [old, pod] = [seen(event.old), seen(event.object)]
      if (!isOnlyStatus(old, pod)) onPod(context, old, pod)
      return
    }
    case 'nodes': {
      const [old, node] = [event.old as Node | undefined, event.object as Node | undefined] // by resource
      if (node === undefined) { if (old !== undefined) deleteNode(context, old) }
      else if (old === undefined) addNode(context, node)
      else updateNode(context, old, node)
      return
    }
    case 'namespaces': {
      const [old, namespace] = [event.old as Namespace | undefined, event.object as Namespace | undefined] // by resource
      if (!equal(old?.metadata.labels, namespace?.metadata.labels)) moveAll(context, { kind: 'namespace' })
    }
  }
}

/** What a relist shows is handled like what the watch would have shown, object by object. */
export function onReplaced(context: Context, _resource: string, missed: readonly WatchEvent[]): void {
  for (const event of missed) onWatch(context, event)
}

export function onStart(context: Context): void {
  for (const resource of ['nodes', 'pods'] as const) {
    for (const object of context.view.all(resource)) {
      onWatch(context, { type: 'ADDED', resource, key: nameOf(object), object })
    }
  }
}

/** A pod that backs off for want of any node stays where it is while there is none: another attempt would end the same. */
export function onTimer(context: Context, _owner: string, name: string): void {
  const space = name.indexOf(' ')
  const pod = name.slice(space + 1)
  if (name.startsWith('flush ')) requeue(context, pod)
  else if (countNodes(context) > 0 || (readQueued(context, pod)?.errors ?? 0) === 0) backoffEnded(context, pod)
}
