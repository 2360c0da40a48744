/**
 * Models: pkg/scheduler/schedule_one.go (scheduleOnePod, schedulingCycle, handleSchedulingFailure)
 * Reads: schedule, memory; pods through the cache; store and index (selectors of Services and ReplicaSets)
 * Writes: schedule, memory, request, chart, timer
 * Omits: KubeEvents, metrics
 */
import { assign } from 'xstate'
import type { Pod } from '#api/types'
import { setup, type Viewed } from '#machine/chart'
import { sayings } from '#machine/effects'
import { nameOf } from '#machine/objects'
import type { Call } from '#machine/process'
import type { View } from '#machine/view'
import { assumedKey, nextStart, snapshotOf } from './cache.js'
import { defaultSelector } from './default-selector.js'
import type { Plugin } from './framework.js'
import { podScheduledPatch } from './pod-scheduled.js'
import { defaultProfile, schedulePod, type Placement, type Profile } from './schedule-pod.js'
import type { Queued } from './scheduling-queue.js'

/** What one scheduling cycle decided; `undefined` for a pod that is skipped. */
interface Memory {
  readonly pod?: Pod
  readonly queued?: Queued
  readonly placement?: Placement
}

type Event = Viewed & (
  | { readonly type: 'schedule'; readonly pod: string; readonly queued: Queued }
  | { readonly type: 'response.ok' }
  | { readonly type: 'response.error' }
)

const empty: Memory = {}

/** skipPodSchedule: pods that are being deleted, and assumed ones. */
function isSkipped(view: View, pod: Pod): boolean {
  if (pod.metadata.deletionTimestamp !== undefined) return true
  return view.cells.read(assumedKey(view.process))?.[nameOf(pod)]?.pod.metadata.uid === pod.metadata.uid
}

/** The scheduling cycle of one pod, as a decision over the cache. */
export function decide(view: View, name: string, queued: Queued, profile: Profile = defaultProfile): Memory {
  const pod = view.get('pods', name)
  if (pod === undefined || isSkipped(view, pod)) return {}
  const placement = schedulePod(pod, snapshotOf(view), nextStart(view), (options) => view.cells.choose(options), profile,
    defaultSelector(view.cells, pod))
  return { pod, queued, placement }
}

const reportOf = ({ pod, placement }: Memory): Call | undefined =>
  (pod === undefined || placement === undefined || placement.fits ? undefined
    : podScheduledPatch(pod, 'Unschedulable', placement.unfit.message))

/** The chart instance that binds a pod: `binding:default/web-0`, with the count of its uid where the name is used again. */
export function bindingOwner(pod: Pod): string {
  const name = nameOf(pod)
  return `binding:${name}${pod.metadata.uid.slice(`Pod:${name}`.length)}`
}

/** What the chart says beside the sayings of all charts; `effects` of the process carries it out. */
export interface Assume {
  readonly pod: Pod
  readonly node: string
}
export interface Comeback {
  readonly pod: Pod
  readonly queued: Queued
  readonly rejectedBy: readonly Plugin[]
}

export const scheduleOne = setup({
  types: { context: {} as Memory, events: {} as Event }, // XState takes its types from values
  actions: {
    ...sayings,
    /** The pod counts on its node from now on. */
    assume: (_, _params: Assume) => {},
    /** AddUnschedulableIfNotPresent. */
    addUnschedulable: (_, _params: Comeback) => {},
    /** Where the next search for nodes begins. */
    moveOn: (_, _params: { readonly next: number }) => {},
    /** The loop waits until this pod's failure was reported; `undefined`: it goes on. */
    hold: (_, _params: { readonly pod: string | undefined }) => {},
    decide: assign(({ event }) => (event.type === 'schedule' ? decide(event.view, event.pod, event.queued) : {})),
  },
  guards: {
    isSkipped: ({ context }) => context.placement === undefined,
    fits: ({ context }) => context.placement?.fits === true,
    mustReport: ({ context }) => reportOf(context) !== undefined,
  },
}).createMachine({
  id: 'scheduleOne',
  context: empty,
  initial: 'idle',
  states: {
    idle: { on: { schedule: { target: 'deciding', actions: 'decide' } } },
    deciding: { always: [
      { guard: 'isSkipped', target: 'done' },
      { guard: 'fits', target: 'assuming' },
      { target: 'failing' },
    ] },
    // Binding goes on by itself; the loop takes the next pod.
    assuming: {
      entry: [
        { type: 'moveOn', params: ({ context }) => ({ next: context.placement?.next ?? 0 }) },
        { type: 'assume', params: ({ context }) => assumptionOf(context) },
        { type: 'tell', params: ({ context }) => {
          const { pod, node } = assumptionOf(context)
          return { owner: bindingOwner(pod), event: { type: 'bind', pod, node, queued: context.queued } }
        } },
      ],
      always: 'done',
    },
    failing: {
      entry: [
        { type: 'moveOn', params: ({ context }) => ({ next: context.placement?.next ?? 0 }) },
        { type: 'addUnschedulable', params: ({ context }) => comebackOf(context) },
      ],
      always: [{ guard: 'mustReport', target: 'reporting' }, { target: 'done' }],
    },
    // The loop waits for the answer before it takes the next pod.
    reporting: {
      entry: [
        { type: 'hold', params: ({ context }) => ({ pod: nameOf(must(context.pod)) }) },
        { type: 'call', params: ({ context }) => must(reportOf(context)) },
      ],
      on: { 'response.*': { target: 'done', actions: { type: 'hold', params: { pod: undefined } } } },
    },
    done: { type: 'final' },
  },
})

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a scheduling cycle without a pod')
  return value
}

function assumptionOf({ pod, placement }: Memory): Assume {
  return { pod: must(pod), node: placement?.fits === true ? placement.node : '' }
}

function comebackOf({ pod, queued, placement }: Memory): Comeback {
  const rejectedBy = placement === undefined || placement.fits ? [] : placement.unfit.rejectedBy
  return { pod: must(pod), queued: must(queued), rejectedBy }
}
