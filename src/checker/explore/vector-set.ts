/**
 * A set of vectors of small integers, each kept as a tree of quads: four numbers that occur twice, in one
 * vector or in two, are kept once (Laarman, van de Pol, Weber: Parallel Recursive State Compression for Free,
 * 2011). A vector that differs in one place from one that is kept costs one path of look-ups, and mostly one
 * new quad, at the root.
 */
import { Quads, type Table } from './quads.js'
import { partOf, type Saved } from './saved.js'

export class VectorSet {
  /** How long a vector is: a power of four. */
  width = 4
  /**
   * The vector under work: its numbers at 0 … `width − 1`, then the number of each quad of them, then of each
   * quad of those, up to the four of the root.
   */
  work = new Int32Array(4)
  /** Where each level begins in `work`, the vector's own numbers first. */
  private levels: readonly number[] = [0]
  /** Places that were changed, and what was there. */
  private undone = new Int32Array(64)
  private changes = 0
  private pending = 0
  private dirty: Int32Array = new Int32Array(32)
  /** Slots whose numbers the last `load` changed. */
  moved: Int32Array = new Int32Array(4)

  /** `quads`, `roots`: other tables than those of this set alone. */
  constructor(places: number, private quads: Table = new Quads(), private roots: Table = new Quads()) {
    this.widen(places)
  }

  /** How many vectors there are. They are numbered from 1, as they came. */
  get count(): number {
    return this.roots.count
  }

  get bytes(): number {
    return this.quads.bytes + this.roots.bytes
  }

  save(): Saved {
    return { data: this.width, parts: { quads: this.quads.save(), roots: this.roots.save() } }
  }

  /** The same vectors again. Under work are zeroes. */
  restart(saved: Saved): void {
    this.widen(saved.data as number) // as saved
    this.clear()
    this.quads.load(partOf(saved, 'quads'))
    this.roots.load(partOf(saved, 'roots'))
  }

  /** The number at `slot` of the vector under work. */
  at(slot: number): number {
    return slot < this.width ? this.work[slot]! : 0
  }

  /**
   * Makes room for `places` numbers in each vector; those that are kept go on with zeroes. Not between
   * `commit` and `restore`.
   */
  widen(places: number): void {
    const set: [slot: number, number: number][] = []
    for (let i = 0; i < this.changes; i += 2) set.push([this.undone[i]!, this.work[this.undone[i]!]!])
    this.restore()
    while (this.width < places) {
      this.roots.replace((items, at) => {
        items[at] = this.quads.id(items, at)
        items.fill(0, at + 1, at + 4)
      })
      const before = this.work.subarray(0, this.width)
      this.shape(4 * this.width)
      const { levels, work, quads } = this
      work.set(before)
      for (let level = 1; level < levels.length; level++) {
        const [below, own, next] = [levels[level - 1]!, levels[level]!, levels[level + 1] ?? work.length]
        for (let i = 0; own + i < next; i++) work[own + i] = quads.id(work, below + 4 * i)
      }
    }
    for (const [slot, number] of set) this.set(slot, number)
  }

  /** Has only these vectors from now on, with new numbers in place of theirs; nothing is under work. */
  keep(ids: Int32Array): void {
    const [quads, roots] = [new Quads(), new Quads()]
    const kept = new VectorSet(this.width, quads, roots)
    this.clear()
    for (let i = 0; i < ids.length; i++) {
      const moved = this.load(ids[i]!)
      for (let at = 0; at < moved; at++) kept.set(this.moved[at]!, this.work[this.moved[at]!]!)
      ids[i] = kept.commit()
      kept.settle()
    }
    this.use(quads, roots, this.width)
  }

  /** Is the set of the vectors in other tables from now on, which have this width; zeroes are under work. */
  use(quads: Table, roots: Table, width: number): void {
    this.quads = quads
    this.roots = roots
    this.shape(width)
    this.settle()
  }

  /** Room for the levels of vectors of this width. */
  private shape(width: number): void {
    const levels = [0]
    let end = width
    for (let size = width / 4; size >= 4; size /= 4) {
      levels.push(end)
      end += size
    }
    this.width = width
    this.levels = levels
    this.work = new Int32Array(end)
    this.undone = new Int32Array(16 * width)
    this.dirty = new Int32Array(8 * width)
    this.moved = new Int32Array(width)
  }

  /**
   * Takes vector number `id` into work: how many numbers changed by that. `moved` begins with their slots.
   */
  load(id: number): number {
    const { work, dirty, moved, levels } = this
    const { items } = this.quads
    const roots = this.roots.items
    const top = levels.length - 1
    let base = levels[top]!
    let into = top === 0 ? moved : dirty
    let count = 0
    for (let i = 0; i < 4; i++) { // only what differs from the vector before
      const number = roots[4 * id + i]!
      if (work[base + i] === number) continue
      work[base + i] = number
      into[count++] = i
    }
    let start = 0
    for (let level = top - 1; level >= 0; level--) {
      const above = base
      base = levels[level]!
      const end = count
      if (level === 0) {
        into = moved
        count = 0
      }
      for (; start < end; start++) {
        const index = dirty[start]!
        const quad = 4 * work[above + index]!
        const place = base + 4 * index
        for (let i = 0; i < 4; i++) {
          const number = items[quad + i]!
          if (work[place + i] === number) continue
          work[place + i] = number
          into[count++] = 4 * index + i
        }
      }
    }
    return count
  }

  /** Puts a number into the vector under work. */
  set(slot: number, number: number): void {
    const { work, undone, dirty } = this
    if (work[slot] === number) return
    undone[this.changes++] = slot
    undone[this.changes++] = work[slot]!
    work[slot] = number
    const above = slot >> 2
    if (this.pending === 0 || dirty[this.pending - 1] !== above) dirty[this.pending++] = above
  }

  /** The number of the vector under work. */
  commit(): number {
    this.raise()
    return this.roots.id(this.work, this.top)
  }

  /**
   * Where the four numbers of the root are in `work`; they are up to date after `load`, `raise` and `commit`.
   */
  get top(): number {
    return this.levels[this.levels.length - 1]!
  }

  /**
   * The numbers of many vectors by their roots, in place of each root's first number; 1 or 0 in place of the
   * second: see `Quads.addAll`.
   */
  addRoots(roots: Int32Array, count: number, stride: number): void {
    this.roots.addAll(roots, count, stride)
  }

  /** Brings the root of the vector under work up to date. */
  raise(): void {
    const { work, undone, dirty, levels, quads } = this
    let undo = this.changes
    let end = this.pending
    let base = 0
    for (let level = 1; level < levels.length; level++) { // up to the root
      const own = levels[level]!
      let next = 0
      for (let i = 0; i < end; i++) {
        const index = dirty[i]!
        const place = own + index
        const id = quads.id(work, base + 4 * index)
        if (work[place] === id) continue
        undone[undo++] = place
        undone[undo++] = work[place]!
        work[place] = id
        const above = index >> 2
        if (next === 0 || dirty[next - 1] !== above) dirty[next++] = above
      }
      end = next
      base = own
    }
    this.changes = undo
    this.pending = 0
  }

  /** The vector under work with `count` numbers of `changed` in it: `slot, number`, one after the other. */
  add(changed: Int32Array, count: number): number {
    for (let i = 0; i < 2 * count; i += 2) this.set(changed[i]!, changed[i + 1]!)
    return this.commit()
  }

  /** What was set stays under work: there is nothing to take back. */
  settle(): void {
    this.changes = 0
    this.pending = 0
  }

  /** Puts nothing but zeroes under work. */
  clear(): void {
    this.work.fill(0)
    this.settle()
  }

  /** Takes back what was set since the last vector was loaded. */
  restore(): void {
    const { work, undone } = this
    for (let i = this.changes - 2; i >= 0; i -= 2) work[undone[i]!] = undone[i + 1]!
    this.changes = 0
    this.pending = 0
  }
}
