/**
 * Models: pkg/scheduler/backend/queue/{scheduling_queue,active_queue,backoff_queue}.go, plugins/queuesort
 * Reads: schedule, memory, timer
 * Writes: schedule, memory, timer
 * Omits: events while a pod is in flight (a cycle is one Step); alignment of back-off to whole seconds; pods backing off
 *   are ordered by how often they were rejected, not by when their back-off ends
 */
import type { Pod } from '#api/types'
import { key, type Cells, type Key } from '#kernel/cells'
import { appended, chunksOf, entriesOf, firstOf, listOf, sizeOf, without, type List } from '#kernel/list'
import { timerKey } from '#machine/chart'
import type { Context } from '#machine/process'
import { nameOf } from '#machine/objects'
import { memoryKey } from '../client/memory.js'
import type { Plugin } from './framework.js'

/** The pods that may be scheduled next: the cell that offers to do it. */
export interface SchedulingQueue {
  /** activeQ, in the order in which it is popped: by priority, then as they came. */
  readonly active: List<string>
  /** backoffQ: taken when nothing is active. Pods that failed with an error are not here, they wait for their time. */
  readonly backoff: readonly string[]
  /** The loop waits until the failure of this pod was reported. */
  readonly reporting?: string
}

/** QueuedPodInfo. Counts saturate where back-off has reached its limit, so that Worlds repeat. */
export interface Queued {
  readonly uid: string
  readonly where: 'active' | 'backoff' | 'unschedulable'
  readonly priority: number
  /** UnschedulableCount and ConsecutiveErrorsCount. */
  readonly rejections: number
  readonly errors: number
  /** UnschedulablePlugins; empty after an error. */
  readonly rejectedBy: readonly Plugin[]
}

export const emptyQueue: SchedulingQueue = { active: [], backoff: [] }

export const queueKey = (process: string): Key<SchedulingQueue> => key('schedule', process)
export const queuedKey = (process: string, pod: string): Key<Queued> => memoryKey(process, 'queued', pod)
/** Every queued pod, in the order of QueuedPodInfo.Timestamp: when it came, or came back. */
const orderKey = (process: string): Key<List<string>> => memoryKey(process, 'order')
/** Unschedulable pods by the plugins that rejected them. */
const rejectedKey = (process: string): Key<Readonly<Record<string, readonly string[]>>> => memoryKey(process, 'rejected')

const none: readonly string[] = []

const initialBackoff = 1_000
const maxBackoff = 10_000
const saturated = 5

/** calculateBackoffDuration: 1 s doubling to 10 s, in milliseconds. */
export const backoffDuration = (count: number): number =>
  (count === 0 ? 0 : Math.min(initialBackoff * 2 ** (count - 1), maxBackoff))

export const backoffTimer = (process: string, pod: string): string => timerKey(process, '', `backoff ${pod}`)
export const flushTimer = (process: string, pod: string): string => timerKey(process, '', `flush ${pod}`)

/** DefaultPodMaxInUnschedulablePodsDuration. */
const flushAfter = 5 * 60_000

export const readQueued = ({ cells, process }: Context, pod: string): Queued | undefined =>
  cells.read(queuedKey(process, pod))

const readQueue = (cells: Cells, process: string): SchedulingQueue => cells.read(queueKey(process)) ?? emptyQueue

export const rejectedPods = ({ cells, process }: Context, plugin: Plugin): readonly string[] =>
  cells.read(rejectedKey(process))?.[plugin] ?? none

/** What a pod is sorted by: smaller first. */
type Order = (pod: string) => readonly number[]

function inserted(list: readonly string[], pod: string, order: Order): readonly string[] {
  const own = order(pod)
  const isBefore = (other: string): boolean => {
    const theirs = order(other)
    const at = own.findIndex((value, i) => value !== theirs[i])
    return at >= 0 && own[at]! < theirs[at]!
  }
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (isBefore(list[middle]!)) high = middle
    else low = middle + 1
  }
  return list.toSpliced(low, 0, pod)
}

/** A new pod of the usual priority goes to the end at once. */
function withActive(context: Context, active: List<string>, pod: string, queued: Queued, isNewest: boolean): List<string> {
  const last = chunksOf(active).at(-1)?.at(-1)
  if (last === undefined || (isNewest && (readQueued(context, last)?.priority ?? 0) >= queued.priority)) return appended(active, pod)
  return listOf(inserted(entriesOf(active), pod, orderOf(context, pod, queued, ({ priority }) => [-priority])))
}

function orderOf({ cells, process }: Context, pod: string, queued: Queued, first: (queued: Queued) => readonly number[]): Order {
  const since = entriesOf(cells.list(orderKey(process)))
  return (other) => [...first(other === pod ? queued : cells.read(queuedKey(process, other)) ?? queued), since.indexOf(other)]
}

function place(context: Context, pod: string, queued: Queued, isNewest: boolean): void {
  const { cells, process } = context
  const queue = readQueue(cells, process)
  if (queued.where === 'active') {
    return cells.write(queueKey(process), { ...queue, active: withActive(context, queue.active, pod, queued, isNewest) })
  }
  const order = orderOf(context, pod, queued, ({ rejections, priority }) => [rejections, -priority])
  cells.write(queueKey(process), { ...queue, backoff: inserted(queue.backoff, pod, order) })
}

/** Puts the pod where `queued` says; it was nowhere before. */
function settle(context: Context, pod: string, queued: Queued, isNewest = false): void {
  const { cells, process } = context
  cells.write(queuedKey(process, pod), queued)
  if (queued.where === 'unschedulable') {
    const rejected = cells.read(rejectedKey(process)) ?? {}
    const added = queued.rejectedBy.map((plugin) => [plugin, [...rejected[plugin] ?? none, pod]] as const)
    cells.write(rejectedKey(process), { ...rejected, ...Object.fromEntries(added) })
  } else if (queued.where === 'active' || queued.errors === 0) place(context, pod, queued, isNewest)
}

/** Takes the pod out of where it is, its place in time and its timers kept. */
function unsettle({ cells, process }: Context, pod: string, queued: Queued): void {
  cells.write(queuedKey(process, pod), undefined)
  if (queued.where === 'unschedulable') {
    const rejected = { ...cells.read(rejectedKey(process)) }
    for (const plugin of queued.rejectedBy) {
      const left = (rejected[plugin] ?? none).filter((other) => other !== pod)
      if (left.length === 0) delete rejected[plugin]
      else rejected[plugin] = left
    }
    cells.write(rejectedKey(process), Object.keys(rejected).length === 0 ? undefined : rejected)
    cells.disarm(flushTimer(process, pod))
    return
  }
  const queue = readQueue(cells, process)
  if (queued.where === 'active') cells.write(queueKey(process), { ...queue, active: without(queue.active, pod) ?? none })
  else if (queued.errors === 0) cells.write(queueKey(process), { ...queue, backoff: queue.backoff.filter((other) => other !== pod) })
}

function stamp({ cells, process }: Context, pod: string): void {
  cells.add(orderKey(process), pod)
}

function unstamp({ cells, process }: Context, pod: string): void {
  cells.write(orderKey(process), without(cells.list(orderKey(process)), pod))
}

const isGated = (pod: Pod): boolean => (pod.spec.schedulingGates ?? []).length > 0

/** Add: a new pod is active, unless scheduling gates hold it. */
export function add(context: Context, pod: Pod): void {
  const name = nameOf(pod)
  stamp(context, name)
  const fresh = { uid: pod.metadata.uid, priority: pod.spec.priority ?? 0, rejections: 0, errors: 0 }
  if (isGated(pod)) settle(context, name, { ...fresh, where: 'unschedulable', rejectedBy: ['SchedulingGates'] })
  else settle(context, name, { ...fresh, where: 'active', rejectedBy: [] }, true)
}

/** Delete: from wherever it is. */
export function remove(context: Context, pod: string): void {
  const queued = readQueued(context, pod)
  if (queued === undefined) return
  unsettle(context, pod, queued)
  unstamp(context, pod)
  context.cells.disarm(backoffTimer(context.process, pod))
}

/** Whether there is anything to pop: pods that back off are taken early where nothing is active. */
export const mayPop = ({ active, backoff, reporting }: SchedulingQueue): boolean =>
  reporting === undefined && (sizeOf(active) > 0 || backoff.length > 0)

export const nextPod = ({ active, backoff }: SchedulingQueue): string => firstOf(active) ?? backoff[0] ?? ''

/** AddUnschedulableIfNotPresent: a pod comes back after an attempt. An error is retried when its back-off ends. */
export function addUnschedulable(context: Context, pod: Pod, before: Queued, rejectedBy: readonly Plugin[]): void {
  const name = nameOf(pod)
  if (readQueued(context, name) !== undefined) return
  const isError = rejectedBy.length === 0
  const queued: Queued = {
    ...before,
    where: isError ? 'backoff' : 'unschedulable',
    rejections: isError ? before.rejections : Math.min(before.rejections + 1, saturated),
    errors: isError ? Math.min(before.errors + 1, saturated) : 0,
    rejectedBy,
  }
  stamp(context, name)
  const count = isError ? queued.errors : queued.rejections
  context.cells.arm(backoffTimer(context.process, name), backoffDuration(count))
  settle(context, name, queued)
}

/** requeuePodWithQueueingStrategy, after back-off: an unschedulable pod is worth another attempt. */
export function requeue(context: Context, pod: string): void {
  const queued = readQueued(context, pod)
  if (queued === undefined || queued.where !== 'unschedulable') return
  unsettle(context, pod, queued)
  const isBackingOff = context.cells.pending(backoffTimer(context.process, pod))
  settle(context, pod, { ...queued, where: isBackingOff ? 'backoff' : 'active' })
}

/** A pod's back-off has ended. */
export function backoffEnded(context: Context, pod: string): void {
  const queued = readQueued(context, pod)
  if (queued === undefined || queued.where !== 'backoff') return
  unsettle(context, pod, queued)
  settle(context, pod, { ...queued, where: 'active' })
}

/** An event may have helped although no queueing hint says so: the next flush of unschedulable pods will tell. */
export function awaitFlush({ cells, process }: Context, pod: string): void {
  if (!cells.pending(flushTimer(process, pod))) cells.arm(flushTimer(process, pod), flushAfter)
}

/** The loop waits for an answer, or goes on. */
export function setReporting({ cells, process }: Context, pod: string | undefined): void {
  const { active, backoff } = readQueue(cells, process)
  cells.write(queueKey(process), pod === undefined ? { active, backoff } : { active, backoff, reporting: pod })
}

/** Pods whose back-off after an error has ended without another attempt. */
export function parkedPods(context: Context): readonly string[] {
  const { cells, process } = context
  return entriesOf(cells.list(orderKey(process))).filter((pod) => {
    const queued = readQueued(context, pod)
    return queued?.where === 'backoff' && queued.errors > 0 && !cells.pending(backoffTimer(process, pod))
  })
}

/** Begins its back-off once more: where in it the pod would be is not known. */
export function retryLater(context: Context, pod: string): void {
  context.cells.arm(backoffTimer(context.process, pod), backoffDuration(readQueued(context, pod)?.errors ?? 1))
}
