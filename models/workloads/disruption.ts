/**
 * Models: pkg/controller/disruption/disruption.go (NewDisruptionController: informer handlers, queues and workers)
 * Reads: store and index through the cache, queue
 * Writes: queue, chart, request, timer
 * Omits: KubeEvents; one of several budgets that select a pod is a Choice where upstream picks at random
 */
import type { Pod } from '#api/types'
import { timerKey } from '#machine/chart'
import { nameOf } from '#machine/objects'
import type { Context, Effect } from '#machine/process'
import type { WatchEvent } from '#machine/watch'
import { controller } from '../client/controller.js'
import { enqueue, enqueueRateLimited } from '../client/workqueue.js'
import { matchesBudget } from '../control-plane/disruption-budget.js'
import { hasStaleDisruptionCondition, stalePodDisruption, stalePodDisruptionTimeout } from './disruption-stale.js'
import { disruptionSync } from './disruption-sync.js'

const deletionTimeout = 2 * 60_000

/** The budget that a pod's change is a matter of: one of those that select it. */
function getPdbForPod(context: Context, pod: Pod): string | undefined {
  const budgets = context.view.list('poddisruptionbudgets', 'namespace', pod.metadata.namespace)
  if (budgets.length === 0) return undefined
  const names = budgets.filter((budget) => matchesBudget(budget, pod)).map(nameOf)
  return names[names.length < 2 ? 0 : context.cells.choose(names)]
}

function enqueueStalePodDisruptionCleanup({ cells, process }: Context, pod: Pod, isGone: boolean): void {
  const timer = timerKey(process, '', `stale ${nameOf(pod)}`)
  if (isGone || !hasStaleDisruptionCondition(pod)) cells.disarm(timer) // upstream looks and leaves it alone
  else if (!cells.pending(timer)) cells.arm(timer, stalePodDisruptionTimeout)
}

function onPod(context: Context, pod: Pod, isGone: boolean): void {
  const budget = getPdbForPod(context, pod)
  if (budget !== undefined) enqueue(context, budget)
  enqueueStalePodDisruptionCleanup(context, pod, isGone)
}

function onWatch(context: Context, event: WatchEvent): void {
  const { resource, key, old, object } = event
  if (resource === 'pods') onPod(context, (object ?? old) as Pod, object === undefined) // by resource
  else if (resource === 'poddisruptionbudgets') enqueue(context, key)
}

function onTimer(context: Context, _: string, name: string): void {
  const [timer = '', subject = ''] = name.split(' ')
  if (timer === 'recheck') enqueueRateLimited(context, subject)
  else if (timer === 'stale') {
    context.runtime.send({ ...context, owner: `stale:${subject}` }, { type: 'work', key: subject })
  }
}

const effects: Readonly<Record<string, Effect>> = {
  recheck: ({ cells, process }: Context, { key, pods, settled }: {
    readonly key: string; readonly pods: readonly string[]; readonly settled: readonly string[]
  }) => {
    const timer = (pod: string): string => timerKey(process, '', `recheck ${key} ${pod}`)
    for (const pod of pods) if (!cells.pending(timer(pod))) cells.arm(timer(pod), deletionTimeout)
    for (const pod of settled) cells.disarm(timer(pod)) // nothing would come of it
  },
}

export const disruptionController = controller({
  kind: 'kube-controller-manager/disruption',
  watches: [
    { resource: 'poddisruptionbudgets' }, { resource: 'pods' },
    { resource: 'replicasets' }, { resource: 'deployments' },
  ],
  sync: disruptionSync,
  charts: { stale: stalePodDisruption },
  workers: 1,
  onWatch,
  onTimer,
  effects,
})
