/** The handle of a judgement: it reads the World under work, and what the claim remembers beside it. */
import type { Value } from '#kernel/cells'
import type { Memory } from '../claim.js'
import { Recorder } from './recorder.js'
import type { Slots } from './slots.js'
import { asks, besides } from './step-memo.js'

/** What lies beside a World: what claims remember along the way by which it was reached first. */
export interface Beside {
  readonly slots: Slots
  at(slot: number): number
}

/** Slots that are there for one judgement only: the write that is judged, where it stands, and what changes on the way round a loop. */
export const now = { before: 0, choice: 1, disturbed: 2, round: 3 } as const

export class ClaimRecorder extends Recorder implements Memory {
  /** What the claim remembers from now on: slots beside the World, with their numbers. */
  readonly remembered = new Map<number, number>()
  readonly wakes: { readonly at: number; readonly key: string }[] = []

  constructor(
    slots: Slots, at: (slot: number) => number, picks: Int32Array, private readonly beside: Beside, private readonly claim: string,
  ) {
    super(slots, at, picks)
  }

  /** The number in a slot beside the World. */
  numberBeside(slot: number): number {
    const own = this.remembered.get(slot)
    if (own !== undefined) return own
    const number = this.beside.at(slot)
    this.note(asks.number, besides + slot, number)
    return number
  }

  valueBeside(name: string): Value {
    const slot = this.beside.slots.slot(name)
    return this.beside.slots.value(slot, this.numberBeside(slot))
  }

  get(name: string): Value {
    return this.valueBeside(`${this.claim}|${name}`)
  }

  has(name: string): boolean {
    return this.get(name) !== undefined
  }

  set(name: string, value: Value): void {
    if (!this.has(name)) this.remember(this.claim, [...this.keys(), name])
    this.remember(`${this.claim}|${name}`, value)
  }

  delete(name: string): void {
    if (!this.has(name)) return
    this.remember(this.claim, this.keys().filter((other) => other !== name))
    this.remember(`${this.claim}|${name}`, undefined)
  }

  clear(): void {
    for (const name of this.keys()) this.remember(`${this.claim}|${name}`, undefined)
    this.remember(this.claim, undefined)
  }

  get size(): number {
    return this.keys().length
  }

  // A recorder lists keys of the World that match; a memory its own names.
  override keys(match?: (key: string) => boolean): readonly string[] {
    return match === undefined ? (this.valueBeside(this.claim) ?? []) as readonly string[] : super.keys(match) // as written below
  }

  private remember(name: string, value: Value): void {
    const { slots } = this.beside
    const slot = slots.slot(name)
    this.remembered.set(slot, slots.number(slot, Array.isArray(value) && value.length === 0 ? undefined : value))
  }
}
