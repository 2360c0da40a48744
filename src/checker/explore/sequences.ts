/**
 * Lists of choices, numbered: what waits in the agenda, in order. Number 0 is the empty list; any other is that of the list
 * without its last choice, and that choice, so that threads can number lists together.
 */
import { Pairs } from './pairs.js'
import { Quads, type Table } from './quads.js'
import { partOf, type Saved } from './saved.js'

export class Sequences {
  private table: Table = new Quads()
  /** Lists that were asked for lately. */
  private items: (readonly number[])[] = [[]]
  // By list and choice.
  private readonly longer = new Pairs()
  private readonly shorter = new Pairs()
  private readonly link = new Int32Array(4)

  /** Numbers lists in this table from now on; it has those that there are. */
  use(table: Table): void {
    this.table = table
  }

  get bytes(): number {
    return this.table.bytes + this.longer.bytes + this.shorter.bytes
  }

  /** Reads lists anew where they are asked for. */
  forget(): void {
    this.items = [[]]
  }

  of(sequence: number): readonly number[] {
    return this.items[sequence] ?? this.read(sequence)
  }

  /** The list with the choice at its end; the same where it is in there. */
  with(sequence: number, choice: number): number {
    const known = this.longer.get(sequence, choice)
    if (known >= 0) return known
    return this.longer.set(sequence, choice, this.of(sequence).includes(choice) ? sequence : this.linked(sequence, choice))
  }

  /** The list without the choice. */
  without(sequence: number, choice: number): number {
    const known = this.shorter.get(sequence, choice)
    if (known >= 0) return known
    const items = this.of(sequence)
    const at = items.indexOf(choice)
    if (at < 0) return this.shorter.set(sequence, choice, sequence)
    let shorter = 0
    for (const item of items) if (item !== choice) shorter = this.linked(shorter, item)
    return this.shorter.set(sequence, choice, shorter)
  }

  save(): Saved {
    return { parts: { table: this.table.save() } }
  }

  load(saved: Saved): void {
    this.table.load(partOf(saved, 'table'))
  }

  private linked(before: number, choice: number): number {
    this.link[0] = before
    this.link[1] = choice
    this.link[2] = 1
    return this.table.id(this.link, 0)
  }

  private read(sequence: number): readonly number[] {
    const { items } = this.table
    return this.items[sequence] = [...this.of(items[4 * sequence]!), items[4 * sequence + 1]!]
  }
}
