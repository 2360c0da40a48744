/**
 * A seeded, splittable pseudo-random generator (SplitMix32 state, after Steele, Lea and Flood, "Fast splittable
 * pseudorandom number generators", 2014). Only what picks orders may use it; models never do.
 */
export class Prng {
  private state: number

  constructor(seed: number) {
    this.state = scramble(seed | 0)
  }

  /** An unsigned 32-bit integer. */
  next(): number {
    this.state = (this.state + 0x9e3779b9) | 0
    return scramble(this.state) >>> 0
  }

  /** An integer from 0 to `bound` − 1. The bias is below 2⁻²⁰ for bounds up to 4,096. */
  below(bound: number): number {
    return Math.floor((this.next() / 0x100000000) * bound)
  }

  /** A number from 0 (inclusive) to 1 (exclusive). */
  unit(): number {
    return this.next() / 0x100000000
  }

  pick<T>(options: readonly [T, ...T[]] | readonly T[]): T {
    const picked = options[this.below(options.length)]
    if (picked === undefined) throw new Error('pick from an empty list')
    return picked
  }

  /** An independent generator for the part called `name`: adding another part elsewhere does not change it. */
  split(name: string | number): Prng {
    let hash = this.state
    for (const char of String(name)) hash = scramble(hash ^ (char.codePointAt(0) ?? 0))
    return new Prng(hash)
  }
}

function scramble(word: number): number {
  let z = word
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
  return (z ^ (z >>> 15)) | 0
}
