/**
 * Worlds in which choices are held back. A held choice is let go only right after what was done last where it depends on that
 * (dependence.ts): let go earlier, it would have come to the same.
 */
import type { System } from '../system.js'
import type { Bounds } from './bounds.js'
import { Dependence, type Deed } from './dependence.js'
import { everything, Lasts } from './lasts.js'
import type { Left } from './nodes.js'
import { PromptSpace } from './prompt-space.js'
import { deadlineSlot, type Recorder } from './recorder.js'
import { partOf, type Saved } from './saved.js'

/** So many Steps that come before another one are looked at. */
const mostBefore = 16

export class HeldSpace extends PromptSpace {
  readonly dependence = new Dependence(this.choices, this.effects, this.agenda, this.worlds)
  /** What is known beside the World under work. */
  protected readonly left: Left
  /** The slot of the list of the choices that are held. */
  protected readonly held: number
  private readonly lasts = new Lasts(this.novelty)
  /** The slot that says how long a choice is held at most, by choice; and the other way round. */
  private readonly holds: number[] = []
  private readonly heldBy = new Map<number, number>()

  constructor(system: System, protected readonly bounds: Bounds) {
    super(system)
    this.held = this.slots.slot('search|held')
    this.grow()
    this.left = { delays: bounds.delays, faults: bounds.faults, last: everything, disturbed: 0 }
  }

  /** What the driver would take next in the World under work; −1 where the clock moves or the user acts. */
  next(): number {
    const { choices } = this
    const held = this.sequences.of(this.worlds.work[this.held]!)
    const next = held.length === 0 ? this.agenda.first() : this.agenda.find((choice) => !held.includes(choice))
    return next === undefined || choices.all[next]!.isUser ? -1 : next
  }

  /** What is held. */
  protected get waiting(): readonly number[] {
    return this.sequences.of(this.worlds.work[this.held]!)
  }

  /** From now on the choice is held, for so many milliseconds at most. */
  protected keep(choice: number, ms: number): void {
    const { key, channel: { rank } } = this.choices.all[choice]!
    let slot = this.holds[choice]
    if (slot === undefined) {
      slot = this.holds[choice] = deadlineSlot(this.slots, `hold|${key}`)
      this.heldBy.set(slot, choice)
      this.grow()
    }
    const number = this.slots.number(slot, ms)
    this.write(slot, number)
    this.write(this.held, this.sequences.with(this.worlds.work[this.held]!, choice))
    this.left.last = this.matters() ? this.lasts.hold(choice, rank) : 0
  }

  protected letGo(choice: number): void {
    this.write(this.holds[choice]!, 0)
    this.write(this.held, this.sequences.without(this.worlds.work[this.held]!, choice))
  }

  /** The choice that is held until the deadline of this slot; `undefined` where that is something else's. */
  protected heldUntil(slot: number): number | undefined {
    return this.heldBy.get(slot)
  }

  protected saveHeld(): Saved {
    const { slots, choices, memo, lasts, dependence, holds, ties, evaluations } = this
    return {
      data: { holds, ties, evaluations },
      parts: {
        slots: slots.save(), choices: choices.save(), memo: memo.save(), lasts: lasts.save(), learnt: dependence.save(),
      },
    }
  }

  /** Before anything was done, but that there are Worlds. */
  protected loadHeld(saved: Saved): void {
    const { holds, ties, evaluations } = saved.data as Pick<HeldSpace, 'ties' | 'evaluations'> & { readonly holds: readonly number[] } // as saved
    const part = (name: string): Saved => partOf(saved, name)
    this.slots.load(part('slots'))
    this.choices.load(part('choices'))
    this.memo.load(part('memo'))
    this.grow()
    this.lasts.load(part('lasts'))
    this.dependence.load(part('learnt'), this.memo.count)
    this.evaluations = evaluations
    ties.forEach((options, leaf) => { this.ties[leaf] = options })
    holds.forEach((slot, choice) => {
      this.holds[choice] = slot
      this.heldBy.set(slot, choice)
    })
  }

  protected step(choice: number, leaf: number): void {
    this.clearChanges()
    this.agenda.forget()
    this.go(choice, leaf)
  }

  /** A Step was done, by a choice that was next, or as a deviation (−1). */
  protected remember(choice: number, leaf: number): void {
    const { left, lasts, agenda: { appended } } = this
    left.last = !this.matters() ? 0 : choice < 0 ? lasts.and(left.last, leaf, appended)
      : lasts.step(leaf, appended, this.choices.all[choice]!.channel.rank)
  }

  /** Something was done on which everything depends. */
  protected rememberAll(): void {
    this.left.last = this.matters() ? everything : 0
  }

  /**
   * Whether it matters what was done last: while something may break, or is held and nothing else will be. With delays left it
   * would tell more Worlds apart than it saves.
   */
  private matters(): boolean {
    const { left, bounds, worlds } = this
    return bounds.reduce !== false && (left.faults > 0 || (left.delays === 0 && worlds.work[this.held] !== 0))
  }

  override learnt(leaf: number, choice: number, { asked, done }: Recorder): void {
    this.dependence.learn(leaf, choice, asked, done)
  }

  /** Whether letting go what is held is worth it, with any outcome of its ties. */
  protected mayRelease(choice: number): boolean {
    if (!this.choices.isOffered(choice, this.worlds.work)) return false
    const leaf = this.leafOf(choice)
    return this.ties[leaf] !== undefined || this.mattersNow(choice, leaf, 0)
  }

  /** Whether it comes to something else to let go what is held now, with so many delays, and not before what was done last. */
  protected mattersNow(choice: number, leaf: number, others: number): boolean {
    return this.dependsOnLast(choice, leaf) && !(this.isLastDeviation(others) && this.comesToTheSame(choice, leaf))
  }

  /** Whether a deviation, by a choice or not (−1), would have come to something else before what was done last. */
  protected dependsOnLast(choice: number, leaf: number): boolean {
    const { last } = this.left
    return this.bounds.reduce === false || last === everything || last === 0 || this.dependence.onAny(this.lasts.of(last), choice, leaf)
  }

  /** Whether nothing deviates any more when what is held is let go with so many delays. */
  private isLastDeviation(others: number): boolean {
    const { left, bounds } = this
    return bounds.reduce !== false && left.last > 0 && left.faults === 0 && left.delays === others && this.waiting.length === 1
  }

  /**
   * Whether it comes to the same to let go what is held before the last Step, where nothing else can deviate any more: what it
   * leads to that comes before that Step, in the agenda, does not depend on it either.
   */
  private comesToTheSame(choice: number, leaf: number): boolean {
    const deeds = this.lasts.of(this.left.last)
    const [last] = deeds
    if (last === undefined || deeds.length > 1 || last.leaf < 0 || last.before === 0) return false
    const picked = this.picks.slice()
    this.draft.mark()
    this.letGo(choice)
    const same = this.runsBefore(last, choice, leaf)
    this.draft.back()
    this.picks.set(picked)
    return same
  }

  /** Whether what is let go, and what follows from it that comes before the last Step, runs as it would have before that Step. */
  private runsBefore({ leaf: last, appended: after, before }: Deed, choice: number, leaf: number): boolean {
    const { dependence, agenda, picks } = this
    const later = [last] // what was done last, and what follows from it
    const waiting: number[] = [] // what follows from what is let go
    const isEarly = (one: number): boolean => (agenda.bit(one) & before) !== 0 // before the last Step
    for (let steps = 0, follows = true; steps < mostBefore; steps++) {
      if (follows && later.some((one) => dependence.meet(one, leaf) || (one !== last && dependence.meet(leaf, one)))) return false
      this.step(choice, leaf)
      if (!follows) after |= agenda.appended
      else {
        const { added } = agenda
        waiting.push(...added)
        if (added.some((one) => (isEarly(one) ? !agenda.beside(one).every((other) => waiting.includes(other))
          : (after & agenda.bit(one)) !== 0))) return false // in another order in the agenda
      }
      if (!waiting.some((one) => isEarly(one) && agenda.has(one))) return true
      if (follows && later.some((one) => dependence.areSeenTogether(one, leaf))) return false
      choice = agenda.first()!
      picks.fill(0)
      leaf = this.leafOf(choice)
      follows = waiting.includes(choice)
      if (!follows) later.push(leaf)
    }
    return false
  }
}
