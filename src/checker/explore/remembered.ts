/**
 * What claims remember along the way by which a World was reached first, as numbers beside it: what each put
 * there by name, what time it is, and who asked to be woken when. It does not tell Worlds apart.
 */
import type { Value } from '#kernel/cells'
import { now as pseudo, type Beside } from './claim-recorder.js'
import { Draft } from './draft.js'
import type { Novelty } from './novelty.js'
import { Quads } from './quads.js'
import { partOf, type Saved } from './saved.js'
import { Slots } from './slots.js'
import { VectorSet } from './vector-set.js'

interface Wake {
  readonly at: number
  readonly claim: string
  readonly key: string
}

const emptyPlaces = 4 // of what is there for one judgement only; it never becomes part of a vector

export class Remembered implements Beside {
  readonly slots: Slots
  private readonly vectors: VectorSet
  private readonly draft: Draft
  private readonly timeSlot: number
  private readonly wakesSlot: number

  constructor(novelty: Novelty) {
    this.slots = new Slots(novelty)
    this.vectors = new VectorSet(4, new Quads(novelty), new Quads(novelty))
    this.draft = new Draft(this.vectors)
    for (let slot = 0; slot < emptyPlaces; slot++) this.slots.slot(`judged|${slot}`)
    this.slots.number(pseudo.disturbed, true)
    this.timeSlot = this.slots.slot('time')
    this.wakesSlot = this.slots.slot('wakes')
    this.vectors.widen(this.slots.size)
    this.time = 0
  }

  get bytes(): number {
    return this.vectors.bytes
  }

  save(): Saved {
    return { parts: { slots: this.slots.save(), vectors: this.vectors.save() } }
  }

  load(saved: Saved): void {
    this.draft.discard()
    this.slots.load(partOf(saved, 'slots'))
    this.vectors.restart(partOf(saved, 'vectors'))
  }

  /** The numbers under work. */
  get work(): Int32Array {
    return this.vectors.work
  }

  at(slot: number): number {
    return this.vectors.at(slot)
  }

  write(slot: number, number: number): void {
    this.draft.write(slot, number)
  }

  /** Makes room for slots that are new. */
  grow(): void {
    if (this.slots.size > this.vectors.width) this.draft.widen(this.slots.size)
  }

  /** Keeps only what these numbers stand for, with new ones in place of theirs. */
  keepOnly(numbers: Int32Array): void {
    this.draft.abandon()
    this.vectors.keep(numbers)
  }

  /** Takes what is known by a number into work. */
  take(number: number): void {
    this.draft.discard()
    this.vectors.load(number)
  }

  /** What is remembered now, as a number; it stays under work. */
  commit(): number {
    this.work.fill(0, 0, emptyPlaces)
    return this.draft.commit()
  }

  /** What was written stays under work. */
  settle(): void {
    this.vectors.settle()
  }

  /** Takes back what was written since the last commit. */
  discard(): void {
    this.draft.discard()
  }

  /** Takes back what was written since the last `take`. */
  restore(): void {
    this.draft.discard()
    this.vectors.restore()
  }

  /** After something was thrown in mid-course: nothing is under work any more. */
  abandon(): void {
    this.draft.abandon()
  }

  /** In milliseconds. */
  get time(): number {
    return Number(this.value(this.timeSlot))
  }

  set time(ms: number) {
    this.put(this.timeSlot, ms)
  }

  /** Claims ask to be woken. */
  wake(claim: string, wakes: readonly Omit<Wake, 'claim'>[]): void {
    this.put(this.wakesSlot, [...this.wakes, ...wakes.map((one) => ({ ...one, claim }))])
  }

  /** Those who asked to be woken by then; they have no more to ask for. */
  dueBy(time: number): readonly Wake[] {
    const { wakes } = this
    const due = wakes.filter(({ at }) => at <= time)
    if (due.length > 0) this.put(this.wakesSlot, wakes.filter(({ at }) => at > time))
    return due
  }

  private get wakes(): readonly Wake[] {
    return (this.value(this.wakesSlot) ?? []) as readonly Wake[] // put there by `wake`
  }

  private value(slot: number): Value {
    return this.slots.value(slot, this.vectors.at(slot))
  }

  private put(slot: number, value: Value): void {
    this.draft.write(slot, this.slots.number(slot, value))
  }
}
