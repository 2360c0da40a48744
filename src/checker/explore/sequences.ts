/** Lists of choices, numbered: what waits in the agenda, in order. Number 0 is the empty list. */
import { Pairs } from './pairs.js'
import type { Saved } from './saved.js'

export class Sequences {
  private readonly items: (readonly number[])[] = [[]]
  private readonly byText = new Map<string, number>([['', 0]])
  // By list and choice.
  private readonly longer = new Pairs()
  private readonly shorter = new Pairs()

  of(sequence: number): readonly number[] {
    return this.items[sequence]!
  }

  /** The list with the choice at its end; the same where it is in there. */
  with(sequence: number, choice: number): number {
    const known = this.longer.get(sequence, choice)
    if (known >= 0) return known
    const items = this.items[sequence]!
    return this.longer.set(sequence, choice, items.includes(choice) ? sequence : this.number([...items, choice]))
  }

  /** The list without the choice. */
  without(sequence: number, choice: number): number {
    const known = this.shorter.get(sequence, choice)
    if (known >= 0) return known
    const items = this.items[sequence]!
    return this.shorter.set(sequence, choice,
      items.includes(choice) ? this.number(items.filter((other) => other !== choice)) : sequence)
  }

  save(): Saved {
    return { data: this.items }
  }

  load({ data }: Saved): void {
    for (const items of data as readonly (readonly number[])[]) this.number(items) // as saved
  }

  private number(items: readonly number[]): number {
    const text = items.join()
    let number = this.byText.get(text)
    if (number === undefined) {
      number = this.items.push(items) - 1
      this.byText.set(text, number)
    }
    return number
  }
}
