/**
 * Models: kubectl/pkg/cmd/drain/drain.go (RunDrain, deleteOrEvictPodsSimple), pkg/drain/cordon.go
 * Reads: what the API server answers
 * Writes: request, user, chart, timer
 * Omits: several nodes in one command
 */
import { assign, enqueueActions } from 'xstate'
import type { Pod, Status } from '#api/types'
import { getControllerOf } from '#api/meta'
import { setup, type Viewed } from '#machine/chart'
import { sayings } from '#machine/effects'
import { nameOf, type StoredObject } from '#machine/objects'
import type { Call } from '#machine/process'
import { getPodsForDeletion, isOfDaemonSet } from './drain-filters.js'
import { choicesOf, getWorkload, listPods, lookupOf } from './kubectl-choices.js'
import { cordon } from './kubectl-requests.js'
import { complaint, itemsOf, type Begin } from './kubectl-run.js'
import { drainDefaults, type DrainOptions, type UserAction } from './user-actions.js'

type DaemonSetErrors = Readonly<Record<string, { readonly isNotFound: boolean; readonly message: string }>>

interface Memory {
  readonly action?: Extract<UserAction, { readonly do: 'drain' }>
  /** This instance, for the evictions to report to. */
  readonly owner: string
  readonly node: string
  readonly workload?: StoredObject
  readonly call?: Call
  readonly pods: readonly Pod[]
  /** Pods of DaemonSets that were not asked for yet; what went wrong with others. */
  readonly unasked: readonly Pod[]
  readonly daemonSetErrors: DaemonSetErrors
  /** Names of the pods that are still to go. */
  readonly pending: readonly string[]
  readonly failures: readonly string[]
}

type Event = Viewed & (
  | Begin
  | { readonly type: 'evicted'; readonly pod: string; readonly failure?: string }
  | { readonly type: 'timeout' }
  | { readonly type: 'response.ok'; readonly object?: unknown }
  | { readonly type: 'response.error'; readonly status: Status }
)

const empty: Memory = { owner: '', node: '', pods: [], unasked: [], daemonSetErrors: {}, pending: [], failures: [] }

const optionsOf = ({ action }: Memory): DrainOptions => action ?? drainDefaults

const objectOf = (event: Event): StoredObject | undefined =>
  (event.type === 'response.ok' ? event.object as StoredObject : undefined) // a get of one object

/** The DaemonSet that a pod says it belongs to. */
function daemonSetOf(pod: Pod | undefined): Call {
  const name = pod === undefined ? '' : getControllerOf(pod)?.name ?? ''
  return { verb: 'get', resource: 'daemonsets', key: `${pod?.metadata.namespace ?? ''}/${name}` }
}

const goingOf = ({ pods, daemonSetErrors, ...memory }: Memory) =>
  getPodsForDeletion(pods, optionsOf({ pods, daemonSetErrors, ...memory }), (pod) => daemonSetErrors[nameOf(pod)])

export const evictionOwner = (pod: string): string => `evict:${pod}`

/** What one pod's eviction starts with. */
const begin = (pod: Pod, { owner, action }: Memory) => ({
  type: 'begin', pod: nameOf(pod), uid: pod.metadata.uid, isDeleting: pod.metadata.deletionTimestamp !== undefined,
  parent: owner, disableEviction: action?.disableEviction ?? false,
  ...(action?.gracePeriod === undefined ? {} : { gracePeriod: action.gracePeriod }),
})

export const kubectlDrain = setup({
  types: { context: {} as Memory, events: {} as Event }, // XState takes its types from values
  actions: {
    ...sayings,
    concluded: (_, _params: { readonly failures: readonly string[]; readonly drained: string }) => {},
    /** Watches what evictions wait for, or ceases to. */
    follow: (_, _params: { readonly node: string; readonly pods: readonly string[] }) => {},
    unfollow: (_, _params: { readonly pods: readonly string[] }) => {},
    note: assign(({ context, event }) =>
      (event.type === 'response.error' ? { failures: [...context.failures, complaint(event.status)] } : {})),
    chooseNode: assign(({ context: { action, workload, node }, event }) => {
      if (action === undefined || workload === undefined) return {}
      const choices = choicesOf(action, workload, itemsOf(event) as readonly Pod[]) // a list of pods
      return { node: choices[event.view.cells.choose(choices)] ?? node, workload: undefined }
    }),
    noteDaemonSet: assign(({ context: { unasked: [pod, ...unasked], daemonSetErrors }, event }) => ({
      unasked,
      ...(event.type !== 'response.error' || pod === undefined ? {} : { daemonSetErrors: {
        ...daemonSetErrors,
        [nameOf(pod)]: { isNotFound: event.status.reason === 'NotFound', message: event.status.message ?? '' },
      } }),
    })),
    settle: assign(({ context, event }) => (event.type !== 'evicted' ? {} : {
      pending: context.pending.filter((pod) => pod !== event.pod),
      failures: event.failure === undefined ? context.failures : [...context.failures, event.failure],
    })),
  },
  guards: {
    mustLookUp: ({ context: { action } }) => action !== undefined && lookupOf(action) !== undefined,
    hasNoNode: ({ context }) => context.node === '',
    mustCordon: ({ context }) => context.call !== undefined,
    mustAsk: ({ context }) => context.unasked.length > 0,
    isRefused: ({ context }) => goingOf(context).errors.length > 0,
    isEmpty: ({ context }) => goingOf(context).pods.length === 0,
    isLast: ({ context }) => context.pending.length <= 1,
  },
}).createMachine({
  id: 'drainNode',
  context: empty,
  initial: 'idle',
  states: {
    idle: {
      on: { begin: { target: 'starting', actions: assign(({ event: { action, step, drained } }) => {
        if (action.do !== 'drain') return {}
        const node = 'name' in action.node ? action.node.name : 'drained' in action.node ? drained ?? '' : ''
        return { action, node, owner: `drain:${step + 1}` }
      }) } },
    },
    starting: { always: [{ guard: 'mustLookUp', target: 'lookingUp' }, { target: 'found' }] },
    lookingUp: {
      entry: { type: 'call', params: ({ context: { action } }) => {
        const of = action === undefined ? undefined : lookupOf(action)
        return of === undefined ? daemonSetOf(undefined) : getWorkload(of)
      } },
      on: {
        'response.ok': { target: 'listingChoices', actions: assign(({ event }) => ({ workload: objectOf(event) })) },
        'response.error': { target: 'concluding', actions: 'note' },
      },
    },
    listingChoices: {
      entry: { type: 'call', params: ({ context: { action } }) => {
        const of = action === undefined ? undefined : lookupOf(action)
        return of === undefined ? daemonSetOf(undefined) : listPods(of)
      } },
      on: {
        'response.ok': { target: 'found', actions: 'chooseNode' },
        'response.error': { target: 'concluding', actions: 'note' },
      },
    },
    found: {
      always: [
        { guard: 'hasNoNode', target: 'concluding', actions: assign({ failures: ['error: there is no such node'] }) },
        { target: 'reading' },
      ],
    },
    reading: {
      entry: { type: 'call', params: ({ context }) => ({ verb: 'get', resource: 'nodes', key: context.node }) },
      on: {
        'response.ok': { target: 'read', actions: assign(({ context, event }) => {
          const outcome = cordon(context.node, objectOf(event), true)
          return outcome.is === 'call' ? { call: outcome.call } : {}
        }) },
        'response.error': { target: 'concluding', actions: 'note' },
      },
    },
    read: { always: [{ guard: 'mustCordon', target: 'cordoning' }, { target: 'listing' }] },
    // A node that cannot be cordoned is drained all the same.
    cordoning: {
      entry: { type: 'call', params: ({ context }) => context.call ?? daemonSetOf(undefined) },
      on: { 'response.ok': 'listing', 'response.error': { target: 'listing', actions: 'note' } },
    },
    listing: {
      entry: { type: 'call', params: ({ context }) =>
        ({ verb: 'list', resource: 'pods', key: '', selector: `spec.nodeName=${context.node}` }) },
      on: {
        'response.ok': { target: 'listed', actions: assign(({ event }) => {
          const pods = itemsOf(event) as readonly Pod[] // a list of pods
          return { pods, unasked: pods.filter(isOfDaemonSet) }
        }) },
        'response.error': { target: 'concluding', actions: 'note' },
      },
    },
    listed: {
      always: [
        { guard: 'mustAsk', target: 'askingForDaemonSet' },
        { guard: 'isRefused', target: 'concluding', actions: assign(({ context }) => ({
          failures: [...context.failures, `error: unable to drain node "${context.node}" due to error: ` +
            `${goingOf(context).errors.join(', ')}, continuing command...`],
        })) },
        { guard: 'isEmpty', target: 'concluding' },
        { target: 'evicting' },
      ],
    },
    askingForDaemonSet: {
      entry: { type: 'call', params: ({ context }) => daemonSetOf(context.unasked[0]) },
      on: { 'response.*': { target: 'listed', actions: 'noteDaemonSet' } },
    },
    // All pods at once, each by an instance of its own.
    evicting: {
      entry: enqueueActions(({ context, enqueue }) => {
        const { pods } = goingOf(context)
        const pending = pods.map(nameOf)
        enqueue.assign({ pending, pods: [] })
        enqueue({ type: 'follow', params: { node: context.node, pods: pending } })
        for (const pod of pods) {
          enqueue({ type: 'tell', params: { owner: evictionOwner(nameOf(pod)), event: begin(pod, context) } })
        }
        if (context.action?.timeout !== undefined) {
          enqueue({ type: 'arm', params: { name: 'timeout', ms: context.action.timeout * 1000 } })
        }
      }),
      on: {
        evicted: [
          { guard: 'isLast', target: 'ending', actions: 'settle' },
          { actions: 'settle' },
        ],
        timeout: { target: 'ending', actions: [
          enqueueActions(({ context, enqueue }) => {
            for (const pod of context.pending) enqueue({ type: 'stop', params: { owner: evictionOwner(pod) } })
          }),
          assign(({ context: { failures, pending, action } }) => ({ failures: [...failures, ...pending.map((pod) =>
            `error when waiting for pod "${pod}" to terminate: global timeout reached: ${action?.timeout ?? 0}s`)] })),
        ] },
      },
    },
    ending: {
      entry: [
        { type: 'disarm', params: { name: 'timeout' } },
        { type: 'unfollow', params: ({ context }) => ({ pods: context.pending }) },
      ],
      always: 'concluding',
    },
    concluding: {
      type: 'final',
      entry: { type: 'concluded', params: ({ context }) => ({ failures: context.failures, drained: context.node }) },
    },
  },
})
