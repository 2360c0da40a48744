/**
 * Models: staging/src/k8s.io/client-go/util/workqueue (Queue, delaying and rate limiting), default controller limiter
 * Reads: queue
 * Writes: queue, timer
 * Omits: the overall bucket limiter (10 a second, burst of 100)
 */
import { key, type Key } from '#kernel/cells'
import { appended, firstOf, has, rest, sizeOf, type List } from '#kernel/list'
import { timerKey } from '#machine/chart'
import type { Context } from '#machine/process'

export interface Workqueue {
  /** In order, waiting for a worker. A key is here at most once, and never while it is being processed. */
  readonly queue: List<string>
  /** Being processed by a worker. */
  readonly processing: readonly string[]
  /** Added again while being processed: queued again when done. */
  readonly dirty: readonly string[]
  /** How often each key failed since it was last forgotten. */
  readonly failures: Readonly<Record<string, number>>
  /** How many keys are processed at once. */
  readonly workers: number
}

const none: readonly string[] = []
const noFailures: Readonly<Record<string, number>> = {}

export const workqueueKey = (process: string): Key<Workqueue> => key('queue', process)

export const emptyQueue = (workers: number): Workqueue =>
  ({ queue: none, processing: none, dirty: none, failures: noFailures, workers })

export const mayTake = (queue: Workqueue): boolean =>
  sizeOf(queue.queue) > 0 && queue.processing.length < queue.workers

/** Add: queued, unless it already is; marked dirty while it is being processed. */
export function added(queue: Workqueue, item: string): Workqueue {
  if (queue.processing.includes(item)) {
    return queue.dirty.includes(item) ? queue : { ...queue, dirty: [...queue.dirty, item] }
  }
  return has(queue.queue, item) ? queue : { ...queue, queue: appended(queue.queue, item) }
}

/** Get: the oldest key goes to a worker. */
export const taken = (queue: Workqueue): Workqueue =>
  ({ ...queue, queue: rest(queue.queue) ?? none, processing: [...queue.processing, nextItem(queue)] })

/** The key that a worker takes next. */
export const nextItem = ({ queue }: Workqueue): string => firstOf(queue) ?? ''

/** Done: a key that was added meanwhile is queued again. */
export function finished(queue: Workqueue, item: string): Workqueue {
  const done = { ...queue, processing: queue.processing.filter((other) => other !== item) }
  if (!queue.dirty.includes(item)) return done
  return { ...done, dirty: queue.dirty.filter((other) => other !== item), queue: appended(queue.queue, item) }
}

/** ItemExponentialFailureRateLimiter, in milliseconds; after `retries` failures in a row a key is dropped. */
export interface Limiter {
  readonly base: number
  readonly max: number
  readonly retries?: number
}

/** DefaultTypedControllerRateLimiter: 5 ms doubling with each failure, at most 1,000 s. */
export const defaultLimiter: Limiter = { base: 5, max: 1_000_000 }

export const backoff = (failures: number, { base, max }: Limiter = defaultLimiter): number =>
  Math.min(base * 2 ** failures, max)

/** Counts saturate once the back-off has reached its limit and the key would be dropped, so that Worlds repeat. */
const saturated = ({ base, max, retries = 0 }: Limiter): number => Math.max(retries, Math.ceil(Math.log2(max / base)))

export function enqueue({ cells, process }: Context, item: string, workers = 1): void {
  const cell = workqueueKey(process)
  const before = cells.read(cell)
  const after = added(before ?? emptyQueue(workers), item)
  if (after !== before) cells.write(cell, after)
}

/** The deadline after which a key is added. */
export const delayedKey = (process: string, item: string): string => timerKey(process, '', `enqueue ${item}`)

/** AddAfter: of two delays of one key, the one that ends earlier counts. */
export function enqueueAfter(context: Context, item: string, ms: number): void {
  if (ms <= 0) enqueue(context, item)
  else context.cells.arm(delayedKey(context.process, item), ms, 'earlier')
}

export function enqueueRateLimited(context: Context, item: string, limiter: Limiter = defaultLimiter): void {
  const cell = workqueueKey(context.process)
  const queue = context.cells.read(cell) ?? emptyQueue(1)
  const failures = queue.failures[item] ?? 0
  if (limiter.retries !== undefined && failures >= limiter.retries) return forget(context, item)
  context.cells.write(cell, { ...queue, failures: { ...queue.failures, [item]: Math.min(failures + 1, saturated(limiter)) } })
  enqueueAfter(context, item, backoff(failures, limiter))
}

export function forget({ cells, process }: Context, item: string): void {
  const cell = workqueueKey(process)
  const queue = cells.read(cell)
  if (queue === undefined || queue.failures[item] === undefined) return
  const { [item]: _, ...failures } = queue.failures
  cells.write(cell, { ...queue, failures })
}

/** A worker is done with its key: forgotten after success, tried again later after an error. */
export function finish(
  context: Context, item: string, outcome: 'ok' | 'error' | 'requeue', limiter: Limiter = defaultLimiter,
): void {
  const cell = workqueueKey(context.process)
  if (outcome === 'ok') forget(context, item)
  else enqueueRateLimited(context, item, limiter)
  const queue = context.cells.read(cell)
  if (queue !== undefined) context.cells.write(cell, finished(queue, item))
}
