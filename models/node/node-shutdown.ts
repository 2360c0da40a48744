/**
 * Models: pkg/kubelet/nodeshutdown/nodeshutdown_manager_linux.go (processShutdownEvent, Admit, ShutdownStatus),
 *   nodeshutdown_manager.go (killPods): a part of the kubelet, added to it in models/kubernetes.ts
 * Reads: store through the cache, chart, memory
 * Writes: chart, timer
 * Omits: a shutdown that is called off; what CompletedCh would be waited for beyond a group's period; volumes that are
 *   waited for; a kubelet that is started anew while its machine shuts down forgets that it does
 */
import { assign } from 'xstate'
import type { Pod } from '#api/types'
import { isPodPhaseTerminal } from '#api/pods'
import type { Cells, Key } from '#kernel/cells'
import { chartKey, setup, timerKey, type Viewed } from '#machine/chart'
import { sayings } from '#machine/effects'
import type { Context, Effect, Process } from '#machine/process'
import { memoryKey } from '../client/memory.js'
import { nodeName, podOwner } from './cells.js'
import { groupByPriority, periodsOf, shutdownGrace, type ShutdownConfig } from './node-shutdown-decisions.js'

/** A pod to be stopped, and what it is given, in seconds. */
export interface ToStop {
  readonly uid: string
  readonly grace: number
}

interface Group {
  readonly seconds: number
  readonly pods: readonly ToStop[]
}

interface Memory {
  /** Groups that have pods; the first one is under way. */
  readonly groups: readonly Group[]
}

type Event = Viewed & (
  | { readonly type: 'begin'; readonly groups: readonly Group[] }
  /** Some pod has stopped; the group's period is over. */
  | { readonly type: 'stopped' | 'waited' }
)

export const shutdownOwner = (node: string): string => `shutdown:${node}`

export const systemdOf = (node: string): string => `systemd/${node}`

/** How the kubelet was configured for the shutdown that systemd speaks of. */
export const shutdownConfigKey = (node: string): Key<ShutdownConfig> => memoryKey(systemdOf(node), 'shutdown')

/** ShutdownStatus; from its beginning until the kubelet ends. */
export const isShuttingDown = (cells: Cells, process: string): boolean =>
  cells.read(chartKey(process, shutdownOwner(nodeName(process)))) !== undefined

export const nodeShutdown = {
  reason: 'NodeShutdown', message: 'Pod was rejected as the node is shutting down.',
} as const

const over: ReadonlySet<unknown> = new Set(['dead', 'finished', 'gone'])

/** Whether nothing of the pod runs any more, as far as its worker is concerned. */
export function hasStopped(cells: Cells, process: string, uid: string): boolean {
  const worker = cells.read(chartKey(process, podOwner(uid)))
  return worker === undefined || over.has(worker.value)
}

const isStopped = ({ context: { groups: [group] }, event: { view } }: {
  readonly context: Memory; readonly event: Event
}): boolean => group?.pods.every(({ uid }) => hasStopped(view.cells, view.process, uid)) !== false

const shutdownChart = setup({
  types: { context: {} as Memory, events: {} as Event }, // XState takes its types from values
  actions: {
    ...sayings,
    stopPods: (_, _params: { readonly pods: readonly ToStop[] }) => {},
    /** The kubelet does not delay the shutdown any longer. */
    releaseLock: () => {},
    advance: assign(({ context }) => ({ groups: context.groups.slice(1) })),
  },
  guards: { isThrough: ({ context }) => context.groups.length === 0, isStopped },
}).createMachine({
  id: 'shutdown',
  context: { groups: [] },
  initial: 'idle',
  states: {
    idle: { on: { begin: { target: 'next', actions: assign(({ event }) => ({ groups: event.groups })) } } },
    next: { always: [{ guard: 'isThrough', target: 'released' }, { target: 'stopping' }] },
    stopping: {
      entry: [
        {
          type: 'arm', params: ({ context }) => ({ name: 'waited', ms: (context.groups[0]?.seconds ?? 0) * 1000 }),
        },
        { type: 'stopPods', params: ({ context }) => ({ pods: context.groups[0]?.pods ?? [] }) },
      ],
      on: {
        stopped: { guard: 'isStopped', target: 'next', actions: [{ type: 'disarm', params: { name: 'waited' } }, 'advance'] },
        waited: { target: 'next', actions: 'advance' },
      },
    },
    // Nothing is admitted until the machine is off.
    released: { entry: 'releaseLock' },
  },
})

const effects: Readonly<Record<string, Effect>> = {
  stopPods: (context: Context, { pods }: { readonly pods: readonly ToStop[] }) => {
    for (const { uid, grace } of pods) {
      context.runtime.send({ ...context, owner: podOwner(uid) }, { type: 'shutdown', grace })
    }
  },
  // At its own turn: the manager may be in the middle of its own.
  podStopped: ({ cells, process }: Context) =>
    cells.arm(timerKey(process, shutdownOwner(nodeName(process)), 'stopped'), 0),
  releaseLock: ({ cells, process }: Context) => cells.arm(timerKey(systemdOf(nodeName(process)), '', 'poweroff'), 0),
}

/** getPods: those that run here or are about to. */
const activePods = ({ cells, process, view }: Context): readonly Pod[] =>
  view.list('pods', 'node', nodeName(process)).filter(({ metadata, status }) =>
    !isPodPhaseTerminal(status.phase) && !hasStopped(cells, process, metadata.uid))

/** processShutdownEvent, and the node's status at the same time. */
function beginShutdown(context: Context): void {
  const { cells, process, runtime } = context
  const node = nodeName(process)
  if (isShuttingDown(cells, process)) return
  const periods = periodsOf(cells.read(shutdownConfigKey(node)) ?? {})
  const groups = groupByPriority(periods, activePods(context)).filter(({ pods }) => pods.length > 0)
    .map(({ seconds, pods }): Group =>
      ({ seconds, pods: pods.map((pod) => ({ uid: pod.metadata.uid, grace: shutdownGrace(seconds, pod) })) }))
  cells.arm(timerKey(process, '', 'node-status'), 0)
  runtime.send({ ...context, owner: shutdownOwner(node) }, { type: 'begin', groups })
}

/** The kubelet with this part of it. */
export const withShutdown = (kubelet: Process): Process => ({
  ...kubelet,
  charts: { ...kubelet.charts, shutdown: shutdownChart },
  effects: { ...kubelet.effects, ...effects },
  onTimer(context, about, name) {
    if (about === '' && name === 'shutdown') beginShutdown(context)
    else kubelet.onTimer?.(context, about, name)
  },
})
