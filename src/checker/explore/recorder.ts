/**
 * The handle of a Step that was not met before: it works on the vector under work, and takes down what it asks and does, in
 * numbers. Nothing is changed by it; the memo's leaf is what carries it out.
 */
import type { Cells, DeadlineKey, Key, Projection, Value } from '#kernel/cells'
import { appended, flat, type List } from '#kernel/list'
import { asks, type Asked } from './step-memo.js'
import type { Slots } from './slots.js'

/** What a Step does, in order. `appends`: see `Appends`. */
export type Done =
  | { readonly is: 'write'; readonly slot: number; readonly number: number }
  | { readonly is: 'append'; readonly slot: number; readonly add: boolean; readonly entry: Value }
  | { readonly is: 'arm-earlier'; readonly slot: number; readonly ms: number }

const left = 'left|'

export const isDeadlineSlot = (key: string): boolean => key.startsWith(left)

/** The deadline that a slot is about. */
export const deadlineOf = (key: string): DeadlineKey => key.slice(left.length)

/** The slot that holds what is left of a deadline, in milliseconds. Number 1 there says that it has ended. */
export function deadlineSlot(slots: Slots, key: DeadlineKey): number {
  const slot = slots.slot(`${left}${key}`)
  slots.number(slot, 0)
  return slot
}

export class Recorder implements Cells {
  readonly asked: Asked[] = []
  readonly done: Done[] = []
  private readonly known = new Set<number>()
  /** What this Step has written so far. */
  private readonly written = new Map<number, Value>()
  private readonly appended = new Map<number, readonly { readonly add: boolean; readonly entry: Value }[]>()
  private readonly armed = new Set<number>()
  private ties = 0

  constructor(
    private readonly slots: Slots,
    /** The number of a slot in the World in which the Step is taken. */
    private readonly at: (slot: number) => number,
    private readonly picks: Int32Array,
  ) {}

  read<T>(key: Key<T>): T | undefined {
    const value = this.value(key)
    return (key.startsWith('store|') ? value : flat(value)) as T | undefined // a key is only ever written with its own type
  }

  list<T>(key: Key<List<T>>): List<T> | undefined {
    return this.value(key) as List<T> | undefined // as for read
  }

  project<T, R>(key: Key<T>, projection: Projection<T, R>): R {
    return projection.of(this.read(key))
  }

  write<T>(key: Key<T>, value: T | undefined): void {
    const slot = this.slots.slot(key)
    this.written.set(slot, value)
    this.done.push({ is: 'write', slot, number: this.slots.number(slot, value) })
  }

  append<T>(key: Key<readonly T[]>, entry: T): void {
    this.lengthen(key, entry, false)
  }

  add<T>(key: Key<List<T>>, entry: T): void {
    this.lengthen(key, entry, true)
  }

  pending(key: DeadlineKey): boolean {
    const slot = deadlineSlot(this.slots, key)
    if (this.written.has(slot)) return Number(this.written.get(slot) ?? 0) > 0
    if (this.armed.has(slot)) throw new Error(`a Step asks about ${key}, which it armed unless it ended earlier`)
    const pending = this.at(slot) > 1
    this.note(asks.pending, slot, pending ? 1 : 0)
    return pending
  }

  arm(key: DeadlineKey, ms: number, keep?: 'earlier'): void {
    const slot = deadlineSlot(this.slots, key)
    const own = this.written.get(slot)
    if (keep !== undefined && !this.written.has(slot)) {
      this.armed.add(slot)
      this.done.push({ is: 'arm-earlier', slot, ms })
    } else if (keep === undefined || typeof own !== 'number' || own > ms) {
      this.written.set(slot, ms)
      this.done.push({ is: 'write', slot, number: this.slots.number(slot, ms) })
    }
  }

  disarm(key: DeadlineKey): void {
    const slot = deadlineSlot(this.slots, key)
    this.written.set(slot, undefined)
    this.done.push({ is: 'write', slot, number: 0 })
  }

  choose(options: readonly string[]): number {
    if (options.length < 2) return 0
    const picked = this.picks[this.ties++] ?? 0
    this.asked.push({ is: asks.tie, of: options.length, answer: picked })
    return picked
  }

  /** Keys that match and hold anything now: whether each of those that are known does is asked. */
  keys(match: (key: string) => boolean): readonly string[] {
    const { slots } = this
    const found: string[] = []
    for (let slot = 0; slot < slots.size; slot++) {
      const whole = slots.keys[slot]!
      const key = isDeadlineSlot(whole) ? deadlineOf(whole) : whole
      if (!match(key)) continue
      const number = this.at(slot)
      this.note(asks.present, slot, number === 0 ? 0 : 1)
      const own = this.written.has(slot) ? this.written.get(slot) !== undefined : number !== 0 || this.appended.has(slot)
      if (own) found.push(key)
    }
    return found
  }

  /** The value of a slot as the World has it. */
  own(slot: number): Value {
    const number = this.at(slot)
    this.note(asks.number, slot, number)
    return this.slots.value(slot, number)
  }

  private value(key: string): Value {
    const slot = this.slots.slot(key)
    if (this.written.has(slot)) return this.written.get(slot)
    const number = this.at(slot)
    this.note(asks.number, slot, number)
    return (this.appended.get(slot) ?? []).reduce<Value>(
      (list, { add, entry }) => lengthened(list, entry, add), this.slots.value(slot, number))
  }

  protected note(is: Asked['is'], of: number, answer: number): void {
    const question = 4 * of + is
    if (this.known.has(question)) return
    this.known.add(question)
    this.asked.push({ is, of, answer })
  }

  /** What is there is not read by this, so that appending and taking commute. */
  private lengthen(key: string, entry: Value, add: boolean): void {
    const slot = this.slots.slot(key)
    this.done.push({ is: 'append', slot, add, entry })
    if (this.written.has(slot)) this.written.set(slot, lengthened(this.written.get(slot), entry, add))
    else this.appended.set(slot, [...this.appended.get(slot) ?? [], { add, entry }])
  }
}

/** The list with one more entry at its end. */
export const lengthened = (list: Value, entry: Value, add: boolean): Value => (add
  ? appended(list as List<Value> | undefined, entry) // added to lists only
  : [...(list ?? []) as readonly Value[], entry]) // as above
