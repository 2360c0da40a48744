/**
 * Worlds that were come to and not yet looked up. They are looked up many at a time: a look-up waits for
 * memory, and many wait together.
 */
import { grown } from './arrays.js'
import type { VectorSet } from './vector-set.js'
import type { Kept } from './ways.js'

/** How far apart successors stand: the four numbers of the root, the World it comes from, the way. */
export const stride = 6
const batch = 1024

export class Successors {
  items: Int32Array = new Int32Array(stride * 2 * batch)
  count = 0

  constructor(private readonly worlds: VectorSet, private readonly ways: Kept) {}

  /** Whether it is time to look them up. */
  get isFull(): boolean {
    return this.count >= batch
  }

  /** Room for so many more. */
  makeRoom(count: number): void {
    const needed = stride * (this.count + count)
    if (needed > this.items.length) this.items = grown(this.items, needed)
  }

  /** Adds the World whose root is at `top` in `work`, come to from World number `world`. */
  add(world: number, way: number, work: Int32Array, top: number): void {
    this.makeRoom(1)
    const { items } = this
    const at = stride * this.count++
    items[at] = work[top]!
    items[at + 1] = work[top + 1]!
    items[at + 2] = work[top + 2]!
    items[at + 3] = work[top + 3]!
    items[at + 4] = world
    items[at + 5] = way
  }

  /** Looks up what was added, in its order. */
  flush(): void {
    const { items, count, worlds, ways } = this
    this.count = 0
    worlds.addRoots(items, count, stride)
    const end = stride * count
    for (let at = 0; at < end; at += stride) {
      if (items[at + 1] === 1) ways.keep(items[at]!, items[at + 4]!, items[at + 5]!)
    }
  }
}
