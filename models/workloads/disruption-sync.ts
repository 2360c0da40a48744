/**
 * Models: pkg/controller/disruption/disruption.go (sync, trySync, failSafe, writePdbStatus)
 * Reads: store and index through the cache, deadlines
 * Writes: request, queue, timer
 * Omits: nothing that is observable
 */
import { assign } from 'xstate'
import type { OwnerReference, Pod, PodDisruptionBudget, PodDisruptionBudgetStatus, Status } from '#api/types'
import { compileSelector } from '#api/selectors'
import { setup, type Viewed } from '#machine/chart'
import { nameOf } from '#machine/objects'
import type { View } from '#machine/view'
import { controllerSayings } from '../client/controller.js'
import { disruptedDeadline, syncFailed } from '../control-plane/disruption-budget.js'
import {
  buildDisruptedPodMap, countHealthyPods, findController, getExpectedPodCount, updatePdbStatus, type Found,
} from './disruption-decisions.js'

/** What was asked for at the API server: a workload's scale, by its uid. */
type Answers = Readonly<Record<string, Found>>

type Decision =
  | { readonly is: 'ask'; readonly resource: string; readonly key: string; readonly uid: string }
  | { readonly is: 'same'; readonly disrupted: readonly string[] }
  | {
    readonly is: 'write'; readonly status: PodDisruptionBudgetStatus; readonly disrupted: readonly string[]
    /** Pods that were in the budget's map and are not any more. */
    readonly settled: readonly string[]
  }
  | { readonly is: 'fail'; readonly message: string }

interface Memory {
  readonly key: string
  /** The cached budget as this sync saw it. */
  readonly budget?: PodDisruptionBudget
  readonly answers: Answers
  readonly decision?: Decision
}

type Event = Viewed & (
  | { readonly type: 'work'; readonly key: string }
  | { readonly type: 'response.ok'; readonly object?: unknown }
  | { readonly type: 'response.error'; readonly status: Status }
)

export const getPodsForPdb = (view: View, { metadata, spec }: PodDisruptionBudget): readonly Pod[] => {
  const matches = compileSelector(spec.selector)
  return view.list('pods', 'namespace', metadata.namespace).filter((pod) => matches(pod.metadata.labels))
}

/** trySync, up to its write. */
function trySync(view: View, budget: PodDisruptionBudget, answers: Answers): Decision {
  const pods = getPodsForPdb(view, budget)
  const find = (reference: OwnerReference, pod: Pod): Found =>
    answers[reference.uid]
      ?? findController(reference, pod.metadata.namespace, (resource, key) => view.get(resource, key))
  const expected = getExpectedPodCount(budget, pods, find)
  if (expected.is === 'ask') return expected
  if (expected.is === 'error') return { is: 'fail', message: expected.message }
  const name = nameOf(budget)
  const disrupted = buildDisruptedPodMap(pods, budget, (pod) => view.cells.pending(disruptedDeadline(name, pod)))
  const healthy = countHealthyPods(pods, disrupted)
  const status = updatePdbStatus(budget, healthy, expected.desiredHealthy, expected.expectedCount, disrupted)
  const left = Object.keys(disrupted)
  if (status === budget.status) return { is: 'same', disrupted: left }
  const settled = Object.keys(budget.status.disruptedPods ?? {}).filter((pod) => disrupted[pod] === undefined)
  return { is: 'write', status, disrupted: left, settled }
}

/** The answer to a question for a scale: it counts only with the uid that was meant. */
function scaleAnswer(event: Event, uid: string): Found {
  if (event.type === 'response.ok') {
    const { metadata, spec } = event.object as { // the scale of a workload
      readonly metadata: { readonly uid: string }; readonly spec: { readonly replicas: number }
    }
    return metadata.uid === uid ? { is: 'found', controller: { uid, scale: spec.replicas } } : { is: 'none' }
  }
  if (event.type === 'response.error' && event.status.reason !== 'NotFound') {
    return { is: 'error', message: event.status.message ?? '' }
  }
  return { is: 'none' }
}

const isConflict = ({ event }: { readonly event: Event }): boolean =>
  event.type === 'response.error' && event.status.reason === 'Conflict'

const empty: Memory = { key: '', answers: {} }

export const disruptionSync = setup({
  types: { context: {} as Memory, events: {} as Event }, // XState takes its types from values
  actions: {
    ...controllerSayings,
    /** Looks again at granted evictions when their two minutes are over. */
    recheck: (_, _params: {
      readonly key: string; readonly pods: readonly string[]; readonly settled: readonly string[]
    }) => {},
    decide: assign(({ context, event }) => (context.budget === undefined
      ? {}
      : { decision: trySync(event.view, context.budget, context.answers) })),
  },
  guards: {
    isMissing: ({ context }) => context.budget === undefined,
    mustAsk: ({ context }) => context.decision?.is === 'ask',
    hasFailed: ({ context }) => context.decision?.is === 'fail',
    isSame: ({ context }) => context.decision?.is === 'same',
    isConflict,
  },
}).createMachine({
  id: 'syncPodDisruptionBudget',
  context: empty,
  initial: 'idle',
  states: {
    idle: {
      on: { work: { target: 'deciding', actions: [
        assign(({ event }) => {
          const budget = event.view.get('poddisruptionbudgets', event.key)
          return { key: event.key, ...(budget === undefined ? {} : { budget }) }
        }),
        'decide',
      ] } },
    },
    deciding: {
      always: [
        { guard: 'isMissing', target: 'done' },
        { guard: 'mustAsk', target: 'asking' },
        { guard: 'hasFailed', target: 'failSafe' },
        { guard: 'isSame', target: 'rechecking' },
        { target: 'writing' },
      ],
    },
    // The scale of a workload that is not in the caches that this controller reads.
    asking: {
      entry: { type: 'call', params: ({ context: { decision } }) => ({
        verb: 'get', subresource: 'scale',
        resource: decision?.is === 'ask' ? decision.resource : '', key: decision?.is === 'ask' ? decision.key : '',
      }) },
      on: { 'response.*': { target: 'deciding', actions: [
        assign(({ context: { answers, decision }, event }) => (decision?.is !== 'ask' ? {} : {
          answers: { ...answers, [decision.uid]: scaleAnswer(event, decision.uid) },
        })),
        'decide',
      ] } },
    },
    writing: {
      entry: { type: 'call', params: ({ context: { budget, decision, key } }) => ({
        verb: 'update', resource: 'poddisruptionbudgets', subresource: 'status', key, base: budget,
        body: decision?.is === 'write' ? { ...budget, status: decision.status } : budget,
      }) },
      on: {
        'response.ok': 'rechecking',
        'response.error': [
          { guard: 'isConflict', target: 'failing' },
          { target: 'failSafe', actions: assign(({ event }) => ({
            decision: { is: 'fail' as const, message: event.status.message ?? '' },
          })) },
        ],
      },
    },
    // Fails closed: while the count is not known, nothing may be evicted.
    failSafe: {
      entry: { type: 'call', params: ({ context: { budget, decision, key } }) => ({
        verb: 'update', resource: 'poddisruptionbudgets', subresource: 'status', key, base: budget,
        body: budget === undefined || decision?.is !== 'fail'
          ? budget : { ...budget, status: syncFailed(budget.status, decision.message) },
      }) },
      on: { 'response.ok': 'done', 'response.error': 'failing' },
    },
    rechecking: {
      entry: { type: 'recheck', params: ({ context: { decision, key } }) => ({
        key,
        pods: decision?.is === 'same' || decision?.is === 'write' ? decision.disrupted : [],
        settled: decision?.is === 'write' ? decision.settled : [],
      }) },
      always: 'done',
    },
    done: { entry: { type: 'finished', params: { outcome: 'ok' } } },
    failing: { entry: { type: 'finished', params: { outcome: 'error' } } },
  },
})
