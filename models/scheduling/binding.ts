/**
 * Models: pkg/scheduler/schedule_one.go (runBindingCycle, bindingCycle, handleBindingCycleError,
 *   handleSchedulingFailure), plugins/defaultbinder
 * Reads: memory; pods through the cache
 * Writes: memory, schedule, request, timer
 * Omits: KubeEvents, volumes to bind beforehand
 */
import { assign } from 'xstate'
import type { Pod, Status } from '#api/types'
import { setup, type Viewed } from '#machine/chart'
import { sayings } from '#machine/effects'
import { nameOf } from '#machine/objects'
import type { Call } from '#machine/process'
import { podScheduledPatch } from './pod-scheduled.js'
import type { Comeback } from './schedule-one.js'
import type { Queued } from './scheduling-queue.js'

interface Memory {
  readonly pod?: Pod
  readonly node: string
  readonly queued?: Queued
  /** The pod as the cache has it now that binding failed; `undefined` where there is nothing left to report. */
  readonly current?: Pod
  readonly error: string
}

type Event = Viewed & (
  | { readonly type: 'bind'; readonly pod: Pod; readonly node: string; readonly queued: Queued }
  | { readonly type: 'response.ok' }
  | { readonly type: 'response.error'; readonly status: Status }
)

const empty: Memory = { node: '', error: '' }

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a binding without a pod')
  return value
}

const bindingOf = ({ pod, node }: Memory): Call => {
  const bound = must(pod)
  return {
    verb: 'create', resource: 'pods', subresource: 'binding', key: nameOf(bound), uid: bound.metadata.uid,
    body: { target: { name: node } },
  }
}

const reportOf = ({ current, error }: Memory): Call | undefined =>
  (current === undefined ? undefined : podScheduledPatch(current, 'SchedulerError', error))

/** Upstream tells a pod that is gone, too, but not one that came back under another uid. */
function currentPod({ context, event }: { readonly context: Memory; readonly event: Event }): Pod | undefined {
  const pod = must(context.pod)
  const cached = event.view.get('pods', nameOf(pod))
  if (cached === undefined) return pod
  return cached.metadata.uid === pod.metadata.uid ? cached : undefined
}

export const binding = setup({
  types: { context: {} as Memory, events: {} as Event }, // XState takes its types from values
  actions: {
    ...sayings,
    /** ForgetPod, and the news that its place is free again. */
    forget: (_, _params: { readonly pod: Pod }) => {},
    /** AddUnschedulableIfNotPresent, where the cache has the pod without a node. */
    comeBack: (_, _params: Comeback) => {},
    begin: assign(({ event }) => (event.type === 'bind'
      ? { pod: event.pod, node: event.node, queued: event.queued } : {})),
    fail: assign(({ context, event }) => (event.type === 'response.error' ? {
      current: currentPod({ context, event }),
      error: `running Bind plugin "DefaultBinder": ${event.status.message ?? ''}`,
    } : {})),
  },
  guards: { mustReport: ({ context }) => reportOf(context) !== undefined },
}).createMachine({
  id: 'bindingCycle',
  context: empty,
  initial: 'idle',
  states: {
    idle: { on: { bind: { target: 'binding', actions: 'begin' } } },
    binding: {
      entry: { type: 'call', params: ({ context }) => bindingOf(context) },
      on: { 'response.ok': 'done', 'response.error': { target: 'failing', actions: 'fail' } },
    },
    failing: {
      entry: [
        { type: 'forget', params: ({ context }) => ({ pod: must(context.pod) }) },
        { type: 'comeBack', params: ({ context }) =>
          ({ pod: must(context.pod), queued: must(context.queued), rejectedBy: [] }) },
      ],
      always: [{ guard: 'mustReport', target: 'reporting' }, { target: 'done' }],
    },
    reporting: {
      entry: { type: 'call', params: ({ context }) => must(reportOf(context)) },
      on: { 'response.*': 'done' },
    },
    done: { type: 'final' },
  },
})
