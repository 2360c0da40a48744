/**
 * Breadth first through a parted space: what `BreadthFirst` finds, sooner. A World is judged when its turn
 * comes.
 */
import type { Explored } from './breadth-first.js'
import type { FreeSystem } from './free-system.js'
import type { Layout } from './layout.js'
import { PartedSpace } from './parted-space.js'
import { layoutFor } from './pilot.js'
import { Verdicts } from './verdicts.js'
import { Ways } from './ways.js'

export class PartedSearch {
  readonly space: PartedSpace
  private readonly ways = new Ways()
  private readonly verdicts: Verdicts
  /**
   * Whether Worlds are judged that a choice leads to, by choice, the clock's at 0; known as long as there are
   * so many `leaves`.
   */
  private readonly isJudged: boolean[] = []
  private leaves = 0

  constructor(system: FreeSystem, layout: Layout = layoutFor(system)) {
    this.space = new PartedSpace(system, { layout, ways: this.ways })
    this.verdicts = new Verdicts(this.space, system.claims)
  }

  get bytes(): number {
    return this.space.worlds.bytes + this.ways.bytes
  }

  run(): Explored {
    const { space, verdicts } = this
    const { worlds, found } = space
    let [depth, transitions] = [0, 0]
    let last = 1 // the last World of this depth
    for (let at = 1; ; at++) {
      if (at > last) {
        found.flush()
        if (worlds.count === last) break
        depth++
        last = worlds.count
      }
      space.load(at)
      if (at === 1 ? verdicts.isWrongAtFirst() : this.isWrong(at)) {
        return { worlds: worlds.count, transitions, depth, wrong: at }
      }
      transitions += space.expandLoaded(at)
      if (found.isFull) found.flush()
    }
    return { worlds: worlds.count, transitions, depth, wrong: undefined }
  }

  /** The choices that lead from the first World to this one. */
  pathTo(world: number): readonly number[] {
    return this.ways.pathTo(world)
  }

  /** Whether a World is wrong that was reached from one that is not. */
  private isWrong(world: number): boolean {
    const { space, verdicts } = this
    if (this.leaves !== space.memo.count) {
      this.leaves = space.memo.count
      this.isJudged.length = 0
    }
    const choice = this.ways.choiceTo(world)
    const isJudged = this.isJudged[choice + 1] ??= space.writesAny(choice, (slot) => verdicts.looksAt(slot))
    return isJudged && verdicts.isWrongAtFirst()
  }
}
