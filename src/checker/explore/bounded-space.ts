/**
 * Every order within bounds: the prompt one, and all that deviate from it by so many delays and faults. A World of the search
 * is a World with its agenda, what is held back, what is broken, and what is left of the budgets, so that a deviation costs
 * the same however it is met again. It goes on exactly as the driver does with the schedule that says the same.
 *
 * A held choice is let go only right after a Step on which it depends: let go earlier, it would have come to the same. A
 * fault happens only right after a Step on which it depends, for the same reason (docs/exploring.md).
 */
import { prefixOf } from '#kernel/cells'
import { limitsOf, type Limits } from '../driver.js'
import type { FaultKind, System } from '../system.js'
import { Actions } from './actions.js'
import type { Bounds } from './bounds.js'
import { FaultTrees } from './fault-trees.js'
import { HeldSpace } from './held-space.js'
import { Nodes, type Left } from './nodes.js'
import type { Table } from './quads.js'
import { deadlineSlot } from './recorder.js'
import { partOf, type Saved } from './saved.js'
import type { Came, Spared, Visitor } from './visitor.js'

/** So many Steps at one instant are many: whether they go round in a loop is seen only where their Worlds are kept. */
const manySteps = 2_000

/** After one Step in so many, by its leaf, the World is kept all the same: where ways have met is seen soon after. */
const landmark = 16

export class BoundedSpace extends HeldSpace {
  readonly actions = new Actions(this.novelty)
  readonly nodes: Nodes
  /** What was known beside the World under work when that was loaded. */
  private readonly loaded: Left
  /** How the World under work was come to, and the one that is expanded. */
  private readonly came: Came = { since: 0, steps: 0 }
  private cameFrom: Came = this.came
  /** The outcomes of ties with which an action was done, while others are. */
  private readonly picked = this.picks.slice()
  /** What the reductions left out so far. */
  readonly spared: Spared = { independent: 0, subsumed: 0, passed: 0 }
  /** The one action to take; all, where absent. And after how many actions the next World is kept; 0: where it is worth it. */
  private only: number | undefined
  private length = 0
  private readonly kinds: readonly FaultKind[]
  private readonly faults = new FaultTrees(this)
  private readonly heals = new Map<number, { readonly kind: FaultKind; readonly target: string }>()

  constructor(system: System, bounds: Bounds, private readonly limits: Limits = limitsOf(system)) {
    super(system, bounds)
    this.kinds = system.faults.filter(({ name }) => bounds.kinds?.includes(name) ?? true)
    this.loaded = { ...this.left }
    this.nodes = new Nodes(bounds.subsume !== false)
    this.nodes.node(this.draft.commit(), this.left)
    this.worlds.settle()
  }

  save(): Saved {
    const { parts = {}, ...known } = this.saveKnown()
    return { ...known, parts: { ...parts, worlds: this.worlds.save(), sequences: this.sequences.save(), nodes: this.nodes.save() } }
  }

  /** All that is known, but no World and no node. */
  saveKnown(): Saved {
    const heals = [...this.heals].map(([slot, { kind, target }]) => [slot, kind.name, target] as const)
    return {
      data: { heals, spared: this.spared },
      parts: { held: this.saveHeld(), actions: this.actions.save(), faults: this.faults.save() },
    }
  }

  /** Before anything was done. */
  load(saved: Saved): void {
    this.worlds.restart(partOf(saved, 'worlds'))
    this.sequences.load(partOf(saved, 'sequences'))
    this.nodes.load(partOf(saved, 'nodes'))
    this.loadKnown(saved)
  }

  /** Before anything was done, but that there are Worlds. */
  loadKnown(saved: Saved): void {
    const { heals, spared } = saved.data as { readonly heals: readonly (readonly [number, string, string])[]; readonly spared: Spared } // as saved
    this.loadHeld(partOf(saved, 'held'))
    this.actions.load(partOf(saved, 'actions'))
    this.faults.load(partOf(saved, 'faults'))
    for (const [slot, name, target] of heals) this.heals.set(slot, { kind: this.kinds.find((kind) => kind.name === name)!, target })
    Object.assign(this.spared, spared)
  }

  /** Whether a fault is under way in the World under work, or was so recently that it is still being repaired. */
  get isDisturbed(): boolean {
    return this.left.disturbed !== 0
  }

  /** Of Worlds, nodes, and the lists of what waits. */
  get bytes(): number {
    return this.worlds.bytes + this.nodes.bytes + this.sequences.bytes
  }

  /** What of the budgets was used on the way to the World under work. */
  spent(): readonly [faults: number, delays: number] {
    return [this.bounds.faults - this.left.faults, this.bounds.delays - this.left.delays]
  }

  /** How long the user waits at most, in milliseconds. */
  get patience(): number {
    return this.limits.patience
  }

  /** What the user waits to do in the World under work. */
  get users(): number | undefined {
    return this.agenda.find((choice) => this.choices.all[choice]!.isUser)
  }

  /** Has only these Worlds from now on, with new numbers in place of theirs; nothing is under work. */
  keepOnly(worlds: Int32Array): void {
    this.draft.abandon()
    this.worlds.keep(worlds)
    this.sequences.forget()
  }

  /** Leaves Worlds so wide that they may get half as many slots again. */
  makeRoom(): void {
    const { slots, worlds } = this
    if (3 * slots.size > 2 * worlds.width) this.widen(worlds.width + 1)
  }

  /** Has the Worlds of other tables from now on; nothing is under work. */
  use(quads: Table, roots: Table, lists: Table, width: number): void {
    this.worlds.use(quads, roots, width)
    this.sequences.use(lists)
  }

  /** After something was thrown in mid-course: nothing is under work any more. */
  abandon(): void {
    this.draft.abandon()
  }

  /** Takes a node's World into work. */
  enter(node: number): void {
    this.worlds.load(this.nodes.take(node, this.loaded))
    copy(this.loaded, this.left)
  }

  /**
   * Takes every action that is possible in the World of a node, or only this one, with those after it, `length` in all; `came`
   * says how it was reached.
   */
  expand(node: number, came: Came, visitor: Visitor, only?: number, length = 0): void {
    this.only = only
    this.length = length
    this.cameFrom = came
    this.draft.discard()
    this.picks.fill(0)
    this.enter(node)
    const next = this.next()
    if (came.steps >= this.limits.instant) return visitor.settled('livelock')
    if (this.left.delays > 0 && next >= 0) this.hold(next, visitor)
    if (this.worlds.work[this.held] !== 0) this.release(next, visitor)
    if (next < 0) return this.wait(came.since, visitor)
    this.breaks(next, visitor)
    this.take(next, visitor, (picks) => (picks.length === 0 ? this.actions.take(next)
      : this.actions.number({ is: 'take', choice: next, picks })))
  }

  private hold(choice: number, visitor: Visitor): void {
    const ms = this.bounds.maxLag[prefixOf(this.choices.all[choice]!.key)] ?? 0
    if (ms === 0) return
    this.left.delays--
    this.keep(choice, ms)
    this.arrive(this.actions.hold(choice), -1, visitor)
  }

  /** Lets go what is held and depends on what was done last. */
  private release(next: number, visitor: Visitor): void {
    for (const choice of this.waiting) {
      if (!this.choices.isOffered(choice, this.worlds.work)) continue
      this.take(choice, visitor, (picks) => (picks.length === 0 ? this.actions.release(choice, next)
        : this.actions.number({ is: 'release', choice, next, picks })), true)
    }
  }

  /** Takes a choice, with every outcome of its ties that the budget allows; `isHeld` until now. */
  private take(choice: number, visitor: Visitor, action: (picks: readonly number[]) => number, isHeld = false): void {
    let leaf = this.leafOf(choice)
    for (;;) {
      const ties = this.ties[leaf]
      const others = this.othersOf(ties)
      if (others > this.left.delays) { // too many
      } else if (isHeld && !this.mattersNow(choice, leaf, others)) this.spared.independent++
      else {
        this.left.delays -= others
        if (isHeld) this.letGo(choice)
        this.step(choice, leaf)
        this.remember(isHeld ? -1 : choice, leaf)
        this.arrive(action(others === 0 ? [] : this.picksOf(ties)), leaf, visitor)
      }
      if (ties === undefined || !this.nextPicks(ties)) return
      leaf = this.leafOf(choice)
    }
  }

  /** How many of these ties do not go the first way. */
  private othersOf(ties: readonly number[] | undefined): number {
    let others = 0
    for (let at = 0; at < (ties?.length ?? 0); at++) if (this.picks[at] !== 0) others++
    return others
  }

  private picksOf(ties: readonly number[] = []): readonly number[] {
    return [...this.picks.subarray(0, ties.length)]
  }

  /** An action was done: goes on from there while only one thing can be done, and then keeps the World. */
  private arrive(action: number, leaf: number, visitor: Visitor): void {
    const { left, came, actions } = this
    if (this.only === undefined || this.only === action) {
      const did = actions.all[action]!
      came.since = did.is === 'user' ? 0 : this.cameFrom.since + (did.is === 'clock' ? did.ms : 0)
      came.steps = did.is === 'clock' ? 0 : this.cameFrom.steps + 1
      visitor.step(action, leaf, 1)
      this.picked.set(this.picks)
      this.picks.fill(0)
      for (let nth = 2, last = 1, next = this.after(1, last); next >= 0; nth++, next = this.after(nth - 1, last)) {
        const one = this.leafOf(next)
        this.step(next, one)
        this.remember(next, one)
        last = one
        came.steps++
        this.spared.passed++
        visitor.step(actions.take(next), one, nth)
      }
      visitor.reached(action, this.draft.commit(), left, came)
      this.worlds.restore()
      this.picks.set(this.picked)
    } else this.draft.discard()
    copy(this.loaded, left)
  }

  /** The choice with which it goes on from the World under work, after so many actions; −1: that World is kept. */
  private after(done: number, leaf: number): number {
    if (this.length > 0) return done < this.length ? this.next() : -1
    const next = this.onlyOne()
    return leaf % landmark === 0 ? -1 : next
  }

  /** The choice that is taken in the World under work, where nothing else can be done there; −1 where something can. */
  private onlyOne(): number {
    const { left, bounds, came } = this
    if (left.delays > 0 || left.faults > 0 || bounds.pass === false || came.steps >= manySteps) return -1
    const next = this.next()
    if (next < 0) return -1
    const held = this.waiting
    for (let i = 0; i < held.length; i++) if (this.mayRelease(held[i]!)) return -1
    return next
  }

  /** Nothing is left to do at this instant: the user acts, or the clock moves. */
  private wait(since: number, visitor: Visitor): void {
    const user = this.users
    const next = this.untilNext()
    const isSettled = since + next > this.limits.patience || (user !== undefined && since + next === this.limits.patience)
    if (isSettled) visitor.settled(next === Infinity ? 'quiescent' : 'horizon')
    if (user !== undefined && (isSettled || this.left.delays > 0)) {
      const early = !isSettled
      const leaf = this.leafOf(user)
      if (early) this.left.delays--
      this.step(user, leaf)
      this.rememberAll()
      this.arrive(this.actions.number({ is: 'user', choice: user, early }), leaf, visitor)
    }
    if (isSettled) {
      if (user !== undefined) this.breaks(user, visitor)
      return
    }
    this.tick(next)
    this.arrive(this.actions.clock(next), -1, visitor)
  }

  /** Moves the clock: what was held for long enough is let go, faults are mended. */
  private tick(ms: number): void {
    this.left.disturbed = Math.max(0, this.left.disturbed - ms)
    this.advance(ms, (due) => {
      for (const slot of due) {
        const held = this.heldUntil(slot)
        if (held !== undefined) this.letGo(held)
        else if (this.heals.has(slot)) this.write(slot, 0)
      }
      for (const slot of due) if (this.heals.has(slot)) this.heal(this.heals.get(slot)!)
    })
    this.rememberAll()
  }

  /** Whatever may break now that depends on what was done last. */
  private breaks(next: number, visitor: Visitor): void {
    if (this.left.faults <= 0) return
    const { isUser } = this.choices.all[next]! // who does not wait until it is mended only where it comes just before
    for (const kind of this.kinds) {
      const targets = this.faults.targetsLeaf(kind)
      const isOther = isUser || this.dependsOnLast(-1, targets)
      for (const target of this.faults.targets(targets)) {
        for (let leaf = this.faults.strike(kind, target); ;) {
          const ties = this.ties[leaf]
          const others = this.othersOf(ties)
          if (others > this.left.delays) { // too many
          } else if (isOther || this.dependsOnLast(-1, leaf)) this.strike(kind, target, leaf, others, next, visitor)
          else this.spared.independent++
          if (ties === undefined || !this.nextPicks(ties)) break
          leaf = this.faults.strike(kind, target)
        }
      }
    }
  }

  private strike(kind: FaultKind, target: string, leaf: number, others: number, next: number, visitor: Visitor): void {
    const { worlds, slots } = this
    const lasts = kind.heal === undefined ? 0 : kind.lasts[0]
    const mends = deadlineSlot(slots, `search|mend|${kind.name}|${target}`)
    this.heals.set(mends, { kind, target })
    this.grow()
    this.left.faults--
    this.left.delays -= others
    if (kind.heal !== undefined && lasts > 0) this.write(mends, slots.number(mends, lasts))
    this.left.disturbed = Math.max(this.left.disturbed, lasts + kind.recovery)
    this.step(-1, leaf)
    const user = this.choices.all[next]!.isUser && this.choices.isOffered(next, worlds.work)
    this.remember(-1, leaf)
    if (user) this.act(next)
    const picks = others === 0 ? [] : this.picksOf(this.ties[leaf])
    this.arrive(this.actions.number({ is: 'fault', fault: kind.name, target, next, user, picks }), leaf, visitor)
  }

  /** The user acts right after a fault. */
  private act(user: number): void {
    const { picks } = this
    const fault = picks.slice()
    picks.fill(0)
    this.go(user, this.leafOf(user))
    this.rememberAll()
    picks.set(fault)
  }

  private heal({ kind, target }: { readonly kind: FaultKind; readonly target: string }): void {
    this.picks.fill(0)
    this.go(-1, this.faults.mend(kind, target))
  }
}

function copy(from: Left, to: Left): void {
  to.delays = from.delays
  to.faults = from.faults
  to.last = from.last
  to.disturbed = from.disturbed
}
