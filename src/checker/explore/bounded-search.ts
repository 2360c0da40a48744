/** Breadth first through the Worlds of a bounded space: each is reached by the fewest actions that lead to it. */
import type { Ending } from '../claim.js'
import { grown } from './arrays.js'
import type { Action } from './actions.js'
import type { BoundedSpace, Visitor } from './bounded-space.js'

/** Looks on: claims, progress. */
export interface Observer {
  /** An action led from World `from`, which was reached before, to World `world`, which is under work. */
  reached?(from: number, action: number, world: number, isNew: boolean, leaf: number): void
  /** Nothing is left to do in World `world`, which is under work, or it went on for too long. */
  settled?(world: number, ending: Ending): void
}

export class BoundedSearch implements Visitor {
  /** From which World, and by which action, each was reached first. */
  private parents: Int32Array = new Int32Array(1 << 10)
  private via: Int32Array = new Int32Array(1 << 10)
  /** The World that each goes on to promptly; 0 where it ends. */
  private prompt: Int32Array = new Int32Array(1 << 10)
  /** The action by which it does. */
  private onward: Int32Array = new Int32Array(1 << 10)
  /** How each was reached first: see `Came`. */
  private since: Int32Array = new Int32Array(1 << 10)
  private steps: Int32Array = new Int32Array(1 << 10)
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
    return this.space.worlds.bytes + 6 * this.parents.byteLength
  }

  /** Expands the next World; whether there was one. */
  next(): boolean {
    if (this.at >= this.space.worlds.count) return false
    if (this.at === this.last) {
      this.depth++
      this.last = this.space.worlds.count
    }
    this.at++
    const before = this.transitions
    try {
      this.space.expand(this.at, { since: this.since[this.at]!, steps: this.steps[this.at]! }, this)
    } catch (thrown) { // what was asked of a user's controller is new: the same World is expanded again
      this.at--
      this.transitions = before
      this.space.worlds.restore()
      throw thrown
    }
    return true
  }

  reached(action: number, world: number, isNew: boolean, leaf: number): void {
    this.transitions++
    const did = this.space.actions.all[action]!
    if (isNew) {
      if (world >= this.parents.length) this.grow(world)
      this.parents[world] = this.at
      this.via[world] = action
      this.since[world] = did.is === 'user' ? 0 : this.since[this.at]! + (did.is === 'clock' ? did.ms : 0)
      this.steps[world] = did.is === 'clock' ? 0 : this.steps[this.at]! + 1
    }
    if (isPrompt(did)) {
      this.prompt[this.at] = world
      this.onward[this.at] = action
    }
    this.observer.reached?.(this.at, action, world, isNew, leaf)
  }

  settled(ending: Ending): void {
    this.observer.settled?.(this.at, ending)
  }

  /** What leads from the first World to this one, and then `more`. */
  pathTo(world: number, ...more: readonly number[]): readonly Action[] {
    const path: Action[] = []
    for (let at = world; at > 1; at = this.parents[at]!) path.push(this.space.actions.all[this.via[at]!]!)
    return [...path.reverse(), ...more.map((action) => this.space.actions.all[action]!)]
  }

  /**
   * The loops in which things go on for ever, each as its Worlds in order. A deviation is spent and never comes back, so every
   * loop is a prompt one: it is fair, and each World has one way on.
   */
  * loops(): Iterable<readonly number[]> {
    const seenFrom = new Int32Array(this.worlds + 1)
    for (let start = 1; start <= this.worlds; start++) {
      let at = start
      while (at !== 0 && seenFrom[at] === 0) {
        seenFrom[at] = start
        at = this.prompt[at]!
      }
      if (at === 0 || seenFrom[at] !== start) continue
      const loop = [at]
      for (let next = this.prompt[at]!; next !== at; next = this.prompt[next]!) loop.push(next)
      yield loop
    }
  }

  /** What is done on the way round a loop. */
  actionsOf(loop: readonly number[]): readonly Action[] {
    return loop.map((world) => this.space.actions.all[this.onward[world]!]!)
  }

  /** Whether the clock moves on the way round a loop. */
  passesTime(loop: readonly number[]): boolean {
    return loop.some((world) => this.since[world] !== this.since[loop[0]!] || this.steps[world] === 0)
  }

  private grow(world: number): void {
    this.parents = grown(this.parents, world + 1)
    this.via = grown(this.via, world + 1)
    this.prompt = grown(this.prompt, world + 1)
    this.onward = grown(this.onward, world + 1)
    this.since = grown(this.since, world + 1)
    this.steps = grown(this.steps, world + 1)
  }
}

const isPrompt = (action: Action): boolean => action.is === 'clock' || (action.is === 'user' && !action.early)
  || (action.is === 'take' && action.picks.length === 0)
