/**
 * Models: pkg/kubelet/prober/worker.go (doProbe): one worker for each container and kind of probe; prober.go and pkg/probe,
 *   as far as a probe without an answer fails when its timeoutSeconds are over (ExecProbeTimeout is locked to true)
 * Reads: container, sandbox, listener, chart, store
 * Writes: chart, timer, what its results cause
 * Omits: the worker before its container runs, and between probes that would change nothing: it has no
 *   instance then
 */
import { assign } from 'xstate'
import { setup, type Viewed } from '#machine/chart'
import { sayings } from '#machine/effects'
import type { Container as ContainerSpec, Pod, Probe } from '#api/types'
import { nodeName, type Probed } from './cells.js'
import { podOf } from './pod-memory.js'
import { stage, type Saying } from './stage.js'
import {
  afterAnswer, answerOf, containerOf, initialValue, isHanging, isSettled, isStarted, probeOf, specOf, type ProbeMemory,
  type Result,
} from './probe-decisions.js'

export type ProbeEvent = Viewed & (
  /** The first tick says what is probed. */
  | { readonly type: 'tick'; readonly probed?: Probed }
  /** The container has given no answer in time. */
  | { readonly type: 'timeout' }
  /** A kubelet that was restarted finds the container running, and believes what the API says of it. */
  | { readonly type: 'resume'; readonly probed: Probed; readonly attempt: number; readonly value: Result }
)

interface Memory extends ProbeMemory {
  readonly probed?: Probed
  /** What is to be done next. */
  readonly next: 'tick' | 'wait' | 'hang' | 'stop'
  /** Until the next tick: its period, less what a timeout has taken of it. */
  readonly periodSeconds: number
}

export interface ProbeResult extends Probed {
  readonly attempt: number
  readonly value: Result
}

/** The pod, if this worker still has something to probe in it. */
const podProbed = ({ view }: Viewed, { uid, pod: name, kind }: Probed): Pod | undefined => {
  const pod = podOf(view, { uid, name })
  if (pod === undefined) return undefined
  return kind !== 'readiness' && pod.metadata.deletionTimestamp !== undefined ? undefined : pod
}

/** Whether a worker waits for the startup probe of its container. */
export type Gate = (event: ProbeEvent, probed: Probed, spec: ContainerSpec) => boolean

const waitsForStartup: Gate = ({ view: { cells, process } }, { uid, container, kind }, spec) =>
  kind !== 'startup'
  && !isStarted(cells, process, uid, spec, containerOf(cells, nodeName(process), uid, container))

/** What becomes of the worker's memory, whether the results manager hears of it, and how long an answer is waited for. */
interface Asked {
  readonly memory: Partial<Memory>
  readonly result?: ProbeResult
  readonly awaits?: Probe
}

/** What one tick comes to. */
function ask(context: Memory, event: ProbeEvent, isGated: Gate): Asked {
  const probed = context.probed ?? (event.type === 'timeout' ? undefined : event.probed)
  if (probed === undefined) return { memory: { next: 'stop' } }
  const { cells, process } = event.view
  const node = nodeName(process)
  const pod = podProbed(event, probed)
  const spec = pod === undefined ? undefined : specOf(pod, probed.container)
  const probe = spec === undefined ? undefined : probeOf(spec, probed.kind)
  const running = containerOf(cells, node, probed.uid, probed.container)
  if (spec === undefined || probe === undefined || running?.state !== 'running') {
    return { memory: { next: 'stop' } }
  }
  const before = context.attempt === running.attempt
    ? context
    : { ...context, ...another(probed, running.attempt) }
  if (before.hold === true || isGated(event, probed, spec)) {
    return { memory: { ...before, probed, next: 'wait' } }
  }
  const answer = answerOf(cells, node, probed.uid, spec, running, probed.kind)
  const timesOut = event.type === 'timeout'
  if (timesOut && before !== context) return { memory: { next: 'wait' } } // the one that was asked is gone
  if (!timesOut && isHanging(running, probed.kind)) return { memory: { ...before, probed, next: 'hang' }, awaits: probe }
  const after = afterAnswer(before, probed.kind, probe, timesOut ? 'failure' : answer)
  const taken = timesOut ? Math.min(probe.periodSeconds, probe.timeoutSeconds) : 0
  const memory: Partial<Memory> = {
    ...after, probed, next: isSettled(after, answer) ? 'wait' : 'tick', periodSeconds: probe.periodSeconds - taken,
  }
  return after.value === before.value
    ? { memory }
    : { memory, result: { ...probed, attempt: running.attempt, value: after.value } }
}

/**
 * Another container than before: the result begins anew; a run of answers goes on, unless the worker was on
 * hold.
 */
const another = ({ kind }: Probed, attempt: number): Partial<Memory> =>
  ({ attempt, value: initialValue[kind], hold: undefined })

/** In milliseconds; none where an answer is waited for without end. */
export type Patience = (probe: Probe) => number | undefined

const timeout: Patience = ({ timeoutSeconds }) => timeoutSeconds * 1000

/** doProbe as an action. */
export const asking = (isGated: Gate = waitsForStartup, patience = timeout) => stage<Memory, ProbeEvent>((context, event) => {
  const { memory, result, awaits } = ask(context, event, isGated)
  const says: Saying[] = result === undefined ? [] : [{ type: 'result', params: result }]
  const ms = awaits === undefined ? undefined : patience(awaits)
  if (ms !== undefined) says.push({ type: 'arm', params: { name: 'timeout', ms } })
  return { memory, says }
})

export const probeChart = setup({
  types: { context: {} as Memory, events: {} as ProbeEvent }, // XState takes its types from values
  actions: {
    ...sayings,
    /** The results manager has another value for this container. */
    result: (_, _params: ProbeResult) => {},
    ask: asking(),
    takeOver: assign(({ event }) => (event.type !== 'resume' ? {} : {
      probed: event.probed, attempt: event.attempt, value: event.value, run: 0,
      ...(event.probed.kind === 'startup' && event.value === 'success' ? { hold: true as const } : {}),
    })),
  },
  guards: {
    isOver: ({ context }) => context.next === 'stop',
    isSettled: ({ context }) => context.next === 'wait',
    hangs: ({ context }) => context.next === 'hang',
  },
}).createMachine({
  id: 'probe',
  context: { attempt: -1, value: 'unknown', run: 0, next: 'wait', periodSeconds: 10 },
  initial: 'waiting',
  states: {
    // Either a tick is armed, or the next answer would change nothing and the container's next change arms
    // one.
    waiting: {
      on: { tick: 'asking', resume: { actions: 'takeOver' } },
    },
    asking: {
      entry: 'ask',
      always: [
        { guard: 'isOver', target: 'over' },
        { guard: 'isSettled', target: 'waiting' },
        { guard: 'hangs', target: 'hanging' },
        {
          target: 'waiting',
          actions: {
            type: 'arm', params: ({ context }) => ({ name: 'tick', ms: context.periodSeconds * 1000 }),
          },
        },
      ],
    },
    // A tick comes only where another container has taken the place of the one that was asked.
    hanging: {
      on: {
        timeout: 'asking',
        tick: { target: 'asking', actions: { type: 'disarm', params: { name: 'timeout' } } },
      },
    },
    over: { type: 'final' },
  },
})
