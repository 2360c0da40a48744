/**
 * Runs XState charts as pure steps: a snapshot cell and an event in, the next snapshot and what was said out.
 * Actions are said, not done; `after:` becomes a deadline. The only importer of XState's transition.
 */
import { setup, type AnyActorScope, type AnyMachineSnapshot, type AnyStateMachine } from 'xstate'
import { key, type Key } from '#kernel/cells'
import type { Context } from './process.js'
import type { View } from './view.js'

/** A snapshot at rest: XState's value and context, both JSON. */
export interface Snapshot {
  readonly value: unknown
  readonly context: unknown
}

export type Chart = AnyStateMachine

/** What reaches a chart. `view` is the process's cached view at this Step; a chart never keeps it. */
export interface ChartEvent {
  readonly type: string
  readonly [member: string]: unknown
}

export interface Viewed {
  readonly view: View
}

export const chartKey = (process: string, owner: string): Key<Snapshot> => key('chart', process, owner)

/** The deadline whose end sends event `name` to chart instance `owner`, or to the process where that is `''`. */
export const timerKey = (process: string, owner: string, name: string): string => key('timer', process, owner, name)

interface Said {
  readonly type: string
  readonly params: unknown
}

// XState asks for an actor; nothing of it is ever used, since no action is executed and nothing is spawned.
const said: Said[] = []
const inert = {
  self: { id: 'inert', sessionId: 'inert', send() {}, _send() {}, on() {} },
  id: 'inert',
  sessionId: 'inert',
  logger() {},
  defer() {},
  emit() {},
  stopChild() {},
  actionExecutor: (action: Said) => void said.push(action),
  system: { _sendInspectionEvent() {}, _relay() {}, scheduler: { schedule() {}, cancel() {} } },
} as unknown as AnyActorScope // the part of the interface that a transition reaches

// Both are caches of pure functions of immutable objects.
const initials = new WeakMap<Chart, AnyMachineSnapshot>()
const restored = new WeakMap<Chart, WeakMap<Snapshot, AnyMachineSnapshot>>() // two charts may have equal snapshots

function initialOf(chart: Chart): AnyMachineSnapshot {
  let snapshot = initials.get(chart)
  if (snapshot === undefined) {
    snapshot = chart.getInitialSnapshot(inert)
    said.length = 0 // a chart says nothing before its first event
    initials.set(chart, snapshot)
  }
  return snapshot
}

function restoredOf(chart: Chart): WeakMap<Snapshot, AnyMachineSnapshot> {
  let known = restored.get(chart)
  if (known === undefined) restored.set(chart, known = new WeakMap())
  return known
}

function restore(chart: Chart, cell: Snapshot): AnyMachineSnapshot {
  const known = restoredOf(chart)
  let snapshot = known.get(cell)
  if (snapshot === undefined) {
    snapshot = chart.resolveState({ value: cell.value as string, context: cell.context })
    known.set(cell, snapshot)
  }
  return snapshot
}

/**
 * One transition of the chart instance that `context` is about. An instance without a cell begins in the chart's
 * initial state; one that reaches a final state is gone. Then whatever was said is carried out, in order.
 */
export function transition(context: Context, chart: Chart, event: ChartEvent, carryOut: (said: Said) => void): void {
  const cell = chartKey(context.process, context.owner)
  const before = context.cells.read(cell)
  const from = before === undefined ? initialOf(chart) : restore(chart, before)
  said.length = 0
  const to: AnyMachineSnapshot = chart.transition(from, { ...event, view: context.view }, inert)
  const actions = said.splice(0)
  if (to.status === 'error') throw to.error
  if (to.status === 'done') context.cells.write(cell, undefined)
  else if (to !== from) {
    const after: Snapshot = { value: to.value, context: to.context }
    restoredOf(chart).set(after, to)
    context.cells.write(cell, after)
  }
  for (const action of actions) carryOut(action)
}

/** Ends an instance of the chart wherever it stands: its `after:` deadlines go with it. */
export function end({ cells, process, owner }: Context, chart: Chart): void {
  const cell = chartKey(process, owner)
  const before = cells.read(cell)
  if (before === undefined) return
  for (const node of restore(chart, before)._nodes) {
    for (const { eventType } of node.after) cells.disarm(timerKey(process, owner, eventType))
  }
  cells.write(cell, undefined)
}

/** Builds a chart whose events carry the cached view. A thin name for XState's `setup`. */
export { setup }
