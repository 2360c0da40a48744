/**
 * A set of hashes of 53 bits in one open-addressed table: eight bytes an entry, and as much room again at most. A hash has a
 * place, which is the same from the last `add` on.
 */
import type { Hash } from '#kernel/value'

/** Stands for hash 0, which says here that a place is free; no hash is as large. */
const zero = 2 ** 53

/** Beyond this share, probes become long. */
const fullest = 0.75

export class HashSet {
  size = 0
  private table: Float64Array

  /** `places` is a power of two. */
  constructor(places = 1 << 10) {
    this.table = new Float64Array(places)
  }

  get bytes(): number {
    return this.table.byteLength
  }

  /** How many places there are; they are numbered from 0. */
  get places(): number {
    return this.table.length
  }

  /** Whether it is new. */
  add(hash: Hash): boolean {
    const kept = hash === 0 ? zero : hash
    const place = this.probe(kept)
    if (this.table[place] === kept) return false
    this.table[place] = kept
    if (++this.size > fullest * this.table.length) this.grow()
    return true
  }

  has(hash: Hash): boolean {
    return this.placeOf(hash) >= 0
  }

  /** Where a hash is; −1: it is not there. */
  placeOf(hash: Hash): number {
    const kept = hash === 0 ? zero : hash
    const place = this.probe(kept)
    return this.table[place] === kept ? place : -1
  }

  /** Its place, or the free one where it would be put. */
  private probe(kept: number): number {
    const { table } = this
    const last = table.length - 1
    const mixed = Math.imul((kept | 0) ^ (kept / 0x100000000), 0x9e3779b1)
    let place = (mixed ^ mixed >>> 15) & last
    for (let at = table[place]!; at !== 0 && at !== kept; at = table[place]!) place = place + 1 & last
    return place
  }

  private grow(): void {
    const { table } = this
    this.table = new Float64Array(2 * table.length)
    for (let i = 0; i < table.length; i++) if (table[i] !== 0) this.table[this.probe(table[i]!)] = table[i]!
  }
}
