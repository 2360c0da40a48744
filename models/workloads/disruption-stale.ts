/**
 * Models: pkg/controller/disruption/disruption.go (syncStalePodDisruption, nonTerminatingPodHasStaleDisruptionCondition)
 * Reads: store through the cache
 * Writes: request
 * Omits: the age of the condition: two minutes are counted from when this controller saw it
 */
import { assign } from 'xstate'
import type { Pod, Status } from '#api/types'
import { setCondition } from '#api/meta'
import { getPodCondition, isPodTerminal } from '#api/pods'
import { setup, type Viewed } from '#machine/chart'
import { sayings } from '#machine/effects'
import { backoff } from '../client/workqueue.js'

/** How long a pod may be marked for disruption without being deleted. */
export const stalePodDisruptionTimeout = 2 * 60_000

/** Marked for disruption and not deleted. What the kubelet marks is never stale. */
export function hasStaleDisruptionCondition(pod: Pod): boolean {
  if (pod.metadata.deletionTimestamp !== undefined) return false
  const condition = getPodCondition(pod.status, 'DisruptionTarget')
  return condition?.status === 'True' && condition.reason !== 'TerminationByKubelet' && !isPodTerminal(pod)
}

interface Memory {
  readonly key: string
  readonly pod?: Pod
  readonly failures: number
}

type Event = Viewed & (
  | { readonly type: 'work'; readonly key: string }
  | { readonly type: 'response.ok' }
  | { readonly type: 'response.error'; readonly status: Status }
)

const cleared = (pod: Pod): Pod => ({
  ...pod,
  status: {
    ...pod.status,
    conditions: setCondition(pod.status.conditions, { type: 'DisruptionTarget', status: 'False' as const }),
  },
})

const empty: Memory = { key: '', failures: 0 }

export const stalePodDisruption = setup({
  types: { context: {} as Memory, events: {} as Event }, // XState takes its types from values
  actions: {
    ...sayings,
    look: assign(({ context, event }) => {
      const key = event.type === 'work' ? event.key : context.key
      const pod = event.view.get('pods', key)
      return { key, pod: pod !== undefined && hasStaleDisruptionCondition(pod) ? pod : undefined }
    }),
  },
  guards: { isStale: ({ context }) => context.pod !== undefined },
  delays: { backoff: ({ context }) => backoff(context.failures) },
}).createMachine({
  id: 'syncStalePodDisruption',
  context: empty,
  initial: 'idle',
  states: {
    idle: { on: { work: { target: 'deciding', actions: 'look' } } },
    deciding: { always: [{ guard: 'isStale', target: 'writing' }, { target: 'done' }] },
    writing: {
      entry: { type: 'call', params: ({ context: { key, pod } }) => ({
        verb: 'update', resource: 'pods', subresource: 'status', key, base: pod,
        body: pod === undefined ? pod : cleared(pod),
      }) },
      on: { 'response.ok': 'done', 'response.error': 'waiting' },
    },
    waiting: {
      after: { backoff: {
        target: 'deciding', actions: ['look', assign(({ context }) => ({ failures: context.failures + 1 }))],
      } },
    },
    done: { type: 'final' },
  },
})
