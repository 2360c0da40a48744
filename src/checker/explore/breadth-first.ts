/** Breadth first: every World at the fewest Steps from the first one, so that the way to it is among the shortest. */
import { grown } from './arrays.js'
import type { FreeSpace, Visitor } from './free-space.js'
import type { Verdicts } from './verdicts.js'

export interface Explored {
  readonly worlds: number
  readonly transitions: number
  /** Steps from the first World to the farthest. */
  readonly depth: number
  /** The number of the first World that was found to be wrong. */
  readonly wrong: number | undefined
}

export class BreadthFirst implements Visitor {
  /** From which World, and by which choice, each was reached first. */
  private parents: Int32Array = new Int32Array(1 << 10)
  private via: Int32Array = new Int32Array(1 << 10)
  private at = 0
  private transitions = 0
  private wrong: number | undefined

  constructor(private readonly space: FreeSpace, private readonly verdicts: Verdicts) {}

  get bytes(): number {
    return this.space.worlds.bytes + this.parents.byteLength + this.via.byteLength
  }

  run(): Explored {
    const { space } = this
    space.worlds.load(1)
    if (this.verdicts.isWrongAtFirst()) this.wrong = 1
    let depth = 0
    let last = 1 // the last World of this depth
    for (this.at = 1; this.at <= space.worlds.count && this.wrong === undefined; this.at++) {
      if (this.at > last) {
        depth++
        last = space.worlds.count
      }
      this.transitions += space.expand(this.at, this)
    }
    return { worlds: space.worlds.count, transitions: this.transitions, depth, wrong: this.wrong }
  }

  step(choice: number, world: number, isNew: boolean, changed: Int32Array, changes: number): void {
    if (!isNew) return
    if (world >= this.parents.length) {
      this.parents = grown(this.parents, world + 1)
      this.via = grown(this.via, world + 1)
    }
    this.parents[world] = this.at
    this.via[world] = choice
    if (this.wrong === undefined && this.verdicts.isWrong(changed, changes)) this.wrong = world
  }

  /** The choices that lead from the first World to this one. */
  pathTo(world: number): readonly number[] {
    const path: number[] = []
    for (let at = world; at > 1; at = this.parents[at]!) path.push(this.via[at]!)
    return path.reverse()
  }
}
