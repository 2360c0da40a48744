const start = 1 << 10

/** A map from two small numbers to one, none of them negative. */
export class Pairs {
  /** `a + 1, b, value` at each place; 0 where it is free. */
  private items: Int32Array = new Int32Array(3 * start)
  private bits = 10
  private count = 0

  get bytes(): number {
    return this.items.byteLength
  }

  /** −1 where there is none. */
  get(a: number, b: number): number {
    const { items } = this
    const size = items.length
    for (let at = 3 * this.place(a, b); ; at = at + 3 === size ? 0 : at + 3) {
      if (items[at] === a + 1 && items[at + 1] === b) return items[at + 2]!
      if (items[at] === 0) return -1
    }
  }

  set(a: number, b: number, value: number): number {
    if (6 * ++this.count > this.items.length) this.grow()
    this.put(a, b, value)
    return value
  }

  private put(a: number, b: number, value: number): void {
    const { items } = this
    let at = 3 * this.place(a, b)
    while (items[at] !== 0) at = at + 3 === items.length ? 0 : at + 3
    items[at] = a + 1
    items[at + 1] = b
    items[at + 2] = value
  }

  private place(a: number, b: number): number {
    const mixed = Math.imul(a, 0x9e3779b1) + Math.imul(b, 0x85ebca6b)
    return Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) >>> (32 - this.bits)
  }

  private grow(): void {
    const before = this.items
    this.bits++
    this.items = new Int32Array(2 * before.length)
    for (let at = 0; at < before.length; at += 3) if (before[at] !== 0) this.put(before[at]! - 1, before[at + 1]!, before[at + 2]!)
  }
}
