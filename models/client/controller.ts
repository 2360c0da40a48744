/**
 * Models: the shape of every controller in pkg/controller: informers → workqueue → workers that sync one key each
 * Reads: queue, chart
 * Writes: queue, chart, timer
 * Omits: start order and leader election of kube-controller-manager
 */
import { part } from '#kernel/cells'
import { rank, type Channel } from '#machine/channel'
import { chartKey, type Chart } from '#machine/chart'
import { sayings, subjectOf } from '#machine/effects'
import type { Context, Effect, Process, Runtime, Watch } from '#machine/process'
import type { WatchEvent } from '#machine/watch'
import { powerGate } from './reflector.js'
import {
  defaultLimiter, emptyQueue, enqueue, enqueueAfter, finish, mayTake, nextItem, taken, workqueueKey, type Limiter, type Workqueue,
} from './workqueue.js'

/** What a sync chart can say, beside the sayings of all charts. Its last word is `finished`. */
export const controllerSayings = {
  ...sayings,
  /** The worker is done with this key: `error` and `requeue` try again with back-off. */
  finished: (_: unknown, _params: { readonly outcome: 'ok' | 'error' | 'requeue' }) => {},
  /** Adds a key to this controller's queue, after `ms` where given. */
  enqueue: (_: unknown, _params: { readonly key: string; readonly ms?: number }) => {},
}

const controllerEffects = (limiter: Limiter): Readonly<Record<string, Effect>> => ({
  finished: (context: Context, { outcome }: { readonly outcome: 'ok' | 'error' | 'requeue' }) => {
    context.cells.write(chartKey(context.process, context.owner), undefined)
    finish(context, subjectOf(context.owner), outcome, limiter)
  },
  enqueue: (context: Context, { key, ms }: { readonly key: string; readonly ms?: number }) =>
    enqueueAfter(context, key, ms ?? 0),
})

export interface Controller {
  readonly kind: string
  readonly watches: readonly Watch[]
  /** The chart that syncs one key. It starts with event `work` (its member `key` is the key taken). */
  readonly sync: Chart
  /** Further conversations, such as one that an informer's handler begins. */
  readonly charts?: Process['charts']
  /** How many keys are synced at once (the flags `--concurrent-…-syncs`). */
  readonly workers: number
  /** How long a key that failed waits, where it is not as usual. */
  readonly limiter?: Limiter
  /** The informer's handlers: which keys an event puts into the queue, through `enqueue`. */
  readonly onWatch: (context: Context, event: WatchEvent) => void
  /** Which keys a list puts there: after a restart, or for what changed while a stream was broken. */
  readonly onReplaced?: (context: Context, resource: string, missed: readonly WatchEvent[]) => void
  readonly effects?: Readonly<Record<string, Effect>>
  readonly onTimer?: (context: Context, owner: string, name: string) => void
  /** Further cells that die with the process. */
  readonly memory?: Process['memory']
}

/** A controller as a process: one instance of its sync chart for each key being processed. */
export const controller = (c: Controller): Process => ({
  kind: c.kind,
  watches: c.watches,
  charts: { sync: c.sync, ...c.charts },
  effects: { ...controllerEffects(c.limiter ?? defaultLimiter), ...c.effects },
  onWatch: c.onWatch,
  onReplaced(context, resource, missed) {
    if (c.onReplaced !== undefined) c.onReplaced(context, resource, missed)
    else for (const event of missed) c.onWatch(context, event)
  },
  onStart(context) {
    const queue = workqueueKey(context.process)
    if (context.cells.read(queue) === undefined) context.cells.write(queue, emptyQueue(c.workers))
    for (const { resource } of c.watches) {
      for (const object of context.view.all(resource)) {
        const { namespace, name } = object.metadata
        const key = namespace === undefined ? name ?? '' : `${namespace}/${name ?? ''}`
        c.onWatch(context, { type: 'ADDED', resource, key, object })
      }
    }
  },
  onTimer(context, owner, name) {
    if (name.startsWith('enqueue ')) enqueue(context, name.slice('enqueue '.length), c.workers)
    else c.onTimer?.(context, owner, name)
  },
  memory: (process) => [workqueueKey(process), ...(c.memory?.(process) ?? [])],
})

/** A worker takes the next key and begins to sync it. */
export const workChannel = (runtime: Runtime): Channel<Workqueue> => ({
  prefix: 'queue',
  rank: rank.work,
  offers: mayTake,
  process: (key) => part(key, 1),
  gate: (key) => powerGate(part(key, 1)),
  take(cells, key, queue) {
    const process = part(key, 1)
    const item = nextItem(queue)
    cells.write(key, taken(queue))
    runtime.send(runtime.context(cells, process, `sync:${item}`), { type: 'work', key: item })
  },
  label: (key, queue) => `${part(key, 1)} syncs ${nextItem(queue)}`,
})
