/**
 * Which Worlds were met, by three bits of a table for each: one that is new may be taken for one that was met, but never the other
 * way round (Holzmann: An Analysis of Bitstate Hashing, 1998; the table is Bloom's of 1970).
 */
import { digest } from './digests.js'
import type { Left } from './nodes.js'
import { arrayOf, type Saved } from './saved.js'

const bitsPerWorld = 3

export class Filter {
  private words: Int32Array
  private readonly halves = new Int32Array(2)
  /** How many bits are set. */
  private set = 0
  /** How many Worlds that are new were probably taken for others, by how full the table was each time that one was not. */
  missed = 0

  /** `bytes`: at most; `seed`: another one takes other Worlds for each other. */
  constructor(bytes: number, private readonly seed: number) {
    this.words = new Int32Array(2 ** Math.min(31, Math.max(8, Math.floor(Math.log2(bytes / 4)))))
  }

  get bytes(): number {
    return this.words.byteLength
  }

  /** The share of the bits that are set. */
  get fill(): number {
    return this.set / (32 * this.words.length)
  }

  save(): Saved {
    return { data: { set: this.set, missed: this.missed }, arrays: { words: this.words } }
  }

  load(saved: Saved): void {
    Object.assign(this, saved.data)
    this.words = arrayOf(saved, 'words')
  }

  /** Whether a World, the numbers of so many slots, was not met with so much left; from now on it was. */
  add(vector: Int32Array, slots: number, { delays, faults, last, disturbed }: Readonly<Left>): boolean {
    const { halves, words, seed } = this
    digest(vector, slots, halves)
    const a = mixed(halves[0]! ^ mixed(Math.imul(last, 0x9e3779b1) + seed))
    const b = mixed(halves[1]! ^ mixed(Math.imul(disturbed, 0x85ebca77) + (delays << 8 | faults)) ^ seed)
    const before = this.set
    const fill = this.fill
    for (let i = 1; i <= bitsPerWorld; i++) {
      const bits = mixed(a + Math.imul(i, b))
      const word = bits & (words.length - 1)
      const bit = 1 << (mixed(b ^ Math.imul(i, 0xc2b2ae3d)) & 31)
      if ((words[word]! & bit) !== 0) continue
      words[word] = words[word]! | bit
      this.set++
    }
    if (this.set === before) return false
    const chance = fill ** bitsPerWorld
    this.missed += chance / (1 - chance)
    return true
  }
}

function mixed(number: number): number {
  let x = Math.imul(number ^ (number >>> 16), 0x21f0aaad)
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97)
  return x ^ (x >>> 15)
}
