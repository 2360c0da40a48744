/**
 * Models: pkg/kubelet/kuberuntime/kuberuntime_container.go (killContainer, executePreStopHook),
 *   kuberuntime_termination_order.go (waitForTurn), where there is a hook to run or a turn to wait for
 * Reads: container, sandbox, deadlines
 * Writes: chart, timer, what stopping a container writes
 * Omits: hooks that outlive their container; HTTP hooks that fail, which nobody but a KubeEvent would notice; seconds are not truncated
 */
import { assign } from 'xstate'
import { setup, timerKey, type Viewed } from '#machine/chart'
import { sayings } from '#machine/effects'
import { isRunning, nodeName, podId } from './cells.js'
import { stage, type Saying } from './stage.js'

/** What is to be stopped, and how. */
export interface KillOrder {
  readonly uid: string
  readonly name: string
  /** Seconds until SIGKILL, hooks and waiting included. */
  readonly grace: number
  /** How long the preStop hook takes; absent where there is none. */
  readonly hookSeconds?: number
  /** The command of a preStop hook that is run. */
  readonly execs?: readonly string[]
  /** Sidecars wait for these to end. */
  readonly after: readonly string[]
}

export type KillEvent = Viewed & (
  | { readonly type: 'kill'; readonly order: KillOrder }
  | { readonly type: 'hooked' | 'turn' | 'expired' | 'late' }
)

interface Memory {
  readonly order?: KillOrder
}

export const killOwner = (uid: string, name: string): string => `kill:${podId(uid)}/${name}`

/** Containers are given a minimal window before SIGKILL, in seconds. */
export const minimumGracePeriod = 2

const arm = (name: string, seconds: number): Saying => ({ type: 'arm', params: { name, ms: seconds * 1000 } })
const disarm = (name: string): Saying => ({ type: 'disarm', params: { name } })

const mustWait = ({ context, event }: { readonly context: Memory; readonly event: KillEvent }): boolean => {
  const { order } = context
  if (order === undefined || order.grace <= 0) return false
  const { cells, process } = event.view
  return order.after.some((name) => isRunning(cells, nodeName(process), order.uid, name))
}

const about = { params: ({ context }: { readonly context: Memory }) => ({ order: context.order }) }

export const killChart = setup({
  types: { context: {} as Memory, events: {} as KillEvent }, // XState takes its types from values
  actions: {
    ...sayings,
    sigterm: (_, _params: { readonly order: KillOrder | undefined }) => {},
    sigkill: (_, _params: { readonly order: KillOrder | undefined }) => {},
    remember: assign(({ event }) => (event.type === 'kill' ? { order: event.order } : {})),
    /** The grace period begins. `late` ends when less than the minimal window is left of it. */
    count: stage<Memory, KillEvent>((_, event) => {
      if (event.type !== 'kill') return {}
      const { grace } = event.order
      return {
        says: [arm('expired', Math.max(grace, 0)), arm('late', Math.max(grace - minimumGracePeriod, 0))],
      }
    }),
    /** A command is run, and says itself when it is over. */
    hook: stage<Memory, KillEvent>(({ order }) => ({
      says: [order?.execs === undefined ? arm('hooked', order?.hookSeconds ?? 0) : { type: 'preStop', params: { order } }],
    })),
    preStop: (_, _params: { readonly order: KillOrder | undefined }) => {},
    /** SIGKILL follows at the end of the grace period, or of the minimal window where that is later. */
    schedule: stage<Memory, KillEvent>(({ order }, event) => {
      if (order === undefined) return {}
      const { cells, process } = event.view
      const isEarly = event.type === 'kill'
        ? order.grace >= minimumGracePeriod
        : cells.pending(timerKey(process, killOwner(order.uid, order.name), 'late'))
      return {
        says: [disarm('hooked'), disarm('late'), ...(isEarly ? [] : [arm('expired', minimumGracePeriod)])],
      }
    }),
  },
  guards: {
    hasHook: ({ event }) =>
      event.type === 'kill' && (event.order.hookSeconds ?? event.order.execs) !== undefined && event.order.grace > 0,
    mustWait,
  },
}).createMachine({
  id: 'kill',
  context: {},
  initial: 'idle',
  states: {
    idle: {
      on: {
        kill: [
          { guard: 'hasHook', target: 'preStopping', actions: ['remember', 'count'] },
          { target: 'waiting', actions: ['remember', 'count'] },
        ],
      },
    },
    preStopping: {
      entry: 'hook',
      on: { hooked: 'waiting', expired: 'stopping' },
    },
    // A sidecar's turn comes when the containers that it serves are gone, or the grace period is.
    waiting: {
      always: [{ guard: 'mustWait', target: 'queueing' }, { target: 'stopping' }],
    },
    queueing: {
      on: { turn: [{ guard: 'mustWait' }, { target: 'stopping' }], expired: 'stopping' },
    },
    stopping: {
      entry: ['schedule', { type: 'sigterm', ...about }],
      on: { expired: { target: 'killed', actions: { type: 'sigkill', ...about } } },
    },
    killed: { type: 'final' },
  },
})
