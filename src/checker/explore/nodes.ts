/**
 * The nodes of a bounded search: Worlds with what is left of the budgets. A World that was reached with as much left of
 * everything has nothing new to show when it is reached with less: it is subsumed (docs/exploring.md).
 */
import { grown, shared } from './arrays.js'
import { everything } from './lasts.js'
import { arrayOf, type Saved } from './saved.js'

/** What a search knows beside the World. */
export interface Left {
  delays: number
  faults: number
  /** What was done last, as a number of `Lasts`; 0: it does not matter. */
  last: number
  /** For how many milliseconds more what broke is being repaired; claims excuse what is wrong meanwhile. */
  disturbed: number
}

const start = 1 << 10

/** What is kept of each node; all of it but `older` does not change any more. */
const perNode = ['worlds', 'budgets', 'lasts', 'disturbances', 'older'] as const

/** What a thread has to know of the nodes that it expands. */
export type Views = Readonly<Record<'worlds' | 'budgets' | 'lasts' | 'disturbances', Int32Array>>

export class Nodes {
  /** How many there are; they are numbered from 1. */
  count = 0
  private worlds: Int32Array = new Int32Array(start)
  private budgets: Int32Array = new Int32Array(start)
  private lasts: Int32Array = new Int32Array(start)
  private disturbances: Int32Array = new Int32Array(start)
  /** The node of the same World that came before; 0 where there is none. */
  private older: Int32Array = new Int32Array(start)
  /** The newest node of each World, by its key. */
  private newest: Int32Array = new Int32Array(start)

  /** `subsumes`: a World that is reached with less left is no node of its own. */
  constructor(private readonly subsumes: boolean) {}

  get bytes(): number {
    return perNode.length * this.worlds.byteLength + this.newest.byteLength
  }

  /** The World of a node; what is known beside it goes into `left`. */
  take(node: number, left: Left): number {
    left.delays = this.budgets[node]! >> 8
    left.faults = this.budgets[node]! & 255
    left.last = this.lasts[node]!
    left.disturbed = this.disturbances[node]!
    return this.worlds[node]!
  }

  /**
   * The node of a World reached with so much left: `count + 1`, as it was before, where it is new. `key` tells Worlds apart, where
   * their own number does not.
   */
  node(world: number, left: Readonly<Left>, key = world): number {
    const before = this.covering(key, left)
    if (before !== 0) return before
    const node = ++this.count
    if (node >= this.worlds.length) this.grow(node)
    this.worlds[node] = world
    this.budgets[node] = left.delays << 8 | left.faults
    this.lasts[node] = left.last
    this.disturbances[node] = left.disturbed
    this.link(node, key)
    return node
  }

  private link(node: number, key: number): void {
    if (key >= this.newest.length) this.newest = grown(this.newest, key + 1)
    this.older[node] = this.newest[key]!
    this.newest[key] = node
  }

  save(): Saved {
    const to = this.count + 1
    const arrays = Object.fromEntries(perNode.map((name) => [name, this[name].subarray(0, to)]))
    return { data: this.count, arrays: { ...arrays, newest: this.newest } }
  }

  load(saved: Saved): void {
    this.count = saved.data as number // as saved
    for (const name of [...perNode, 'newest'] as const) this[name] = arrayOf(saved, name)
  }

  /** The number of a node's World; 0 where that was forgotten. */
  worldOf(node: number): number {
    return this.worlds[node]!
  }

  /** What is known of a node's World from now on. */
  setWorld(node: number, world: number): void {
    this.worlds[node] = world
  }

  /** Forgets all Worlds. */
  forgetWorlds(): void {
    this.worlds.fill(0, 0, this.count + 1)
  }

  /** What threads read, where they can from now on. */
  share(): Views {
    for (const name of ['worlds', 'budgets', 'lasts', 'disturbances'] as const) this[name] = shared(this[name])
    const { worlds, budgets, lasts, disturbances } = this
    return { worlds, budgets, lasts, disturbances }
  }

  /** Has the nodes that another thread has; no more of them come here. */
  use(views: Views): void {
    Object.assign(this, views)
  }

  /** Has only so many nodes from now on, those that came first. What is kept tells their Worlds apart by their own numbers. */
  cutBack(count: number): void {
    for (; this.count > count; this.count--) this.newest[this.worlds[this.count]!] = this.older[this.count]!
  }

  /** Worlds have other numbers from now on. */
  renumber(numberOf: (node: number) => number): void {
    this.newest.fill(0)
    for (let node = 1; node <= this.count; node++) this.link(node, this.worlds[node] = numberOf(node))
  }

  /** Whether a node has other things left than these. */
  hasMore(node: number, { delays, faults, disturbed }: Readonly<Left>): boolean {
    return this.budgets[node] !== (delays << 8 | faults) || this.disturbances[node] !== disturbed
  }

  /** The node because of which a World that is reached with so much left is none of its own; 0: there is none. */
  covering(key: number, left: Readonly<Left>): number {
    let node = key < this.newest.length ? this.newest[key]! : 0
    while (node !== 0 && !this.covers(node, left)) node = this.older[node]!
    return node
  }

  private covers(node: number, { delays, faults, last, disturbed }: Readonly<Left>): boolean {
    const budget = this.budgets[node]!
    const before = this.lasts[node]!
    if (!this.subsumes) {
      return budget === (delays << 8 | faults) && before === last && this.disturbances[node] === disturbed
    }
    return budget >> 8 >= delays && (budget & 255) >= faults && this.disturbances[node]! <= disturbed
      && (last === 0 || before === last || before === 0 || before === everything)
  }

  private grow(node: number): void {
    for (const name of perNode) this[name] = grown(this[name], node + 1)
  }
}
