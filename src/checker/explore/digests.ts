/**
 * Worlds by 64 bits of them, numbered from 1 as they come: that two have the same, and one of them is taken for the other, is so
 * unlikely (docs/exploring.md) that it may be worth the memory of all Worlds (Wolper, Leroy: Reliable Hashing without Collision
 * Detection, 1993).
 */
import { grown } from './arrays.js'
import { arrayOf, type Saved } from './saved.js'

const start = 1 << 12

/** How many of so many Worlds probably have the digest of another one. */
export const probablyMissed = (worlds: number): number => worlds * (worlds - 1) / 2 ** 65

/** Two numbers of 32 bits that stand for a vector: see `Digests.of`. */
export function digest(vector: Int32Array, slots: number, into: Int32Array): void {
  let [a, b] = [0, 0]
  for (let slot = 0; slot < slots; slot++) {
    const number = vector[slot]!
    if (number === 0) continue
    let x = Math.imul(slot + 1, 0x9e3779b1) ^ Math.imul(number, 0x85ebca77)
    x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d)
    x = Math.imul(x ^ (x >>> 12), 0x297a2d39)
    a = (a + (x ^ (x >>> 15))) | 0
    let y = Math.imul(slot + 1, 0xc2b2ae3d) + Math.imul(number, 0x27d4eb2f)
    y = Math.imul(y ^ (y >>> 16), 0x7feb352d)
    y = Math.imul(y ^ (y >>> 15), 0x846ca68b)
    b = (b + (y ^ (y >>> 16))) | 0
  }
  into[0] = a
  into[1] = b
}

export class Digests {
  count = 0
  /** Two numbers for each digest. */
  private items: Int32Array = new Int32Array(2 * start)
  /** Where to look for one: its number; 0: there is none. */
  private index: Int32Array = new Int32Array(start)
  private readonly halves = new Int32Array(2)

  get bytes(): number {
    return this.items.byteLength + this.index.byteLength
  }

  save(): Saved {
    return { arrays: { items: this.items.subarray(0, 2 * this.count + 2) } }
  }

  load(saved: Saved): void {
    this.items = arrayOf(saved, 'items')
    this.count = this.items.length / 2 - 1
    let size = start
    while (3 * this.count > 2 * size) size *= 2
    this.rehash(size)
  }

  /** The number of the digest of a vector: the numbers of so many slots, of which those that are 0 do not count. */
  of(vector: Int32Array, slots: number): number {
    digest(vector, slots, this.halves)
    return this.number(this.halves[0]!, this.halves[1]!)
  }

  private number(a: number, b: number): number {
    const { index, items } = this
    const mask = index.length - 1
    let place = placeOf(a, b) & mask
    for (let id = index[place]!; id !== 0; id = index[place]!) {
      if (items[2 * id] === a && items[2 * id + 1] === b) return id
      place = (place + 1) & mask
    }
    const id = index[place] = ++this.count
    if (2 * id >= items.length) this.items = grown(items, 2 * id + 2)
    this.items[2 * id] = a
    this.items[2 * id + 1] = b
    if (3 * id > 2 * index.length) this.rehash(2 * index.length)
    return id
  }

  private rehash(size: number): void {
    const index = new Int32Array(size)
    for (let id = 1; id <= this.count; id++) {
      let place = placeOf(this.items[2 * id]!, this.items[2 * id + 1]!) & (size - 1)
      while (index[place] !== 0) place = (place + 1) & (size - 1)
      index[place] = id
    }
    this.index = index
  }
}

const placeOf = (a: number, b: number): number => {
  const mixed = Math.imul(a ^ (b >>> 7), 0x9e3779b1) + b
  return mixed ^ (mixed >>> 15)
}
