/**
 * Which choices have to be looked up again: a slot changed that was read when they were looked up last. What
 * else their Steps may read elsewhere does not matter, so that a Step that finds at its second question that
 * it has nothing to do is left in peace.
 */
import { grown } from './arrays.js'

export class Freshness {
  /** How many words of 32 bits the slots of a vector take. */
  private words = 1
  /** For each leaf the slots that its Step reads: `words` bits after each other. */
  private leaves: Int32Array = new Int32Array(64)
  /** The choices, and for each the slots that were read when it was looked up last. */
  private readonly choices: number[] = []
  private masks: Int32Array = new Int32Array(64)
  /** By choice: where it is in `choices`, −1 where it is not; and whether it has to be looked up. */
  private readonly places: number[] = []
  private readonly stale: boolean[] = []

  /** Takes down what the Step of a leaf reads. */
  note(leaf: number, slots: Iterable<number>): void {
    const { words } = this
    if (words * (leaf + 1) > this.leaves.length) this.leaves = grown(this.leaves, words * (leaf + 1))
    for (const slot of slots) this.leaves[words * leaf + (slot >> 5)]! |= 1 << (slot & 31)
  }

  /** Adds a choice, to be looked up, unless it is there. */
  add(choice: number): void {
    while (this.places.length <= choice) {
      this.places.push(-1)
      this.stale.push(true)
    }
    if (this.places[choice]! >= 0) return
    const place = this.places[choice] = this.choices.push(choice) - 1
    if (this.words * (place + 1) > this.masks.length) this.masks = grown(this.masks, this.words * (place + 1))
  }

  /** Whether the choice has to be looked up. */
  isStale(choice: number): boolean {
    return this.stale[choice]!
  }

  /**
   * The choice was looked up: it came to this leaf, −1 where to none, after a look at `slot` and `gate`, −1
   * where it has none.
   */
  looked(choice: number, leaf: number, slot: number, gate: number): void {
    const { words, masks, leaves } = this
    const at = words * this.places[choice]!
    for (let word = 0; word < words; word++) masks[at + word] = leaf < 0 ? 0 : leaves[words * leaf + word]!
    masks[at + (slot >> 5)]! |= 1 << (slot & 31)
    if (gate >= 0) masks[at + (gate >> 5)]! |= 1 << (gate & 31)
    this.stale[choice] = false
  }

  /** The numbers in these slots, the first `count`, are others now. */
  moved(slots: Int32Array, count: number): void {
    const { words, choices, masks, stale } = this
    for (let word = 0; word < words; word++) {
      let mask = 0
      for (let i = 0; i < count; i++) if (slots[i]! >> 5 === word) mask |= 1 << (slots[i]! & 31)
      if (mask === 0) continue
      for (let i = 0, at = word; i < choices.length; i++, at += words) {
        if ((masks[at]! & mask) !== 0) stale[choices[i]!] = true
      }
    }
  }

  /** The choice has to be looked up. */
  forget(choice: number): void {
    this.stale[choice] = true
  }

  /** All have to be looked up. */
  forgetAll(): void {
    this.stale.fill(true)
  }

  /** Makes room for so many slots. */
  widenTo(slots: number): void {
    const words = Math.ceil(slots / 32)
    if (words <= this.words) return
    const longer = new Int32Array((this.leaves.length / this.words) * words)
    for (let leaf = 0; this.words * leaf < this.leaves.length; leaf++) {
      longer.set(this.leaves.subarray(this.words * leaf, this.words * (leaf + 1)), words * leaf)
    }
    this.leaves = longer
    this.masks = new Int32Array(words * (this.choices.length + 16))
    this.words = words
    this.forgetAll()
  }
}
