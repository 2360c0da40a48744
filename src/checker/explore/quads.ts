import { grown } from './arrays.js'
import { Novelty } from './novelty.js'
import { arrayOf, type Saved } from './saved.js'

const startSize = 1 << 12

/** Where quads are kept and looked up. */
export interface Table {
  /** Quad number `id` at `4 * id`. */
  readonly items: Int32Array
  readonly count: number
  readonly bytes: number
  id(from: Int32Array, at: number): number
  addAll(from: Int32Array, count: number, stride: number): void
  replace(change: (items: Int32Array, at: number) => void): void
  save(): Saved
  /** Before anything was put there. */
  load(saved: Saved): void
}

/**
 * Four numbers in a row, themselves numbered from 1; 0 stands for four zeroes, so that what is empty costs
 * nothing.
 */
export class Quads implements Table {
  /** Quad number `id` at `4 * id`. */
  items: Int32Array = new Int32Array(4 * startSize)
  /**
   * Where to look for a quad: the number of one, in as many of its low bits as a place has, and above them
   * the bits that its hash has there, so that most other quads are told apart without being looked at. 0:
   * none.
   */
  private index: Int32Array = new Int32Array(startSize)
  private mask = startSize - 1
  /**
   * Hashes of the quads that `addAll` is at, and what was loaded, so that no load is left out for having no
   * use.
   */
  private hashes: Int32Array = new Int32Array(1 << 10)
  private touched = 0
  count = 0

  constructor(private readonly novelty = new Novelty()) {}

  get bytes(): number {
    return this.items.byteLength + this.index.byteLength
  }

  save(): Saved {
    return { arrays: { items: this.items.subarray(0, 4 * this.count + 4) } }
  }

  load(saved: Saved): void {
    this.items = arrayOf(saved, 'items')
    this.count = this.items.length / 4 - 1
    let size = startSize
    while (3 * this.count > 2 * (size - 1)) size *= 2
    this.rehash(size)
  }

  /**
   * The number of the four at `at` in `from`: `count + 1`, as it was before, for a quad that was not met yet.
   */
  id(from: Int32Array, at: number): number {
    const a = from[at]!
    const b = from[at + 1]!
    const c = from[at + 2]!
    const d = from[at + 3]!
    if ((a | b | c | d) === 0) return 0
    return this.find(hash(a, b, c, d), a, b, c, d)
  }

  /**
   * The numbers of many quads, as `id` gives them one by one, in place of the first number of each, and
   * whether it is new (1) in place of the second: the first `count` in `from`, one every `stride` numbers,
   * none all zeroes. All are looked for before any is compared, so that the cache's misses overlap.
   */
  addAll(from: Int32Array, count: number, stride: number): void {
    this.makeRoom(this.count + count)
    if (count > this.hashes.length) this.hashes = new Int32Array(2 * count)
    const { hashes, index, mask, items } = this
    let sum = 0
    for (let i = 0, at = 0; i < count; i++, at += stride) {
      const h = hash(from[at]!, from[at + 1]!, from[at + 2]!, from[at + 3]!)
      hashes[i] = h
      sum ^= index[h & mask]!
    }
    for (let i = 0; i < count; i++) {
      sum ^= items[4 * (index[hashes[i]! & mask]! & mask)]!
    }
    this.touched = sum
    for (let i = 0, at = 0; i < count; i++, at += stride) {
      const h = hashes[i]!
      const a = from[at]!
      const b = from[at + 1]!
      const c = from[at + 2]!
      const d = from[at + 3]!
      let place = h & mask
      let entry = index[place]!
      for (; entry !== 0; entry = index[place]!) { // as in `find`
        if (((entry ^ h) & ~mask) === 0) {
          const own = 4 * (entry & mask)
          if (items[own] === a && items[own + 1] === b && items[own + 2] === c && items[own + 3] === d) break
        }
        place = (place + 1) & mask
      }
      from[at + 1] = entry === 0 ? 1 : 0
      if (entry === 0) {
        entry = (h & ~mask) | ++this.count
        index[place] = entry
        const own = 4 * this.count
        items[own] = a
        items[own + 1] = b
        items[own + 2] = c
        items[own + 3] = d
      }
      from[at] = entry & mask
    }
  }

  /**
   * Puts other quads in place of all: as many, as different from each other. `change` works on the numbers at
   * a place.
   */
  replace(change: (items: Int32Array, at: number) => void): void {
    for (let id = 1; id <= this.count; id++) change(this.items, 4 * id)
    this.rehash(this.index.length)
  }

  private find(h: number, a: number, b: number, c: number, d: number): number {
    const { items, index, mask } = this
    let place = h & mask
    for (let entry = index[place]!; entry !== 0; entry = index[place]!) {
      if (((entry ^ h) & ~mask) === 0) {
        const id = entry & mask
        const own = 4 * id
        if (items[own] === a && items[own + 1] === b && items[own + 2] === c && items[own + 3] === d) return id
      }
      place = (place + 1) & mask
    }
    this.novelty.met()
    const id = ++this.count
    index[place] = (h & ~mask) | id
    const own = 4 * id
    if (own < items.length) {
      items[own] = a
      items[own + 1] = b
      items[own + 2] = c
      items[own + 3] = d
    } else {
      this.items = grown(items, own + 4)
      this.items.set([a, b, c, d], own)
    }
    if (3 * id > 2 * mask) this.rehash(2 * index.length)
    return id
  }

  private makeRoom(count: number): void {
    if (4 * count >= this.items.length) this.items = grown(this.items, 4 * count + 4)
    let size = this.index.length
    while (3 * count > 2 * (size - 1)) size *= 2
    if (size > this.index.length) this.rehash(size)
  }

  private rehash(size: number): void {
    const { items } = this
    const index = new Int32Array(size)
    const mask = size - 1
    for (let id = 1; id <= this.count; id++) {
      const own = 4 * id
      if ((items[own]! | items[own + 1]! | items[own + 2]! | items[own + 3]!) === 0) continue // a number that is not in use
      const h = hash(items[own]!, items[own + 1]!, items[own + 2]!, items[own + 3]!)
      let at = h & mask
      while (index[at] !== 0) at = (at + 1) & mask
      index[at] = (h & ~mask) | id
    }
    this.index = index
    this.mask = mask
  }
}

/** Spreads four numbers over 32 bits. */
export function hash(a: number, b: number, c: number, d: number): number {
  let h = Math.imul(a, 0x9e3779b1) + Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35) + Math.imul(d, 0x27d4eb2f)
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d)
  return h ^ (h >>> 13)
}
