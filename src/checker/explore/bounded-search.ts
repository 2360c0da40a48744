/** Breadth first through the Worlds of a bounded space: each is reached by the fewest actions that lead to it. */
import { grown } from './arrays.js'
import type { Action } from './actions.js'
import type { BoundedSpace, Visitor } from './bounded-space.js'

/** Looks on: claims, progress. */
export interface Observer {
  /** An action led from World `from`, which was reached before, to World `world`, which is under work. */
  reached?(from: number, action: number, world: number, isNew: boolean, leaf: number): void
  /** Nothing is left to do in World `world`, which is under work. */
  settled?(world: number): void
}

export class BoundedSearch implements Visitor {
  private parents: Int32Array = new Int32Array(1 << 10)
  private via: Int32Array = new Int32Array(1 << 10)
  /** The World that is expanded. */
  at = 0
  transitions = 0
  depth = 0
  private last = 1

  constructor(readonly space: BoundedSpace, private readonly observer: Observer = {}) {}

  get worlds(): number {
    return this.space.worlds.count
  }

  get bytes(): number {
    return this.space.worlds.bytes + this.parents.byteLength + this.via.byteLength
  }

  /** Expands the next World; whether there was one. */
  next(): boolean {
    if (this.at >= this.space.worlds.count) return false
    if (this.at === this.last) {
      this.depth++
      this.last = this.space.worlds.count
    }
    this.at++
    this.space.expand(this.at, this)
    return true
  }

  reached(action: number, world: number, isNew: boolean, leaf: number): void {
    this.transitions++
    if (isNew) {
      if (world >= this.parents.length) {
        this.parents = grown(this.parents, world + 1)
        this.via = grown(this.via, world + 1)
      }
      this.parents[world] = this.at
      this.via[world] = action
    }
    this.observer.reached?.(this.at, action, world, isNew, leaf)
  }

  settled(): void {
    this.observer.settled?.(this.at)
  }

  /** What leads from the first World to this one, and then `more`. */
  pathTo(world: number, ...more: readonly number[]): readonly Action[] {
    const path: Action[] = []
    for (let at = world; at > 1; at = this.parents[at]!) path.push(this.space.actions.all[this.via[at]!]!)
    return [...path.reverse(), ...more.map((action) => this.space.actions.all[action]!)]
  }
}
