/**
 * Models: pkg/kubelet/kubelet.go (syncLoopIteration: HandlePodAdditions, HandlePodUpdates, HandlePodRemoves,
 *   HandlePodReconcile), kubelet_pods.go (HandlePodCleanups), pkg/kubelet/config/config.go
 *   (checkAndUpdatePod)
 * Reads: store, index, elsewhere, store and index through the cache, static, chart, memory, sandbox, sandboxes,
 *   container, processes, files, output, cgroups, mounts, images, ipam, profile, rules, listener, down, routed, client,
 *   clients, trouble, saturates, reflector, endpoint, watched, watchers
 * Writes: static, chart, memory, request, timer, sandbox, sandboxes, container, processes, files, output, cgroups, mounts,
 *   trouble, listener, ipam, images, restarts, client, reflector, watch, watchers, watched
 * Omits: node status and lease (models/node-lifecycle), checkpoints, the period of housekeeping (what it would clean up
 *   is cleaned up at once)
 */
import type { Node, Pod } from '#api/types'
import { isPodPhaseTerminal } from '#api/pods'
import type { Cells } from '#kernel/cells'
import { equal } from '#kernel/value'
import { chartKey, timerKey } from '#machine/chart'
import { nameOf } from '#machine/objects'
import type { Context, Effect, Process } from '#machine/process'
import type { WatchEvent } from '#machine/watch'
import { admit } from './admission.js'
import {
  cgroupsKey, imagesKey, nameOfPod, nodeName, podId, podOwner, probedBy, sandboxKey, sandboxesKey, statusOwner,
} from './cells.js'
import { relist } from './containerd.js'
import { imageStored } from './garbage.js'
import { pullChart } from './image-pull.js'
import { killChart } from './kill.js'
import { needsReadinessSync } from './pod-conditions.js'
import { podEffects, setStatus, sigkill } from './pod-effects.js'
import { podOf, statusMemory } from './pod-memory.js'
import { joinNode, loadOf } from './node-load.js'
import { isShuttingDown, nodeShutdown } from './node-shutdown.js'
import { pulledRecordKey, recordPulled, type PullSecret } from './pull-secrets.js'
import { rejectedStatus, withReadiness } from './pod-status.js'
import { podChart } from './pod-worker.js'
import { probeChart, type ProbeResult } from './probe.js'
import { answersChanged, resumeProbes } from './probe-wakes.js'
import { filesKey } from './process-cells.js'
import { isSource, sourceChanged, watchSources } from './source-watch.js'
import { podsOn } from './static-cells.js'
import { statusChart, type StatusMemory } from './status-manager.js'
import { isSameByKubelet } from './status-patch.js'
import { tokenChart } from './token-chart.js'
import { volumeChart } from './volume-chart.js'

const isKnown = ({ cells, process }: Context, uid: string): boolean =>
  cells.read(chartKey(process, podOwner(uid))) !== undefined

const tellWorker = (
  context: Context, uid: string, event: { readonly type: string; readonly [member: string]: unknown },
): void =>
  context.runtime.send({ ...context, owner: podOwner(uid) }, event)

const addWorker = (
  context: Context, pod: Pod, admitted?: true,
): void => tellWorker(context, pod.metadata.uid, {
  type: 'add',
  pod: { uid: pod.metadata.uid, name: nameOf(pod), ...(admitted === undefined ? {} : { admitted }) },
})

const addOrphan = (context: Context, uid: string, name: string): void =>
  tellWorker(context, uid, { type: 'add', pod: { uid, name, orphan: true } })

/** HandlePodAdditions, of one pod. */
export function addPod(context: Context, pod: Pod): void {
  const { cells, process, view } = context
  const { uid } = pod.metadata
  if (isPodPhaseTerminal(pod.status.phase)) {
    // It has ended, in an earlier life of this kubelet at the latest; what is left of it is cleaned up.
    if (pod.metadata.deletionTimestamp !== undefined || hasTraces(cells, process, uid)) {
      addWorker(context, pod)
    }
    return
  }
  const rejection = isShuttingDown(cells, process) ? nodeShutdown : admit(view, pod, loadOf(context))
  if (rejection === undefined) {
    joinNode(context, pod)
    addWorker(context, pod, true)
    return
  }
  setStatus(context, {
    uid, name: nameOf(pod), status: rejectedStatus(pod, rejection.reason, rejection.message), couldRun: false,
  })
  if (hasTraces(cells, process, uid)) addOrphan(context, uid, nameOf(pod))
}

/** Something of the pod is on the node. */
const hasTraces = (cells: Cells, process: string, uid: string): boolean =>
  cells.read(sandboxKey(nodeName(process), uid)) !== undefined
  || cells.read(cgroupsKey(nodeName(process)))?.includes(uid) === true

/**
 * checkAndUpdatePod compares what a change is about; the kubelet's own status that comes back changes
 * nothing.
 */
function updatePod(context: Context, old: Pod, pod: Pod): void {
  const { uid } = pod.metadata
  if (old.metadata.uid !== uid) {
    removePod(context, old)
    addPod(context, pod)
    return
  }
  const isDeleted = old.metadata !== pod.metadata
    && (old.metadata.deletionTimestamp !== pod.metadata.deletionTimestamp
    || old.metadata.deletionGracePeriodSeconds !== pod.metadata.deletionGracePeriodSeconds)
  if (isDeleted || isRelabelled(old, pod) || (old.spec !== pod.spec && !equal(old.spec, pod.spec))) {
    if (isKnown(context, uid)) tellWorker(context, uid, { type: 'update' })
    else if (isDeleted) addWorker(context, pod) // rejected, or ended, before: its worker only sees to its end
  } else if (old.status !== pod.status && needsReadinessSync(pod) && isKnown(context, uid)) {
    relist(context.cells, nodeName(context.process), uid)
  }
  reconcile(context, pod)
}

const isRelabelled = ({ metadata: was }: Pod, { metadata: is }: Pod): boolean =>
  was !== is && !(equal(was.labels, is.labels) && equal(was.annotations, is.annotations))

const syncPeriod = 10_000

/** needsReconcile: somebody else has written what is the kubelet's to say, or the pod may now be deleted. */
export function reconcile({ cells, process }: Context, pod: Pod, uid = pod.metadata.uid): void {
  const owner = statusOwner(uid)
  const snapshot = cells.read(chartKey(process, owner))
  if (snapshot?.value !== 'idle') return
  const memory = snapshot.context as StatusMemory // of a status chart
  const timer = timerKey(process, owner, 'reconcile')
  const mayDelete = memory.finished && pod.metadata.deletionTimestamp !== undefined
  const isSame = memory.sent === undefined || isSameByKubelet(pod.status, memory.sent)
  if (isSame && !mayDelete) cells.disarm(timer)
  else if (!cells.pending(timer)) cells.arm(timer, syncPeriod)
}

/** HandlePodRemoves: the API has lost the pod; whatever runs of it is stopped. */
export function removePod(context: Context, pod: Pod): void {
  const { cells, process } = context
  const { uid } = pod.metadata
  const status = chartKey(process, statusOwner(uid))
  if (cells.read(status) !== undefined) cells.write(status, undefined)
  cells.disarm(timerKey(process, statusOwner(uid), 'reconcile'))
  if (isKnown(context, uid)) tellWorker(context, uid, { type: 'removed', pod })
}

/** The node's range or address is known from now on: pods that had to wait for their network go on. */
function updateNode(context: Context, old: Node | undefined, node: Node | undefined): void {
  if (node === undefined) return
  const isSame = old !== undefined && old.spec.podCIDR === node.spec.podCIDR
    && old.spec.podCIDRs === node.spec.podCIDRs && old.status.addresses === node.status.addresses
  if (isSame) return
  for (const pod of podsOn(context.view)) {
    if (isKnown(context, pod.metadata.uid)) relist(context.cells, node.metadata.name, pod.metadata.uid)
  }
}

function onWatch(context: Context, event: WatchEvent): void {
  if (isSource(event.resource)) return sourceChanged(context, event.resource, event)
  if (event.resource === 'nodes') {
    return updateNode(context, event.old as Node | undefined, event.object as Node | undefined) // by resource
  }
  const old = event.old as Pod | undefined // by resource
  const pod = event.object as Pod | undefined // by resource
  if (event.type === 'DELETED') {
    if (old !== undefined) removePod(context, old)
  } else if (pod !== undefined) {
    if (old === undefined) addPod(context, pod)
    else updatePod(context, old, pod)
  }
}

/**
 * A kubelet that begins takes over what it finds: pods in the order of their creation, then what belongs to
 * no pod.
 */
function onStart(context: Context): void {
  const { cells, process, view } = context
  const node = nodeName(process)
  const pods = podsOn(view)
  for (const pod of pods) {
    const specs = [...pod.spec.initContainers ?? [], ...pod.spec.containers]
    for (const spec of specs) resumeProbes(context, node, pod, spec)
    addPod(context, pod)
    if (cells.read(filesKey(node, pod.metadata.uid)) !== undefined) watchSources(context, pod)
    for (const spec of specs) answersChanged(context, node, pod.metadata.uid, nameOf(pod), spec.name)
  }
  const known = new Set(pods.map((pod) => pod.metadata.uid))
  const left = new Set([...cells.read(sandboxesKey(node)) ?? [], ...cells.read(cgroupsKey(node)) ?? []])
  for (const uid of left) {
    if (!known.has(uid)) addOrphan(context, uid, nameOfPod(podId(uid)))
  }
}

/**
 * A deadline of a worker that has no instance: the first tick of a probe, or SIGKILL for a container without
 * a hook.
 */
function onTimer(context: Context, owner: string, name: string): void {
  if (name === 'tick') {
    const probed = probedBy(owner)
    if (isKnown(context, probed.uid)) context.runtime.send({ ...context, owner }, { type: 'tick', probed })
  } else if (name === 'expired') {
    const slash = owner.lastIndexOf('/')
    sigkill(context, `Pod:${owner.slice(owner.indexOf(':') + 1, slash)}`, owner.slice(slash + 1))
  }
}

/** A probe's result changed: readiness is told at once; the others are the pod worker's business. */
function onResult(context: Context, { uid, pod: name, container, kind, attempt, value }: ProbeResult): void {
  const { cells, process, view } = context
  if (kind !== 'readiness') {
    if (!(kind === 'liveness' && value === 'success')) relist(cells, nodeName(process), uid)
    return
  }
  const pod = podOf(view, { uid, name })
  const memory = statusMemory(cells, process, uid)
  if (pod === undefined || memory?.status === undefined) return
  const status = withReadiness(pod, memory.status, container, attempt, value === 'success')
  if (status !== undefined) setStatus(context, { uid, name, status, couldRun: memory.couldRun })
}

const effects: Readonly<Record<string, Effect>> = {
  ...podEffects,
  result: onResult,
  store: (context: Context, { image }: { readonly image: string }) => {
    const { cells, process } = context
    const cell = imagesKey(nodeName(process))
    cells.write(cell, [...cells.read(cell) ?? [], image])
    imageStored(context, image)
  },
  record: ({ cells, process }: Context, { image, secret }: { readonly image: string; readonly secret: PullSecret }) => {
    const cell = pulledRecordKey(nodeName(process), image)
    cells.write(cell, recordPulled(cells.read(cell), image, secret))
  },
}

export const kubelet: Process = {
  kind: 'kubelet',
  watches: [
    { resource: 'pods', selector: (process) => `spec.nodeName=${nodeName(process)}` },
    { resource: 'nodes', selector: (process) => `metadata.name=${nodeName(process)}` },
  ],
  charts: { pod: podChart, status: statusChart, probe: probeChart, pull: pullChart, kill: killChart, volume: volumeChart, token: tokenChart },
  effects,
  onWatch,
  onReplaced: (context, _resource, missed) => {
    for (const event of missed) onWatch(context, event)
  },
  onTimer,
  onStart,
}
