/**
 * Quads that several threads number together, without locks: who meets a new one writes it down under a
 * number of his own, and then puts that into the index, unless somebody was quicker (after Laarman, van de
 * Pol, Weber: Boosting Multi-Core Reachability Performance with Shared Hash Tables, 2010). A quad is read
 * only by who found it in the index, so it is whole. Numbers are handed out to threads in blocks: there are
 * gaps between those that are in use.
 */
import { hash, type Table } from '../quads.js'
import type { Saved } from '../saved.js'
import { enlarged, limitOf, quadMemory, type QuadMemory } from './memory.js'

/** There is no room for another quad: everybody has to stop while room is made. */
export class Full extends Error {}

/** A slot was met that no vector has a place for. */
export class TooNarrow extends Error {}

export class SharedQuads implements Table {
  items!: Int32Array
  private index!: Int32Array
  private next!: Int32Array
  private mask = 0
  private limit = 0
  /** This thread's own block of numbers: the next one, and the end. */
  private own = 0
  private end = 0
  private isSealed = false
  /** How many quads this thread was the first to meet. */
  count = 0
  /**
   * The numbers of those that were not asked for yet: from, to, from, to, …; the last `to` is where `own` is.
   */
  private fresh: number[] = []
  private hashes: Int32Array = new Int32Array(1 << 10)
  private touched = 0

  constructor(memory: QuadMemory, private readonly block: number) {
    this.use(memory)
  }

  get bytes(): number {
    return 16 * this.next[0]! + this.index.byteLength
  }

  /** Whether it is time to make room. */
  get isNearlyFull(): boolean {
    return isNearlyFull(this.next, this.block, this.limit)
  }

  /** Works on this memory from now on: it holds what the one before did. */
  use({ items, index, next }: QuadMemory): void {
    this.items = new Int32Array(items)
    this.index = new Int32Array(index)
    this.next = new Int32Array(next)
    this.mask = this.index.length - 1
    this.limit = limitOf(this.index.length)
  }

  /** The numbers of new quads since it was asked last: from, to, from, to, … */
  takeFresh(): readonly number[] {
    const fresh = this.fresh.length === 0 ? [] : [...this.fresh, this.own]
    this.fresh = this.own < this.end ? [this.own] : []
    return fresh.filter((_, at) => fresh[at & ~1] !== fresh[at | 1])
  }

  /** All that there is, nobody else being at work. */
  save(): Saved {
    return { arrays: { items: this.items.subarray(0, 4 * this.next[0]!) } }
  }

  load(): void {
    throw new Error('what was saved is put into tables of one thread alone')
  }

  id(from: Int32Array, at: number): number {
    const a = from[at]!
    const b = from[at + 1]!
    const c = from[at + 2]!
    const d = from[at + 3]!
    if ((a | b | c | d) === 0) return 0
    return this.find(hash(a, b, c, d), a, b, c, d)
  }

  addAll(from: Int32Array, count: number, stride: number): void {
    if (count > this.hashes.length) this.hashes = new Int32Array(2 * count)
    const { hashes, index, mask, items } = this
    let sum = 0
    for (let i = 0, at = 0; i < count; i++, at += stride) { // as in `Quads`
      const h = hash(from[at]!, from[at + 1]!, from[at + 2]!, from[at + 3]!)
      hashes[i] = h
      sum ^= index[h & mask]!
    }
    for (let i = 0; i < count; i++) sum ^= items[4 * (index[hashes[i]! & mask]! & mask)]!
    this.touched = sum
    for (let i = 0, at = 0; i < count; i++, at += stride) {
      const before = this.count
      from[at] = this.find(hashes[i]!, from[at]!, from[at + 1]!, from[at + 2]!, from[at + 3]!)
      from[at + 1] = this.count - before
    }
  }

  /** Vectors have their width from now on. */
  seal(): void {
    this.isSealed = true
  }

  replace(): void {
    if (this.isSealed) throw new TooNarrow('vectors that threads share do not become wider')
  }

  private find(h: number, a: number, b: number, c: number, d: number): number {
    const { items, index, mask } = this
    let own = 0
    for (let place = h & mask; ;) {
      // A plain load, several times as quick as an atomic one: what it may miss is that a place was taken,
      // which the exchange below notices; and a quad's number leads to where the quad was written before the
      // number was.
      const entry = index[place]!
      if (entry === 0) {
        if (own === 0) {
          own = this.free()
          items[4 * own] = a
          items[4 * own + 1] = b
          items[4 * own + 2] = c
          items[4 * own + 3] = d
        }
        if (Atomics.compareExchange(index, place, 0, (h & ~mask) | own) !== 0) continue
        this.own++
        this.count++
        return own
      }
      if (((entry ^ h) & ~mask) === 0) {
        const at = 4 * (entry & mask)
        if (items[at] === a && items[at + 1] === b && items[at + 2] === c && items[at + 3] === d) {
          return entry & mask
        }
      }
      place = (place + 1) & mask
    }
  }

  /** A number that nobody else has. */
  private free(): number {
    if (this.own < this.end) return this.own
    const first = Atomics.add(this.next, 0, this.block)
    if (first + this.block > this.limit) throw new Full('no room for another quad')
    if (this.fresh.length > 0) this.fresh.push(this.own)
    this.fresh.push(first)
    this.end = first + this.block
    return this.own = first
  }
}

const isNearlyFull = (next: Int32Array, block: number, limit: number): boolean =>
  Atomics.load(next, 0) + block > limit

/** Whether it is time to make room in a memory. */
export const hasNoRoom = ({ next, index }: QuadMemory, block: number): boolean =>
  isNearlyFull(new Int32Array(next), block, limitOf(index.byteLength / 4))

/**
 * A memory that has room: the same, or where it has none one of twice the size, with the same quads under the
 * same numbers. Nobody else may be at work.
 */
export function roomy(memory: QuadMemory, block: number): QuadMemory {
  if (!hasNoRoom(memory, block)) return memory
  const after = enlarged(memory)
  moveTo({ before: memory, after }, 0, 1)
  return roomy(after, block)
}

/** Quads that are put into a larger index, by several or by one alone. */
export interface Move {
  readonly before: QuadMemory
  readonly after: QuadMemory
}

/** Puts one of so many equal parts of the quads into the larger index; nobody does anything else with them meanwhile. */
export function moveTo({ before, after }: Move, part: number, parts: number): void {
  const index = new Int32Array(before.index)
  const mask = index.length - 1
  const [from, to] = [part, part + 1].map((at) => Math.floor(at * index.length / parts)) as [number, number] // as many as were mapped
  enter(after, to - from, (place) => index[from + place]! & mask)
}

/** A memory with quads that were numbered by one thread alone, under the same numbers; it has room for as many more. */
export function quadMemoryOf(items: Int32Array, count: number): QuadMemory {
  let places = 1 << 12
  while (limitOf(places) < 2 * count) places *= 2
  const memory = quadMemory(places)
  new Int32Array(memory.items).set(items.subarray(0, 4 * count + 4))
  new Int32Array(memory.next)[0] = count + 1
  enter(memory, count, (place) => place + 1)
  return memory
}

/**
 * How many quads are put into an index at a time: first all are loaded, so that the cache's misses overlap.
 */
const most = 1024

/** Puts quads that are there into the index. */
function enter(memory: QuadMemory, count: number, numberAt: (place: number) => number): void {
  const [items, index] = [new Int32Array(memory.items), new Int32Array(memory.index)]
  const mask = index.length - 1
  const hashes = new Int32Array(Math.min(most, count))
  for (let from = 0; from < count; from += most) {
    const some = Math.min(most, count - from)
    for (let i = 0; i < some; i++) {
      const at = 4 * numberAt(from + i)
      hashes[i] = hash(items[at]!, items[at + 1]!, items[at + 2]!, items[at + 3]!)
    }
    for (let i = 0; i < some; i++) {
      const id = numberAt(from + i)
      const own = 4 * id
      if ((items[own]! | items[own + 1]! | items[own + 2]! | items[own + 3]!) === 0) continue // no number, or one not in use
      let place = hashes[i]! & mask
      while (Atomics.compareExchange(index, place, 0, (hashes[i]! & ~mask) | id) !== 0) place = (place + 1) & mask
    }
  }
}
