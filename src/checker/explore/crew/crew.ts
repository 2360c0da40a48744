/**
 * Explores breadth first by several threads. Nodes that wait are shared out and expanded side by side; then one takes in what
 * came of that, in the order of the nodes. So Worlds, transitions, what is left out, what is broken and the ways to it are
 * those that one alone finds, however many there are. See expander.ts for what is met for the first time.
 */
import type { Explorer } from '../explore.js'
import { Full, TooNarrow } from '../parallel/shared-quads.js'
import type { Saved } from '../saved.js'
import { Expander, type Part, type Share, type Told } from './expander.js'
import { memoryOf, withRoom, type CrewMemory } from './memory.js'
import { SheetReader } from './sheet.js'

/** The others. */
export interface Hands {
  readonly count: number
  expand(share: Share): Promise<readonly Part[]>
  end(): Promise<void>
}

/** Makes others who know all that is known here, and share these Worlds. */
export type Gather = (known: Saved, memory: CrewMemory) => Promise<Hands>

export interface Pace {
  /** So many nodes show how much is new: by one alone first. */
  readonly sample: number
  /** Where at a node more than so much is met for the first time, sharing costs more than it brings. */
  readonly novelty: number
  /** Fewer than so many are not worth sharing. */
  readonly fewest: number
  /** More than so many are shared out bit by bit. */
  readonly most: number
}

const usual: Pace = { sample: 10_000, novelty: 0.25, fewest: 256, most: 2048 }

export class Crew {
  private readonly expander: Expander
  private hands: Hands | undefined
  private memory: CrewMemory | undefined
  /** Nodes that were expanded here and are still to be expanded by the others. */
  private met: number[] = []
  /** How many nodes are shared out next. */
  private span: number
  /** Whether little enough was new in the last sample, and where that began. */
  private isWorthIt = false
  private sampled = { expanded: 0, novelty: 0 }

  constructor(private readonly explorer: Explorer, private readonly gather: Gather, private readonly pace: Pace = usual) {
    this.expander = new Expander(explorer.space, explorer.judgement)
    this.span = pace.fewest
  }

  /** Expands some of the nodes that wait; whether there is more to do. */
  async advance(): Promise<boolean> {
    const { explorer: { search }, pace } = this
    const waiting = search.worlds - search.expanded
    if (waiting === 0) { // what the user does at last is found here
      await this.end()
      return this.expandAll(1)
    }
    this.sample()
    if (!this.isWorthIt) await this.end()
    if (waiting < pace.fewest || !this.isWorthIt) return this.expandAll(Math.min(waiting, pace.fewest))
    this.hands ??= await this.begin()
    return this.shareOut(this.hands, Math.min(waiting, this.span))
  }

  private sample(): void {
    const { search: { expanded }, space: { novelty: { count } } } = this.explorer
    const { pace: { sample, novelty }, sampled } = this
    if (expanded < sampled.expanded + sample) return
    this.isWorthIt = count - sampled.novelty <= novelty * (expanded - sampled.expanded)
    this.sampled = { expanded, novelty: count }
  }

  /** Sends the others home. */
  async end(): Promise<void> {
    await this.hands?.end()
    this.hands = undefined
    this.met = []
  }

  private async begin(): Promise<Hands> {
    const { explorer } = this
    explorer.space.makeRoom()
    this.memory = withRoom(memoryOf(explorer.space), this.pace.most)
    this.expander.leave()
    this.expander.use(this.memory)
    return await this.gather(explorer.saveKnown(), this.memory)
  }

  private async shareOut(hands: Hands, count: number): Promise<boolean> {
    const { explorer, met } = this
    const { search } = explorer
    this.memory = withRoom(this.memory!, count) // there is one since there are hands
    this.expander.use(this.memory)
    const from = search.expanded + 1
    const chunk = Math.max(8, Math.min(256, Math.ceil(count / (8 * hands.count + 8))))
    const share = { met, from, to: from + count, chunk, cursor: new SharedArrayBuffer(4), views: explorer.share(), memory: this.memory }
    this.met = []
    const theirs = hands.expand(share)
    const own = this.expander.expand(share)
    return await this.takeIn(share, [own, ...await theirs]) && !explorer.isTooLarge
  }

  /** Takes in all that was found out of nodes, up to the first of which nothing is known, or what is known is out of date. */
  private async takeIn({ from, to, chunk: size }: Share, parts: readonly Part[]): Promise<boolean> {
    const { explorer } = this
    const readers = new Map<number, SheetReader>()
    const told = new Map<number, Told[]>()
    for (const { chunks, numbers, told: all, exercised, numbered } of parts) {
      if (numbered !== explorer.space.novelty.count) throw new Error('threads have numbered what is new differently')
      for (let i = 0; i < chunks.length; i += 2) readers.set(chunks[i]!, new SheetReader(numbers, chunks[i + 1]!))
      for (const one of all) told.set(one.broken.from, [...told.get(one.broken.from) ?? [], one])
      explorer.noteExercised(exercised)
    }
    const known = explorer.extent
    for (let node = from; node < to; node++) {
      const reader = readers.get(Math.floor((node - from) / size))
      if (reader === undefined) break
      if (!reader.isNovel) explorer.take(reader, told.get(node) ?? [])
      else {
        reader.next(() => {})
        if (!await this.expandOne()) return false
      }
      if (explorer.isFull) return false
      if (explorer.extent === known) continue
      this.span = Math.max(this.pace.fewest, this.span >> 1)
      return true
    }
    this.span = Math.min(this.pace.most, 2 * this.span)
    return true
  }

  /** Expands so many nodes here; whether there is more to do. */
  private async expandAll(count: number): Promise<boolean> {
    for (let i = 0; i < count; i++) if (!await this.expandOne() || this.explorer.isFull) return false
    return !this.explorer.isTooLarge
  }

  private async expandOne(): Promise<boolean> {
    const { search } = this.explorer
    for (;;) {
      try {
        const node = search.expanded + 1
        const isMore = search.next()
        if (this.hands !== undefined) this.met.push(node)
        return isMore
      } catch (error) {
        if (error instanceof Full) this.expander.use(this.memory = withRoom(this.memory!, this.pace.most))
        else if (error instanceof TooNarrow) {
          await this.end()
          this.expander.leave()
        } else throw error
        this.explorer.abandon()
      }
    }
  }
}
