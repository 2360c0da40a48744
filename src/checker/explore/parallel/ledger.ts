/**
 * What threads tell each other of slots and values, so that numbers mean the same to all: a log to which is
 * added only. Who meets something new holds the lock, reads what others wrote meanwhile, and writes it down
 * if it is still new.
 */
import type { Value } from '#kernel/cells'
import { Slots } from '../slots.js'

type Entry = readonly [key: string] | readonly [slot: number, value: Value]

const [lock, end] = [0, 1]
const header = 8

export class Ledger {
  private readonly state: Int32Array
  private readonly text: Uint8Array
  /** How far it was read. */
  private at = 0

  constructor(memory: SharedArrayBuffer) {
    this.state = new Int32Array(memory, 0, 2)
    this.text = new Uint8Array(memory, header)
  }

  /** What was written since it was asked last. */
  read(): readonly Entry[] {
    const to = Atomics.load(this.state, end)
    if (to === this.at) return []
    const text = Buffer.from(this.text.slice(this.at, to)).toString()
    this.at = to
    return text.split('\n').slice(0, -1).map((line) => JSON.parse(line) as Entry) // written below
  }

  /** Adds an entry. Its writer knows it, and everything before: only while nobody else can write. */
  write(entry: Entry): void {
    const bytes = Buffer.from(`${JSON.stringify(entry)}\n`)
    if (this.at + bytes.length > this.text.length) {
      throw new Error('threads have more values to tell each other of than there is room for')
    }
    this.text.set(bytes, this.at)
    this.at += bytes.length
    Atomics.store(this.state, end, this.at)
  }

  /** Does something while nobody else writes. */
  alone<T>(work: () => T): T {
    while (Atomics.compareExchange(this.state, lock, 0, 1) !== 0) Atomics.wait(this.state, lock, 1, 1)
    try {
      return work()
    } finally {
      Atomics.store(this.state, lock, 0)
      Atomics.notify(this.state, lock)
    }
  }
}

/**
 * Slots whose numbers are those of the other threads. What is met before `share` is met by all in the same
 * order.
 */
export class SharedSlots extends Slots {
  private ledger: Ledger | undefined

  share(ledger: Ledger): void {
    this.ledger = ledger
  }

  /** Learns what others met. */
  catchUp(): void {
    for (const entry of this.ledger?.read() ?? []) {
      if (entry.length === 1) super.slot(entry[0])
      else super.number(...entry)
    }
  }

  override slot(key: string): number {
    const { ledger } = this
    return ledger === undefined ? super.slot(key) : this.lookup(key) ?? ledger.alone(() => {
      this.catchUp()
      if (this.lookup(key) === undefined) ledger.write([key])
      return super.slot(key)
    })
  }

  override number(slot: number, value: Value): number {
    const { ledger } = this
    return ledger === undefined ? super.number(slot, value) : this.known(slot, value) ?? ledger.alone(() => {
      this.catchUp()
      if (this.known(slot, value) === undefined) ledger.write([slot, value])
      return super.number(slot, value)
    })
  }

  override value(slot: number, number: number): Value {
    if (number >= this.values[slot]!.length) this.catchUp()
    return super.value(slot, number)
  }
}
