/**
 * Models: kubectl/pkg/drain/drain.go (evictPods: one goroutine a pod; waitForDelete), client-go/rest/with_retry.go
 * Reads: what the API server answers
 * Writes: request, timer
 * Omits: tries that would be answered as before: after a refusal, and while the pod is going, the next look is taken
 *   once a watch of the node's pods and of budgets shows a change. The number of tries that client-go makes by itself
 */
import { assign, enqueueActions } from 'xstate'
import type { Eviction, Pod, Status } from '#api/types'
import { setup, type Viewed } from '#machine/chart'
import { sayings } from '#machine/effects'
import { splitName } from '#machine/objects'
import type { Call } from '#machine/process'
import { isNamespaceTerminating } from '../control-plane/namespace-strategy.js'
import { complaint } from './kubectl-run.js'

/** kubectl's own pause after an eviction that was refused, and between looks whether a pod is gone; ms. */
const evictErrorRetryDelay = 5_000
const pollInterval = 1_000

export interface BeginEviction {
  readonly type: 'begin'
  /** `namespace/name`. */
  readonly pod: string
  readonly uid: string
  readonly isDeleting: boolean
  /** The instance that waits for the outcome. */
  readonly parent: string
  readonly gracePeriod?: number
  readonly disableEviction: boolean
}

interface Memory extends Omit<BeginEviction, 'type'> {
  /** Something changed since the last request was sent. */
  readonly nudged: boolean
  /** ms until the next try. */
  readonly delay: number
  readonly failure?: string
}

type Event = Viewed & (
  | BeginEviction
  /** The pod or a budget of its namespace changed. */
  | { readonly type: 'nudge'; readonly isGone: boolean }
  | { readonly type: 'response.ok'; readonly object?: unknown }
  | { readonly type: 'response.error'; readonly status: Status }
)

const empty: Memory = {
  pod: '', uid: '', isDeleting: false, parent: '', disableEviction: false, nudged: false, delay: evictErrorRetryDelay,
}

const statusOf = (event: Event): Status | undefined => (event.type === 'response.error' ? event.status : undefined)
const reasonOf = (event: Event): string | undefined => statusOf(event)?.reason

const podOf = (event: Event): Pod | undefined =>
  (event.type === 'response.ok' ? event.object as Pod : undefined) // a get of it

const getPod = ({ pod }: Memory): Call => ({ verb: 'get', resource: 'pods', key: pod })

function removal({ pod, gracePeriod, disableEviction }: Memory): Call {
  const { namespace, name } = splitName(pod)
  const deleteOptions = gracePeriod === undefined ? {} : { gracePeriodSeconds: gracePeriod }
  if (disableEviction) return { verb: 'delete', resource: 'pods', key: pod, body: deleteOptions }
  const body: Eviction = {
    apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace, uid: '' }, deleteOptions,
  }
  return { verb: 'create', resource: 'pods', subresource: 'eviction', key: pod, body }
}

const nudge = { nudge: { actions: 'nudged' as const } }
const nudgeWhenGone = { nudge: { guard: 'isGone' as const, actions: 'nudged' as const } }

export const kubectlEvict = setup({
  types: { context: {} as Memory, events: {} as Event }, // XState takes its types from values
  actions: {
    ...sayings,
    nudged: assign({ nudged: true }),
    note: assign(({ context, event }) => {
      const status = statusOf(event)
      const { namespace, name } = splitName(context.pod)
      if (status === undefined) return {}
      return { failure: `error when evicting pods/"${name}" -n "${namespace}": ${complaint(status)}` }
    }),
    /** The answer may say how long to wait. */
    wait: assign(({ event }) => ({
      delay: (statusOf(event)?.details?.retryAfterSeconds ?? 0) * 1000 || evictErrorRetryDelay,
    })),
    refresh: assign(({ event }) => {
      const pod = podOf(event)
      if (pod === undefined) return {}
      return { uid: pod.metadata.uid, isDeleting: pod.metadata.deletionTimestamp !== undefined }
    }),
    report: enqueueActions(({ context: { parent, pod, failure }, enqueue }) =>
      enqueue({ type: 'tell', params: { owner: parent, event: { type: 'evicted', pod, failure } } })),
  },
  guards: {
    isGone: ({ event }) => event.type === 'nudge' && event.isGone,
    isNudged: ({ context }) => context.nudged,
    isMissing: ({ event }) => reasonOf(event) === 'NotFound',
    isRefused: ({ event }) => reasonOf(event) === 'TooManyRequests',
    goesWithNamespace: ({ context, event }) =>
      context.isDeleting && event.type === 'response.error' && isNamespaceTerminating(event.status),
    waitsForNamespace: ({ event }) => event.type === 'response.error' && isNamespaceTerminating(event.status),
    isAnother: ({ context, event }) => podOf(event)?.metadata.uid !== context.uid,
  },
  delays: { retry: ({ context }) => context.delay, poll: pollInterval },
}).createMachine({
  id: 'evictPod',
  context: empty,
  initial: 'idle',
  states: {
    idle: {
      on: { begin: { target: 'evicting', actions: assign(({ event: { type: _, view: _view, ...begin } }) => begin) } },
    },
    evicting: {
      entry: [assign({ nudged: false }), { type: 'call', params: ({ context }) => removal(context) }],
      on: {
        ...nudge,
        'response.ok': 'polling',
        'response.error': [
          { guard: 'isMissing', target: 'succeeded' },
          { guard: 'isRefused', target: 'refused', actions: 'wait' },
          { guard: 'goesWithNamespace', target: 'polling' },
          { guard: 'waitsForNamespace', target: 'refused' },
          { target: 'failed', actions: 'note' },
        ],
      },
    },
    refused: { always: { guard: 'isNudged', target: 'retrying' }, on: { nudge: 'retrying' } },
    retrying: { after: { retry: 'refreshing' } },
    refreshing: {
      entry: { type: 'call', params: ({ context }) => getPod(context) },
      on: { 'response.ok': { target: 'evicting', actions: 'refresh' }, 'response.error': 'evicting' },
    },
    polling: {
      entry: [assign({ nudged: false }), { type: 'call', params: ({ context }) => getPod(context) }],
      on: {
        ...nudgeWhenGone,
        'response.ok': [{ guard: 'isAnother', target: 'succeeded' }, { target: 'lingering' }],
        'response.error': [{ guard: 'isMissing', target: 'succeeded' }, { target: 'failed', actions: 'note' }],
      },
    },
    lingering: {
      always: { guard: 'isNudged', target: 'pausing' },
      on: { nudge: { guard: 'isGone', target: 'pausing' } },
    },
    pausing: { after: { poll: 'polling' } },
    succeeded: { type: 'final', entry: 'report' },
    failed: { type: 'final', entry: 'report' },
  },
})
