/**
 * Models: pkg/kubelet/eviction/eviction_manager.go (synchronize, waitForPodsCleanup),
 *   pkg/kubelet/pod_workers.go (killPodNow): a part of the kubelet, added to it in models/kubernetes.ts
 * Reads: store and index through the cache, reflector, chart, memory, sandbox, sandboxes, container, images, profile, trouble
 * Writes: chart, memory, timer, and what `garbage.ts` writes
 * Omits: thresholds for processes, and what is to be reclaimed at least; looks that would find nothing new; up to ten seconds in which pods are refused before the node tells why; the size limits of emptyDir volumes
 */
import type { Node, Pod } from '#api/types'
import { equal } from '#kernel/value'
import { timerKey } from '#machine/chart'
import { nameOf } from '#machine/objects'
import type { Context, Effect, Process } from '#machine/process'
import type { View } from '#machine/view'
import type { WatchEvent } from '#machine/watch'
import { reflectorKey } from '#machine/watch'
import { collectImages, imagesFound, imagesFreed, imagesOwner, reclaimDisk } from './garbage.js'
import { postNow } from '../node-lifecycle/node-status.js'
import { nodeName, podOwner } from './cells.js'
import { evictionConfigOf } from './eviction-config.js'
import { activePods, diskUsed, observe, useOf } from './eviction-observations.js'
import { beyondItsDisk } from './eviction-limits.js'
import { evictionMessage, firstToEvict, isCriticalPod, rankFor } from './eviction-ranking.js'
import {
  byEvictionPriority, conditionOf, isHard, nodeConditions, resourceOf, thresholdsMet,
  type PressureCondition, type Signal, type Threshold,
} from './eviction-thresholds.js'
import {
  evictionKey, evictionOwner, lookKey, monitoringPeriod, pressuresOf, type EvictionMemory,
} from './eviction-watch.js'
import type { OfPod } from './pod-says.js'
import type { Evicted } from './pod-status.js'

/** --eviction-pressure-transition-period, in milliseconds. */
const pressureTransitionPeriod = 300_000
/** How long the pod that is being evicted is waited for: killPodNow, then podCleanupTimeout; and how often it is looked for. */
const evictionTimeout = (grace: number): number => Math.max(10_000, grace * 1500) + 30_000
const cleanupPollFrequency = 1_000

/** Seconds; immediateEvictionGracePeriodSeconds. */
const immediately = 1

const reason = 'Evicted'

/** What a look at the node finds. */
export interface Pressure {
  /** The thresholds that are met, in the order in which they are dealt with. */
  readonly met: readonly Threshold[]
  /** The conditions that follow. */
  readonly observed: readonly PressureCondition[]
}

const pressureOf = (view: View, node: Node): Pressure => {
  const met = thresholdsMet(evictionConfigOf(node).thresholds, observe(view, node), false)
  return { met: byEvictionPriority(met), observed: nodeConditions(met) }
}

/** Of the pods that run here those of which one is to be evicted next, and for what. */
export function evictionFor(view: View, { met: [threshold] }: Pressure): {
  readonly pods: readonly Pod[]; readonly told: (pod: Pod) => string
} {
  const node = view.get('nodes', nodeName(view.process))
  if (threshold === undefined || node === undefined) return { pods: [], told: () => '' }
  const resource = resourceOf(threshold.signal)
  const usage = (pod: Pod) => useOf(view, pod)
  return {
    pods: firstToEvict(activePods(view), rankFor(resource, usage)),
    told: (pod) => evictionMessage(resource, pod, usage(pod), [threshold], observe(view, node)),
  }
}

const order: readonly PressureCondition[] = ['MemoryPressure', 'DiskPressure', 'PIDPressure']

const transitionKey = (process: string, condition: PressureCondition): string =>
  timerKey(process, evictionOwner, `transition.${condition}`)

/** The conditions that hold now: those that are observed, and those that were until less than five minutes ago. */
function settleConditions({ cells, process }: Context, { observed }: Pressure): void {
  const before = cells.read(evictionKey(process))
  const conditions = order.filter((condition) => {
    const transition = transitionKey(process, condition)
    if (observed.includes(condition)) {
      cells.disarm(transition)
      return true
    }
    if (before?.conditions.includes(condition) !== true) return false
    if (cells.pending(transition)) return true
    if (before.passing?.includes(condition) === true) return false
    // The look before this one saw it last.
    cells.arm(transition, pressureTransitionPeriod - monitoringPeriod)
    return true
  })
  const passing = conditions.filter((condition) => !observed.includes(condition))
  if (!equal(conditions, before?.conditions ?? [])) postNow({ cells, process })
  remember({ cells, process }, {
    conditions, ...(passing.length === 0 ? {} : { passing }),
    ...(before?.soft === undefined ? {} : { soft: before.soft }),
    ...(before?.evicting === undefined ? {} : { evicting: before.evicting }),
  })
}

const graceKey = (process: string, signal: Signal): string => timerKey(process, evictionOwner, `grace.${signal}`)

/**
 * thresholdsFirstObservedAt, thresholdsMetGracePeriod: those that have been met for long enough. A grace period that ends
 * between two looks is over at the second one.
 */
function withGraceOver(context: Context, met: readonly Threshold[]): readonly Threshold[] {
  const { cells, process } = context
  const memory = cells.read(evictionKey(process))
  const before = memory?.soft ?? []
  const soft = met.filter((one) => !isHard(one))
  for (const signal of before) if (!soft.some((one) => one.signal === signal)) cells.disarm(graceKey(process, signal))
  for (const { signal, gracePeriod = 0 } of soft) {
    if (!before.includes(signal)) cells.arm(graceKey(process, signal), Math.ceil(gracePeriod * 1000 / monitoringPeriod) * monitoringPeriod)
  }
  if (soft.length > 0 || before.length > 0) {
    const { soft: _, ...rest } = memory ?? { conditions: [] }
    remember(context, { ...rest, ...(soft.length === 0 ? {} : { soft: soft.map(({ signal }) => signal) }) })
  }
  return met.filter((one) => isHard(one) || !cells.pending(graceKey(process, one.signal)))
}

/** What a pod is given that goes for a threshold, in seconds. */
function graceOf(node: Node, { spec }: Pod, threshold: Threshold | undefined): number {
  if (threshold === undefined || isHard(threshold)) return immediately
  return Math.min(evictionConfigOf(node).maxPodGracePeriod, spec.terminationGracePeriodSeconds)
}

function remember({ cells, process }: Pick<Context, 'cells' | 'process'>, memory: EvictionMemory): void {
  const isIdle = memory.conditions.length === 0 && memory.evicting === undefined && memory.soft === undefined
  cells.write(evictionKey(process), isIdle ? undefined : memory)
}

/** evictPod: its worker is told to end it. */
function evict(context: Context, pod: Pod, message: string, isDisruption: boolean, grace = immediately): void {
  const { cells, process, runtime } = context
  const evicted: Evicted = { reason, message, ...(isDisruption ? { disruption: true } : {}) }
  runtime.send({ ...context, owner: podOwner(pod.metadata.uid) }, { type: 'evict', evicted, grace })
  remember(context, { conditions: [], ...cells.read(evictionKey(process)), evicting: pod.metadata.uid })
  cells.arm(lookKey(process), evictionTimeout(grace))
}

/** synchronize. */
function synchronize(context: Context): void {
  const { cells, process, view } = context
  const node = view.get('nodes', nodeName(process))
  if (cells.read(reflectorKey(process, 'nodes')) === undefined || node === undefined) return // the kubelet is not there
  const memory = cells.read(evictionKey(process))
  if (memory?.evicting !== undefined) {
    const { evicting: _, ...rest } = memory
    remember(context, rest)
  }
  const pressure = pressureOf(view, node)
  settleConditions(context, pressure)
  const starving = withGraceOver(context, pressure.met)
  const greedy = activePods(view).flatMap((pod) => {
    const why = isCriticalPod(pod) ? undefined : beyondItsDisk(view, pod)
    return why === undefined ? [] : [[pod, why] as const]
  })
  if (greedy.length > 0) return greedy.forEach(([pod, why]) => evict(context, pod, why, false))
  if (starving[0] !== undefined && conditionOf[resourceOf(starving[0].signal)] === 'DiskPressure') {
    reclaimDisk(context)
    if (pressureOf(view, node).met.length === 0) return
  }
  const { pods, told } = evictionFor(view, { ...pressure, met: starving })
  if (pods.length === 0) return
  const pod = pods[pods.length === 1 ? 0 : cells.choose(pods.map((one) => `${nameOf(one)} is evicted`))] ?? pods[0]
  if (pod !== undefined) evict(context, pod, told(pod), true, graceOf(node, pod, starving[0]))
}

/** The pod that is being evicted is gone: the next look follows. */
const cleanedUp = (original: Effect | undefined): Effect => (context: Context, params: OfPod) => {
  original?.(context, params as never) // what the pod worker says
  const { cells, process } = context
  imagesFreed(context)
  if (cells.read(evictionKey(process))?.evicting === params.uid) cells.arm(lookKey(process), cleanupPollFrequency)
}

/** Under pressure every pod that is admitted is one more to be looked at. */
function onPod({ cells, process }: Context, { resource, type }: WatchEvent): void {
  if (resource !== 'pods' || type !== 'ADDED' || pressuresOf(cells, process).length === 0) return
  if (!cells.pending(lookKey(process))) cells.arm(lookKey(process), monitoringPeriod)
}

/** The kubelet may not be there any more, or an image is only old enough to be removed from now on. */
function onImageTimer(context: Context, name: string): void {
  const { cells, process, view } = context
  const node = view.get('nodes', nodeName(process))
  if (name === 'gc' && node !== undefined && cells.read(reflectorKey(process, 'nodes')) !== undefined) {
    collectImages(context, node, diskUsed(cells, nodeName(process)))
  }
}

/** The kubelet with this part of it. */
export const withEviction = (kubelet: Process): Process => ({
  ...kubelet,
  effects: { ...kubelet.effects, leave: cleanedUp(kubelet.effects?.['leave']) },
  onWatch(context, event) {
    kubelet.onWatch?.(context, event)
    onPod(context, event)
  },
  onReplaced(context, resource, missed) {
    kubelet.onReplaced?.(context, resource, missed)
    for (const event of missed) onPod(context, event)
  },
  onTimer(context, about, name) {
    if (about === evictionOwner) synchronize(context)
    else if (about === imagesOwner) onImageTimer(context, name)
    else kubelet.onTimer?.(context, about, name)
  },
  onStart(context) {
    kubelet.onStart?.(context)
    imagesFound(context)
    const node = context.view.get('nodes', nodeName(context.process))
    if (node === undefined) return
    if (pressureOf(context.view, node).met.length > 0) context.cells.arm(lookKey(context.process), 0)
  },
})
