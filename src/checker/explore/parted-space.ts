/**
 * A free space that works on the four parts of a World's vector: a Step that concerns one part alone is taken
 * by putting another number in the place of that part's. New Worlds are looked up many at a time
 * (successors.ts). It has to be searched breadth first.
 */
import { clock, type Room } from './free-space.js'
import type { FreeSystem } from './free-system.js'
import { PartSteps } from './part-steps.js'
import { stride, Successors } from './successors.js'
import { noPart, wayBy, Ways, type Kept } from './ways.js'

export interface PartedRoom extends Room {
  /** Where it is kept by which way Worlds were reached. */
  readonly ways?: Kept
}

export class PartedSpace extends PartSteps {
  /** The Worlds that were come to. */
  readonly found: Successors
  private readonly ways: Kept
  /** The lists of the four parts of the World under work. */
  private readonly starts = new Int32Array(4)

  constructor(
    { channels, user, begin, interchangeable }: FreeSystem, { ways = new Ways(), ...room }: PartedRoom = {},
  ) {
    super(channels, user, begin(), interchangeable, room)
    this.ways = ways
    this.found = new Successors(this.worlds, ways)
    this.freshness.widenTo(this.worlds.width)
  }

  /**
   * Takes World number `world` into work. Gives how many numbers are others than in the one before;
   * `worlds.moved` holds their slots.
   */
  override load(world: number): number {
    const { worlds, freshness } = this
    const count = worlds.load(world)
    freshness.moved(worlds.moved, count)
    return count
  }

  /**
   * How many Steps are possible in the World under work, number `world`; adds the Worlds that they lead to to
   * `found`, but for some that are found all the same (`takeLocals`).
   */
  expandLoaded(world: number): number {
    let width: number
    let users: number
    do { // what was never met may make vectors wider
      width = this.worlds.width
      users = this.prepare()
    } while (width !== this.worlds.width)
    const taken = this.takeLocals(world, Math.max(0, this.ways.partTo(world))) + this.takeWholes(world, false)
    if (taken > 0) return taken
    if (this.untilNext() < Infinity) return this.waitThere(world)
    return users > 0 ? this.takeWholes(world, true) : 0
  }

  /** Looks up all that can be done in the World under work: how many choices of the user there are. */
  private prepare(): number {
    const { parts, starts, leaves, freshness } = this
    let users = 0
    for (let part = 0; part < 4; part++) {
      const at = starts[part] = this.listOf(part)
      const { items } = parts.lists
      const wholes = at + 2 + 2 * items[at]!
      const end = wholes + items[at + 1]!
      for (let i = wholes; i < end; i++) {
        const choice = items[i]!
        if (freshness.isStale(choice)) this.look(choice)
        if (leaves[choice]! >= 0 && this.choices.all[choice]!.isUser) users++
      }
    }
    return users
  }

  /**
   * Takes what concerns one part alone, from part number `first` on: how many choices there are, those of the
   * parts before it included. What is left out leads to Worlds that are found all the same. The World was
   * reached from another by a choice of part `first`, so that what the parts before it offer was offered
   * there as well, and both together lead to the same World in either order. Of the shortest ways to that
   * World, one whose last choice is of the latest part is never left out (sleep sets: Godefroid,
   * "Partial-Order Methods for the Verification of Concurrent Systems", 1996; they need no more here, since
   * all Worlds that are equally far away are found before one of them is expanded).
   */
  private takeLocals(world: number, first: number): number {
    const { worlds, parts, starts, found } = this
    const { work, top } = worlds
    const { items } = parts.lists
    const [a, b, c, d] = [work[top]!, work[top + 1]!, work[top + 2]!, work[top + 3]!]
    const count = items[starts[0]!]! + items[starts[1]!]! + items[starts[2]!]! + items[starts[3]!]!
    found.makeRoom(count)
    const to = found.items
    let at = stride * found.count
    for (let part = first; part < 4; part++) {
      const start = starts[part]!
      const end = start + 2 + 2 * items[start]!
      for (let i = start + 2; i < end; i += 2, at += stride) {
        to[at] = a
        to[at + 1] = b
        to[at + 2] = c
        to[at + 3] = d
        to[at + 4] = world
        to[at + 5] = wayBy(items[i]!, part)
        to[at + part] = items[i + 1]!
      }
    }
    found.count = at / stride
    return count
  }

  /** Takes what concerns the World as a whole, of the user or of all others: in how many ways. */
  private takeWholes(world: number, isUser: boolean): number {
    const { parts, starts, leaves, found } = this
    const { items } = parts.lists
    const before = found.count
    for (let part = 0; part < 4; part++) {
      const start = starts[part]!
      const first = start + 2 + 2 * items[start]!
      const end = first + items[start + 1]!
      for (let i = first; i < end; i++) {
        const choice = items[i]!
        const leaf = leaves[choice]!
        if (leaf >= 0 && this.choices.all[choice]!.isUser === isUser) this.takeEach(world, choice, leaf)
      }
    }
    return found.count - before
  }

  /** Takes one choice, with every outcome of its ties. */
  private takeEach(world: number, choice: number, first: number): void {
    for (let leaf = first; ;) {
      this.does(leaf)
      this.found.add(world, wayBy(choice, noPart), this.worlds.work, this.worlds.top)
      this.worlds.restore()
      const ties = this.ties[leaf]
      if (ties === undefined || !this.nextPicks(ties)) return
      leaf = this.leafOf(choice)
    }
  }

  /** Moves the clock to the next deadline. */
  private waitThere(world: number): number {
    this.pass(this.untilNext())
    this.symmetry?.sort(this.worlds)
    this.worlds.raise()
    this.found.add(world, wayBy(clock, noPart), this.worlds.work, this.worlds.top)
    this.worlds.restore()
    return 1
  }

  /** Forgets what it was about, after a failure on the way: no World is under work, and none was come to. */
  reset(): void {
    this.worlds.clear()
    this.freshness.forgetAll()
    this.found.count = 0
    this.picks.fill(0)
  }

  /** Takes notice of slots that others have met. */
  refresh(): void {
    this.grow()
  }

  protected override widen(places: number): void {
    this.found?.flush() // there is none yet while the first World is put together
    super.widen(places)
    this.ways?.partsMoved(this.worlds.count)
  }
}
