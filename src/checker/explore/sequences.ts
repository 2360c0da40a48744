/** Lists of choices, numbered: what waits in the agenda, in order. Number 0 is the empty list. */

/** Numbers of choices stay below. */
const most = 1 << 20

export class Sequences {
  private readonly items: (readonly number[])[] = [[]]
  private readonly byText = new Map<string, number>([['', 0]])
  private readonly longer = new Map<number, number>()
  private readonly shorter = new Map<number, number>()

  of(sequence: number): readonly number[] {
    return this.items[sequence]!
  }

  /** The list with the choice at its end; the same where it is in there. */
  with(sequence: number, choice: number): number {
    const key = sequence * most + choice
    let number = this.longer.get(key)
    if (number === undefined) {
      const items = this.items[sequence]!
      this.longer.set(key, number = items.includes(choice) ? sequence : this.number([...items, choice]))
    }
    return number
  }

  /** The list without the choice. */
  without(sequence: number, choice: number): number {
    const key = sequence * most + choice
    let number = this.shorter.get(key)
    if (number === undefined) {
      this.shorter.set(key, number = this.number(this.items[sequence]!.filter((other) => other !== choice)))
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
