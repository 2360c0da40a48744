/**
 * The Worlds that can be reached, one Step after the other: what is shared by every way of searching them. Steps run on
 * numbers; a Step that was met in no such situation before is run once for real, and remembered.
 */
import type { Value } from '#kernel/cells'
import type { Channel } from '#machine/channel'
import type { World } from '#cluster/world'
import { Choices } from './choices.js'
import { Effects } from './effects.js'
import { deadlineSlot, Recorder } from './recorder.js'
import { Slots } from './slots.js'
import { asks, StepMemo } from './step-memo.js'
import { VectorSet } from './vector-set.js'

/** What a search is told of each Step. `world` is the number of the World that it comes to. */
export interface Visitor {
  /** Its World is under work, with `changes` numbers of `changed` in place of those before. */
  step(choice: number, world: number, isNew: boolean, changed: Int32Array, changes: number): void
}

/** The choice by which the clock moves to the next deadline. */
export const clock = -1

/** What is known of a choice instead of its leaf: nothing; that it cannot be taken. */
const [stale, none] = [-1, -2]

export class Space {
  readonly slots = new Slots()
  readonly memo = new StepMemo()
  readonly effects = new Effects(this.slots)
  readonly choices: Choices
  readonly worlds: VectorSet
  /** The options of the ties on the way to each leaf; mostly none. */
  private readonly ties: (readonly number[] | undefined)[] = []
  /** For each choice its leaf in the World under work, `stale` or `none`. */
  private leaves: number[] = []
  readonly picks = new Int32Array(16)
  /** Steps that ran for real. */
  evaluations = 0

  constructor(channels: readonly Channel<never>[], user: string, first: World) {
    this.choices = new Choices(this.slots, this.memo, channels, user)
    const numbers: [slot: number, number: number][] = []
    for (const key of [...first.store.keys()].sort()) numbers.push(this.numbered(this.slots.slot(key), first.store.get(key)))
    for (const [key, left] of first.store.deadlines.entries()) numbers.push(this.numbered(deadlineSlot(this.slots, key), left))
    this.worlds = new VectorSet(this.slots.size)
    this.grow()
    this.worlds.add(Int32Array.from(numbers.flat()), numbers.length)
    this.worlds.restore()
  }

  /** Takes every Step that is possible in World number `world`: how many. The user waits until nothing else is left. */
  expand(world: number, visitor: Visitor): number {
    this.load(world)
    let taken = 0
    let users = 0
    for (let choice = 0; choice < this.leaves.length; choice++) { // there may be more of them at the end than now
      let leaf = this.leaves[choice]!
      if (leaf === none) continue
      if (leaf === stale) leaf = this.look(choice)
      if (leaf < 0) continue
      if (this.choices.all[choice]!.isUser) users++
      else taken += this.take(choice, leaf, visitor)
    }
    if (taken > 0) return taken
    if (this.wait(visitor)) return 1
    for (let choice = 0; users > 0 && choice < this.leaves.length; choice++) {
      if (this.leaves[choice]! < 0 || !this.choices.all[choice]!.isUser) continue
      users--
      taken += this.take(choice, this.leaves[choice]!, visitor)
    }
    return taken
  }

  /** Takes World number `world` into work, and forgets what was known of choices that look at what is different in it. */
  private load(world: number): void {
    const { worlds, choices, leaves } = this
    const count = worlds.load(world)
    const { moved } = worlds
    for (let i = 0; i < count; i++) {
      const readers = choices.readersOf(moved[i]!)
      for (let j = 0; j < readers.length; j++) leaves[readers[j]!] = stale
    }
  }

  /** The leaf of a choice in the World under work, and keeps it; `none` where the choice cannot be taken. */
  private look(choice: number): number {
    const { choices, worlds, effects } = this
    let leaf = none
    if (choices.isOffered(choice, worlds.work)) {
      leaf = this.memo.find(choices.all[choice]!.tree, worlds.work, this.picks)
      if (leaf < 0) leaf = this.evaluate(choice)
      if (effects.isClosed(leaf)) leaf = none
    }
    this.leaves[choice] = leaf
    return leaf
  }

  /** Takes one choice in the World under work, with every outcome of its ties: in how many ways. */
  private take(choice: number, first: number, visitor: Visitor): number {
    const { worlds, effects } = this
    let taken = 0
    for (let leaf = first; ;) {
      const changes = effects.apply(leaf, worlds.work)
      const before = worlds.count
      const world = worlds.add(effects.changed, changes)
      taken++
      visitor.step(choice, world, worlds.count > before, effects.changed, changes)
      worlds.restore()
      const ties = this.ties[leaf]
      if (ties === undefined || !this.next(ties)) return taken
      leaf = this.memo.find(this.choices.all[choice]!.tree, worlds.work, this.picks)
      if (leaf < 0) leaf = this.evaluate(choice)
    }
  }

  /** The next combination of outcomes; whether there is one. */
  private next(options: readonly number[]): boolean {
    const { picks } = this
    for (let i = options.length - 1; i >= 0; i--) {
      if (++picks[i]! < options[i]!) return true
      picks[i] = 0
    }
    return false
  }

  /** Runs the Step for real, and remembers it: the number of its leaf. */
  private evaluate(choice: number): number {
    const { key, slot, channel, tree } = this.choices.all[choice]!
    const { worlds, slots } = this
    this.evaluations++
    const recorder = new Recorder(slots, (at) => worlds.at(at), this.picks)
    const own = recorder.own(slot)
    const isOpen = channel.isOpen?.(recorder, key) ?? true
    if (isOpen) channel.take(recorder, key, own)
    for (const { is, of } of recorder.asked) if (is !== asks.tie) this.choices.reads(choice, of)
    return this.learn(tree, recorder, key, isOpen)
  }

  /** Remembers what a tree's function asked and did: the number of its leaf. */
  learn(tree: number, { asked, done }: Recorder, what: string, isOpen: boolean): number {
    const leaf = this.memo.learn(tree, asked, what)
    this.effects.add(isOpen ? done : undefined)
    const ties = asked.filter(({ is }) => is === asks.tie).map(({ of }) => of)
    this.ties.push(ties.length === 0 ? undefined : ties)
    if (ties.length > this.picks.length) throw new Error(`${what} asks about more than ${this.picks.length} ties`)
    this.grow()
    return leaf
  }

  /** Moves the clock to the next deadline, where there is one. */
  private wait(visitor: Visitor): boolean {
    const { worlds, slots, effects } = this
    const { deadlines } = this.choices
    let next = Infinity
    for (const slot of deadlines) {
      const number = worlds.work[slot]!
      if (number > 1) next = Math.min(next, slots.value(slot, number) as number) // a deadline's
    }
    if (next === Infinity) return false
    if (2 * deadlines.length > effects.changed.length) effects.changed = new Int32Array(4 * deadlines.length)
    let changes = 0
    for (const slot of deadlines) {
      const number = worlds.work[slot]!
      if (number <= 1) continue
      effects.changed[2 * changes] = slot
      effects.changed[2 * changes + 1] = slots.number(slot, (slots.value(slot, number) as number) - next) // as above
      changes++
    }
    const before = worlds.count
    const world = worlds.add(effects.changed, changes)
    visitor.step(clock, world, worlds.count > before, effects.changed, changes)
    worlds.restore()
    return true
  }

  private grow(): void {
    this.choices.grow()
    while (this.leaves.length < this.choices.all.length) this.leaves.push(stale)
    if (this.slots.size > this.worlds.width) this.worlds.widen(this.slots.size)
  }

  private numbered(slot: number, value: Value): [slot: number, number: number] {
    return [slot, this.slots.number(slot, value)]
  }
}
