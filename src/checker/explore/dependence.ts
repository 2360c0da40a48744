/**
 * Whether it matters which of two things comes first: what was done last, or something that deviates from the prompt order and
 * could have been done before that. It does where one writes what the other reads or writes, where either changes what the other
 * one's choice offers, where both put something at the end of one list of the agenda, where a claim sees the difference, and
 * where, after the deviation, something else would have come before what was done last.
 */
import type { AgendaSlots } from './agenda-slots.js'
import type { Choices } from './choices.js'
import type { Effects } from './effects.js'
import type { Done } from './recorder.js'
import type { Saved } from './saved.js'
import { asks, type Asked } from './step-memo.js'
import type { VectorSet } from './vector-set.js'

/** What was done last: the leaf of a Step, or a choice that was held back. */
export interface Deed {
  /** −1: nothing was done but that the choice `held` was held back. */
  readonly leaf: number
  readonly held: number
  /** Ranks of the agenda at whose end it put something, one bit each. */
  readonly appended: number
  /** Ranks that come before its own, one bit each: what is there comes first. 0 where it deviated itself. */
  readonly before: number
}

/** What claims were ever seen to look at. `size` grows with it. */
export interface Sight {
  readonly size: number
  /** The slots that the judgements of a write to this one read. */
  onWrite(slot: number): ReadonlySet<number> | undefined
  /** The judgements of Worlds that read this one. */
  inWorlds(slot: number): ReadonlySet<number> | undefined
}

interface Footprint {
  readonly reads: ReadonlySet<number>
  readonly writes: ReadonlySet<number>
  /** Choices whose offers it may change. */
  readonly touches: ReadonlySet<number>
  /** Ranks at whose end it may put something, one bit each. */
  readonly appends: number
  /** Judgements of Worlds that look at what it writes. */
  watchers?: ReadonlySet<number>
}

interface Learnt {
  readonly choice: number
  readonly asked: readonly Asked[]
  readonly done: readonly Done[]
}

const lateBits = 16
const lately = 1 << lateBits
const none: ReadonlySet<number> = new Set()

export class Dependence {
  /** What each leaf's Step did; none for a claim's. */
  private readonly learnt: (Learnt | undefined)[] = []
  private footprints: Footprint[] = []
  // Pairs of leaves that were asked for lately, and what is known of them.
  private readonly asked = new Int32Array(2 * lately)
  private readonly answers = new Uint8Array(lately)
  /** How many choices there were, and slots that claims read, when all of that was worked out. */
  private known = [0, 0]
  private sight: Sight = { size: 0, onWrite: () => undefined, inWorlds: () => undefined }

  constructor(
    private readonly choices: Choices, private readonly effects: Effects,
    private readonly agenda: AgendaSlots, private readonly worlds: VectorSet,
  ) {}

  seenBy(sight: Sight): void {
    this.sight = sight
  }

  /** Grows with what claims are seen to look at. */
  get seen(): number {
    return this.sight.size
  }

  /** What each leaf's Step did, for `effects` as well. */
  save(): Saved {
    return { data: this.learnt }
  }

  load({ data }: Saved, leaves: number): void {
    const learnt = data as readonly (Learnt | undefined)[] // as saved
    for (let leaf = 0; leaf < leaves; leaf++) {
      this.effects.add(learnt[leaf]?.done ?? [])
      if (learnt[leaf] !== undefined) this.learnt[leaf] = learnt[leaf]
    }
  }

  /** `choice`: −1 for a fault. */
  learn(leaf: number, choice: number, asked: readonly Asked[], done: readonly Done[]): void {
    this.learnt[leaf] = { choice, asked, done }
  }

  /** Whether it matters that what leads to `leaf`, by `choice`, was not done before one of these. */
  onAny(deeds: readonly Deed[], choice: number, leaf: number): boolean {
    this.refresh()
    const { appends, touches } = this.footprint(leaf)
    let ranks = -1
    for (let i = 0; i < deeds.length; i++) {
      const { leaf: last, held, appended, before } = deeds[i]!
      if (held === choice && held >= 0) continue // it was held back just now
      if (held >= 0 ? touches.has(held) : this.meet(last, leaf)) return true
      if ((appends & (appended | before)) === 0) continue
      if (ranks < 0) ranks = this.ranks(choice, leaf)
      if ((ranks & (appended | before)) !== 0) return true
    }
    return false
  }

  private refresh(): void {
    const choices = this.choices.all.length
    const { known, sight: { size } } = this
    if (known[0] === choices && known[1] === size) return
    this.footprints = []
    this.known = [choices, size]
    this.asked.fill(0)
  }

  /** Whether one judgement of a World looks at what both of them write. */
  areSeenTogether(a: number, b: number): boolean {
    return shared(this.watchersOf(a), this.watchersOf(b))
  }

  private watchersOf(leaf: number): ReadonlySet<number> {
    const footprint = this.footprint(leaf)
    return footprint.watchers ??= new Set([...footprint.writes].flatMap((slot) => [...this.sight.inWorlds(slot) ?? []]))
  }

  /** Whether what `last` did, and what `next` would do, have to do with each other. */
  meet(last: number, next: number): boolean {
    const place = (Math.imul(last, 0x9e3779b1) ^ Math.imul(next, 0x85ebca6b)) >>> (32 - lateBits)
    if (this.asked[2 * place] !== last + 1 || this.asked[2 * place + 1] !== next) {
      const [a, b] = [this.footprint(last), this.footprint(next)]
      this.asked[2 * place] = last + 1
      this.asked[2 * place + 1] = next
      this.answers[place] = shared(a.writes, b.writes) || shared(a.writes, b.reads) || shared(a.reads, b.writes)
        || shared(a.touches, b.touches) || this.isSeen(a, b) ? 1 : 0
    }
    return this.answers[place] === 1
  }

  /** Whether a claim that looks at a Step sees something else where another one was done before. */
  private isSeen({ writes: before }: Footprint, { writes }: Footprint): boolean {
    return [...writes].some((slot) => shared(before, this.sight.onWrite(slot)))
  }

  private footprint(leaf: number): Footprint {
    return this.footprints[leaf] ??= this.footprintOf(leaf)
  }

  private footprintOf(leaf: number): Footprint {
    const { choices } = this
    const { choice, asked, done } = this.learnt[leaf]!
    const reads = new Set(asked.filter(({ is }) => is !== asks.tie).map(({ of }) => of))
    const writes = new Set(done.map(({ slot }) => slot))
    const touches = new Set([...writes].flatMap((slot) => [...this.touchedBy(slot)]))
    let appends = 0
    for (const one of done) {
      const own = choices.of(one.slot)
      if (own === undefined) {
        if (one.is === 'write' && one.number === 0) for (const other of choices.behind(one.slot)) appends |= this.agenda.bit(other)
      } else if (one.is !== 'write' || choices.offersAs(own, one.number)) appends |= this.agenda.bit(own)
    }
    if (choice < 0) return { reads, writes, touches, appends }
    const { slot, gate } = choices.all[choice]!
    reads.add(slot)
    if (gate >= 0) reads.add(gate)
    touches.add(choice)
    if (!isCleared(done, slot)) appends |= this.agenda.bit(choice)
    return { reads, writes, touches, appends }
  }

  /** The ranks at whose end it puts something in the World under work, and maybe some more. */
  private ranks(choice: number, leaf: number): number {
    const { choices, effects } = this
    const changes = effects.apply(leaf, this.worlds.work)
    let ranks = choice >= 0 && !isCleared(this.learnt[leaf]!.done, choices.all[choice]!.slot) ? this.agenda.bit(choice) : 0
    for (let i = 0; i < changes; i++) {
      const slot = effects.changed[2 * i]!
      const number = effects.changed[2 * i + 1]!
      const own = choices.of(slot)
      if (own !== undefined) {
        const isNew = choices.all[own]!.isDeadline || own === choice || !this.agenda.has(own)
        if (isNew && choices.offersAs(own, number)) ranks |= this.agenda.bit(own)
      } else if (number === 0) {
        for (const other of choices.behind(slot)) if (!this.agenda.has(other)) ranks |= this.agenda.bit(other)
      }
    }
    return ranks
  }

  private touchedBy(slot: number): readonly number[] {
    const own = this.choices.of(slot)
    return own === undefined ? this.choices.behind(slot) : [own, ...this.choices.behind(slot)]
  }
}

/** Whether nothing is left in the slot. */
const isCleared = (done: readonly Done[], slot: number): boolean => {
  const last = done.findLast((one) => one.slot === slot)
  return last?.is === 'write' && last.number === 0
}

function shared(a: ReadonlySet<number> | undefined = none, b: ReadonlySet<number> | undefined = none): boolean {
  const [fewer, more] = a.size < b.size ? [a, b] : [b, a]
  for (const slot of fewer) if (more.has(slot)) return true
  return false
}
