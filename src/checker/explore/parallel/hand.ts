/**
 * One of several who expand Worlds together: it has a memo of Steps of its own; Worlds and numbers are
 * everybody's.
 */
import type { FreeSystem } from '../free-system.js'
import type { Layout } from '../layout.js'
import { PartedSpace } from '../parted-space.js'
import { VectorSet } from '../vector-set.js'
import { Verdicts } from '../verdicts.js'
import { Ledger, SharedSlots } from './ledger.js'
import type { SharedMemory } from './memory.js'
import { Full, SharedQuads, TooNarrow } from './shared-quads.js'
import { SharedWays } from './shared-ways.js'

/** Worlds to expand. */
export interface Share {
  /** Numbers of Worlds: from, to, from, to, … */
  readonly chunks: readonly number[]
  /** The first chunk that nobody has begun. */
  readonly cursor: SharedArrayBuffer
  /** How many chunks each takes at most; all unless it says otherwise. */
  readonly atMost?: number
  /** It may be larger than before. */
  readonly memory: SharedMemory
}

/** What came of it. */
export interface Done {
  readonly transitions: number
  /** New Worlds: from, to, from, to, … */
  readonly fresh: readonly number[]
  readonly worlds: number
  /** The chunk that was given up since there was no room. */
  readonly left: number | undefined
  /** Slots were met that Worlds have no place for: all has to begin again. */
  readonly isTooNarrow: boolean
  readonly isWrong: boolean
  /** Steps that ran for real, so far. */
  readonly evaluations: number
}

/** How many numbers a hand takes for itself at a time. */
export const blocks = { quads: 256, roots: 4096 }

export class Hand {
  private readonly quads: SharedQuads
  private readonly roots: SharedQuads
  private readonly ways: SharedWays
  private readonly slots = new SharedSlots()
  private readonly space: PartedSpace
  private readonly verdicts: Verdicts
  /** Whether claims have to be judged, whatever changed. */
  private isLost = true

  constructor(system: FreeSystem, layout: Layout, memory: SharedMemory) {
    this.quads = new SharedQuads(memory.quads, blocks.quads)
    this.roots = new SharedQuads(memory.roots, blocks.roots)
    this.ways = new SharedWays(memory.ways)
    this.space = new PartedSpace(system, {
      layout, slots: this.slots, worlds: new VectorSet(4, this.quads, this.roots), ways: this.ways,
    })
    this.roots.seal()
    this.slots.share(new Ledger(memory.ledger))
    this.verdicts = new Verdicts(this.space, system.claims)
  }

  /** Numbers of the Worlds that it was the first to meet, and was not asked for yet. */
  takeFresh(): readonly number[] {
    return this.roots.takeFresh()
  }

  expand({ chunks, cursor, memory, atMost = Infinity }: Share): Done {
    const { space, roots, quads, slots, ways } = this
    quads.use(memory.quads)
    roots.use(memory.roots)
    ways.use(memory.ways)
    const next = new Int32Array(cursor)
    const before = roots.count
    let transitions = 0
    let [isWrong, isTooNarrow] = [false, false]
    let left: number | undefined
    try {
      slots.catchUp()
      space.refresh()
      const mayGoOn = (): boolean =>
        !isWrong && left === undefined && !roots.isNearlyFull && !quads.isNearlyFull
      for (let taken = 0; taken < atMost && mayGoOn(); taken++) {
        const chunk = Atomics.add(next, 0, 1)
        if (2 * chunk >= chunks.length) break
        const steps = this.expandAll(chunks[2 * chunk]!, chunks[2 * chunk + 1]!)
        if (steps === undefined) left = chunk
        else if (steps < 0) isWrong = true
        else transitions += steps
      }
    } catch (error) {
      if (!(error instanceof TooNarrow)) throw error
      isTooNarrow = true
    }
    return {
      transitions, fresh: roots.takeFresh(), worlds: roots.count - before, left, isTooNarrow, isWrong,
      evaluations: space.evaluations,
    }
  }

  /** Expands Worlds: how many Steps; −1 where one is wrong; `undefined` where there was no room. */
  private expandAll(from: number, to: number): number | undefined {
    const { space, verdicts } = this
    let transitions = 0
    try {
      for (let world = from; world < to; world++) {
        const changes = space.load(world)
        const isWrong = this.isLost ? verdicts.isWrongAtFirst()
          : verdicts.isWrongAfter(space.worlds.moved, changes)
        if (isWrong) return -1
        this.isLost = false
        transitions += space.expandLoaded(world)
        if (space.found.isFull) space.found.flush()
      }
      space.found.flush()
      return transitions
    } catch (error) {
      if (!(error instanceof Full)) throw error
      space.reset()
      this.isLost = true
      return undefined
    }
  }
}
