/**
 * What was done last on the way to a World, numbered from 1: the last prompt Step, or choice that was held back, and the
 * deviations since. A deviation that depends on none of these was possible before them, and would have come to the same.
 */
import type { Deed } from './dependence.js'
import type { Novelty } from './novelty.js'
import { Pairs } from './pairs.js'
import type { Saved } from './saved.js'

/** Stands for what everything depends on: the clock moved, or the user acted. */
export const everything = -1

const ranks = 8

/** A bit for each rank of the agenda that comes before this one. */
const ranksBefore = (rank: number): number => (1 << rank) - 1

export class Lasts {
  private readonly all: (readonly Deed[])[] = [[]]
  private readonly byText = new Map<string, number>()
  // Of one Step alone: by its leaf, and the ranks of the agenda.
  private readonly steps = new Pairs()

  constructor(private readonly novelty: Novelty) {}

  of(last: number): readonly Deed[] {
    return this.all[last]!
  }

  /** A prompt Step; its choice is of this rank, it put something at the end of the `appended` ones. */
  step(leaf: number, appended: number, rank: number): number {
    const how = appended << ranks | ranksBefore(rank)
    const known = this.steps.get(leaf, how)
    if (known >= 0) return known
    return this.steps.set(leaf, how, this.number([{ leaf, held: -1, appended, before: ranksBefore(rank) }]))
  }

  hold(choice: number, rank: number): number {
    return this.number([{ leaf: -1, held: choice, appended: 0, before: ranksBefore(rank) }])
  }

  /** A deviation after that. */
  and(last: number, leaf: number, appended: number): number {
    return last === everything ? everything : this.number([...this.of(last), { leaf, held: -1, appended, before: 0 }])
  }

  save(): Saved {
    return { data: this.all }
  }

  load({ data }: Saved): void {
    for (const deeds of (data as readonly (readonly Deed[])[]).slice(1)) this.number(deeds) // as saved; the first is nobody's
  }

  private number(deeds: readonly Deed[]): number {
    const text = deeds.map(({ leaf, held, appended, before }) => `${leaf} ${held} ${appended} ${before}`).sort().join()
    let number = this.byText.get(text)
    if (number === undefined) {
      this.novelty.met()
      number = this.all.push(deeds) - 1
      this.byText.set(text, number)
    }
    return number
  }
}
