/**
 * Numbers that are written one after the other into the vector under work of a set, and become one of its vectors only once:
 * what lies between is cheap. Nobody else changes the vector meanwhile.
 */
import { grown } from './arrays.js'
import type { VectorSet } from './vector-set.js'

export class Draft {
  private touched: Int32Array = new Int32Array(64)
  private count = 0
  /** What each slot that was touched held before. */
  private before: Int32Array = new Int32Array(64)
  private isTouched: Uint8Array = new Uint8Array(64)

  /** Slots that were written since `mark`, and what each held before; none where nobody asked for it. */
  private marked: number[] | undefined

  constructor(private readonly vectors: VectorSet) {}

  /** Puts a number into the vector under work. */
  write(slot: number, number: number): void {
    const { work } = this.vectors
    if (this.marked !== undefined) this.marked.push(slot, work[slot]!)
    if (slot >= this.isTouched.length) this.grow(slot)
    if (this.isTouched[slot] === 0) {
      if (work[slot] === number) return
      this.isTouched[slot] = 1
      this.before[slot] = work[slot]!
      this.touched[this.count++] = slot
    }
    work[slot] = number
  }

  /** The number of the vector that was written. It stays under work until the set's `restore` or next `load`. */
  commit(): number {
    const { vectors, touched, before, isTouched } = this
    const { work } = vectors
    for (let i = 0; i < this.count; i++) {
      const slot = touched[i]!
      const number = work[slot]!
      work[slot] = before[slot]!
      vectors.set(slot, number)
      isTouched[slot] = 0
    }
    this.count = 0
    return vectors.commit()
  }

  /** From here on what is written may be taken back without what was written before. */
  mark(): void {
    this.marked = []
  }

  /** Takes back what was written since `mark`. */
  back(): void {
    const { work } = this.vectors
    const marked = this.marked ?? []
    for (let i = marked.length - 2; i >= 0; i -= 2) work[marked[i]!] = marked[i + 1]!
    this.marked = undefined
  }

  /** Takes back what was written since the last commit. */
  discard(): void {
    const { work } = this.vectors
    for (let i = 0; i < this.count; i++) {
      const slot = this.touched[i]!
      work[slot] = this.before[slot]!
      this.isTouched[slot] = 0
    }
    this.count = 0
    this.marked = undefined
  }

  /** After something was thrown in mid-course: nothing is under work any more. */
  abandon(): void {
    this.isTouched.fill(0)
    this.count = 0
    this.marked = undefined
    this.vectors.clear()
  }

  /** Makes room for `places` numbers in each vector of the set. */
  widen(places: number): void {
    const { marked } = this
    const written = Array.from(this.touched.subarray(0, this.count), (slot) => [slot, this.vectors.work[slot]!] as const)
    this.discard()
    this.vectors.widen(places)
    for (const [slot, number] of written) this.write(slot, number)
    this.marked = marked
  }

  private grow(slot: number): void {
    this.before = grown(this.before, slot + 1)
    this.touched = grown(this.touched, slot + 1)
    const longer = new Uint8Array(this.before.length)
    longer.set(this.isTouched)
    this.isTouched = longer
  }
}
