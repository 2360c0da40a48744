/**
 * Models: pkg/controller/replicaset/replica_set.go (syncReplicaSet), one API call a Step
 * Reads: store and index through the cache, expectations, wrote, deadlines
 * Writes: expectations, wrote, request, queue
 * Omits: KubeEvents
 */
import { assign, enqueueActions } from 'xstate'
import type { Pod, ReplicaSet, ReplicaSetStatus, Status } from '#api/types'
import { equal } from '#kernel/value'
import { setup, type Viewed } from '#machine/chart'
import type { Call } from '#machine/process'
import { nameOf } from '#machine/objects'
import type { View } from '#machine/view'
import { isConsistent } from '../client/consistency.js'
import { controllerSayings } from '../client/controller.js'
import { satisfied } from '../client/expectations.js'
import { isNamespaceTerminating } from '../control-plane/namespace-strategy.js'
import { availableDeadline } from '../control-plane/pod-strategy.js'
import { getPodsToDelete } from './pod-ranking.js'
import {
  adoptPod, burstReplicas, calculateStatus, claimPods, createPod, deletePod, releasePod, slowStartBatches,
  withFailure,
} from './replicaset-decisions.js'

interface Memory {
  readonly key: string
  /** The cached set as this sync saw it first. */
  readonly set?: ReplicaSet
  /** Releases, and then adoptions, still to be made, one after the other. */
  readonly releases: readonly Call[]
  readonly adoptions: readonly Call[]
  /** A pod could not be claimed: the others are, and then the sync is tried again. */
  readonly isUnclaimed: boolean
  readonly status?: ReplicaSetStatus
  readonly deletions: readonly Pod[]
  /** Sizes of the batches of creations still to be made. */
  readonly batches: readonly number[]
  readonly outstanding: number
  /** The first thing that went wrong while managing replicas. */
  readonly failed?: string
  readonly attempts: number
}

export type Event = Viewed & (
  | { readonly type: 'work'; readonly key: string }
  | { readonly type: 'response.ok'; readonly object?: unknown; readonly request: Call }
  | { readonly type: 'response.error'; readonly status: Status; readonly request: Call }
)

const empty: Memory = {
  key: '', releases: [], adoptions: [], isUnclaimed: false, deletions: [], batches: [], outstanding: 0, attempts: 0,
}

const isAvailable = (view: View) => (pod: Pod): boolean => !view.cells.pending(availableDeadline(nameOf(pod)))

/** Pods that the set owns, then orphans of its namespace. */
export const podsOf = (view: View, set: ReplicaSet): readonly Pod[] => [
  ...view.list('pods', 'owner', set.metadata.uid),
  ...view.list('pods', 'orphans', set.metadata.namespace),
]

/** Everything that one sync decides from the cache. */
function decide(view: View, set: ReplicaSet, mayManage: boolean): Partial<Memory> {
  const { active, terminating, adopt, release } = claimPods(set, podsOf(view, set))
  const claimed = [...active, ...adopt]
  const diff = claimed.length - set.spec.replicas
  const manages = mayManage && set.metadata.deletionTimestamp === undefined
  const related = (): readonly Pod[] => {
    const owner = set.metadata.ownerReferences?.find(({ controller }) => controller)
    if (owner === undefined) return [] // as upstream: without a controller no set is related, not even this one
    return view.list('replicasets', 'owner', owner.uid).flatMap((sibling) => view.list('pods', 'owner', sibling.metadata.uid))
  }
  return {
    releases: release.map((pod) => releasePod(set, pod)),
    adoptions: adopt.map((pod) => adoptPod(set, pod)),
    status: calculateStatus(set, claimed, terminating, isAvailable(view)),
    batches: manages && diff < 0 ? slowStartBatches(Math.min(-diff, burstReplicas)) : [],
    deletions: manages && diff > 0
      ? getPodsToDelete(claimed, related(), Math.min(diff, burstReplicas), (options) => view.cells.choose(options))
      : [],
  }
}

/** A pod that is gone need not be deleted, and nothing can be created in a namespace that is going. */
const isFailure = (event: Event): boolean => event.type === 'response.error'
  && !(event.request.verb === 'delete' ? event.status.reason === 'NotFound' : isNamespaceTerminating(event.status))

const message = (event: Event): string => (event.type === 'response.error' ? event.status.message ?? '' : '')

const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0)

const observed = {
  type: 'observed' as const,
  params: ({ context, event }: { readonly context: Memory; readonly event: Event }) => ({ key: context.key, event }),
}

export const replicaSetSync = setup({
  types: { context: {} as Memory, events: {} as Event }, // XState takes its types from values
  actions: {
    ...controllerSayings,
    expectCreations: (_, _params: { readonly key: string; readonly count: number }) => {},
    expectDeletions: (_, _params: { readonly key: string; readonly pods: readonly string[] }) => {},
    deleteExpectations: (_, _params: { readonly key: string }) => {},
    /** The set is synced again when a pod that is ready now has been so for long enough. */
    awaitAvailability: (_, _params: { readonly key: string }) => {},
    /** Creations that will not be tried any more are not expected either. */
    skipCreations: (_, _params: { readonly key: string; readonly count: number }) => {},
    /** An answer came: the write is remembered, or what failed is no longer expected. */
    observed: (_, _params: { readonly key: string; readonly event: Event }) => {},
    settle: assign(({ context, event }) => ({
      outstanding: context.outstanding - 1,
      ...(isFailure(event) && context.failed === undefined ? { failed: message(event) } : {}),
    })),
  },
  guards: {
    isStale: ({ context, event }) => !isConsistent(event.view, context.key),
    isMissing: ({ context }) => context.set === undefined,
    mustRelease: ({ context }) => context.releases.length > 0,
    mustAdopt: ({ context }) => context.adoptions.length > 0,
    isUnclaimed: ({ context }) => context.isUnclaimed,
    /** A pod that is gone, or whose name belongs to another one, is released. */
    isReleased: ({ event }) => event.type === 'response.ok'
      || (event.type === 'response.error' && (event.status.reason === 'NotFound' || event.status.reason === 'Invalid')),
    hasCreations: ({ context }) => context.batches.length > 0,
    hasDeletions: ({ context }) => context.deletions.length > 0,
    isLast: ({ context }) => context.outstanding <= 1,
    isSameStatus: ({ context }) => equal(context.status, context.set?.status),
    hasFailed: ({ context }) => context.failed !== undefined,
    mayRetryStatus: ({ context }) => context.attempts < 1,
    /** To a get of this set: it is another one by now, or on its way out. */
    isGone: ({ context, event }) => {
      const fresh = event.type === 'response.ok' ? event.object as ReplicaSet : undefined // a get of this set
      return fresh?.metadata.uid !== context.set?.metadata.uid || fresh?.metadata.deletionTimestamp !== undefined
    },
    awaitsAvailability: ({ context }) => (context.set?.spec.minReadySeconds ?? 0) > 0
      && context.status?.readyReplicas !== context.status?.availableReplicas,
  },
}).createMachine({
  id: 'syncReplicaSet',
  context: empty,
  initial: 'idle',
  states: {
    idle: {
      on: {
        work: {
          target: 'deciding',
          actions: assign(({ event }) => {
            const set = event.view.get('replicasets', event.key)
            if (set === undefined) return { key: event.key }
            return { key: event.key, set, ...decide(event.view, set, satisfied(event.view.cells, event.view.process, event.key)) }
          }),
        },
      },
    },
    deciding: {
      always: [
        { guard: 'isStale', target: 'failing' },
        { guard: 'isMissing', target: 'forgetting' },
        { target: 'claiming' },
      ],
    },
    // What goes wrong with one pod does not keep the others from being claimed.
    claiming: {
      always: [
        { guard: 'mustRelease', target: 'releasing' },
        { guard: 'mustAdopt', target: 'rechecking' },
        { target: 'claimed' },
      ],
    },
    releasing: {
      entry: enqueueActions(({ context, enqueue }) => {
        const [next] = context.releases
        if (next !== undefined) enqueue({ type: 'call', params: next })
      }),
      exit: assign(({ context }) => ({ releases: context.releases.slice(1) })),
      on: { 'response.*': [
        { guard: 'isReleased', target: 'claiming' },
        { target: 'claiming', actions: assign({ isUnclaimed: true }) },
      ] },
    },
    // Before adopting, an uncached read makes sure that the set is not being deleted.
    rechecking: {
      entry: { type: 'call', params: ({ context }) => ({ verb: 'get', resource: 'replicasets', key: context.key }) },
      on: {
        'response.ok': [{ guard: 'isGone', target: 'failing' }, { target: 'adopting' }],
        'response.error': 'failing',
      },
    },
    // An orphan that is gone by now was counted as adopted: that, too, is tried again, by the cache that knows.
    adopting: {
      entry: enqueueActions(({ context, enqueue }) => {
        const [next] = context.adoptions
        if (next !== undefined) enqueue({ type: 'call', params: next })
      }),
      exit: assign(({ context }) => ({ adoptions: context.adoptions.slice(1) })),
      on: {
        'response.ok': 'adopted',
        'response.error': { target: 'adopted', actions: assign({ isUnclaimed: true }) },
      },
    },
    adopted: { always: [{ guard: 'mustAdopt', target: 'adopting' }, { target: 'claimed' }] },
    claimed: { always: [{ guard: 'isUnclaimed', target: 'failing' }, { target: 'managing' }] },
    managing: {
      always: [
        { guard: 'hasCreations', target: 'creating', actions: {
          type: 'expectCreations',
          params: ({ context }) => ({ key: context.key, count: sum(context.batches) }),
        } },
        { guard: 'hasDeletions', target: 'deleting' },
        { target: 'reporting' },
      ],
    },
    // One batch at a time, all its requests outstanding together.
    creating: {
      entry: enqueueActions(({ context, enqueue }) => {
        const [size = 0] = context.batches
        const { set } = context
        if (set === undefined) return
        enqueue.assign({ outstanding: size, batches: context.batches.slice(1) })
        enqueue({ type: 'calls', params: { calls: Array.from({ length: size }, () => createPod(set)) } })
      }),
      on: { 'response.*': [
        { guard: 'isLast', target: 'created', actions: ['settle', observed] },
        { actions: ['settle', observed] },
      ] },
    },
    created: {
      always: [
        { guard: 'hasFailed', target: 'reporting', actions: {
          type: 'skipCreations',
          params: ({ context }) => ({ key: context.key, count: sum(context.batches) }),
        } },
        { guard: 'hasCreations', target: 'creating' },
        { target: 'reporting' },
      ],
    },
    deleting: {
      entry: enqueueActions(({ context, enqueue }) => {
        const pods = context.deletions
        enqueue.assign({ outstanding: pods.length })
        enqueue({ type: 'expectDeletions', params: { key: context.key, pods: pods.map(nameOf) } })
        enqueue({ type: 'calls', params: { calls: pods.map(deletePod) } })
      }),
      on: { 'response.*': [
        { guard: 'isLast', target: 'reporting', actions: ['settle', observed] },
        { actions: ['settle', observed] },
      ] },
    },
    reporting: {
      entry: assign(({ context }) => (context.failed === undefined || context.set === undefined || context.status === undefined
        ? {}
        : { status: withFailure(context.set, context.status, context.failed) })),
      always: [{ guard: 'isSameStatus', target: 'ending' }, { target: 'updatingStatus' }],
    },
    updatingStatus: {
      entry: { type: 'call', params: ({ context }) => ({
        verb: 'update', resource: 'replicasets', subresource: 'status', key: context.key,
        base: context.set, body: { ...context.set, status: context.status },
      }) },
      on: {
        'response.ok': { target: 'ending', actions: observed },
        'response.error': [{ guard: 'mayRetryStatus', target: 'refetching' }, { target: 'failing' }],
      },
    },
    // One retry, on a fresh copy.
    refetching: {
      entry: [
        assign(({ context }) => ({ attempts: context.attempts + 1 })),
        { type: 'call', params: ({ context }) => ({ verb: 'get', resource: 'replicasets', key: context.key }) },
      ],
      on: {
        'response.ok': {
          target: 'updatingStatus',
          actions: assign(({ event }) => ({ set: event.object as ReplicaSet })), // a get of this set
        },
        'response.error': 'failing',
      },
    },
    ending: {
      always: [
        { guard: 'hasFailed', target: 'failing' },
        { guard: 'awaitsAvailability', target: 'idle', actions: [
          { type: 'awaitAvailability', params: ({ context }) => ({ key: context.key }) },
          { type: 'finished', params: { outcome: 'ok' } },
        ] },
        { target: 'idle', actions: { type: 'finished', params: { outcome: 'ok' } } },
      ],
    },
    forgetting: {
      entry: [
        { type: 'deleteExpectations', params: ({ context }) => ({ key: context.key }) },
        { type: 'finished', params: { outcome: 'ok' } },
      ],
    },
    failing: { entry: { type: 'finished', params: { outcome: 'error' } } },
  },
})
