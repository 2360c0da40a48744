/**
 * Models: pkg/scheduler/scheduler.go (New, Run), one profile with the default plugins
 * Reads: schedule, memory, chart; pods, nodes and namespaces through the cache
 * Writes: schedule, memory, chart, request, timer
 * Omits: leader election, further profiles and schedulers, pod groups, preemption
 */
import { part } from '#kernel/cells'
import { rank, type Channel } from '#machine/channel'
import { nameOf } from '#machine/objects'
import type { Context, Effect, Process, Runtime } from '#machine/process'
import { binding } from './binding.js'
import { assumePod, setNextStart } from './cache.js'
import { forget, onReplaced, onStart, onTimer, onWatch } from './event-handlers.js'
import { scheduleOne, type Assume, type Comeback } from './schedule-one.js'
import {
  addUnschedulable, mayPop, nextPod, queueKey, readQueued, remove, setReporting, type SchedulingQueue,
} from './scheduling-queue.js'

const effects: Readonly<Record<string, Effect>> = {
  moveOn: (context: Context, { next }: { readonly next: number }) => setNextStart(context, next),
  assume: (context: Context, { pod, node }: Assume) => assumePod(context, pod, node),
  addUnschedulable: (context: Context, { pod, queued, rejectedBy }: Comeback) =>
    addUnschedulable(context, pod, queued, rejectedBy),
  hold: (context: Context, { pod }: { readonly pod: string | undefined }) => setReporting(context, pod),
  forget: (context: Context, { pod }: { readonly pod: Assume['pod'] }) =>
    forget(context, nameOf(pod), pod.metadata.uid),
  comeBack: (context: Context, { pod, queued, rejectedBy }: Comeback) => {
    const cached = context.view.get('pods', nameOf(pod))
    const isHere = cached !== undefined && cached.metadata.uid === pod.metadata.uid
    if (isHere && (cached.spec.nodeName ?? '') === '') addUnschedulable(context, cached, queued, rejectedBy)
  },
}

export const kubeScheduler: Process = {
  kind: 'kube-scheduler',
  watches: [{ resource: 'pods' }, { resource: 'nodes' }, { resource: 'namespaces' }],
  charts: { scheduling: scheduleOne, binding },
  effects,
  onWatch,
  onReplaced,
  onStart,
  onTimer,
  memory: (process) => [queueKey(process)],
}

/** ScheduleOne: the loop takes the next pod, unless it still waits to report the failure of the last one. */
export const scheduleChannel = (runtime: Runtime): Channel<SchedulingQueue> => ({
  prefix: 'schedule',
  rank: rank.node,
  offers: mayPop,
  process: (key) => part(key, 1),
  take(cells, key, queue) {
    const process = part(key, 1)
    const pod = nextPod(queue)
    const context = runtime.context(cells, process, `scheduling:${pod}`)
    const queued = readQueued(context, pod)
    if (queued === undefined) return
    remove(context, pod)
    runtime.send(context, { type: 'schedule', pod, queued })
  },
  label: (key, queue) => `${part(key, 1)} schedules ${nextPod(queue)}`,
})
