/**
 * Models: pkg/controller/tainteviction/timed_workers.go (TimedWorker), taint_eviction.go (addConditionAndDeletePod),
 *   one API call a Step
 * Reads: what the API server answers
 * Writes: request, timer
 * Omits: KubeEvents. Deliberately other than v1.36: before it evicts, the controller reads the node from the API
 *   server and spares a pod that tolerates what is really there. No release does so yet: see
 *   docs/adr/0003-taint-eviction-baseline.md and the mutant taint-evict-stale-node
 */
import { assign } from 'xstate'
import type { Node, Pod, Status } from '#api/types'
import { getPodCondition } from '#api/pods'
import { sayings } from '#machine/effects'
import { setup, type Viewed } from '#machine/chart'
import { getNoExecuteTaints, tolerationTime } from './taints.js'

type Event = Viewed & (
  | { readonly type: 'evict'; readonly pod: string }
  | { readonly type: 'schedule'; readonly pod: string; readonly ms: number }
  | { readonly type: 'cancel' }
  | { readonly type: 'fire' }
  | { readonly type: 'response.ok'; readonly object?: unknown }
  | { readonly type: 'response.error'; readonly status: Status }
)

interface Memory {
  readonly pod: string
  /** The pod does not tolerate some taint; otherwise the time for which it does has run out. */
  readonly atOnce: boolean
  readonly found?: Pod
  readonly tries: number
  /** What came while this eviction was under way: another one, or a time until another one. */
  readonly next?: 'evict' | 'fire' | 'wait'
}

const retries = 5

export const evictionCondition = {
  type: 'DisruptionTarget',
  status: 'True',
  reason: 'DeletionByTaintManager',
  message: 'Taint manager: deleting due to NoExecute taint',
} as const

export function isMarked(pod: Pod): boolean {
  const condition = getPodCondition(pod.status, evictionCondition.type)
  return condition?.status === evictionCondition.status && condition.reason === evictionCondition.reason
    && condition.message === evictionCondition.message
}

/** Whether the pod may stay on the node as the node is now. */
export function isTolerated(pod: Pod, node: Node, atOnce: boolean): boolean {
  const time = tolerationTime(getNoExecuteTaints(node.spec.taints), pod.spec.tolerations)
  return time === Infinity || (atOnce && time !== undefined && time > 0)
}

export const podEviction = setup({
  types: { context: {} as Memory, events: {} as Event }, // XState takes its types from values
  actions: {
    ...sayings,
    fresh: assign({ found: undefined, tries: 0, next: undefined }),
    /** The answer to a read of the pod. */
    found: assign(({ event }) => (event.type === 'response.ok' ? { found: event.object as Pod } : {})), // as said
  },
  guards: {
    isMarked: ({ context }) => context.found !== undefined && isMarked(context.found),
    /** Whether the node is read before the pod is evicted. */
    readsNode: ({ context }) => (context.found?.spec.nodeName ?? '') !== '',
    isTolerated: ({ context, event }) => event.type === 'response.ok' && context.found !== undefined
      && isTolerated(context.found, event.object as Node, context.atOnce), // the answer to a get of the node
    isNotFound: ({ event }) => event.type === 'response.error' && event.status.reason === 'NotFound',
    mayRetry: ({ context }) => context.tries + 1 < retries,
    mustEvict: ({ context }) => context.next === 'evict',
    hasFired: ({ context }) => context.next === 'fire',
    mustWait: ({ context }) => context.next === 'wait',
  },
}).createMachine({
  id: 'evictPod',
  context: { pod: '', atOnce: true, tries: 0 },
  initial: 'idle',
  states: {
    idle: { on: {
      evict: { target: 'evicting', actions: assign(({ event }) => ({ pod: event.pod, atOnce: true })) },
      schedule: {
        target: 'scheduled',
        actions: [
          assign(({ event }) => ({ pod: event.pod })),
          { type: 'arm', params: ({ event }) => ({ name: 'fire', ms: event.ms }) },
        ],
      },
      cancel: 'cancelled',
    } },
    // A time that was set stays as it is, however the tolerations change, until it is cancelled.
    scheduled: { on: {
      fire: { target: 'evicting', actions: assign({ atOnce: false }) },
      evict: { target: 'evicting', actions: [assign({ atOnce: true }), { type: 'disarm', params: { name: 'fire' } }] },
      cancel: { target: 'cancelled', actions: { type: 'disarm', params: { name: 'fire' } } },
    } },
    evicting: {
      initial: 'gettingPod',
      on: {
        evict: { actions: [assign({ next: 'evict' }), { type: 'disarm', params: { name: 'fire' } }] },
        schedule: { guard: ({ context }) => context.next === undefined, actions: [
          assign({ next: 'wait' }), { type: 'arm', params: ({ event }) => ({ name: 'fire', ms: event.ms }) },
        ] },
        cancel: { actions: [assign({ next: undefined }), { type: 'disarm', params: { name: 'fire' } }] },
        fire: { actions: assign({ next: 'fire' }) },
      },
      states: {
        gettingPod: {
          entry: { type: 'call', params: ({ context }) => ({ verb: 'get', resource: 'pods', key: context.pod }) },
          on: {
            'response.ok': { target: 'checking', actions: 'found' },
            'response.error': 'failing',
          },
        },
        checking: { always: [{ guard: 'readsNode', target: 'gettingNode' }, { target: 'marking' }] },
        gettingNode: {
          entry: { type: 'call', params: ({ context }) => ({
            verb: 'get', resource: 'nodes', key: context.found?.spec.nodeName ?? '',
          }) },
          on: {
            'response.ok': [{ guard: 'isTolerated', target: '#ended' }, { target: 'marking' }],
            'response.error': [{ guard: 'isNotFound', target: 'marking' }, { target: 'failing' }],
          },
        },
        marking: { always: [{ guard: 'isMarked', target: 'deleting' }, { target: 'patching' }] },
        patching: {
          entry: { type: 'call', params: ({ context: { pod, found } }) => ({
            verb: 'patch', resource: 'pods', subresource: 'status', key: pod, uid: found?.metadata.uid,
            body: { type: 'strategic', patch: { status: { conditions: [
              { ...evictionCondition, observedGeneration: found?.metadata.generation },
            ] } } },
          }) },
          on: { 'response.ok': 'deleting', 'response.error': 'failing' },
        },
        deleting: {
          entry: { type: 'call', params: ({ context }) => ({
            verb: 'delete', resource: 'pods', key: context.pod, body: {},
          }) },
          on: { 'response.ok': '#ended', 'response.error': 'failing' },
        },
        failing: {
          exit: assign(({ context }) => ({ tries: context.tries + 1 })),
          always: [{ guard: 'mayRetry', target: 'pausing' }, { target: '#ended' }],
        },
        pausing: { after: { 10: 'gettingPod' } },
      },
    },
    ended: {
      id: 'ended',
      always: [
        { guard: 'mustEvict', target: 'evicting', actions: ['fresh', assign({ atOnce: true })] },
        { guard: 'hasFired', target: 'evicting', actions: ['fresh', assign({ atOnce: false })] },
        { guard: 'mustWait', target: 'scheduled', actions: 'fresh' },
        { target: 'cancelled' },
      ],
    },
    cancelled: { type: 'final' },
  },
})
