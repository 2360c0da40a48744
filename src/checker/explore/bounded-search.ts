/** Through the Worlds of a bounded space, breadth first: what is found is found early; or depth first. */
import type { Ending } from '../claim.js'
import { grown, Numbers, shared } from './arrays.js'
import type { Action } from './actions.js'
import type { SheetReader } from './crew/sheet.js'
import type { BoundedSpace } from './bounded-space.js'
import { Digests, probablyMissed } from './digests.js'
import type { Left } from './nodes.js'
import { arrayOf, partOf, type Saved } from './saved.js'
import type { Came, Visitor } from './visitor.js'

/** Which World is expanded next: the first that was reached, or the last. */
export type Strategy = 'breadth-first' | 'depth-first'

/** Looks on: claims, progress. */
export interface Observer {
  /** In node `from` an action was done, or another one after it (`nth`): its World is under work. See `Visitor`. */
  step?(from: number, action: number, leaf: number, nth: number): void
  /** The action that was done first in node `from` led to the World of a node that is kept, which is under work. */
  reached?(from: number, action: number, node: number, isNew: boolean): void
  /** Nothing is left to do in the World of a node, which is under work, or it went on for too long. */
  settled?(node: number, ending: Ending): void
  /** Worlds are forgotten, but for those of the first so many nodes. */
  forgot?(nodes: number): void
}

/** What is kept of each node. */
const perNode = ['parents', 'via', 'prompt', 'onward', 'since', 'steps', 'actions'] as const

export class BoundedSearch implements Visitor {
  /** From which World, and by which action, each was reached first. */
  protected parents: Int32Array = new Int32Array(1 << 10)
  protected via: Int32Array = new Int32Array(1 << 10)
  /** The World that each goes on to promptly; 0 where it ends. */
  protected prompt: Int32Array = new Int32Array(1 << 10)
  /** The action by which it does. */
  private onward: Int32Array = new Int32Array(1 << 10)
  /** How each was reached first: see `Came`. */
  private since: Int32Array = new Int32Array(1 << 10)
  private steps: Int32Array = new Int32Array(1 << 10)
  /** How many actions led there. */
  private actions: Int32Array = new Int32Array(1 << 10)
  /** The node that is expanded. */
  protected at = 0
  /** How many were. */
  expanded = 0
  /** Nodes that wait to be expanded, depth first: the last one comes next. */
  protected readonly waiting = new Numbers()
  transitions = 0
  /** Loops that were gone round until the user acts, by their first node. */
  readonly waited = new Set<number>()
  /** The nodes at which the user acts at last, and what is done on the way round from another one until then. */
  readonly turns = new Map<number, { readonly from: number; readonly done: readonly Action[] }>()
  private isActing = false
  /** Actions on the longest of the ways by which Worlds were reached first. */
  depth = 0
  private done = 0

  /** Tells Worlds apart, where not all of them are kept: those that were expanded are forgotten. */
  private readonly digests: Digests | undefined
  /** With so many Worlds kept, those that were expanded are forgotten. */
  protected most = fewestKept

  /** `isCompact`: Worlds are told apart by 64 bits of them. */
  constructor(
    readonly space: BoundedSpace, protected readonly observer: Observer = {}, private readonly strategy: Strategy = 'breadth-first',
    isCompact = false,
  ) {
    if (strategy === 'depth-first') this.waiting.push(1)
    if (!isCompact) return
    this.digests = new Digests()
    space.enter(1)
    this.key(1)
  }

  save(): Saved {
    const { expanded, transitions, depth, waited, turns, waiting, space: { nodes: { count } } } = this
    const arrays = Object.fromEntries(perNode.map((name) => [name, this[name].subarray(0, count + 1)]))
    return {
      data: { expanded, transitions, depth, waited, turns }, arrays: { ...arrays, waiting: waiting.items.subarray(0, waiting.length) },
      parts: this.digests === undefined ? {} : { digests: this.digests.save() },
    }
  }

  /** Before anything was expanded. */
  load(saved: Saved): void {
    const { expanded, transitions, depth, waited, turns } = saved.data as Pick<BoundedSearch, 'expanded' | 'transitions' | 'depth' | 'waited' | 'turns'> // as saved
    Object.assign(this, { expanded, transitions, depth })
    for (const first of waited) this.waited.add(first)
    for (const [node, turn] of turns) this.turns.set(node, turn)
    for (const name of perNode) this[name] = arrayOf(saved, name)
    this.waiting.items = arrayOf(saved, 'waiting')
    this.waiting.length = this.waiting.items.length
    this.digests?.load(partOf(saved, 'digests'))
  }

  get worlds(): number {
    return this.space.nodes.count
  }

  /** How many Worlds were probably taken for others. */
  get missed(): number {
    return this.digests === undefined ? 0 : probablyMissed(this.digests.count)
  }

  get bytes(): number {
    return this.space.bytes + (this.digests?.bytes ?? 0) + perNode.length * this.parents.byteLength
  }

  /** Expands the next World; whether there was one. */
  next(): boolean {
    if (this.expanded >= this.worlds) return this.actAtLast()
    this.expand()
    return true
  }

  /** Takes in what somebody else found out of the World that is expanded next; `remember`: what claims do at new nodes. */
  take(sheet: SheetReader, remember: (node: number, memory: number) => void): void {
    const { spared } = this.space
    this.at = ++this.expanded
    this.transitions += sheet.transitions
    spared.independent += sheet.independent
    spared.passed += sheet.passed
    sheet.next(({ action, done, world, memory, left, came }) => {
      const before = this.space.nodes.count
      const node = this.arrive(action, done, world, left, came)
      if (node > before) remember(node, memory)
    })
  }

  /** How each node was reached first, where threads can read it from now on. */
  share(): Readonly<Record<'since' | 'steps', Int32Array>> {
    const [since, steps] = [shared(this.since), shared(this.steps)]
    Object.assign(this, { since, steps })
    return { since, steps }
  }

  /** Expands the next World. */
  protected expand(): void {
    this.makeRoom()
    this.at = this.pick()
    this.expanded++
    const before = this.transitions
    try {
      this.space.expand(this.at, this.cameTo(this.at), this)
    } catch (thrown) { // what was asked of a user's controller is new: the same World is expanded again
      this.expanded--
      if (this.strategy === 'depth-first') this.waiting.push(this.at)
      this.transitions = before
      throw thrown
    }
  }

  /** The node that is expanded next. */
  protected pick(): number {
    return this.strategy === 'breadth-first' ? this.expanded + 1 : this.waiting.pop()
  }

  /** Forgets Worlds where they are not kept and there are too many. */
  protected makeRoom(): void {
    if (this.digests !== undefined && this.space.worlds.count > this.most) this.forget()
  }

  /** Forgets the Worlds that were expanded; each is come to again from the first one where it is asked for. */
  private forget(): void {
    const { space: { nodes }, waiting, strategy, expanded } = this
    const kept = strategy === 'depth-first' ? [1, ...waiting.items.subarray(0, waiting.length)]
      : [1, ...Array.from({ length: this.worlds - expanded }, (_, i) => expanded + 1 + i)]
    const worlds = Int32Array.from(kept, (node) => nodes.worldOf(node))
    this.space.keepOnly(worlds)
    nodes.forgetWorlds()
    kept.forEach((node, at) => nodes.setWorld(node, worlds[at]!))
    this.most = Math.max(fewestKept, 4 * kept.length)
  }

  /** What tells the World under work, which has this number, from others. */
  private key(world: number): number {
    return this.digests?.of(this.space.worlds.work, this.space.slots.size) ?? world
  }

  /** Comes to the World of a node again where that was forgotten. */
  private recall(node: number): void {
    const { space: { nodes } } = this
    const way: number[] = []
    for (let at = node; nodes.worldOf(at) === 0; at = this.parents[at]!) way.push(at)
    for (const next of way.reverse()) {
      this.goOn(this.parents[next]!, { reached: (_, world) => nodes.setWorld(next, world) }, this.via[next]!, this.lengthTo(next))
    }
  }

  /** Does in the World of a node what is done there when it is expanded, for somebody else. */
  private goOn(node: number, visitor: Partial<Visitor>, only?: number, length = 0): void {
    this.recall(node)
    const { spared } = this.space
    const before = { ...spared } // what is gone through again does not count
    const hasTurned = only !== undefined && this.isTheUsers(only) && this.turns.has(node)
    this.space.expand(node, hasTurned ? { since: this.space.patience, steps: 0 } : this.cameTo(node), { ...nobody, ...visitor }, only, length)
    Object.assign(spared, before)
  }

  /** How many actions lead to a node from the one before. */
  private lengthTo(node: number): number {
    return this.actions[node]! - this.actions[this.parents[node]!]!
  }

  /**
   * Where things go round for so long that the user loses patience, which no first way to a World shows, the user acts; whether
   * there is something new to expand then.
   */
  private actAtLast(): boolean {
    for (const loop of this.loops()) this.loseIn(loop)
    return this.expanded < this.worlds
  }

  /** The user loses patience in a loop, once. */
  protected loseIn(loop: readonly number[]): void {
    const first = loop[0]!
    if (this.waited.has(first) || !this.passesTime(loop)) return
    this.recall(first)
    this.space.enter(first)
    if (this.space.users !== undefined) this.act(loop)
    this.waited.add(first)
  }

  /** Goes round a loop until patience runs out, and takes there what the user does. */
  private act(loop: readonly number[]): void {
    const { space } = this
    const done: Action[] = []
    for (let since = this.since[loop[0]!]!, i = 0; ; i = (i + 1) % loop.length) {
      const node = loop[i]!
      const leg = this.leg(node, this.onward[node]!)
      const [clock] = leg
      const ms = clock?.is === 'clock' ? clock.ms : 0
      if (ms > 0 && since + ms >= space.patience) {
        this.turns.set(node, { from: loop[0]!, done })
        this.at = node
        this.isActing = true
        try {
          space.expand(node, { since, steps: 0 }, this)
        } finally {
          this.isActing = false
        }
        return
      }
      since += ms
      done.push(...leg)
    }
  }

  step(action: number, leaf: number, nth: number): void {
    this.transitions++
    this.done = nth
    this.observer.step?.(this.at, action, leaf, nth)
  }

  reached(action: number, world: number, left: Readonly<Left>, came: Readonly<Came>): void {
    const before = this.space.nodes.count
    const node = this.arrive(action, this.done, world, left, came)
    this.observer.reached?.(this.at, action, node, node > before)
  }

  /** After so many actions, of which this was the first, the World under work was come to: its node. */
  private arrive(action: number, done: number, world: number, left: Readonly<Left>, came: Readonly<Came>): number {
    const { nodes, spared, actions } = this.space
    const before = nodes.count
    const node = this.nodeOf(world, left)
    if (node > before) {
      if (node >= this.parents.length) this.grow(node)
      this.prompt[node] = 0
      this.parents[node] = this.at
      this.via[node] = action
      this.since[node] = came.since
      this.steps[node] = came.steps
      this.actions[node] = this.actions[this.at]! + done
      this.depth = Math.max(this.depth, this.actions[node]!)
      if (this.strategy === 'depth-first') this.waiting.push(node)
    } else if (node > 0 && nodes.hasMore(node, left)) spared.subsumed++
    if (!this.isActing && isPrompt(actions.all[action]!)) {
      this.prompt[this.at] = node
      this.onward[this.at] = action
    }
    return node
  }

  /** The node of the World under work, which has this number; 0: it was met, and is no longer known. */
  protected nodeOf(world: number, left: Readonly<Left>): number {
    return this.space.nodes.node(world, left, this.key(world))
  }

  settled(ending: Ending): void {
    this.observer.settled?.(this.at, ending)
  }

  /** What leads from the first World to that of a node, and then an action there with what follows from it, `steps` at most. */
  pathTo(node: number, action?: number, steps = Infinity): readonly Action[] {
    const legs: (readonly Action[])[] = []
    /** Tells what leads on from a node, backwards; and from which one it went on to there. */
    const back = (from: number, by: number, most?: number, length?: number): number => {
      const turn = this.isTheUsers(by) ? this.turns.get(from) : undefined
      legs.push(this.leg(from, by, length).slice(0, most))
      if (turn !== undefined) legs.push(turn.done)
      return turn?.from ?? from
    }
    for (let at = action === undefined ? node : back(node, action, steps); at > 1;) {
      at = back(this.parents[at]!, this.via[at]!, undefined, this.lengthTo(at))
    }
    return legs.reverse().flat()
  }

  /** An action in the World of a node, and what is done after it up to the next World that is kept. */
  private leg(node: number, only: number, length?: number): readonly Action[] {
    const done: Action[] = []
    this.goOn(node, { step: (action) => void done.push(this.space.actions.all[action]!) }, only, length)
    return done
  }

  /** Whether it is done once the user has lost patience. */
  private isTheUsers(action: number): boolean {
    const { actions: { all }, choices } = this.space
    const done = all[action]!
    return done.is === 'user' ? !done.early : done.is === 'fault' && choices.all[done.next]!.isUser
  }

  /** What can be done first in the World of a node. */
  actionsAt(node: number): readonly Action[] {
    const can: Action[] = []
    this.goOn(node, { step: (action, _leaf, nth) => { if (nth === 1) can.push(this.space.actions.all[action]!) } })
    return can
  }

  /** How many actions there are on the first way to a node. */
  actionsTo(node: number): number {
    return this.actions[node]!
  }

  private cameTo(node: number): Came {
    return { since: this.since[node]!, steps: this.steps[node]! }
  }

  /**
   * The loops in which things go on for ever, each as its Worlds in order. A deviation is spent and never comes back, so every
   * loop is a prompt one: it is fair, and each World has one way on.
   */
  * loops(): Iterable<readonly number[]> {
    const seenFrom = new Int32Array(this.worlds + 1)
    for (let start = 1; start <= this.worlds; start++) {
      let at = start
      while (at !== 0 && seenFrom[at] === 0) {
        seenFrom[at] = start
        at = this.prompt[at]!
      }
      if (at === 0 || seenFrom[at] !== start) continue
      const loop = [at]
      for (let next = this.prompt[at]!; next !== at; next = this.prompt[next]!) loop.push(next)
      yield loop
    }
  }

  /** What is done on the way round a loop. */
  actionsOf(loop: readonly number[]): readonly Action[] {
    return loop.flatMap((node) => this.leg(node, this.onward[node]!))
  }

  /** Comes by every World of a loop, also those that are not kept: each is under work when `visit` is told of its last node. */
  around(loop: readonly number[], visit: (node: number) => void): void {
    for (const node of loop) {
      this.goOn(node, { step: () => visit(node) }, this.onward[node])
    }
  }

  /** Whether the clock moves on the way round a loop. */
  passesTime(loop: readonly number[]): boolean {
    return loop.some((node) => this.space.actions.all[this.onward[node]!]!.is === 'clock')
  }

  private grow(world: number): void {
    for (const name of perNode) this[name] = grown(this[name], world + 1)
  }
}

/** So many Worlds are kept in any case. */
const fewestKept = 1 << 16

const nobody: Visitor = { step() {}, reached() {}, settled() {} }

/** Whether it is what happens where nothing deviates. */
export const isPrompt = (action: Action): boolean => action.is === 'clock' || (action.is === 'user' && !action.early)
  || (action.is === 'take' && action.picks.length === 0)
