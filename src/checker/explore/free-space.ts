/**
 * Every order of everything that is enabled: the Worlds that can be reached where nothing is prompt. The
 * clock moves, and then the user acts, when nothing else can happen.
 */
import type { Channel } from '#machine/channel'
import type { World } from '#cluster/world'
import type { Layout } from './layout.js'
import { deadlineOf, deadlineSlot, isDeadlineSlot } from './recorder.js'
import type { Slots } from './slots.js'
import { Steps } from './steps.js'
import { Symmetry, type Interchangeable } from './symmetry.js'
import type { VectorSet } from './vector-set.js'

/** What a search is told of each Step. `world` is the number of the World that it comes to. */
export interface Visitor {
  /** Its World is under work, with `changes` numbers of `changed` in place of those before. */
  step(choice: number, world: number, isNew: boolean, changed: Int32Array, changes: number): void
}

/** The choice by which the clock moves to the next deadline. */
export const clock = -1

/** What is known of a choice instead of its leaf: nothing; that it cannot be taken. */
export const [stale, none] = [-1, -2]

/** What a space is laid out in. */
export interface Room {
  /** The order of slots; as they come unless it says otherwise. */
  readonly layout?: Layout
  /** Numbers and Worlds that others know too. */
  readonly slots?: Slots
  readonly worlds?: VectorSet
}

export class FreeSpace extends Steps {
  /** For each choice its leaf in the World under work, `stale` or `none`. */
  protected leaves: number[] = []

  protected readonly symmetry: Symmetry | undefined

  /** `interchangeable`: things of which it does not matter which is which. */
  constructor(
    channels: readonly Channel<never>[], user: string, first: World, interchangeable?: Interchangeable, room: Room = {},
  ) {
    super(channels, user, room.slots, room.worlds)
    for (const key of room.layout ?? []) {
      if (key === undefined) this.slots.skip()
      else if (isDeadlineSlot(key)) deadlineSlot(this.slots, deadlineOf(key))
      else this.slots.slot(key)
    }
    this.symmetry = interchangeable === undefined ? undefined : new Symmetry(this.slots, interchangeable)
    this.begin(first)
    this.symmetry?.sort(this.worlds)
    this.worlds.commit()
    this.worlds.settle()
  }

  /**
   * Takes every Step that is possible in World number `world`: how many. The user waits until nothing else is
   * left.
   */
  expand(world: number, visitor: Visitor): number {
    this.load(world)
    let taken = 0
    let users = 0
    for (let choice = 0; choice < this.leaves.length; choice++) { // there may be more of them at the end than now
      let leaf = this.leaves[choice]!
      if (leaf === none) continue
      if (leaf === stale) leaf = this.look(choice)
      if (leaf < 0) continue
      if (this.choices.all[choice]!.isUser) users++
      else taken += this.take(choice, leaf, visitor)
    }
    if (taken > 0) return taken
    if (this.wait(visitor)) return 1
    for (let choice = 0; users > 0 && choice < this.leaves.length; choice++) {
      if (this.leaves[choice]! < 0 || !this.choices.all[choice]!.isUser) continue
      users--
      taken += this.take(choice, this.leaves[choice]!, visitor)
    }
    return taken
  }

  /**
   * Takes World number `world` into work, and forgets what was known of choices that look at what is
   * different in it: how much is.
   */
  protected load(world: number): number {
    const { worlds, choices, leaves } = this
    const count = worlds.load(world)
    const { moved } = worlds
    for (let i = 0; i < count; i++) {
      const readers = choices.readersOf(moved[i]!)
      for (let j = 0; j < readers.length; j++) leaves[readers[j]!] = stale
    }
    return count
  }

  /** The leaf of a choice in the World under work, and keeps it; `none` where the choice cannot be taken. */
  protected look(choice: number): number {
    const { choices, worlds, effects } = this
    let leaf = none
    if (choices.isOffered(choice, worlds.work)) {
      leaf = this.leafOf(choice)
      if (effects.isClosed(leaf)) leaf = none
    }
    this.leaves[choice] = leaf
    return leaf
  }

  /** Takes one choice in the World under work, with every outcome of its ties: in how many ways. */
  private take(choice: number, first: number, visitor: Visitor): number {
    const { worlds, effects } = this
    let taken = 0
    for (let leaf = first; ;) {
      const changes = effects.apply(leaf, worlds.work)
      const before = worlds.count
      for (let i = 0; i < 2 * changes; i += 2) worlds.set(effects.changed[i]!, effects.changed[i + 1]!)
      this.symmetry?.sort(worlds)
      const world = worlds.commit()
      taken++
      visitor.step(choice, world, worlds.count > before, effects.changed, changes)
      worlds.restore()
      const ties = this.ties[leaf]
      if (ties === undefined || !this.nextPicks(ties)) return taken
      leaf = this.leafOf(choice)
    }
  }

  /** Moves the clock to the next deadline, where there is one. */
  private wait(visitor: Visitor): boolean {
    const next = this.untilNext()
    if (next === Infinity) return false
    const before = this.worlds.count
    this.pass(next)
    const world = this.worlds.commit()
    visitor.step(clock, world, this.worlds.count > before, this.effects.changed, 0)
    this.worlds.restore()
    return true
  }

  protected override grow(): void {
    super.grow()
    while (this.leaves.length < this.choices.all.length) this.leaves.push(stale)
  }
}
