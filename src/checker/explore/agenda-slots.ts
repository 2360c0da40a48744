/** The agenda of a World as numbers in it: for each rank the list of its enabled choices, first come first. */
import { rank } from '#machine/channel'
import { grown } from './arrays.js'
import type { Choices } from './choices.js'
import type { Draft } from './draft.js'
import type { Sequences } from './sequences.js'
import type { Slots } from './slots.js'
import type { VectorSet } from './vector-set.js'

export class AgendaSlots {
  /** What was added since `forget`: so many of these. */
  private log: Int32Array = new Int32Array(64)
  private logged = 0
  private readonly ranks: readonly number[]

  constructor(
    slots: Slots, private readonly choices: Choices, private readonly worlds: VectorSet, private readonly draft: Draft,
    private readonly sequences: Sequences,
  ) {
    this.ranks = Object.values(rank).map((one) => slots.slot(`search|agenda|${one}`))
  }

  add(choice: number): void {
    const slot = this.slotOf(choice)
    const before = this.worlds.work[slot]!
    const after = this.sequences.with(before, choice)
    if (after === before) return
    this.draft.write(slot, after)
    if (this.logged === this.log.length) this.log = grown(this.log, this.logged + 1)
    this.log[this.logged++] = choice
  }

  has(choice: number): boolean {
    return this.sequences.of(this.worlds.work[this.slotOf(choice)]!).includes(choice)
  }

  remove(choice: number): void {
    const slot = this.slotOf(choice)
    const sequence = this.worlds.work[slot]!
    if (sequence !== 0) this.draft.write(slot, this.sequences.without(sequence, choice))
  }

  /** Brings what the choice offers in the World under work up to date. */
  offer(choice: number): void {
    if (this.choices.isOffered(choice, this.worlds.work)) this.add(choice)
    else this.remove(choice)
  }

  /** Every enabled choice, in prompt order. */
  * [Symbol.iterator](): Iterator<number> {
    for (const slot of this.ranks) yield* this.sequences.of(this.worlds.work[slot]!)
  }

  /** The first; `undefined` where there is none. */
  first(): number | undefined {
    for (const slot of this.ranks) {
      const sequence = this.worlds.work[slot]!
      if (sequence !== 0) return this.sequences.of(sequence)[0]
    }
    return undefined
  }

  /** All of a choice's rank that wait. */
  beside(choice: number): readonly number[] {
    return this.sequences.of(this.worlds.work[this.slotOf(choice)]!)
  }

  /** The choice's rank, as a bit. */
  bit(choice: number): number {
    return 1 << this.choices.all[choice]!.channel.rank
  }

  /** From here on it is told what is added. */
  forget(): void {
    this.logged = 0
  }

  /** What was added. */
  get added(): readonly number[] {
    return [...this.log.subarray(0, this.logged)]
  }

  /** The ranks to which something was added, one bit each. */
  get appended(): number {
    let ranks = 0
    for (let i = 0; i < this.logged; i++) ranks |= this.bit(this.log[i]!)
    return ranks
  }

  /** The first for which this holds; `undefined` where there is none. */
  find(holds: (choice: number) => boolean): number | undefined {
    for (const slot of this.ranks) {
      const sequence = this.worlds.work[slot]!
      if (sequence === 0) continue
      for (const choice of this.sequences.of(sequence)) if (holds(choice)) return choice
    }
    return undefined
  }

  private slotOf(choice: number): number {
    return this.ranks[this.choices.all[choice]!.channel.rank]!
  }
}
