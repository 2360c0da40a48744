/** What the leaves of the memo do to a vector, in numbers. */
import { grown, Numbers } from './arrays.js'
import { lengthened, type Done } from './recorder.js'
import type { Slots } from './slots.js'

const write = 0
const append = 1
const armEarlier = 2
const codeBits = 2

export class Effects {
  /** For each leaf where its operations begin in `ops`; −1 where the choice cannot be taken in that situation. */
  private readonly starts = new Numbers()
  /** `[how many, code and slot, argument, code and slot, argument, …]` for each leaf. */
  private readonly ops = new Numbers()
  /** Entries that are appended, with the lists that they make: by the number of the list before. */
  private readonly appends: { readonly slot: number; readonly add: boolean; readonly entry: unknown; longer: Int32Array }[] = []
  private readonly appendIds = new Map<string, number>()
  /** `slot, number` one after the other: what the last `apply` left. */
  changed: Int32Array = new Int32Array(1 << 12)

  constructor(private readonly slots: Slots) {}

  /** Remembers what the next leaf does; `undefined`: the choice is closed. */
  add(done: readonly Done[] | undefined): void {
    if (done === undefined) {
      this.starts.push(-1)
      return
    }
    this.starts.push(this.ops.push(done.length))
    for (const one of done) {
      switch (one.is) {
        case 'write': this.op(write, one.slot, one.number); break
        case 'append': this.op(append, one.slot, this.appendOf(one.slot, one.add, one.entry)); break
        case 'arm-earlier': this.op(armEarlier, one.slot, one.ms); break
        default: throw new Error(`unknown ${JSON.stringify(one satisfies never)}`)
      }
    }
    if (2 * done.length > this.changed.length) this.changed = grown(this.changed, 2 * done.length)
  }

  /** Whether the choice cannot be taken where its Step comes to this leaf. */
  isClosed(leaf: number): boolean {
    return this.starts.items[leaf]! < 0
  }

  /** Works out what a leaf does to the vector under work, into `changed`: how many numbers. */
  apply(leaf: number, work: Int32Array): number {
    const { changed } = this
    const { items } = this.ops
    let at = this.starts.items[leaf]!
    const count = items[at++]!
    for (let i = 0; i < count; i++, at += 2) {
      const op = items[at]!
      const slot = op >> codeBits
      changed[2 * i] = slot
      changed[2 * i + 1] = (op & 3) === write ? items[at + 1]! : this.worked(op & 3, slot, items[at + 1]!, i, work)
    }
    return count
  }

  private worked(code: number, slot: number, argument: number, done: number, work: Int32Array): number {
    let number = work[slot]!
    for (let i = 0; i < done; i++) if (this.changed[2 * i] === slot) number = this.changed[2 * i + 1]!
    if (code === append) return this.lengthened(argument, number)
    const left = this.slots.value(slot, number) // of a deadline
    return typeof left === 'number' && left <= argument ? number : this.slots.number(slot, argument)
  }

  private lengthened(which: number, list: number): number {
    const known = this.appends[which]!
    const longer = list < known.longer.length ? known.longer[list]! : 0
    if (longer !== 0) return longer
    const number = this.slots.number(known.slot, lengthened(this.slots.value(known.slot, list), known.entry, known.add))
    if (list >= known.longer.length) known.longer = grown(known.longer, list + 1)
    return known.longer[list] = number
  }

  private appendOf(slot: number, add: boolean, entry: unknown): number {
    const key = `${slot} ${add} ${this.slots.intern(entry)}`
    let id = this.appendIds.get(key)
    if (id === undefined) {
      id = this.appends.push({ slot, add, entry, longer: new Int32Array(4) }) - 1
      this.appendIds.set(key, id)
    }
    return id
  }

  private op(code: number, slot: number, argument: number): void {
    this.ops.push((slot << codeBits) | code)
    this.ops.push(argument)
  }
}
