/**
 * Runs XState charts as pure steps: a snapshot cell and an event in, the next snapshot and what was said out.
 * Actions are said, not done; `after:` becomes a deadline. The only importer of XState's transition.
 */
import { setup, type AnyActorScope, type AnyMachineSnapshot, type AnyStateMachine } from 'xstate'
import { key, type Key } from '#kernel/cells'
import { flatChartOf, takeEvent, type Said } from './flat-chart.js'
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

/** Where an event takes a chart, and what it says: XState's transition, or a quicker way to the same end. */
export type Interpreter = (chart: Chart, before: Snapshot | undefined, event: ChartEvent) => Outcome

export interface Outcome {
  /** The same object where nothing changed; what stands in a final state is of no interest. */
  readonly after: Snapshot | undefined
  /** A final state was reached. */
  readonly isDone: boolean
  readonly said: readonly Said[]
}

/** The definition of what a transition is. */
export const byXState: Interpreter = (chart, before, event) => {
  const from = before === undefined ? initialOf(chart) : restore(chart, before)
  said.length = 0
  const to: AnyMachineSnapshot = chart.transition(from, event, inert)
  const actions = said.splice(0)
  if (to.status === 'error') throw to.error
  if (to.status === 'done') return { after: undefined, isDone: true, said: actions }
  if (to === from) return { after: before, isDone: false, said: actions }
  const after: Snapshot = { value: to.value, context: to.context }
  restoredOf(chart).set(after, to)
  return { after, isDone: false, said: actions }
}

/** Flat charts, as nearly all are, at a tenth of the cost; the others by XState. */
export const quickly: Interpreter = (chart, before, event) => {
  const flat = flatChartOf(chart)
  if (flat === undefined) return byXState(chart, before, event)
  const from = (before ?? initialOf(chart)) as Flat // a flat chart's
  const { value, context, isDone, isSame, said } = takeEvent(flat, from, event)
  return { after: isSame ? before : { value, context }, isDone, said }
}

/** The snapshot of a flat chart. */
interface Flat {
  readonly value: string
  readonly context: object
}

/**
 * One transition of the chart instance that `context` is about. An instance without a cell begins in the chart's
 * initial state; one that reaches a final state is gone. Then whatever was said is carried out, in order.
 */
export function transition(
  context: Context, chart: Chart, event: ChartEvent, carryOut: (said: Said) => void, interpret: Interpreter = quickly,
): void {
  const cell = chartKey(context.process, context.owner)
  const before = context.cells.read(cell)
  const { after, isDone, said } = interpret(chart, before, { ...event, view: context.view })
  if (isDone) context.cells.write(cell, undefined)
  else if (after !== before) context.cells.write(cell, after)
  for (const action of said) carryOut(action)
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
