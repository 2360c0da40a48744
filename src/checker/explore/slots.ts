/**
 * The numbers that an exploration works with: a slot for each cell and each deadline that was ever met, and for each
 * value a slot has held a small number, dense within the slot. Number 0 is no value.
 */
import type { Value } from '#kernel/cells'
import { Interning } from '#kernel/interned-store'
import { Novelty } from './novelty.js'
import type { Saved } from './saved.js'

export class Slots {
  readonly keys: string[] = []
  /** The values of each slot, by number. */
  readonly values: Value[][] = []
  private readonly byKey = new Map<string, number>()
  private readonly numbers: Map<number, number>[] = []
  private readonly interning = new Interning()

  constructor(private readonly novelty = new Novelty()) {}

  get size(): number {
    return this.keys.length
  }

  /** The slot of a cell or deadline, a new one where it was not met before. */
  slot(key: string): number {
    let slot = this.byKey.get(key)
    if (slot === undefined) {
      this.novelty.met()
      slot = this.keys.push(key) - 1
      this.byKey.set(key, slot)
      this.values.push([undefined])
      this.numbers.push(new Map())
    }
    return slot
  }

  /** A slot of nothing, so that the slots after it lie further on. */
  skip(): void {
    this.keys.push('')
    this.values.push([undefined])
    this.numbers.push(new Map())
  }

  lookup(key: string): number | undefined {
    return this.byKey.get(key)
  }

  /** The number of a value in a slot. */
  number(slot: number, value: Value): number {
    if (value === undefined) return 0
    const numbers = this.numbers[slot]!
    const interned = this.interning.value(value)
    let number = numbers.get(interned)
    if (number === undefined) {
      this.novelty.met()
      // The same object for equal values of all slots, so that it is recognised by identity.
      number = this.values[slot]!.push(this.interning.values[interned]) - 1
      numbers.set(interned, number)
    }
    return number
  }

  /** The number of a value that the slot has held before; `undefined`: it has not. */
  known(slot: number, value: Value): number | undefined {
    return value === undefined ? 0 : this.numbers[slot]!.get(this.interning.value(value))
  }

  /** Equal values have equal numbers in these slots; before any of them holds one. */
  shareNumbers(keys: readonly string[]): void {
    const [first, ...others] = keys.map((key) => this.slot(key))
    for (const slot of others) {
      this.values[slot] = this.values[first!]!
      this.numbers[slot] = this.numbers[first!]!
    }
  }

  /** A number for a value, whatever slot it is in. */
  intern(value: Value): number {
    return this.interning.value(value)
  }

  save(): Saved {
    return { data: { keys: this.keys, values: this.values } }
  }

  /** The same slots and numbers again, where there are none yet but the first of them. */
  load({ data }: Saved): void {
    const { keys, values } = data as { readonly keys: readonly string[]; readonly values: readonly (readonly Value[])[] } // as saved
    keys.forEach((key, at) => {
      const slot = this.slot(key)
      if (slot !== at) throw new Error(`slot ${key} was number ${at}`)
      for (const value of values[at]!) this.number(slot, value)
    })
  }

  value(slot: number, number: number): Value {
    return this.values[slot]![number]
  }
}
