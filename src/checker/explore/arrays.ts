/** A longer array that begins with the same numbers: at least twice as long, at least `least`. */
export function grown(array: Int32Array, least: number): Int32Array {
  const longer = new Int32Array(Math.max(2 * array.length, least))
  longer.set(array)
  return longer
}

/** A list of numbers that grows. */
export class Numbers {
  items: Int32Array = new Int32Array(1 << 10)
  length = 0

  push(number: number): number {
    if (this.length === this.items.length) this.items = grown(this.items, this.length + 1)
    this.items[this.length] = number
    return this.length++
  }

  /** Takes the last one off. */
  pop(): number {
    return this.items[--this.length]!
  }
}
