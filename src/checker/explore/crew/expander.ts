/**
 * Expands nodes beside others who do. What is met for the first time has to get the same number everywhere: so a node at which
 * that happens is given up, and expanded by all, in the same order, once they have come together again.
 */
import type { Ending } from '../../claim.js'
import type { BoundedSpace } from '../bounded-space.js'
import type { Broken, Judgement } from '../judgement.js'
import type { Left, Views as NodeViews } from '../nodes.js'
import { Novel } from '../novelty.js'
import { Full } from '../parallel/shared-quads.js'
import { Quads } from '../quads.js'
import type { Came, Visitor } from '../visitor.js'
import { CrewTables, type CrewMemory } from './memory.js'
import { Sheet } from './sheet.js'

/** What has to be known of nodes to expand them, by their numbers. */
export interface Views extends NodeViews {
  readonly since: Int32Array
  readonly steps: Int32Array
  /** What claims remember. */
  readonly memories: Int32Array
}

/** Nodes to expand. */
export interface Share {
  /** Nodes at which something new was met: everybody expands them first, in this order. */
  readonly met: readonly number[]
  readonly from: number
  /** The first that is none of them. */
  readonly to: number
  /** How many are taken at a time. */
  readonly chunk: number
  /** The first chunk that nobody has begun. */
  readonly cursor: SharedArrayBuffer
  readonly views: Views
  readonly memory: CrewMemory
}

/** What is broken, and how much of the budgets was spent by then: plain data. */
export interface Told {
  readonly claim: string
  readonly broken: Omit<Broken, 'claim'>
  readonly spent: readonly [faults: number, delays: number]
}

/** What came of it. */
export interface Part {
  /** Which chunks were expanded, and where in the numbers each begins: chunk, place, chunk, place, … */
  readonly chunks: readonly number[]
  /** See `Sheet`. */
  readonly numbers: Int32Array
  readonly told: readonly Told[]
  readonly exercised: readonly string[]
  /** How much was numbered so far: where that differs, so do the numbers. */
  readonly numbered: number
}

export class Expander implements Visitor {
  private sheet = new Sheet()
  private told: Told[] = []
  /** The node that is expanded, the actions taken there, and those since the first one. */
  private at = 0
  private transitions = 0
  private done = 0
  private tables: CrewTables | undefined

  constructor(private readonly space: BoundedSpace, private readonly judgement: Judgement) {}

  /** Works on this memory from now on. */
  use(memory: CrewMemory): void {
    if (this.tables === undefined) {
      const { quads, roots, lists } = this.tables = new CrewTables(memory)
      this.space.use(quads, roots, lists, memory.width)
    } else this.tables.use(memory)
  }

  /** Has tables of its own again, with what was in those that were shared. */
  leave(): void {
    if (this.tables === undefined) return
    const { space, tables } = this
    const [quads, roots, lists] = [tables.quads, tables.roots, tables.lists].map((table) => {
      const own = new Quads()
      own.load(table.save())
      return own
    }) as [Quads, Quads, Quads] // as many as there were
    space.use(quads, roots, lists, space.worlds.width)
    this.tables = undefined
  }

  /** Expands nodes that others have expanded too: what is new gets its numbers. */
  catchUp({ met, views }: Pick<Share, 'met' | 'views'>): void {
    this.judgement.tell = () => {}
    for (const node of met) {
      this.sheet.begin(node)
      this.expandOne(node, views)
      this.sheet.giveUp()
    }
    this.sheet = new Sheet()
  }

  /** Takes chunks until there is none left. */
  expand({ from, to, chunk: size, cursor, views }: Share): Part {
    const { space: { novelty, spared }, judgement } = this
    const [next, chunks, tell, before] = [new Int32Array(cursor), [] as number[], judgement.tell, { ...spared }]
    judgement.tell = ({ claim: { name: claim }, ...broken }) => void this.told.push({ claim, broken, spent: space.spent() })
    const { space } = this
    novelty.isRefused = true
    try {
      for (;;) {
        const chunk = Atomics.add(next, 0, 1)
        const first = from + chunk * size
        if (first >= to) break
        chunks.push(chunk, this.sheet.numbers.length)
        for (let node = first; node < Math.min(first + size, to); node++) this.tryOne(node, views)
      }
    } catch (error) {
      if (!(error instanceof Full)) throw error // those that were not expanded are so later
      this.abandon()
      chunks.splice(-2)
    } finally {
      novelty.isRefused = false
      judgement.tell = tell
      Object.assign(spared, before) // who keeps the nodes counts
    }
    const { sheet: { numbers }, told } = this
    this.sheet = new Sheet()
    this.told = []
    return { chunks, numbers: numbers.items.slice(0, numbers.length), told, exercised: [...judgement.exercised], numbered: novelty.count }
  }

  private tryOne(node: number, views: Views): void {
    const { sheet, told, space: { spared } } = this
    const { independent, passed } = spared
    const before = told.length
    sheet.begin(node)
    try {
      this.expandOne(node, views)
      sheet.end(this.transitions, spared.independent - independent, spared.passed - passed)
    } catch (error) {
      if (!(error instanceof Novel)) throw error
      this.abandon()
      sheet.giveUp()
      told.length = before
    }
  }

  private expandOne(node: number, { since, steps }: Views): void {
    this.at = node
    this.transitions = 0
    this.space.expand(node, { since: since[node]!, steps: steps[node]! }, this)
  }

  private abandon(): void {
    this.space.abandon()
    this.judgement.abandon()
  }

  step(action: number, leaf: number, nth: number): void {
    this.transitions++
    this.done = nth
    this.judgement.step(this.at, action, leaf, nth)
  }

  reached(action: number, world: number, left: Readonly<Left>, came: Readonly<Came>): void {
    this.sheet.way(action, this.done, world, this.judgement.memory(), left, came)
  }

  settled(ending: Ending): void {
    this.judgement.settled(this.at, ending)
  }
}
