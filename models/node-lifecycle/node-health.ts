/**
 * Models: pkg/controller/nodelifecycle/node_lifecycle_controller.go (the part of monitorNodeHealth for one node:
 *   tryUpdateNodeHealth, processTaintBaseEviction, markNodeAsReachable, MarkPodsNotReady), one API call a Step
 * Reads: store and index through the cache
 * Writes: request, memory
 * Omits: KubeEvents
 */
import { assign } from 'xstate'
import type { ConditionStatus, Node, Pod, Status, Taint } from '#api/types'
import { getPodReadyCondition } from '#api/pods'
import { sayings } from '#machine/effects'
import { setup, type Viewed } from '#machine/chart'
import { nameOf } from '#machine/objects'
import { readyStatus, withUnknownConditions } from './conditions.js'
import { removeJobs, swapJobs, type TaintJob } from './taint-swap.js'
import { notReadyTaint, taintExists, taintsOf, unreachableTaint } from './taints.js'

/** The controller goes round and comes to this node. */
export interface Check {
  readonly type: 'check'
  readonly node: string
  /** Not heard of for longer than the grace period. */
  readonly expired: boolean
  /** Marking its pods failed the last time. */
  readonly retry: boolean
  /** Seen for the first time by this process. */
  readonly added: boolean
}

type Event = Viewed & (
  | Check
  | { readonly type: 'swapped'; readonly ok: boolean }
  | { readonly type: 'response.ok'; readonly object?: unknown }
  | { readonly type: 'response.error'; readonly status: Status }
)

interface Memory {
  readonly check: Check
  /** The cached node, or what came back of a write or a read. */
  readonly node?: Node
  /** Its Ready condition before and after this look at it. */
  readonly observed?: ConditionStatus
  readonly tries: number
  readonly pods: readonly Pod[]
  readonly failed: boolean
}

const attempts = 5 // NodeHealthUpdateRetry
const retrySleepTime = 20

const noCheck: Check = { type: 'check', node: '', expired: false, retry: false, added: false }

/** markNodeAsReachable: each of the two taints by itself. */
export const reachableJobs = (node: Node | undefined): readonly TaintJob[] =>
  node === undefined ? [] : [...removeJobs(node, [unreachableTaint]), ...removeJobs(node, [notReadyTaint])]

/** A node that carries the one taint where it should carry the other. */
const instead = (node: Node, taint: Taint, opposite: Taint): readonly TaintJob[] =>
  (taintExists(taintsOf(node), opposite) ? swapJobs(node, [taint], [opposite]) : [])

/** processTaintBaseEviction as far as it calls the API server at once; other nodes wait in their zone's queue. */
export function evictionJobs(node: Node | undefined): readonly TaintJob[] {
  if (node === undefined) return []
  switch (readyStatus(node)) {
    case 'True': return reachableJobs(node)
    case 'False': return instead(node, notReadyTaint, unreachableTaint)
    case 'Unknown': return instead(node, unreachableTaint, notReadyTaint)
    case undefined: return []
  }
}

/** Those whose Ready condition is there and is not False already. */
export const podsToMark = (pods: readonly Pod[]): readonly Pod[] =>
  pods.filter((pod) => (getPodReadyCondition(pod.status)?.status ?? 'False') !== 'False')

export const withReadyFalse = (pod: Pod): Pod => ({
  ...pod,
  status: {
    ...pod.status,
    conditions: (pod.status.conditions ?? []).map((condition) =>
      (condition.type === 'Ready' ? { ...condition, status: 'False' as const } : condition)),
  },
})

const swap = {
  type: 'tell' as const,
  params: ({ context }: { readonly context: Memory }) => {
    const isNew = context.check.added && context.observed === undefined
    const jobs = isNew ? reachableJobs(context.node) : evictionJobs(context.node)
    return { owner: `swap:health/${context.check.node}`, event: {
      type: 'swap', node: context.check.node, jobs, parent: `health:${context.check.node}`,
    } }
  },
}

const unmarked = {
  type: 'unmark' as const, params: ({ context: { node } }: { readonly context: Memory }) => ({ node }),
}

export const nodeHealthCheck = setup({
  types: { context: {} as Memory, events: {} as Event }, // XState takes its types from values
  actions: {
    ...sayings,
    /** The node waits in its zone's queue to be tainted for eviction. */
    markForTainting: (_, _params: { readonly node?: Node }) => {},
    /** It does not any more. */
    unmark: (_, _params: { readonly node?: Node }) => {},
    /** The answer to a read or an update of the node. */
    takeNode: assign(({ event }) => (event.type === 'response.ok' ? { node: event.object as Node } : {})), // as said
    /** This look at the node is over. */
    checked: (_, _params: { readonly node: string; readonly ready?: ConditionStatus; readonly failed: boolean }) => {},
  },
  guards: {
    isMissing: ({ context }) => context.node === undefined,
    isNew: ({ context }) => context.check.added && reachableJobs(context.node).length > 0,
    mustBeUnknown: ({ context }) => context.check.expired && context.node !== undefined
      && readyStatus(context.node) !== 'Unknown',
    mayRetry: ({ context }) => context.tries + 1 < attempts,
    mustSwap: ({ context }) => evictionJobs(context.node).length > 0,
    isReady: ({ context }) => context.node !== undefined && readyStatus(context.node) === 'True',
    mayBeTainted: ({ context }) =>
      context.node !== undefined && ['False', 'Unknown'].includes(readyStatus(context.node) ?? ''),
    mustMarkPods: ({ context }) => {
      const ready = context.node === undefined ? undefined : readyStatus(context.node)
      return ready !== undefined && ((ready !== 'True' && context.observed === 'True')
        || (context.check.retry && context.observed !== 'True'))
    },
    hasPods: ({ context }) => context.pods.length > 0,
  },
}).createMachine({
  id: 'checkNodeHealth',
  context: { check: noCheck, tries: 0, pods: [], failed: false },
  initial: 'idle',
  states: {
    idle: {
      on: { check: {
        target: 'greeting',
        actions: assign(({ event: { view, ...check } }) => ({ check, node: view.get('nodes', check.node) })),
      } },
    },
    // A process that knows nothing of the node yet takes it for reachable, whatever its taints say.
    greeting: { always: [
      { guard: 'isMissing', target: 'checked' }, { guard: 'isNew', target: 'reaching' }, { target: 'probing' },
    ] },
    reaching: { entry: swap, on: { swapped: 'probing' } },
    probing: {
      entry: assign(({ context: { node } }) => ({ observed: node === undefined ? undefined : readyStatus(node) })),
      always: [{ guard: 'mustBeUnknown', target: 'updatingStatus' }, { target: 'evicting' }],
    },
    updatingStatus: {
      entry: { type: 'call', params: ({ context }) => ({
        verb: 'update', resource: 'nodes', subresource: 'status', key: context.check.node, base: context.node,
        body: context.node === undefined ? undefined : withUnknownConditions(context.node),
      }) },
      on: {
        'response.ok': { target: 'evicting', actions: 'takeNode' },
        'response.error': [
          { guard: 'mayRetry', target: 'waiting', actions: assign(({ context }) => ({ tries: context.tries + 1 })) },
          { target: 'checked' },
        ],
      },
    },
    waiting: { after: { [retrySleepTime]: 'refetching' } },
    refetching: {
      entry: { type: 'call', params: ({ context }) => ({ verb: 'get', resource: 'nodes', key: context.check.node }) },
      on: {
        'response.ok': { target: 'probing', actions: 'takeNode' },
        'response.error': 'checked',
      },
    },
    evicting: { always: [
      { guard: 'mustSwap', target: 'swapping' },
      { guard: 'isReady', target: 'looking', actions: unmarked },
      { guard: 'mayBeTainted', target: 'looking', actions: {
        type: 'markForTainting', params: ({ context }) => ({ node: context.node }),
      } },
      { target: 'checked' },
    ] },
    swapping: {
      entry: swap,
      on: { swapped: [
        { guard: 'isReady', target: 'looking', actions: unmarked },
        { target: 'looking' },
      ] },
    },
    looking: {
      entry: assign(({ context, event }) => ({
        pods: podsToMark(event.view.list('pods', 'node', context.check.node)),
      })),
      always: [{ guard: 'mustMarkPods', target: 'marking' }, { target: 'checked' }],
    },
    marking: { always: [{ guard: 'hasPods', target: 'updatingPod' }, { target: 'checked' }] },
    updatingPod: {
      entry: { type: 'call', params: ({ context: { pods: [pod] } }) => ({
        verb: 'update', resource: 'pods', subresource: 'status', key: pod === undefined ? '' : nameOf(pod),
        base: pod, body: pod === undefined ? undefined : withReadyFalse(pod),
      }) },
      exit: assign(({ context }) => ({ pods: context.pods.slice(1) })),
      on: {
        'response.ok': 'marking',
        'response.error': {
          target: 'marking',
          actions: assign(({ context, event }) => ({ failed: context.failed || event.status.reason !== 'NotFound' })),
        },
      },
    },
    checked: {
      type: 'final',
      entry: { type: 'checked', params: ({ context: { check, node, failed } }) => ({
        node: check.node, failed, ...(node === undefined ? {} : { ready: readyStatus(node) }),
      }) },
    },
  },
})
