/**
 * Through the Worlds of a bounded space, depth first, with nothing kept of a World but three bits, for what does not fit into memory.
 * Nodes are what the way to the World under work has, with what waits beside it: their numbers are used again. What is found
 * must be told right away, while the way to it is known. Several searches in other orders, which take other Worlds for each other,
 * find more than one that takes as long: a swarm (Holzmann, Joshi, Groce: Swarm Verification Techniques, 2011).
 */
import { Prng } from '#kernel/prng'
import { grown } from './arrays.js'
import { BoundedSearch, isPrompt, type Observer } from './bounded-search.js'
import type { BoundedSpace } from './bounded-space.js'
import { Filter } from './filter.js'
import type { Left } from './nodes.js'
import { arrayOf, partOf, type Saved } from './saved.js'

export interface Bitstate {
  /** For the table of bits, at most. */
  readonly bytes: number
  /** 0: in the order in which a depth-first search goes. */
  readonly seed: number
}

export class BitstateSearch extends BoundedSearch {
  readonly filter: Filter
  /** How many Worlds were new. */
  private made = 1
  /** Once this node is expanded, those above it and those that it was reached with are done. */
  private floors: Int32Array = new Int32Array(1 << 10)
  /** The loop that the last World that was expanded closes, if one. */
  private readonly closed: (readonly number[])[] = []
  /** Whether the user still has to lose patience there. */
  private isLosing = false
  /** Those above it are new. */
  private under = 1

  constructor(space: BoundedSpace, observer: Observer, private readonly bitstate: Bitstate) {
    super(space, observer, 'depth-first')
    this.filter = new Filter(bitstate.bytes, bitstate.seed)
    const left: Left = { delays: 0, faults: 0, last: 0, disturbed: 0 }
    space.nodes.take(1, left)
    space.enter(1)
    this.isNew(left)
    this.floors[1] = 1
  }

  override save(): Saved {
    const { floors, filter, made } = this
    const saved = super.save()
    const arrays = { ...saved.arrays, floors: floors.subarray(0, this.space.nodes.count + 1) }
    return { data: { base: saved.data, made }, arrays, parts: { filter: filter.save() } }
  }

  override load(saved: Saved): void {
    const { base, made } = saved.data as { readonly base: unknown; readonly made: number } // as saved
    super.load({ ...saved, data: base })
    this.made = made
    this.floors = arrayOf(saved, 'floors')
    this.filter.load(partOf(saved, 'filter'))
  }

  override get worlds(): number {
    return this.made
  }

  override get missed(): number {
    return this.filter.missed
  }

  override get bytes(): number {
    return super.bytes + this.filter.bytes + this.floors.byteLength
  }

  /** The loop that the last World that was expanded closes. */
  override loops(): Iterable<readonly number[]> {
    return this.closed
  }

  override next(): boolean {
    if (!this.isLosing) {
      if (this.expanded >= this.worlds) return false
      this.expand()
      this.isLosing = this.closed.length > 0
    }
    if (this.isLosing) this.lose()
    return true
  }

  protected override pick(): number {
    const node = super.pick()
    const { nodes } = this.space
    nodes.cutBack(this.floors[node]!)
    for (const turn of this.turns.keys()) if (turn > nodes.count) this.turns.delete(turn)
    this.under = nodes.count
    return node
  }

  protected override expand(): void {
    this.closed.length = 0
    try {
      super.expand()
    } finally {
      this.pile()
      this.floors[this.at] = this.space.nodes.count // for where it has to be expanded again
    }
    this.shuffle(this.waiting.length - (this.space.nodes.count - this.under))
    this.close()
  }

  protected override nodeOf(world: number, left: Readonly<Left>): number {
    const { nodes } = this.space
    const known = nodes.covering(world, left)
    if (known > 0 || !this.isNew(left)) return known
    this.made++
    return nodes.node(world, left)
  }

  protected override makeRoom(): void {
    const { space: { worlds, nodes }, observer } = this
    if (worlds.count <= this.most) return
    const kept = Int32Array.from({ length: nodes.count }, (_, i) => nodes.worldOf(i + 1))
    this.space.keepOnly(kept)
    nodes.renumber((node) => kept[node - 1]!)
    observer.forgot?.(nodes.count)
    this.most = Math.max(this.most, 4 * nodes.count)
  }

  /** Whether the World under work was not met. */
  private isNew(left: Readonly<Left>): boolean {
    const { worlds: { work }, slots } = this.space
    return this.filter.add(work, slots.size, left)
  }

  /** The nodes that are new lie on those that were there. */
  private pile(): void {
    const { under, space: { nodes: { count } } } = this
    if (count >= this.floors.length) this.floors = grown(this.floors, count + 1)
    this.floors.fill(count, under + 1, count + 1)
  }

  /** Those that wait from this place on do so in the order of this search. */
  private shuffle(from: number): void {
    const { waiting: { items, length }, bitstate: { seed } } = this
    if (seed === 0) return
    const random = new Prng(seed + Math.imul(this.expanded, 0x9e3779b1))
    for (let i = length - 1; i > from; i--) {
      const other = from + random.below(i + 1 - from)
      const node = items[i]!
      items[i] = items[other]!
      items[other] = node
    }
  }

  /** Where the World that was expanded goes on promptly to one on the way to it, and comes back from there promptly, it closes a loop. */
  private close(): void {
    const { at, prompt, parents, via, space: { actions } } = this
    const first = prompt[at]!
    if (first === 0 || first > at) return
    const loop = [at]
    for (let node = at; node > first;) {
      if (!isPrompt(actions.all[via[node]!]!)) return
      node = parents[node]!
      loop.push(node)
    }
    if (loop.at(-1) === first) this.closed.push(loop.reverse())
  }

  /** The user loses patience in the loop that was closed. */
  private lose(): void {
    this.waited.clear()
    this.under = this.space.nodes.count
    try {
      for (const loop of this.closed) this.loseIn(loop)
    } finally {
      this.pile()
    }
    this.isLosing = false
  }
}
