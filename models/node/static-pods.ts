/**
 * Models: pkg/kubelet/config/file.go (listConfig: what is in the directory of manifests), kubelet.go (HandlePodAdditions,
 *   HandlePodUpdates and HandlePodRemoves of static and mirror pods), pod_workers.go (allowPodStart): a part of the kubelet,
 *   added to it in models/kubernetes.ts
 * Reads: static, store through the cache, chart, memory
 * Writes: static, chart, memory, request, timer
 * Omits: the period in which the directory is looked at (a change is seen at once)
 */
import type { Node, Pod } from '#api/types'
import { chartKey } from '#machine/chart'
import { nameOf } from '#machine/objects'
import type { Context, Effect, Process } from '#machine/process'
import type { WatchEvent } from '#machine/watch'
import { nodeName, podOwner, statusOwner } from './cells.js'
import { relist } from './containerd.js'
import { addPod, reconcile, removePod } from './kubelet.js'
import { endingKey, mirrorChart, mirrorOwner } from './mirror-pods.js'
import type { PodRef } from './pod-says.js'
import { isMirrorPod, staticPodKey, staticPods, staticPodsKey } from './static-cells.js'
import { staticPodsAnnotation, staticPodsIn } from './static-manifests.js'

const reconcileMirror = (context: Context, name: string): void =>
  context.runtime.send({ ...context, owner: mirrorOwner(name) }, { type: 'reconcile', name })

const isWorkedOn = ({ cells, process }: Context, uid: string): boolean =>
  cells.read(chartKey(process, podOwner(uid))) !== undefined

/** What the annotation says is in the directory from now on. `starts`: and the kubelet acts on it. */
function writeFiles(context: Context, node: Node, starts: boolean): void {
  const { cells, process } = context
  const name = nodeName(process)
  const text = node.metadata.annotations?.[staticPodsAnnotation] ?? ''
  if (text === '' && cells.read(staticPodsKey(name)) === undefined) return
  const before = staticPods(cells, name)
  const after = staticPodsIn(text, name).pods
  for (const pod of before) {
    if (!after.some(({ metadata: { uid } }) => uid === pod.metadata.uid)) removeFile(context, pod, starts)
  }
  cells.write(staticPodsKey(name), after.length === 0 ? undefined : after.map(nameOf))
  for (const pod of after) {
    if (before.some(({ metadata: { uid } }) => uid === pod.metadata.uid)) continue
    cells.write(staticPodKey(name, nameOf(pod)), pod)
    if (starts) startStatic(context, pod)
  }
}

function removeFile(context: Context, pod: Pod, isRunning: boolean): void {
  const { cells, process } = context
  cells.write(staticPodKey(nodeName(process), nameOf(pod)), undefined)
  if (!isRunning) return
  if (isWorkedOn(context, pod.metadata.uid)) cells.write(endingKey(process, nameOf(pod)), pod.metadata.uid)
  removePod(context, pod)
  reconcileMirror(context, nameOf(pod))
}

/** A pod of an earlier file with that name comes to its end first. */
function startStatic(context: Context, pod: Pod): void {
  if (context.cells.read(endingKey(context.process, nameOf(pod))) !== undefined) return
  addPod(context, pod)
  reconcileMirror(context, nameOf(pod))
}

/** A mirror pod is not run: it is looked after, and its static pod's status is told by it. */
function onMirror(context: Context, type: WatchEvent['type'], mirror: Pod): void {
  const { cells, process } = context
  const name = nameOf(mirror)
  reconcileMirror(context, name)
  const pod = cells.read(staticPodKey(nodeName(process), name))
  if (pod === undefined) return
  const { uid } = pod.metadata
  if (type === 'MODIFIED') reconcile(context, mirror, uid)
  if (type !== 'ADDED') return
  const isTold = cells.read(chartKey(process, statusOwner(uid))) !== undefined
  if (isTold) context.runtime.send({ ...context, owner: statusOwner(uid) }, { type: 'reconcile' })
  else if (isWorkedOn(context, uid)) relist(cells, nodeName(process), uid)
}

/** Nothing of a static pod is left: its mirror pod may go, and the next one of its name may come. */
const forgotten = (original: Effect | undefined): Effect => (context: Context, params: PodRef) => {
  original?.(context, params as never) // what the pod worker says
  const { cells, process } = context
  if (cells.read(endingKey(process, params.name)) !== params.uid) return
  cells.write(endingKey(process, params.name), undefined)
  const next = cells.read(staticPodKey(nodeName(process), params.name))
  if (next === undefined) reconcileMirror(context, params.name)
  else startStatic(context, next)
}

/** The events of mirror pods are not for the rest of the kubelet. */
function onWatch(kubelet: Process, context: Context, event: WatchEvent): void {
  const { resource, type, object, old } = event
  const seen = resource === 'pods' ? (object ?? old) as Pod | undefined : undefined // by resource
  if (seen !== undefined && isMirrorPod(seen)) return onMirror(context, type, seen)
  kubelet.onWatch?.(context, event)
  if (resource !== 'nodes') return
  const [was, is] = [old as Node | undefined, object as Node | undefined] // by resource
  if (is === undefined) return
  if (was?.metadata.annotations !== is.metadata.annotations) writeFiles(context, is, true)
  if (was !== undefined) return
  for (const pod of staticPods(context.cells, is.metadata.name)) reconcileMirror(context, nameOf(pod))
}

/** The kubelet with this part of it. */
export const withStaticPods = (kubelet: Process): Process => ({
  ...kubelet,
  charts: { ...kubelet.charts, mirror: mirrorChart },
  effects: { ...kubelet.effects, forgetPod: forgotten(kubelet.effects?.['forgetPod']) },
  onWatch: (context, event) => onWatch(kubelet, context, event),
  onReplaced(context, _resource, missed) {
    for (const event of missed) onWatch(kubelet, context, event)
  },
  onTimer(context, about, name) {
    if (about.startsWith(mirrorOwner('')) && name === 'retry') reconcileMirror(context, about.slice(mirrorOwner('').length))
    else kubelet.onTimer?.(context, about, name)
  },
  onStart(context) {
    const { cells, process, view } = context
    const node = view.get('nodes', nodeName(process))
    if (node !== undefined) writeFiles(context, node, false)
    kubelet.onStart?.(context)
    const names = staticPods(cells, nodeName(process)).map(nameOf)
    const mirrors = view.list('pods', 'node', nodeName(process)).filter(isMirrorPod).map(nameOf)
    for (const name of new Set([...names, ...mirrors])) reconcileMirror(context, name)
  },
})
