/**
 * Models: pkg/kubelet/status/status_manager.go (updateStatusInternal, syncBatch, syncPod, canBeDeleted)
 * Reads: store through the cache
 * Writes: chart, request, timer
 * Omits: the one goroutine that writes the statuses of all pods one after the other: here each pod has its
 *   own; the get before each patch (see status-patch.ts); a sync every 10 s that would change nothing
 */
import { assign } from 'xstate'
import type { Pod, PodStatus, Status } from '#api/types'
import { isPodPhaseTerminal } from '#api/pods'
import { setup, type Viewed } from '#machine/chart'
import { sayings } from '#machine/effects'
import type { View } from '#machine/view'
import type { Call } from '#machine/process'
import { apiPodOf, isStaticUid } from './static-cells.js'
import { equal } from '#kernel/value'
import { stage, type Outcome } from './stage.js'
import { isHeldBack, isSameByKubelet, statusPatch, withoutEarlyDisruption } from './status-patch.js'

/** What the pod worker or a probe has to say. */
export interface NewStatus {
  readonly uid: string
  /** `namespace/name`. */
  readonly name: string
  readonly status: PodStatus
  /** The pod may still have running containers. */
  readonly couldRun: boolean
  /** Everything on the node is cleaned up; the pod may go from the API. */
  readonly finished?: boolean
}

export type StatusEvent = Viewed & (
  | { readonly type: 'set'; readonly said: NewStatus }
  | { readonly type: 'reconcile' }
  | { readonly type: 'response.ok'; readonly object?: unknown; readonly request: Call }
  | { readonly type: 'response.error'; readonly status: Status; readonly request: Call }
)

export interface StatusMemory {
  readonly uid: string
  readonly name: string
  readonly couldRun: boolean
  readonly finished: boolean
  /** The newest status of the pod; what the kubelet itself goes by. */
  readonly status?: PodStatus
  /** What was sent last. */
  readonly sent?: PodStatus
  readonly next: 'rest' | 'patch' | 'delete'
}

/** --sync period of the status manager: what was refused or overwritten is written again by then. */
const syncPeriod = 10_000

const cachedPod = (view: View, memory: StatusMemory): Pod | undefined => apiPodOf(view, memory)

/** The status as it may be told now: a pod that could have running containers has not ended. */
function tellable(view: View, memory: StatusMemory): PodStatus | undefined {
  const { status: own, sent, couldRun } = memory
  if (own === undefined) return undefined
  const api = sent ?? cachedPod(view, memory)?.status
  if (api === undefined) return own
  const status = withoutEarlyDisruption(api, own, couldRun)
  if (!isHeldBack(api, status, couldRun)) return status
  const { reason: _reason, message: _message, ...rest } = status
  return {
    ...rest, phase: api.phase,
    ...(api.reason === undefined ? {} : { reason: api.reason }),
    ...(api.message === undefined ? {} : { message: api.message }),
  }
}

/** The patch that brings `own` to the API, given what it may have now; `undefined` where it has it. */
function patchTo(own: PodStatus, memory: StatusMemory, pod: Pod | undefined): Call | undefined {
  const { sent } = memory
  const known = [...(sent === undefined ? [] : [sent]), ...(pod === undefined ? [] : [pod.status])]
  const body = known.length === 0 ? undefined : statusPatch(known, own)
  return body === undefined
    ? undefined
    : { verb: 'patch', resource: 'pods', subresource: 'status', key: memory.name, uid: pod === undefined ? memory.uid : pod.metadata.uid, body }
}

/** canBeDeleted: the API has the terminal phase, and nothing of the pod is left here. */
function mayDelete({ uid, finished, sent }: StatusMemory, pod: Pod | undefined): boolean {
  if (isStaticUid(uid)) return false // a mirror pod goes when its file has gone
  const phase = sent?.phase ?? pod?.status.phase
  return finished && pod?.metadata.deletionTimestamp !== undefined && phase !== undefined
    && isPodPhaseTerminal(phase)
}

/**
 * syncPod: what is to be written now. What was said last counts; only to reconcile is it compared with what
 * the API has.
 */
function look(memory: StatusMemory, event: StatusEvent): Outcome<StatusMemory> {
  const { sent } = memory
  const own = tellable(event.view, memory)
  const isNews = own !== undefined
    && (event.type === 'reconcile' || sent === undefined || !isSameByKubelet(sent, own))
  if (!isNews && !memory.finished) return { memory: { next: 'rest' } }
  // to a patch of the pod
  const answered = event.type === 'response.ok' ? event.object as Pod | undefined : undefined
  const pod = answered ?? cachedPod(event.view, memory)
  // Nobody sees a static pod that has no mirror pod yet.
  if (pod === undefined && isStaticUid(memory.uid)) return { memory: { sent: undefined, next: 'rest' } }
  const patch = isNews ? patchTo(own, memory, pod) : undefined
  if (patch !== undefined) {
    return { memory: { sent: own, next: 'patch' }, says: [{ type: 'call', params: patch }] }
  }
  const told = isNews ? { sent: own } : {} // the API has it already
  if (!mayDelete({ ...memory, ...told }, pod)) return { memory: { ...told, next: 'rest' } }
  const { name: key, uid } = memory
  const call: Call = { verb: 'delete', resource: 'pods', key, uid, body: { gracePeriodSeconds: 0 } }
  return { memory: { ...told, next: 'delete' }, says: [{ type: 'call', params: call }] }
}

interface Given {
  readonly context: StatusMemory
  readonly event: StatusEvent
}

/**
 * The pod is gone, or its name belongs to another one: a patch of its uid is Invalid then, its deletion a Conflict. A
 * mirror pod will be there again.
 */
const isGone = ({ context, event }: Given): boolean =>
  !isStaticUid(context.uid) && event.type === 'response.error' && ['NotFound', 'Conflict', 'Invalid'].includes(event.status.reason ?? '')

export const statusChart = setup({
  types: { context: {} as StatusMemory, events: {} as StatusEvent }, // XState takes its types from values
  actions: {
    ...sayings,
    remember: assign(({ context, event }) => {
      if (event.type !== 'set') return {}
      const { uid, name, status, couldRun, finished } = event.said
      return {
        uid, name, couldRun, finished: context.finished || finished === true,
        status: equal(context.status, status) ? context.status : status,
      }
    }),
    look: stage(look),
    retry: stage<StatusMemory, StatusEvent>(() => ({
      memory: { sent: undefined, next: 'rest' },
      says: [{ type: 'arm', params: { name: 'reconcile', ms: syncPeriod } }],
    })),
  },
  guards: {
    isGone,
    rests: ({ context }) => context.next === 'rest',
    mustPatch: ({ context }) => context.next === 'patch',
  },
}).createMachine({
  id: 'status',
  context: { uid: '', name: '', couldRun: true, finished: false, next: 'rest' },
  initial: 'idle',
  states: {
    idle: {
      on: {
        set: { target: 'decided', actions: ['remember', 'look'] },
        reconcile: { target: 'decided', actions: 'look' },
      },
    },
    decided: {
      always: [
        { guard: 'rests', target: 'idle' },
        { guard: 'mustPatch', target: 'patching' },
        { target: 'deleting' },
      ],
    },
    // What is said meanwhile is told by the next patch, the last word alone.
    patching: {
      on: {
        set: { actions: 'remember' },
        'response.ok': { target: 'decided', actions: 'look' },
        'response.error': [{ guard: 'isGone', target: 'forgotten' }, { target: 'idle', actions: 'retry' }],
      },
    },
    deleting: {
      on: {
        'response.ok': 'forgotten',
        'response.error': [{ guard: 'isGone', target: 'forgotten' }, { target: 'idle', actions: 'retry' }],
      },
    },
    forgotten: { type: 'final' },
  },
})
