/** Which slots Steps were seen to touch. */
import type { Recorder } from './recorder.js'
import { asks, type Asked } from './step-memo.js'

export class Footprints {
  /** Slots that the Steps of each tree read or write; that they write. */
  private readonly touched: Set<number>[] = []
  private readonly writes: Set<number>[] = []
  /** The first and the last slot that each leaf's Step reads or writes. */
  private readonly from: number[] = []
  private readonly to: number[] = []
  /** Slots that any Step writes. */
  readonly written = new Set<number>()

  /** Takes down what the next leaf, one of this tree, touches. */
  note(tree: number, { asked, done }: Recorder, isOpen: boolean): void {
    const read = readBy(asked)
    const written = isOpen ? done.map(({ slot }) => slot) : []
    const [touched, writes] = [this.touched[tree] ??= new Set(), this.writes[tree] ??= new Set()]
    for (const slot of written) {
      writes.add(slot)
      this.written.add(slot)
    }
    const both = [...read, ...written]
    for (const slot of both) touched.add(slot)
    this.from.push(Math.min(...both))
    this.to.push(Math.max(...both))
  }

  /** Whether a leaf's Step touches nothing but slots from the first to the last. */
  isWithin(leaf: number, first: number, last: number): boolean {
    return this.from[leaf]! >= first && this.to[leaf]! <= last
  }

  touchedBy(tree: number): ReadonlySet<number> {
    return this.touched[tree] ?? none
  }

  writtenBy(tree: number): ReadonlySet<number> {
    return this.writes[tree] ?? none
  }
}

/** Slots that a Step read. */
export const readBy = (asked: readonly Asked[]): readonly number[] =>
  asked.filter(({ is }) => is !== asks.tie).map(({ of }) => of)

const none: ReadonlySet<number> = new Set()
