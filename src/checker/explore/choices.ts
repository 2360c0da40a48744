/** Which choices a vector offers. A cell, or an ended deadline, that has a channel is a choice; the channel says when. */
import type { Value } from '#kernel/cells'
import type { Channel } from '#machine/channel'
import { Routing } from '#cluster/routing'
import { deadlineOf, isDeadlineSlot } from './recorder.js'
import type { Saved } from './saved.js'
import type { Slots } from './slots.js'
import type { StepMemo } from './step-memo.js'

/** A cell or deadline that has a channel. */
export interface Choice {
  /** The key of the cell or deadline. */
  readonly key: string
  readonly slot: number
  readonly channel: Channel<Value>
  readonly isDeadline: boolean
  readonly isUser: boolean
  /** Its tree in the memo. */
  readonly tree: number
  /** The slot that closes it where it holds anything; −1: none does. */
  readonly gate: number
}

const [unknown, shut, open] = [0, 1, 2]

export class Choices {
  readonly all: Choice[] = []
  /** Slots of deadlines. */
  readonly deadlines: number[] = []
  /** Choices whose slots, gates and Steps read a slot, by slot: all that were ever seen to. */
  private readonly readers: number[][] = []
  /** The choice of a slot. */
  private readonly bySlot = new Map<number, number>()
  private readonly byTree = new Map<number, number>()
  /** Choices behind a gate, by its key. */
  private readonly gated = new Map<string, readonly number[]>()
  private readonly routing: Routing
  private looked = 0
  /** Whether a choice offers something, by the number that its slot has. */
  private readonly offers: Uint8Array[] = []

  constructor(
    private readonly slots: Slots, private readonly memo: StepMemo, channels: readonly Channel<never>[], private readonly user: string,
  ) {
    this.routing = new Routing(channels)
  }

  /** Looks at the slots that are new. */
  grow(): void {
    const { slots } = this
    for (; this.looked < slots.size; this.looked++) {
      const slot = this.looked
      const whole = slots.keys[slot]!
      const isDeadline = isDeadlineSlot(whole)
      if (isDeadline) this.deadlines.push(slot)
      const key = isDeadline ? deadlineOf(whole) : whole
      const channel = this.routing.channel(key)
      if (channel === undefined) continue
      const gate = channel.gate?.(key)
      if (gate !== undefined) this.gated.set(gate, [...this.gated.get(gate) ?? [], this.all.length])
      const at = this.all.push({
        key, slot, channel, isDeadline, isUser: key.startsWith(`${this.user}|`), tree: this.memo.plant(),
        gate: gate === undefined ? -1 : slots.slot(gate),
      }) - 1
      this.offers.push(new Uint8Array(8))
      this.bySlot.set(slot, at)
      this.byTree.set(this.all[at]!.tree, at)
      this.reads(at, slot)
      if (gate !== undefined) this.reads(at, slots.slot(gate))
    }
  }

  save(): Saved {
    return { data: this.all.map(({ tree }) => tree) }
  }

  /** Once there are all slots again: the choices have the trees that they had. */
  load({ data }: Saved): void {
    this.grow()
    const trees = data as readonly number[] // as saved
    this.byTree.clear()
    trees.forEach((tree, at) => {
      this.all[at] = { ...this.all[at]!, tree }
      this.byTree.set(tree, at)
    })
  }

  /** The choice looks at the slot. */
  reads(choice: number, slot: number): void {
    while (this.readers.length <= slot) this.readers.push([])
    const readers = this.readers[slot]!
    if (!readers.includes(choice)) readers.push(choice)
  }

  /** The choice of a slot; `undefined` where it has none. */
  of(slot: number): number | undefined {
    return this.bySlot.get(slot)
  }

  /** The choice whose tree it is; `undefined` where it is a claim's. */
  withTree(tree: number): number | undefined {
    return this.byTree.get(tree)
  }

  /** Choices that a slot may close, in the order of their keys. */
  behind(slot: number): readonly number[] {
    const choices = this.gated.get(this.slots.keys[slot]!)
    return choices === undefined ? nobody : [...choices].sort((a, b) => (this.all[a]!.key < this.all[b]!.key ? -1 : 1))
  }

  /** Choices that look at a slot. */
  readersOf(slot: number): readonly number[] {
    return this.readers[slot] ?? nobody
  }

  /** Whether the choice is there and nothing keeps it from being taken but, maybe, itself. */
  isOffered(at: number, work: Int32Array): boolean {
    const { slot, gate, isDeadline } = this.all[at]!
    const number = work[slot]!
    if (number === 0 || (gate >= 0 && work[gate] !== 0)) return false
    return isDeadline ? number === 1 : this.isOffering(at, number)
  }

  /** Whether there is something to take where its slot holds this, and its gate is open. */
  offersAs(at: number, number: number): boolean {
    return this.all[at]!.isDeadline ? number === 1 : number !== 0 && this.isOffering(at, number)
  }

  private isOffering(at: number, number: number): boolean {
    const { slot, channel } = this.all[at]!
    let offers = this.offers[at]!
    if (number >= offers.length) {
      const longer = new Uint8Array(2 * number)
      longer.set(offers)
      this.offers[at] = offers = longer
    }
    if (offers[number] === unknown) offers[number] = channel.offers(this.slots.value(slot, number)) ? open : shut
    return offers[number] === open
  }
}

const nobody: readonly number[] = []
