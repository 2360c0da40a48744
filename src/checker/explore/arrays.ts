/** A longer array that begins with the same numbers, shared where that is: at least twice as long, at least `least`. */
export function grown(array: Int32Array, least: number): Int32Array {
  const length = Math.max(2 * array.length, least)
  const longer = array.buffer instanceof SharedArrayBuffer ? shareable(length) : new Int32Array(length)
  longer.set(array)
  return longer
}

/** The same numbers where other threads can read them. */
export function shared(array: Int32Array): Int32Array {
  if (array.buffer instanceof SharedArrayBuffer) return array
  const copy = shareable(array.length)
  copy.set(array)
  return copy
}

const shareable = (length: number): Int32Array => new Int32Array(new SharedArrayBuffer(4 * length))

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
