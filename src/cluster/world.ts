/**
 * A World at work: cells in a store, what they offer, and Steps. Knows nothing of Kubernetes: it is handed the
 * channels. Taking the same choices from the same World always gives the same Worlds.
 */
import type { Cells, DeadlineKey, Key, Projection, Value } from '#kernel/cells'
import { appended, flat, type List } from '#kernel/list'
import type { Store } from '#kernel/store'
import type { Channel } from '#machine/channel'
import { InternedStore } from '#kernel/interned-store'
import { Agenda } from './agenda.js'
import { Memo, Notes, type Done } from './memo.js'
import { Looking } from './looking.js'
import { Routing } from './routing.js'

/** Picks among the options of a tie or race; 0 is the default outcome. */
export type Picker = (options: readonly string[], choice: string) => number

/** What a Step leaves behind. */
export interface Step {
  /** The key of the cell whose choice was taken. */
  readonly choice: string
  readonly label: string
  /** Virtual time in milliseconds. */
  readonly at: number
  /** Outcomes of ties that were not the default, in the order in which they were asked. */
  readonly outcomes: readonly string[]
  readonly reads: readonly string[]
  readonly writes: readonly string[]
}

export const firstOutcome: Picker = () => 0

export class World implements Cells {
  /** Keys written by the Step under way or just taken; may name one twice. */
  readonly touched: string[] = []
  /** What each of them held before that write. */
  readonly before: (Value | undefined)[] = []
  /** Keys read by it, where tracking is on. */
  readonly readKeys: string[] = []
  /** Names of the outcomes picked in it, the default ones left out. */
  readonly outcomes: string[] = []
  /** How many options each tie had that it asked about, and which was picked. */
  readonly options: number[] = []
  readonly picks: number[] = []
  tracking = false
  picker: Picker = firstOutcome
  private current = ''
  private notes: Notes | undefined
  /** Picks that were made while looking the Step up, to be made again while it runs, and the ties that they were of. */
  private readonly picked: number[] = []
  private readonly ties: (readonly string[])[] = []

  private constructor(
    readonly store: Store,
    private readonly routing: Routing,
    readonly agenda: Agenda,
    /** Cells that now close channels: mostly none, so that no channel has to be asked for its gate. */
    private readonly gates: Set<string>,
    /** Steps met before, shared by all forks; only an interned store can tell that a value is the same. */
    readonly memo: Memo | undefined,
    /** Choices that depend on other cells than their own, by those cells: all that were ever asked about. */
    private readonly dependents: Map<string, Set<string>> = new Map(),
  ) {}

  static over(store: Store, channels: readonly Channel<never>[]): World {
    const world = new World(store, new Routing(channels), Agenda.empty(), new Set(),
      store instanceof InternedStore ? new Memo() : undefined)
    for (const key of [...store.keys()].sort()) world.offer(key)
    return world
  }

  get now(): number {
    return this.store.deadlines.now
  }

  // Cells

  read<T>(key: Key<T>): T | undefined {
    this.asks(key)
    const value = this.store.get(key)
    return (isObjectKey(key) ? value : flat(value)) as T | undefined // a key is only ever written with its own type
  }

  list<T>(key: Key<List<T>>): List<T> | undefined {
    this.asks(key)
    return this.store.get(key) as List<T> | undefined // as for read
  }

  project<T, R>(key: Key<T>, projection: Projection<T, R>): R {
    return projection.of(this.read(key))
  }

  write<T>(key: Key<T>, value: T | undefined): void {
    this.notes?.write(key, value)
    this.before.push(this.store.swap(key, value))
    this.touched.push(key)
  }

  append<T>(key: Key<readonly T[]>, entry: T): void {
    this.notes?.append('append', key, entry)
    const entries = this.store.get(key) as readonly T[] | undefined // as for read
    this.store.set(key, entries === undefined ? [entry] : entries.concat([entry]))
    this.before.push(entries)
    this.touched.push(key)
  }

  add<T>(key: Key<List<T>>, entry: T): void {
    this.notes?.append('add', key, entry)
    const entries = this.store.get(key) as List<T> | undefined // as for read
    this.store.set(key, appended(entries, entry))
    this.before.push(entries)
    this.touched.push(key)
  }

  pending(key: DeadlineKey): boolean {
    if (this.tracking) this.readKeys.push(key)
    const pending = (this.store.deadlines.left(key) ?? 0) > 0
    this.notes?.pending(key, pending)
    return pending
  }

  arm(key: DeadlineKey, ms: number, keep?: 'earlier'): void {
    this.notes?.arm(key, ms, keep)
    if (keep !== undefined && (this.store.deadlines.left(key) ?? Infinity) <= ms) return
    this.store.deadlines.arm(key, ms)
    this.touch(key)
    this.close(key)
    if (ms === 0) this.due(key)
  }

  disarm(key: DeadlineKey): void {
    this.notes?.disarm(key)
    if (this.store.deadlines.disarm(key)) {
      this.touch(key)
      this.close(key)
    }
  }

  choose(options: readonly string[]): number {
    if (options.length < 2) return 0
    const picked = this.picked.shift() ?? this.picker(options, this.current)
    if (picked < 0 || picked >= options.length) throw new Error(`picked ${picked} of ${options.length} options`)
    this.notes?.tie(options, picked)
    return this.went(options, picked)
  }

  private went(options: readonly string[], picked: number): number {
    this.options.push(options.length)
    this.picks.push(picked)
    if (picked !== 0) this.outcomes.push(options[picked]!)
    return picked
  }

  // Choices

  channel(key: string): Channel<Value> | undefined {
    return this.routing.channel(key)
  }

  /** What the choice at `key` is called now. */
  label(key: string): string {
    return this.channel(key)?.label(key, this.store.get(key)) ?? key
  }

  processOf(key: string): string {
    return this.channel(key)?.process(key) ?? ''
  }

  /** Whether the choice at `key` can be taken now. */
  isEnabled(key: string): boolean {
    const channel = this.channel(key)
    return channel !== undefined && this.offers(channel, key)
  }

  /** Takes the choice at `key`. Afterwards `touched`, `outcomes` and, while tracking, `readKeys` tell what it did. */
  take(key: string): void {
    const channel = this.channel(key)
    if (channel === undefined) throw new Error(`no channel for ${key}`)
    this.begin(key)
    if (this.tracking) this.readKeys.push(key)
    this.agenda.remove(key, channel.rank)
    if (this.memo === undefined || this.tracking) channel.take(this, key, this.store.get(key))
    else this.takeOnce(this.memo, this.store as InternedStore, channel, key) // a memo has an interned store
    if (this.touched[0] !== key) this.offer(key)
    this.offerTouched()
  }

  private offerTouched(): void {
    for (let i = 0; i < this.touched.length; i++) this.offer(this.touched[i]!)
    if (this.dependents.size > 0) this.offerDependents()
  }

  /** In the order of their keys: what was asked about before must not matter. */
  private offerDependents(): void {
    const keys = new Set<string>()
    for (const key of this.touched) for (const dependent of this.dependents.get(key) ?? []) keys.add(dependent)
    for (const key of [...keys].sort()) this.offer(key)
  }

  /** Does what the Step did when this situation was met before; else runs it, and remembers. */
  private takeOnce(memo: Memo, store: InternedStore, channel: Channel<Value>, key: string): void {
    this.picked.length = 0
    this.ties.length = 0
    const done = memo.lookup(key, store, this.ask)
    if (done !== undefined) {
      for (let i = 0; i < this.ties.length; i++) this.went(this.ties[i]!, this.picked[i]!)
      this.picked.length = 0
      for (let i = 0; i < done.length; i++) this.redo(done[i]!, store)
      return
    }
    const notes = new Notes(store)
    this.notes = notes
    try {
      notes.read(key)
      channel.take(this, key, store.get(key))
      memo.learn(key, notes.asked, notes.done)
    } finally {
      this.notes = undefined
    }
  }

  /** A tie that is met while looking a Step up. */
  private readonly ask = (options: readonly string[]): number => {
    const picked = this.picker(options, this.current)
    this.ties.push(options)
    this.picked.push(picked)
    return picked
  }

  private redo(done: Done, store: InternedStore): void {
    const { interning } = store
    switch (done.is) {
      case 'write':
        this.before.push(interning.values[store.swapId(done.cell, done.value)])
        this.touched.push(interning.keys[done.cell]!)
        break
      case 'append':
      case 'add': {
        const list = store.idAt(done.cell)
        const longer = interning.longer(list, done.entry) ?? this.lengthen(done.is, list, done.entry, store)
        this.before.push(interning.values[store.swapId(done.cell, longer)])
        this.touched.push(interning.keys[done.cell]!)
        break
      }
      case 'arm': this.arm(done.key, done.ms, done.keep); break
      case 'disarm': this.disarm(done.key); break
      default: throw new Error(`unknown ${JSON.stringify(done satisfies never)}`)
    }
  }

  /** The first time that this entry comes to this list. */
  private lengthen(is: 'append' | 'add', list: number, entry: number, { interning }: InternedStore): number {
    const [before, added] = [interning.values[list], interning.values[entry]]
    return interning.lengthen(list, entry, is === 'append'
      ? [...(before ?? []) as readonly Value[], added] // appended to lists only
      : appended(before as List<Value> | undefined, added)) // as above
  }

  private asks(key: string): void {
    if (this.tracking) this.readKeys.push(key)
    this.notes?.read(key)
  }

  /** A Step that does not come from a channel: a fault, or the hand of a user. */
  perform(change: (cells: Cells) => void): void {
    this.begin('')
    change(this)
    this.offerTouched()
  }

  /** When the next deadline ends that is not due yet. */
  get nextDeadline(): number | undefined {
    return this.store.deadlines.next()
  }

  /** Moves the clock to `to`; every deadline that ends by then becomes a choice. */
  advance(to: number): void {
    this.begin('')
    for (const key of this.store.deadlines.advance(to)) {
      this.touch(key)
      this.due(key)
    }
  }

  fork(): World {
    return new World(this.store.fork(), this.routing, this.agenda.fork(), new Set(this.gates), this.memo, this.dependents)
  }

  private begin(choice: string): void {
    this.touched.length = 0
    this.before.length = 0
    if (this.readKeys.length > 0) this.readKeys.length = 0
    if (this.outcomes.length > 0) this.outcomes.length = 0
    if (this.options.length > 0) this.options.length = 0
    if (this.picks.length > 0) this.picks.length = 0
    this.current = choice
  }

  /** A deadline was set, cleared or reached; it has no value of its own. */
  private touch(key: DeadlineKey): void {
    this.before.push(undefined)
    this.touched.push(key)
  }

  private offers(channel: Channel<Value>, key: string): boolean {
    if (this.isShut(channel, key)) return false
    const value = this.store.get(key)
    const isOffered = value === undefined ? this.store.deadlines.left(key) === 0 : channel.offers(value)
    return isOffered && (channel.isOpen === undefined || this.isOpen(channel.isOpen.bind(channel), key))
  }

  private isOpen(isOpen: (cells: Cells, key: string) => boolean, key: string): boolean {
    return isOpen(new Looking(this.store, (cell) => {
      let dependents = this.dependents.get(cell)
      if (dependents === undefined) this.dependents.set(cell, dependents = new Set())
      dependents.add(key)
    }), key)
  }

  private isShut(channel: Channel<Value>, key: string): boolean {
    if (this.gates.size === 0) return false
    const gate = channel.gate?.(key)
    return gate !== undefined && this.store.get(gate) !== undefined
  }

  private close(key: string): void {
    const channel = this.channel(key)
    if (channel !== undefined) this.agenda.remove(key, channel.rank)
  }

  private due(key: string): void {
    const channel = this.channel(key)
    if (channel !== undefined && !this.isShut(channel, key)) this.agenda.add(key, channel.rank)
  }

  /** Brings what a written cell offers up to date. */
  private offer(key: string): void {
    const channel = this.channel(key)
    if (channel === undefined) {
      if (this.isGate(key)) this.regate(key)
      return
    }
    if (this.offers(channel, key)) this.agenda.add(key, channel.rank)
    else this.agenda.remove(key, channel.rank)
  }

  private isGate(key: string): boolean {
    return key.startsWith('cut|') || key.startsWith('down|')
  }

  /** A gate opened or closed: rare, so every choice behind it is looked at anew. */
  private regate(gate: string): void {
    if (this.store.get(gate) === undefined) this.gates.delete(gate)
    else this.gates.add(gate)
    const keys = [...this.store.keys(), ...this.store.deadlines.entries().map(([key]) => key)].sort()
    for (const key of keys) {
      const channel = this.channel(key)
      if (channel?.gate?.(key) !== gate) continue
      if (this.isEnabled(key)) this.agenda.add(key, channel.rank)
      else this.agenda.remove(key, channel.rank)
    }
  }
}

/** API objects, which most reads are of, are never lists. */
const isObjectKey = (key: string): boolean => key.startsWith('store|')
