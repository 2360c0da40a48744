/**
 * Symmetry: things that differ by nothing but their number, such as slots for pods, may change places without anything
 * becoming different. Of the Worlds that come from each other so, one is kept: the one in which they stand in order.
 * Sound only where no value names its own thing, and where nothing looks at their order beyond picking the first that fits.
 */
import type { Slots } from './slots.js'
import type { VectorSet } from './vector-set.js'

/** Things that may change places: for each its cells, in the same order for all. */
export type Interchangeable = readonly (readonly string[])[]

export class Symmetry {
  /** The slots of each thing, one after the other. */
  private readonly slots: Int32Array
  private readonly things: number
  private readonly cells: number
  private readonly order: Int32Array
  private readonly numbers: Int32Array

  constructor(slots: Slots, group: Interchangeable) {
    this.things = group.length
    this.cells = group[0]?.length ?? 0
    for (let cell = 0; cell < this.cells; cell++) slots.shareNumbers(group.map((keys) => keys[cell]!))
    this.slots = Int32Array.from(group.flatMap((keys) => keys.map((key) => slots.slot(key))))
    this.order = new Int32Array(this.things)
    this.numbers = new Int32Array(this.things * this.cells)
  }

  /** Puts the things of the vector under work in order. */
  sort(worlds: VectorSet): void {
    const { slots, things, cells, order, numbers } = this
    const { work } = worlds
    let sorted = true
    for (let thing = 0; thing < things; thing++) {
      for (let cell = 0; cell < cells; cell++) numbers[thing * cells + cell] = work[slots[thing * cells + cell]!]!
      let at = thing
      for (; at > 0 && this.isBefore(thing, order[at - 1]!); at--) order[at] = order[at - 1]!
      order[at] = thing
      if (at !== thing) sorted = false
    }
    if (sorted) return
    for (let at = 0; at < things; at++) {
      if (order[at] === at) continue
      for (let cell = 0; cell < cells; cell++) worlds.set(slots[at * cells + cell]!, numbers[order[at]! * cells + cell]!)
    }
  }

  private isBefore(a: number, b: number): boolean {
    const { cells, numbers } = this
    for (let cell = 0; cell < cells; cell++) {
      const difference = numbers[a * cells + cell]! - numbers[b * cells + cell]!
      if (difference !== 0) return difference < 0
    }
    return false
  }
}
