/**
 * Symmetry where things are known by name: nodes, whose names stand in keys and inside values. Of the Worlds
 * that come from each other by renaming, one is kept: the least of them, as vectors of numbers.
 *
 * Sound where the models do the same whatever a thing is called (renamed Worlds have renamed Steps), where
 * nothing but its names tells it apart, where claims do not name it, and where in `unordered` cells the order
 * in lists means nothing.
 */
import type { Value } from '#kernel/cells'
import { flat } from '#kernel/list'
import type { Slots } from './slots.js'
import type { VectorSet } from './vector-set.js'

export interface Renamable {
  /**
   * For each thing its names, in the same order for all: `node-1`, its address, the beginning of its pods'
   * addresses.
   */
  readonly things: readonly (readonly string[])[]
  /**
   * Beginnings of cells in whose lists the order of entries means nothing; the first one that was met stands
   * for all.
   */
  readonly unordered?: readonly string[]
}

/** More would be too many permutations. */
const most = 5

/** One way of giving the things each other's names. */
class Permutation {
  readonly slots: number[] = []
  readonly numbers: number[][] = []
  private readonly names: ReadonlyMap<string, string>

  constructor(things: Renamable['things'], order: readonly number[], private readonly pattern: RegExp) {
    this.names = new Map(things.flatMap((names, thing) =>
      names.map((name, at) => [name, things[order[thing]!]![at]!] as const)))
  }

  readonly text = (text: string): string => text.replace(this.pattern, (name) => this.names.get(name) ?? name)

  value(value: Value): Value {
    if (typeof value === 'string') return this.text(value)
    if (Array.isArray(value)) return value.map((inner) => this.value(inner))
    if (typeof value !== 'object' || value === null) return value
    if (flat(value) !== value) throw new Error('so long a list is not renamed: its entries say where it is cut')
    return Object.fromEntries(Object.entries(value).map(([member, inner]) =>
      [this.text(member), this.value(inner)]))
  }
}

export class Renaming {
  private readonly others: readonly Permutation[]
  private readonly unordered: readonly string[]
  /** For each number of a slot the first one that differs from it by nothing but order. */
  private readonly alike: number[][] = []
  private readonly byText: Map<string, number>[] = []
  private least = new Int32Array(0)
  private image = new Int32Array(0)

  /** `grow`: told when there are more slots than before. */
  constructor(
    private readonly slots: Slots, { things, unordered = [] }: Renamable, private readonly grow: () => void,
  ) {
    if (things.length > most) throw new Error(`${things.length} things may change places: at most ${most} can`)
    this.unordered = unordered
    const names = things.flat().map((name) =>
      name.replace(/[.|/]/g, '\\$&') + (/\w$/.test(name) ? '(?!\\w)' : ''))
    const pattern = new RegExp(`(?<![\\w-])(?:${names.join('|')})`, 'g')
    this.others = permutations(things.map((_, at) => at)).slice(1)
      .map((order) => new Permutation(things, order, pattern))
  }

  /** Puts the least of the Worlds in the place of the one under work. */
  settle(worlds: VectorSet): void {
    const { slots } = this
    for (let slot = 0; slot < slots.size; slot++) { // the images of slots that are new are slots too
      const number = worlds.at(slot)
      if (number !== 0) for (const other of this.others) this.imageOf(other, slot, number)
    }
    this.grow()
    const { size } = slots
    if (this.least.length < size) {
      this.least = new Int32Array(2 * size)
      this.image = new Int32Array(2 * size)
    }
    for (let slot = 0; slot < size; slot++) this.least[slot] = this.firstAlike(slot, worlds.at(slot))
    for (const other of this.others) {
      this.image.fill(0, 0, size)
      for (let slot = 0; slot < size; slot++) {
        const number = worlds.at(slot)
        if (number !== 0) this.image[other.slots[slot]!] = other.numbers[slot]![number]!
      }
      if (isLess(this.image, this.least, size)) [this.least, this.image] = [this.image, this.least]
    }
    for (let slot = 0; slot < size; slot++) {
      if (worlds.at(slot) !== this.least[slot]) worlds.set(slot, this.least[slot]!)
    }
  }

  private imageOf(other: Permutation, slot: number, number: number): void {
    const to = other.slots[slot] ??= this.slots.slot(other.text(this.slots.keys[slot]!))
    const numbers = other.numbers[slot] ??= []
    if (numbers[number] !== undefined) return
    const image = this.slots.number(to, other.value(this.slots.value(slot, number)))
    numbers[number] = this.firstAlike(to, image)
  }

  private firstAlike(slot: number, number: number): number {
    const key = this.slots.keys[slot]!
    if (number === 0 || !this.unordered.some((one) => key.startsWith(one))) return number
    const alike = this.alike[slot] ??= []
    if (alike[number] === undefined) {
      const text = orderless(this.slots.value(slot, number))
      const known = this.byText[slot] ??= new Map()
      if (!known.has(text)) known.set(text, number)
      alike[number] = known.get(text)!
    }
    return alike[number]
  }
}

function isLess(a: Int32Array, b: Int32Array, size: number): boolean {
  for (let at = 0; at < size; at++) if (a[at] !== b[at]) return a[at]! < b[at]!
  return false
}

/** The first one changes nothing. */
function permutations(all: readonly number[]): readonly (readonly number[])[] {
  if (all.length < 2) return [all]
  return all.flatMap((first) =>
    permutations(all.filter((one) => one !== first)).map((rest) => [first, ...rest]))
}

/** The same text for values that differ by nothing but the order in lists, and of members. */
function orderless(value: Value): string {
  if (Array.isArray(value)) return `[${value.map(orderless).sort().join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'nothing'
  const members = Object.entries(value)
    .map(([member, inner]) => `${JSON.stringify(member)}:${orderless(inner)}`)
  return `{${members.sort().join()}}`
}
