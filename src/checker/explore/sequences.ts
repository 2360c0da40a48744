/** Lists of choices, numbered: what waits in the agenda, in order. Number 0 is the empty list. */

export class Sequences {
  private readonly items: (readonly number[])[] = [[]]
  private readonly byText = new Map<string, number>([['', 0]])
  // By choice, then by list.
  private readonly longer: Map<number, number>[] = []
  private readonly shorter: Map<number, number>[] = []

  of(sequence: number): readonly number[] {
    return this.items[sequence]!
  }

  /** The list with the choice at its end; the same where it is in there. */
  with(sequence: number, choice: number): number {
    const longer = this.longer[choice] ??= new Map<number, number>()
    let number = longer.get(sequence)
    if (number === undefined) {
      const items = this.items[sequence]!
      longer.set(sequence, number = items.includes(choice) ? sequence : this.number([...items, choice]))
    }
    return number
  }

  /** The list without the choice. */
  without(sequence: number, choice: number): number {
    const shorter = this.shorter[choice] ??= new Map<number, number>()
    let number = shorter.get(sequence)
    if (number === undefined) {
      shorter.set(sequence, number = this.number(this.items[sequence]!.filter((other) => other !== choice)))
    }
    return number
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
