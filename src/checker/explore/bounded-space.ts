/**
 * Every order within bounds: the prompt one, and all that deviate from it by so many delays and faults. A World of the search
 * is a World with its agenda, what is held back, what is broken, and what is left of the budgets, so that a deviation costs
 * the same however it is met again. It goes on exactly as the driver does with the schedule that says the same.
 *
 * A held choice is let go only right after a Step on which it depends: let go earlier, it would have come to the same. A
 * fault happens only right after a Step on which it depends, for the same reason (docs/exploring.md).
 */
import { prefixOf } from '#kernel/cells'
import type { Ending } from '../claim.js'
import { limitsOf, type Limits } from '../driver.js'
import type { FaultKind, System } from '../system.js'
import { Actions } from './actions.js'
import { AgendaSlots } from './agenda-slots.js'
import type { Bounds } from './bounds.js'
import { FaultTrees } from './fault-trees.js'
import { deadlineSlot } from './recorder.js'
import { Sequences } from './sequences.js'
import { Steps } from './steps.js'

/** What a search is told of each action. The World that it comes to, number `world`, is under work. */
export interface Visitor {
  /** `leaf` is the Step's in the memo; −1 where the clock moved or nothing but the search went on. */
  reached(action: number, world: number, isNew: boolean, leaf: number): void
  /** Nothing is left to do in the World under work, or it went on for too long: the user acts next, or nobody does. */
  settled(ending: Ending): void
}

/** How the first way to a World came to it. */
export interface Came {
  /** Virtual time since the user acted, in milliseconds. */
  readonly since: number
  /** Steps since the clock moved. */
  readonly steps: number
}

/** Stands for the clock where the last Step is remembered. */
const clockMoved = -1

export class BoundedSpace extends Steps {
  readonly actions = new Actions()
  readonly agenda: AgendaSlots
  private readonly delays: number
  private readonly faultsLeft: number
  /** The leaf of the last Step and one more, while it matters; 0 at first; −1 after the clock. */
  private readonly last: number
  private readonly disturbedSlot: number
  /** The slot that says how long a choice is held at most, by choice; and the other way round. */
  private readonly holds: number[] = []
  private readonly heldBy = new Map<number, number>()
  /** The slot of the list of the choices that are held. */
  private readonly held: number
  private readonly sequences = new Sequences()
  private readonly kinds: readonly FaultKind[]
  private readonly faults = new FaultTrees(this)
  private readonly heals = new Map<number, { readonly kind: FaultKind; readonly target: string }>()

  constructor(system: System, private readonly bounds: Bounds, private readonly limits: Limits = limitsOf(system)) {
    super(system.channels, system.user)
    const { slots } = this
    this.agenda = new AgendaSlots(slots, this.choices, this.worlds, this.sequences)
    this.delays = slots.slot('search|delays')
    this.faultsLeft = slots.slot('search|faults')
    this.last = slots.slot('search|last')
    this.held = slots.slot('search|held')
    this.disturbedSlot = deadlineSlot(slots, 'search|disturbed')
    this.kinds = system.faults.filter(({ name }) => bounds.kinds?.includes(name) ?? true)
    const first = system.boot()
    this.begin(first)
    this.worlds.set(this.delays, bounds.delays)
    this.worlds.set(this.faultsLeft, bounds.faults)
    for (const key of first.agenda) this.agenda.add(this.choices.all.findIndex((choice) => choice.key === key))
    this.worlds.commit()
    this.worlds.settle()
  }

  /** Whether a fault is under way in the World under work, or was so recently that it is still being repaired. */
  get isDisturbed(): boolean {
    return this.worlds.work[this.disturbedSlot] !== 0
  }

  /** What of the budgets was used on the way to the World under work. */
  spent(): readonly [faults: number, delays: number] {
    const { work } = this.worlds
    return [this.bounds.faults - work[this.faultsLeft]!, this.bounds.delays - work[this.delays]!]
  }

  /** The keys and values of the World under work, without what belongs to the search: as text, to compare Worlds by. */
  describe(): string {
    const { slots, worlds } = this
    const lines: string[] = []
    for (let slot = 0; slot < slots.size; slot++) {
      const key = slots.keys[slot]!
      const number = worlds.at(slot)
      if (number !== 0 && !key.startsWith('search|') && !key.startsWith('left|search|')) {
        lines.push(`${key} ${JSON.stringify(slots.value(slot, number))}`)
      }
    }
    return lines.sort().join('\n')
  }

  /** What the driver would take next in the World under work; −1 where the clock moves or the user acts. */
  next(): number {
    const { choices } = this
    const held = this.sequences.of(this.worlds.work[this.held]!)
    const next = held.length === 0 ? this.agenda.first() : this.agenda.find((choice) => !held.includes(choice))
    return next === undefined || choices.all[next]!.isUser ? -1 : next
  }

  /** Takes every action that is possible in World number `world`: how many. */
  expand(world: number, came: Came, visitor: Visitor): number {
    const { worlds } = this
    worlds.load(world)
    const next = this.next()
    let taken = 0
    if (came.steps >= this.limits.instant) {
      visitor.settled('livelock')
      return 0
    }
    if (worlds.work[this.delays]! > 0 && next >= 0) taken += this.hold(next, visitor)
    if (worlds.work[this.held] !== 0) taken += this.release(next, visitor)
    if (next < 0) return taken + this.wait(came.since, visitor)
    taken += this.breaks(next, visitor)
    return taken + this.take(next, visitor, (picks) => (picks.length === 0 ? this.actions.take(next)
      : this.actions.number({ is: 'take', choice: next, picks })))
  }

  private hold(choice: number, visitor: Visitor): number {
    const { key } = this.choices.all[choice]!
    const ms = this.bounds.maxLag[prefixOf(key)] ?? 0
    if (ms === 0) return 0
    let slot = this.holds[choice]
    if (slot === undefined) {
      slot = this.holds[choice] = deadlineSlot(this.slots, `hold|${key}`)
      this.heldBy.set(slot, choice)
      this.grow()
    }
    const number = this.slots.number(slot, ms)
    this.worlds.set(slot, number)
    this.worlds.set(this.held, this.sequences.with(this.worlds.work[this.held]!, choice))
    this.worlds.set(this.delays, this.worlds.work[this.delays]! - 1)
    return this.arrive(this.actions.number({ is: 'hold', choice }), -1, visitor)
  }

  /** Lets go what is held and depends on what was done last. */
  private release(next: number, visitor: Visitor): number {
    let taken = 0
    for (const choice of this.sequences.of(this.worlds.work[this.held]!)) {
      const slot = this.holds[choice]!
      if (!this.choices.isOffered(choice, this.worlds.work)) continue
      if (!this.dependsOnLast(this.leafOf(choice))) continue
      taken += this.take(choice, visitor, (picks) => this.actions.number({ is: 'release', choice, next, picks }), slot)
    }
    return taken
  }

  private dependsOnLast(leaf: number): boolean {
    const last = this.worlds.work[this.last]!
    return this.bounds.reduce === false || last === 0 || last === clockMoved || this.footprints.depend(last - 1, leaf)
  }

  /** Takes a choice, with every outcome of its ties that the budget allows; `hold` is the slot of its hold, which ends. */
  private take(choice: number, visitor: Visitor, action: (picks: readonly number[]) => number, hold?: number): number {
    const { worlds, picks } = this
    let taken = 0
    let leaf = this.leafOf(choice)
    for (;;) {
      const ties = this.ties[leaf]
      const others = ties === undefined ? 0 : ties.reduce((sum, _, at) => sum + (picks[at] === 0 ? 0 : 1), 0)
      if (others <= worlds.work[this.delays]!) {
        if (others > 0) worlds.set(this.delays, worlds.work[this.delays]! - others)
        if (hold !== undefined) this.letGo(choice, hold)
        this.step(choice, leaf)
        taken += this.arrive(action(others === 0 ? [] : [...picks.subarray(0, ties?.length ?? 0)]), leaf, visitor)
      }
      if (ties === undefined || !this.nextPicks(ties)) return taken
      leaf = this.leafOf(choice)
    }
  }

  /** Does what a leaf says, and brings the agenda up to date in the order in which a World does. */
  private step(choice: number, leaf: number): void {
    this.slotsChanged.length = 0
    this.numbersBefore.length = 0
    this.go(choice, leaf)
  }

  private go(choice: number, leaf: number): void {
    const { effects, worlds, slotsChanged } = this
    const first = slotsChanged.length
    const changes = effects.apply(leaf, worlds.work)
    const { changed } = effects
    if (choice >= 0) this.agenda.remove(choice)
    for (let i = 0; i < changes; i++) this.put(changed[2 * i]!, changed[2 * i + 1]!)
    if (choice >= 0 && slotsChanged[first] !== this.choices.all[choice]!.slot) this.agenda.offer(choice)
    for (let i = first; i < slotsChanged.length; i++) this.offer(slotsChanged[i]!)
    this.remember(leaf + 1)
  }

  /** Slots that the last Step wrote, in that order, and what they held before each of these writes. */
  readonly slotsChanged: number[] = []
  readonly numbersBefore: number[] = []

  private put(slot: number, number: number): void {
    const { worlds, choices } = this
    const before = worlds.work[slot]!
    const choice = choices.of(slot)
    const isDeadline = choice !== undefined && choices.all[choice]!.isDeadline
    if (isDeadline && before === number && number !== 1) return // an earlier one of the same name stays
    this.slotsChanged.push(slot)
    this.numbersBefore.push(before)
    worlds.set(slot, number)
    if (!isDeadline) return
    this.agenda.remove(choice)
    if (number === 1) this.agenda.offer(choice)
  }

  private offer(slot: number): void {
    const choice = this.choices.of(slot)
    if (choice !== undefined) this.agenda.offer(choice)
    else for (const other of this.choices.behind(slot)) this.agenda.offer(other)
  }

  /** Which Step came last matters while something is held, or may break. */
  private remember(last: number): void {
    const { worlds } = this
    const matters = this.bounds.reduce !== false && (worlds.work[this.faultsLeft]! > 0 || worlds.work[this.held] !== 0)
    worlds.set(this.last, matters ? last : 0)
  }

  private arrive(action: number, leaf: number, visitor: Visitor): 1 {
    const before = this.worlds.count
    const world = this.worlds.commit()
    visitor.reached(action, world, this.worlds.count > before, leaf)
    this.worlds.restore()
    return 1
  }

  /** Nothing is left to do at this instant: the user acts, or the clock moves. */
  private wait(since: number, visitor: Visitor): number {
    const { worlds } = this
    const user = this.agenda.find((choice) => this.choices.all[choice]!.isUser)
    const next = this.untilNext((slot) => slot !== this.disturbedSlot)
    const isSettled = since + next > this.limits.patience || (user !== undefined && since + next === this.limits.patience)
    if (isSettled) visitor.settled(next === Infinity ? 'quiescent' : 'horizon')
    let taken = 0
    if (user !== undefined && (isSettled || worlds.work[this.delays]! > 0)) {
      const early = !isSettled
      const leaf = this.leafOf(user)
      if (early) worlds.set(this.delays, worlds.work[this.delays]! - 1)
      this.step(user, leaf)
      taken += this.arrive(this.actions.number({ is: 'user', choice: user, early }), leaf, visitor)
    }
    if (isSettled) return user === undefined ? taken : taken + this.breaks(user, visitor)
    this.advance(next)
    return taken + this.arrive(this.actions.number({ is: 'clock', ms: next }), -1, visitor)
  }

  /** Moves the clock; what is due by then becomes a choice, faults are mended, and what was held for long enough is let go. */
  private advance(ms: number): void {
    const { worlds, choices } = this
    this.slotsChanged.length = 0
    this.numbersBefore.length = 0
    const before = [...choices.deadlines].filter((slot) => worlds.work[slot]! > 1)
    this.pass(ms)
    const due = before.filter((slot) => worlds.work[slot] === 1).sort((a, b) => (this.slots.keys[a]! < this.slots.keys[b]! ? -1 : 1))
    for (const slot of due) {
      const choice = choices.of(slot)
      if (choice !== undefined) this.agenda.offer(choice)
      else if (this.heldBy.has(slot)) this.letGo(this.heldBy.get(slot)!, slot)
      else if (slot === this.disturbedSlot || this.heals.has(slot)) worlds.set(slot, 0)
    }
    for (const slot of due) if (this.heals.has(slot)) this.heal(this.heals.get(slot)!)
    this.remember(clockMoved)
  }

  private letGo(choice: number, slot: number): void {
    this.worlds.set(slot, 0)
    this.worlds.set(this.held, this.sequences.without(this.worlds.work[this.held]!, choice))
  }

  /** Whatever may break now that depends on what was done last. */
  private breaks(next: number, visitor: Visitor): number {
    if (this.worlds.work[this.faultsLeft]! <= 0) return 0
    const { isUser } = this.choices.all[next]! // who does not wait until it is mended only where it comes just before
    let taken = 0
    for (const kind of this.kinds) {
      for (const target of this.faults.targets(kind)) {
        for (let leaf = this.faults.strike(kind, target); ;) {
          const ties = this.ties[leaf]
          const others = ties === undefined ? 0 : ties.reduce((sum, _, at) => sum + (this.picks[at] === 0 ? 0 : 1), 0)
          if (others <= this.worlds.work[this.delays]! && (isUser || this.dependsOnLast(leaf))) {
            taken += this.strike(kind, target, leaf, others, next, visitor)
          }
          if (ties === undefined || !this.nextPicks(ties)) break
          leaf = this.faults.strike(kind, target)
        }
      }
    }
    return taken
  }

  private strike(kind: FaultKind, target: string, leaf: number, others: number, next: number, visitor: Visitor): 1 {
    const { worlds, slots } = this
    const lasts = kind.heal === undefined ? 0 : kind.lasts[0]
    const mends = deadlineSlot(slots, `search|mend|${kind.name}|${target}`)
    this.heals.set(mends, { kind, target })
    this.grow()
    worlds.set(this.faultsLeft, worlds.work[this.faultsLeft]! - 1)
    worlds.set(this.delays, worlds.work[this.delays]! - others)
    if (kind.heal !== undefined && lasts > 0) worlds.set(mends, slots.number(mends, lasts))
    const disturbed = Math.max(Number(slots.value(this.disturbedSlot, worlds.work[this.disturbedSlot]!) ?? 0), lasts + kind.recovery)
    if (disturbed > 0) worlds.set(this.disturbedSlot, slots.number(this.disturbedSlot, disturbed))
    this.step(-1, leaf)
    const user = this.choices.all[next]!.isUser && this.choices.isOffered(next, worlds.work)
    if (user) this.act(next)
    const picks = others === 0 ? [] : [...this.picks.subarray(0, this.ties[leaf]?.length ?? 0)]
    return this.arrive(this.actions.number({ is: 'fault', fault: kind.name, target, next, user, picks }), leaf, visitor)
  }

  /** The user acts right after a fault. */
  private act(user: number): void {
    const { picks } = this
    const fault = picks.slice()
    picks.fill(0)
    this.go(user, this.leafOf(user))
    picks.set(fault)
  }

  private heal({ kind, target }: { readonly kind: FaultKind; readonly target: string }): void {
    this.picks.fill(0)
    this.go(-1, this.faults.mend(kind, target))
  }
}
