/**
 * Models: pkg/controller/podgc/gc_controller.go (Run, gc, gcOrphaned, discoverDeletedNodes), one API call a Step
 * Reads: store and index through the cache, memory, timer
 * Writes: chart, request, memory, timer
 * Omits: rounds that would find nothing (one is armed when there is something to collect), and deletes that would
 *   change nothing (a pod held by a finalizer); pods collected in parallel go one after the other, orphans last;
 *   KubeEvents
 */
import { assign } from 'xstate'
import type { Node, Pod, Status } from '#api/types'
import { isBeingDeleted } from '#api/meta'
import type { Key } from '#kernel/cells'
import { setup, timerKey, type Viewed } from '#machine/chart'
import { sayings } from '#machine/effects'
import type { Context, Effect, Process } from '#machine/process'
import type { View } from '#machine/view'
import type { WatchEvent } from '#machine/watch'
import { memoryKey } from '../client/memory.js'
import {
  forceDelete, gcTerminated, gcTerminating, gcUnscheduledTerminating, isHeld, isOutOfService, isPodTerminated,
  markFailed, orphanCondition, terminatedPodThreshold, type Collected,
} from './pod-gc-decisions.js'

export const podGc = 'kube-controller-manager/pod-gc'

/** gcCheckPeriod and quarantineTime, in milliseconds. */
const checkPeriod = 20_000
const quarantineTime = 40_000

/** Nodes that are named by pods or were deleted, and about whose pods there may be something to do. */
const suspectsKey = (process: string): Key<readonly string[]> => memoryKey(process, 'suspects')
/** Nodes whose quarantine is over. */
const queueKey = (process: string): Key<readonly string[]> => memoryKey(process, 'queue')
/** How many pods have ended. */
const terminatedKey = (process: string): Key<number> => memoryKey(process, 'terminated')
const roundTimer = (process: string): string => timerKey(process, '', 'gc')
const quarantine = (process: string, node: string): string => timerKey(process, '', `quarantined ${node}`)

const none: readonly string[] = []

type Event = Viewed & (
  | { readonly type: 'gc'; readonly pods: readonly Collected[]; readonly nodes: readonly string[] }
  | { readonly type: 'response.ok'; readonly object?: unknown }
  | { readonly type: 'response.error'; readonly status: Status }
)

interface Memory {
  /** Nodes to be asked for, then those that do not exist. */
  readonly nodes: readonly string[]
  readonly deleted: readonly string[]
  /** Collected before the orphans, and after them. */
  readonly pods: readonly Collected[]
}

/** Pods of a node (`''`: not bound yet) that are still to be collected. */
const podsOf = (view: View, node: string): readonly Pod[] =>
  view.list('pods', 'node', node).filter((pod) => !isHeld(pod))

const orphansOf = (view: View, nodes: readonly string[]): readonly Collected[] =>
  nodes.flatMap((node) => podsOf(view, node).map((pod) => ({ pod, condition: orphanCondition })))

const gcRound = setup({
  types: { context: {} as Memory, events: {} as Event }, // XState takes its types from values
  actions: {
    ...sayings,
    nextNode: assign(({ context }) => ({ nodes: context.nodes.slice(1) })),
    /** The round is over. */
    ended: () => {},
  },
  guards: {
    hasNodes: ({ context }) => context.nodes.length > 0,
    hasPods: ({ context }) => context.pods.length > 0,
    mustFail: ({ context: { pods: [first] } }) => first !== undefined && markFailed(first) !== undefined,
    isNotFound: ({ event }) => event.type === 'response.error' && event.status.reason === 'NotFound',
  },
}).createMachine({
  id: 'gc',
  context: { nodes: [], deleted: [], pods: [] },
  initial: 'idle',
  states: {
    idle: { on: { gc: {
      target: 'asking', actions: assign(({ event }) => ({ nodes: event.nodes, pods: event.pods })),
    } } },
    asking: { always: [{ guard: 'hasNodes', target: 'gettingNode' }, { target: 'found' }] },
    gettingNode: {
      entry: { type: 'call', params: ({ context: { nodes: [first] } }) => ({
        verb: 'get', resource: 'nodes', key: first ?? '',
      }) },
      on: {
        'response.ok': { target: 'asking', actions: 'nextNode' },
        'response.error': [
          { guard: 'isNotFound', target: 'asking', actions: [
            assign(({ context }) => ({ deleted: [...context.deleted, context.nodes[0] ?? ''] })), 'nextNode',
          ] },
          { target: 'asking', actions: 'nextNode' },
        ],
      },
    },
    found: {
      entry: assign(({ context, event }) => ({
        pods: [...context.pods, ...orphansOf(event.view, context.deleted)],
      })),
      always: 'collecting',
    },
    collecting: { always: [
      { guard: 'mustFail', target: 'failing' }, { guard: 'hasPods', target: 'deleting' }, { target: 'done' },
    ] },
    failing: {
      entry: { type: 'call', params: ({ context: { pods: [first] } }) =>
        (first === undefined ? undefined : markFailed(first)) ?? { verb: 'get', resource: 'pods', key: '' } },
      on: {
        'response.ok': 'deleting',
        'response.error': { target: 'collecting', actions: assign(({ context }) => ({ pods: context.pods.slice(1) })) },
      },
    },
    deleting: {
      entry: { type: 'call', params: ({ context: { pods: [first] } }) =>
        (first === undefined ? { verb: 'get', resource: 'pods', key: '' } : forceDelete(first)) },
      exit: assign(({ context }) => ({ pods: context.pods.slice(1) })),
      on: { 'response.*': 'collecting' },
    },
    done: { type: 'final', entry: 'ended' },
  },
})

function arm({ cells, process }: Context): void {
  if (cells.pending(roundTimer(process))) return
  const phase = cells.choose(['pods were just collected', 'pods are about to be collected'])
  cells.arm(roundTimer(process), phase === 0 ? checkPeriod : 0)
}

function suspect(context: Context, node: string): void {
  const cell = suspectsKey(context.process)
  const suspects = context.cells.read(cell) ?? none
  if (!suspects.includes(node)) context.cells.write(cell, [...suspects, node])
  arm(context)
}

/** Nodes that pods are bound to and that the cache does not have. */
const missingNodes = ({ cells, process, view }: Context): readonly string[] =>
  (cells.read(suspectsKey(process)) ?? none)
    .filter((node) => view.get('nodes', node) === undefined && podsOf(view, node).length > 0)

/** gc: everything that is there to be collected now. */
function gc(context: Context): void {
  const { cells, process, view, runtime } = context
  const suspects = cells.read(suspectsKey(process)) ?? none
  const ready = cells.read(queueKey(process)) ?? none
  const missing = missingNodes(context)
  for (const node of missing) {
    const timer = quarantine(process, node)
    if (!ready.includes(node) && !cells.pending(timer)) cells.arm(timer, quarantineTime)
  }
  const outOfService = suspects.flatMap((node) => {
    const found = view.get('nodes', node)
    return found !== undefined && isOutOfService(found) ? podsOf(view, node) : []
  })
  const terminated = (cells.read(terminatedKey(process)) ?? 0) > terminatedPodThreshold
    ? gcTerminated(view.all('pods'), terminatedPodThreshold) : []
  cells.write(queueKey(process), undefined)
  cells.write(suspectsKey(process), missing.length === 0 ? undefined : missing)
  runtime.send({ ...context, owner: 'gc:' }, {
    type: 'gc',
    nodes: ready.filter((node) => view.get('nodes', node) === undefined),
    pods: [
      ...terminated, ...gcTerminating(outOfService, (node) => view.get('nodes', node)),
      ...gcUnscheduledTerminating(podsOf(view, '')),
    ].map((pod) => ({ pod })),
  })
}

function onPod(context: Context, old: Pod | undefined, pod: Pod | undefined): void {
  const { cells, process, view } = context
  const [was, is] = [old !== undefined && isPodTerminated(old), pod !== undefined && isPodTerminated(pod)]
  if (was !== is) {
    const count = (cells.read(terminatedKey(process)) ?? 0) + (is ? 1 : -1)
    cells.write(terminatedKey(process), count)
    if (count > terminatedPodThreshold) arm(context)
  }
  if (pod === undefined) return
  const node = pod.spec.nodeName ?? ''
  const isDeleted = isBeingDeleted(pod)
  if (old !== undefined && (old.spec.nodeName ?? '') === node && isBeingDeleted(old) === isDeleted) return
  if (node === '') {
    if (isDeleted) arm(context)
    return
  }
  const found = view.get('nodes', node)
  if (found === undefined || (isDeleted && isOutOfService(found))) suspect(context, node)
}

function onNode(context: Context, node: Node | undefined, name: string): void {
  if (node === undefined ? podsOf(context.view, name).length > 0 : isOutOfService(node)) suspect(context, name)
}

function onWatch(context: Context, { resource, key, old, object }: WatchEvent): void {
  if (resource === 'pods') onPod(context, old as Pod | undefined, object as Pod | undefined) // by resource
  else onNode(context, object as Node | undefined, key) // by resource
}

const effects: Readonly<Record<string, Effect>> = {
  /** Another round follows where something is left to collect. */
  ended: (context: Context) => {
    const { cells, process } = context
    const missing = missingNodes(context)
    cells.write(suspectsKey(process), missing.length === 0 ? undefined : missing)
    const isLeft = missing.some((node) => !cells.pending(quarantine(process, node)))
    if (isLeft || cells.read(queueKey(process)) !== undefined) arm(context)
  },
}

export const podGcController: Process = {
  kind: podGc,
  watches: [{ resource: 'pods' }, { resource: 'nodes' }],
  charts: { gc: gcRound },
  effects,
  onWatch,
  onStart(context) {
    for (const object of context.view.all('pods')) onPod(context, undefined, object)
    for (const node of context.view.all('nodes')) onNode(context, node, node.metadata.name)
  },
  onTimer(context, _, name) {
    if (name === 'gc') return gc(context)
    const node = name.slice('quarantined '.length)
    const { cells, process } = context
    cells.write(queueKey(process), [...cells.read(queueKey(process)) ?? none, node])
    arm(context)
  },
}
