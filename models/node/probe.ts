/**
 * Models: pkg/kubelet/prober/worker.go (doProbe): one worker for each container and kind of probe
 * Reads: container, sandbox, listener, chart, store
 * Writes: chart, timer, what its results cause
 * Omits: the worker before its container runs, and between probes that would change nothing: it has no
 *   instance then
 */
import { assign } from 'xstate'
import { setup, type Viewed } from '#machine/chart'
import { sayings } from '#machine/effects'
import type { Container as ContainerSpec, Pod } from '#api/types'
import { nodeName, type Probed } from './cells.js'
import { stage } from './stage.js'
import {
  afterAnswer, answerOf, containerOf, initialValue, isSettled, isStarted, probeOf, specOf, type ProbeMemory,
  type Result,
} from './probe-decisions.js'

export type ProbeEvent = Viewed & (
  /** The first tick says what is probed. */
  | { readonly type: 'tick'; readonly probed?: Probed }
  /** A kubelet that was restarted finds the container running, and believes what the API says of it. */
  | { readonly type: 'resume'; readonly probed: Probed; readonly attempt: number; readonly value: Result }
)

interface Memory extends ProbeMemory {
  readonly probed?: Probed
  /** What is to be done next. */
  readonly next: 'tick' | 'wait' | 'stop'
  readonly periodSeconds: number
}

export interface ProbeResult extends Probed {
  readonly attempt: number
  readonly value: Result
}

/** The pod, if this worker still has something to probe in it. */
const podProbed = ({ view }: Viewed, { uid, pod: name, kind }: Probed): Pod | undefined => {
  const pod = view.get('pods', name)
  if (pod?.metadata.uid !== uid) return undefined
  return kind !== 'readiness' && pod.metadata.deletionTimestamp !== undefined ? undefined : pod
}

/** Whether a worker waits for the startup probe of its container. */
export type Gate = (event: ProbeEvent, probed: Probed, spec: ContainerSpec) => boolean

const waitsForStartup: Gate = ({ view: { cells, process } }, { uid, container, kind }, spec) =>
  kind !== 'startup'
  && !isStarted(cells, process, uid, spec, containerOf(cells, nodeName(process), uid, container))

/** What one tick makes of the worker's memory, and whether the results manager hears of it. */
function ask(
  context: Memory, event: ProbeEvent, isGated: Gate,
): { readonly memory: Partial<Memory>; readonly result?: ProbeResult } {
  const probed = context.probed ?? event.probed
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
  const after = afterAnswer(before, probed.kind, probe, answer)
  const memory: Partial<Memory> = {
    ...after, probed, next: isSettled(after, answer) ? 'wait' : 'tick', periodSeconds: probe.periodSeconds,
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

/** doProbe as an action. */
export const asking = (isGated: Gate) => stage<Memory, ProbeEvent>((context, event) => {
  const { memory, result } = ask(context, event, isGated)
  return result === undefined ? { memory } : { memory, says: [{ type: 'result', params: result }] }
})

export const probeChart = setup({
  types: { context: {} as Memory, events: {} as ProbeEvent }, // XState takes its types from values
  actions: {
    ...sayings,
    /** The results manager has another value for this container. */
    result: (_, _params: ProbeResult) => {},
    ask: asking(waitsForStartup),
    takeOver: assign(({ event }) => (event.type !== 'resume' ? {} : {
      probed: event.probed, attempt: event.attempt, value: event.value, run: 0,
      ...(event.probed.kind === 'startup' && event.value === 'success' ? { hold: true as const } : {}),
    })),
  },
  guards: {
    isOver: ({ context }) => context.next === 'stop',
    isSettled: ({ context }) => context.next === 'wait',
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
        {
          target: 'waiting',
          actions: {
            type: 'arm', params: ({ context }) => ({ name: 'tick', ms: context.periodSeconds * 1000 }),
          },
        },
      ],
    },
    over: { type: 'final' },
  },
})
