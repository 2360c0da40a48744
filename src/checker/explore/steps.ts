/**
 * Steps on numbers: what every way of searching the Worlds shares. A Step that was met in no such situation before is run once
 * for real, and remembered.
 */
import { part, type Value } from '#kernel/cells'
import type { Channel } from '#machine/channel'
import type { World } from '#cluster/world'
import { Choices } from './choices.js'
import { Effects } from './effects.js'
import { Novelty } from './novelty.js'
import { deadlineSlot, Recorder } from './recorder.js'
import { Slots } from './slots.js'
import { asks, StepMemo } from './step-memo.js'
import { VectorSet } from './vector-set.js'

export class Steps {
  readonly novelty = new Novelty()
  readonly slots: Slots
  readonly memo = new StepMemo(this.novelty)
  readonly effects: Effects
  readonly choices: Choices
  readonly worlds: VectorSet
  /** The outcomes of ties that a Step is taken with. */
  readonly picks = new Int32Array(16)
  /** The options of the ties on the way to each leaf; mostly none. */
  readonly ties: (readonly number[] | undefined)[] = []
  /** Steps that ran for real. */
  evaluations = 0

  /** `slots` and `worlds`: others than those of this search alone. */
  constructor(channels: readonly Channel<never>[], user: string, slots?: Slots, worlds = new VectorSet(4)) {
    this.slots = slots ?? new Slots(this.novelty)
    this.worlds = worlds
    this.effects = new Effects(this.slots)
    this.choices = new Choices(this.slots, this.memo, channels, user)
  }

  /** Puts the cells and deadlines of a World under work. */
  protected begin(world: World): void {
    const numbers: (readonly [slot: number, number: number])[] = []
    const note = (slot: number, value: Value): void => void numbers.push([slot, this.slots.number(slot, value)])
    // What one process touches lies together.
    const place = (key: string): string => `${part(key, 1)}|${key}`
    for (const key of [...world.store.keys()].sort((a, b) => (place(a) < place(b) ? -1 : 1))) note(this.slots.slot(key), world.store.get(key))
    for (const [key, left] of world.store.deadlines.entries()) note(deadlineSlot(this.slots, key), left)
    this.grow()
    for (const [slot, number] of numbers) this.write(slot, number)
  }

  /** A handle on the World under work that takes down what is done through it. */
  recorder(): Recorder {
    return new Recorder(this.slots, (slot) => this.worlds.at(slot), this.picks)
  }

  /** The leaf of a choice in the World under work. */
  leafOf(choice: number): number {
    const leaf = this.memo.find(this.choices.all[choice]!.tree, this.worlds.work, this.picks)
    return leaf < 0 ? this.evaluate(choice) : leaf
  }

  /** Runs the Step for real, and remembers it: the number of its leaf. */
  private evaluate(choice: number): number {
    this.novelty.met()
    const { key, slot, channel, tree } = this.choices.all[choice]!
    this.evaluations++
    const recorder = this.recorder()
    const own = recorder.own(slot)
    const isOpen = channel.isOpen?.(recorder, key) ?? true
    if (isOpen) channel.take(recorder, key, own)
    for (const { is, of } of recorder.asked) if (is !== asks.tie) this.choices.reads(choice, of)
    const leaf = this.learn(tree, recorder, key, isOpen)
    this.learnt(leaf, choice, recorder)
    return leaf
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

  /** Told of each new leaf of a choice, or of a fault (−1). */
  learnt(_leaf: number, _choice: number, _recorder: Recorder): void {}

  /** The next combination of outcomes; whether there is one. */
  protected nextPicks(options: readonly number[]): boolean {
    const { picks } = this
    for (let i = options.length - 1; i >= 0; i--) {
      if (++picks[i]! < options[i]!) return true
      picks[i] = 0
    }
    return false
  }

  /** Room for slots and choices that are new. */
  protected grow(): void {
    this.choices.grow()
    if (this.slots.size > this.worlds.width) this.widen(this.slots.size)
  }

  protected widen(places: number): void {
    this.worlds.widen(places)
  }

  /** Puts a number into the vector under work. */
  protected write(slot: number, number: number): void {
    this.worlds.set(slot, number)
  }

  /** How long it is until the next deadline ends; `Infinity` where none is pending. */
  protected untilNext(): number {
    let next = Infinity
    for (const slot of this.choices.deadlines) {
      const number = this.worlds.work[slot]!
      if (number > 1) next = Math.min(next, this.slots.value(slot, number) as number) // a deadline's
    }
    return next
  }

  /** Lets `ms` pass for every deadline. */
  protected pass(ms: number): void {
    const { worlds, slots } = this
    for (const slot of this.choices.deadlines) {
      const number = worlds.work[slot]!
      if (number > 1) this.write(slot, slots.number(slot, Math.max(0, (slots.value(slot, number) as number) - ms))) // as above
    }
  }
}
