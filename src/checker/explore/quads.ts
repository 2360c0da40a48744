import { grown } from './arrays.js'

const startSize = 1 << 12

/** Four numbers in a row, themselves numbered from 1; 0 stands for four zeroes, so that what is empty costs nothing. */
export class Quads {
  /** Quad number `id` at `4 * id`. */
  items: Int32Array = new Int32Array(4 * startSize)
  private index: Int32Array = new Int32Array(startSize)
  private mask = startSize - 1
  count = 0

  get bytes(): number {
    return this.items.byteLength + this.index.byteLength
  }

  /** The number of the four at `at` in `from`: `count + 1`, as it was before, for a quad that was not met yet. */
  id(from: Int32Array, at: number): number {
    const a = from[at]!
    const b = from[at + 1]!
    const c = from[at + 2]!
    const d = from[at + 3]!
    if ((a | b | c | d) === 0) return 0
    const { items, index, mask } = this
    let place = hash(a, b, c, d) & mask
    for (let id = index[place]!; id !== 0; id = index[place]!) {
      const own = 4 * id
      if (items[own] === a && items[own + 1] === b && items[own + 2] === c && items[own + 3] === d) return id
      place = (place + 1) & mask
    }
    index[place] = ++this.count
    this.put(this.count, a, b, c, d)
    return this.count
  }

  /** Puts other quads in place of all: as many, as different from each other. `change` works on the numbers at a place. */
  replace(change: (items: Int32Array, at: number) => void): void {
    for (let id = 1; id <= this.count; id++) change(this.items, 4 * id)
    this.rehash(this.index.length)
  }

  private put(id: number, a: number, b: number, c: number, d: number): void {
    const own = 4 * id
    if (own + 3 >= this.items.length) this.items = grown(this.items, own + 4)
    const { items } = this
    items[own] = a
    items[own + 1] = b
    items[own + 2] = c
    items[own + 3] = d
    if (3 * id > 2 * this.mask) this.rehash(2 * this.index.length)
  }

  private rehash(size: number): void {
    const { items } = this
    const index = new Int32Array(size)
    const mask = size - 1
    for (let id = 1; id <= this.count; id++) {
      const own = 4 * id
      let at = hash(items[own]!, items[own + 1]!, items[own + 2]!, items[own + 3]!) & mask
      while (index[at] !== 0) at = (at + 1) & mask
      index[at] = id
    }
    this.index = index
    this.mask = mask
  }
}

/** Spreads four numbers over 32 bits. */
function hash(a: number, b: number, c: number, d: number): number {
  let h = Math.imul(a, 0x9e3779b1) + Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35) + Math.imul(d, 0x27d4eb2f)
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d)
  return h ^ (h >>> 13)
}
