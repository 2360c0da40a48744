/**
 * One transition of a flat chart (one level of states, nothing invoked), worked out directly on XState's own state nodes,
 * guards and actions. It gives what `chart.transition` of XState gives, which tests compare Step by Step, at a tenth of the
 * cost: no entry and exit sets, no snapshot for each action (docs/adr/0006-flat-charts.md).
 */
import type { AnyStateMachine, AnyStateNode } from 'xstate'

/** Where a flat chart stands, at rest. */
export interface Position {
  readonly value: string
  readonly context: object
}

/** Where an event took it, and what it said on the way. */
export interface Taken extends Position {
  readonly isDone: boolean
  /** No state was left and nothing assigned. */
  readonly isSame: boolean
  readonly said: readonly Said[]
}

export interface Said {
  readonly type: string
  readonly params: unknown
}

interface ChartEvent {
  readonly type: string
}

interface Args {
  readonly context: object
  readonly event: ChartEvent
}

// What XState's definitions are made of, as far as flat charts use them.
type Params = ((args: Args) => unknown) | object | undefined
type Named = string | { readonly type: string; readonly params?: Params }
type Assignment = Readonly<Record<string, unknown>> | ((args: Args, params: unknown) => object)
interface BuiltIn {
  readonly resolve: unknown
  readonly type: string
  readonly assignment?: Assignment
  readonly collect?: (args: Args & { enqueue: Enqueue; check: (guard: Guard) => boolean }, params: unknown) => void
  readonly event?: ChartEvent
  readonly id?: string
  readonly delay?: string | number | ((args: Args, params: unknown) => number)
  readonly sendId?: string
}
type Implemented = BuiltIn | ((args: Args, params: unknown) => void)
type Action = Named | Implemented
type Guard = Named | GuardFunction
type GuardFunction = ((args: Args, params: unknown) => boolean) & {
  readonly check?: (snapshot: unknown, args: Args, guard: unknown) => boolean
}
interface Enqueue {
  (action: Action): void
  assign(assignment: Assignment): void
}
interface Transition {
  readonly target?: readonly { readonly key: string }[]
  readonly source: unknown
  readonly actions: readonly Action[]
  readonly guard?: Guard
  readonly reenter: boolean
}
interface FlatNode {
  readonly key: string
  readonly isFinal: boolean
  readonly entry: readonly Action[]
  readonly exit: readonly Action[]
  readonly always: readonly Transition[]
  readonly transitions: ReadonlyMap<string, readonly Transition[]>
  /** By type of event, the most exact first: found once. */
  readonly candidates: Map<string, readonly Transition[]>
}
interface FlatChart {
  readonly root: FlatNode
  readonly states: ReadonlyMap<string, FlatNode>
  readonly actions: Readonly<Record<string, Implemented | undefined>>
  readonly guards: Readonly<Record<string, Guard | undefined>>
  readonly delays: Readonly<Record<string, BuiltIn['delay']>>
  readonly machine: AnyStateMachine
}

// A cache of a pure function of immutable objects; `undefined` for a chart that is not flat.
const known = new WeakMap<AnyStateMachine, FlatChart | undefined>()

const isPlain = (node: AnyStateNode): boolean =>
  Object.keys(node.states).length === 0 && node.invoke.length === 0 && (node.type === 'atomic' || node.type === 'final')

function flatNode(node: AnyStateNode): FlatNode {
  const { key, entry, exit, always = [], transitions } = node as unknown as FlatNode // XState's own, with narrower types
  return { key, isFinal: node.type === 'final', entry, exit, always, transitions, candidates: new Map() }
}

/** The chart as a table, where it is flat. */
export function flatChartOf(machine: AnyStateMachine): FlatChart | undefined {
  if (known.has(machine)) return known.get(machine)
  const { root } = machine
  const isFlat = root.type === 'compound' && root.invoke.length === 0 && Object.values(root.states).every(isPlain)
  const { actions, guards, delays } = machine.implementations as unknown as FlatChart // as for nodes
  const chart = isFlat
    ? { root: flatNode(root), states: new Map(Object.entries(root.states).map(([name, node]) => [name, flatNode(node)])), actions, guards, delays, machine }
    : undefined
  known.set(machine, chart)
  return chart
}

/** Descriptors: `response.ok`, `response.*`, `*`. */
function matches(type: string, descriptor: string): boolean {
  if (descriptor === '*') return true
  if (!descriptor.endsWith('.*')) return false
  const wanted = descriptor.split('.').slice(0, -1)
  const tokens = type.split('.')
  return wanted.every((token, index) => tokens[index] === token)
}

function candidatesOf(node: FlatNode, type: string): readonly Transition[] {
  let found = node.candidates.get(type)
  if (found === undefined) {
    const wild = [...node.transitions.keys()].filter((one) => one !== type && matches(type, one)).sort((a, b) => b.length - a.length)
    found = [type, ...wild].flatMap((one) => node.transitions.get(one) ?? [])
    node.candidates.set(type, found)
  }
  return found
}

/** Takes one event, and whatever follows from it until the chart is at rest again. */
export function takeEvent(chart: FlatChart, { value, context }: Position, event: ChartEvent): Taken {
  const run = new Run(chart, value, context, event)
  run.take()
  return run
}

class Run implements Taken {
  readonly said: Said[] = []
  isDone = false
  isSame = true

  constructor(
    private readonly chart: FlatChart, public value: string, public context: object, private readonly event: ChartEvent,
  ) {}

  take(): void {
    const { root } = this.chart
    const { type } = this.event
    const taken = this.firstOf(candidatesOf(this.node, type)) ?? this.firstOf(candidatesOf(root, type))
    if (taken === undefined) return
    this.go(taken)
    for (let steps = 0; !this.isDone; steps++) {
      const next = this.firstOf(this.node.always) ?? this.firstOf(root.always)
      if (next === undefined) return
      if (steps > mostSteps) throw new Error(`${this.chart.machine.id} goes round for ever from ${this.value}`)
      this.go(next)
    }
  }

  private get node(): FlatNode {
    const node = this.chart.states.get(this.value)
    if (node === undefined) throw new Error(`${this.chart.machine.id} has no state ${this.value}`)
    return node
  }

  private firstOf(transitions: readonly Transition[]): Transition | undefined {
    for (const one of transitions) if (one.guard === undefined || this.holds(one.guard)) return one
    return undefined
  }

  /** Exit, the transition's own actions, entry; a transition without another target leaves and enters nothing. */
  private go({ target, source, actions, reenter }: Transition): void {
    const next = target?.[0]?.key
    const isMove = next !== undefined
      && (next !== this.value || reenter || source === this.chart.machine.root)
    if (isMove) this.does(this.node.exit)
    this.does(actions)
    if (!isMove) return
    if (next !== this.value) this.isSame = false
    this.value = next
    const { node } = this
    this.does(node.entry)
    if (!node.isFinal) return
    this.isDone = true
    this.does(node.exit)
    this.does(this.chart.root.exit)
  }

  private does(actions: readonly Action[]): void {
    for (const action of actions) {
      const named = isNamed(action) ? action : undefined
      const args = { context: this.context, event: this.event }
      const params = named === undefined ? undefined : paramsOf(named, args)
      const implemented = named === undefined ? action as Implemented : this.chart.actions[typeOf(named)] // not named
      if (implemented !== undefined && 'resolve' in implemented) this.builtIn(implemented, args, params)
      else this.said.push({ type: named === undefined ? '(anonymous)' : typeOf(named), params })
    }
  }

  private builtIn(action: BuiltIn, args: Args, params: unknown): void {
    switch (action.type) {
      case 'xstate.assign': return this.assign(action.assignment!, args, params)
      case 'xstate.enqueueActions': return this.collect(action, args, params)
      case 'xstate.cancel': return void this.said.push({ type: action.type, params: { sendId: action.sendId } })
      case 'xstate.raise': {
        const named = typeof action.delay === 'string' ? this.chart.delays[action.delay] : action.delay
        const delay = typeof named === 'function' ? named(args, params) : named
        if (typeof delay !== 'number') throw new Error('a chart raises events after a delay only')
        return void this.said.push({ type: action.type, params: { event: action.event, id: action.id, delay } })
      }
      default: throw new Error(`a chart has no use for ${action.type}`)
    }
  }

  private assign(assignment: Assignment, args: Args, params: unknown): void {
    this.context = typeof assignment === 'function'
      ? { ...this.context, ...assignment(args, params) }
      : { ...this.context, ...assigned(assignment, args, params) }
    this.isSame = false
  }

  private collect({ collect }: BuiltIn, args: Args, params: unknown): void {
    const { context, event } = args
    const actions: Action[] = collected = []
    collect?.({ context, event, enqueue, check: (guard) => this.holds(guard) }, params)
    this.does(actions)
  }

  private holds(guard: Guard): boolean {
    const args = { context: this.context, event: this.event }
    if (typeof guard === 'function') return this.answer(guard, args, undefined)
    const found = this.chart.guards[typeOf(guard)]
    if (found === undefined) throw new Error(`${this.chart.machine.id} has no guard ${typeOf(guard)}`)
    return typeof found === 'function' ? this.answer(found, args, paramsOf(guard, args)) : this.holds(found)
  }

  private answer(guard: GuardFunction, args: Args, params: unknown): boolean {
    if (guard.check === undefined) return guard(args, params)
    return guard.check({ machine: this.chart.machine, context: this.context }, args, guard)
  }
}

// Where `enqueueActions` puts what it is told, while it runs: nothing of it outlives a transition.
let collected: Action[] = []
const enqueue: Enqueue = Object.assign((action: Action): void => void collected.push(action), {
  assign: (assignment: Assignment): void => void collected.push({ resolve: true, type: 'xstate.assign', assignment }),
})

function assigned(assignment: Readonly<Record<string, unknown>>, args: Args, params: unknown): object {
  const values: Record<string, unknown> = {}
  for (const name of Object.keys(assignment)) {
    const value = assignment[name]
    values[name] = typeof value === 'function' ? (value as (args: Args, params: unknown) => unknown)(args, params) : value // an assigner
  }
  return values
}

/** A chart that has not come to rest by then goes round in circles. */
const mostSteps = 1000

const typeOf = (named: Named): string => (typeof named === 'string' ? named : named.type)

const isNamed = (action: Action): action is Named =>
  typeof action === 'string' || (typeof action === 'object' && !('resolve' in action))

const paramsOf = (named: Named, args: Args): unknown => {
  if (typeof named === 'string') return undefined
  return typeof named.params === 'function' ? (named.params as (args: Args) => unknown)(args) : named.params // a function of them
}
