import type { Novelty } from './novelty.js'
import { Pairs } from './pairs.js'
import type { Saved } from './saved.js'

/** What a search does in a World: what a prompt order would, or a deviation from it. */
export type Action =
  /** A choice is taken, with these outcomes of its ties (default ones at the end left out). */
  | { readonly is: 'take'; readonly choice: number; readonly picks: readonly number[] }
  /** From now on the choice is kept back. */
  | { readonly is: 'hold'; readonly choice: number }
  /** What was kept back is let go, and taken; `next` would have been taken, or the clock moved (−1). */
  | { readonly is: 'release'; readonly choice: number; readonly next: number; readonly picks: readonly number[] }
  /** Something breaks before `next` is taken; where the user does that, it is taken all the same. */
  | {
    readonly is: 'fault'
    readonly fault: string
    readonly target: string
    readonly next: number
    readonly user: boolean
    readonly picks: readonly number[]
  }
  /** The clock moves to the next deadline. */
  | { readonly is: 'clock'; readonly ms: number }
  /** The user acts, after things have settled or before. */
  | { readonly is: 'user'; readonly choice: number; readonly early: boolean }

/** Actions by number: the same action has the same number. */
export class Actions {
  readonly all: Action[] = []
  private readonly numbers = new Map<string, number>()
  /** Numbers of prompt takes, by choice: most of all. */
  private readonly prompt: number[] = []
  private readonly holds: number[] = []
  private readonly releases = new Pairs()
  private readonly clocks = new Map<number, number>()

  constructor(private readonly novelty: Novelty) {}

  take(choice: number): number {
    return this.prompt[choice] ??= this.number({ is: 'take', choice, picks: [] })
  }

  hold(choice: number): number {
    return this.holds[choice] ??= this.number({ is: 'hold', choice })
  }

  release(choice: number, next: number): number {
    const known = this.releases.get(choice, next + 1)
    return known >= 0 ? known : this.releases.set(choice, next + 1, this.number({ is: 'release', choice, next, picks: [] }))
  }

  clock(ms: number): number {
    let number = this.clocks.get(ms)
    if (number === undefined) this.clocks.set(ms, number = this.number({ is: 'clock', ms }))
    return number
  }

  save(): Saved {
    return { data: this.all }
  }

  load({ data }: Saved): void {
    for (const action of data as readonly Action[]) this.number(action) // as saved
  }

  number(action: Action): number {
    const text = JSON.stringify(action)
    let number = this.numbers.get(text)
    if (number === undefined) {
      this.novelty.met()
      number = this.all.push(action) - 1
      this.numbers.set(text, number)
    }
    return number
  }
}
