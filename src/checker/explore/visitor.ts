/** Between a bounded space and who searches it. */
import type { Ending } from '../claim.js'
import type { Left } from './nodes.js'

/** What a search is told. */
export interface Visitor {
  /**
   * An action was done, or another one after it without anything else that could be: its World is under work. `leaf` is the
   * Step's in the memo; −1 where the clock moved or nothing but the search went on. `nth`: 1 for the action itself.
   */
  step(action: number, leaf: number, nth: number): void
  /** That comes to this World, which is under work, with so much left. */
  reached(action: number, world: number, left: Readonly<Left>, came: Readonly<Came>): void
  /** Nothing is left to do in the World under work, or it went on for too long: the user acts next, or nobody does. */
  settled(ending: Ending): void
}

/** How the first way to a World came to it. */
export interface Came {
  /** Virtual time since the user acted, in milliseconds. */
  since: number
  /** Steps since the clock moved. */
  steps: number
}

/** What reductions left out, each with all that would have come of it. */
export interface Spared {
  /** What was held and not let go, or did not break, right after a Step on which it does not depend. */
  independent: number
  /** Worlds that were reached with less left of the budgets than before. */
  subsumed: number
  /** Worlds that were passed through and not kept, since only one thing can be done there. */
  passed: number
}
