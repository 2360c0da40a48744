import type { MaxLag } from '../system.js'

/** What the orders that are explored may deviate by. */
export interface Bounds {
  readonly delays: number
  readonly faults: number
  readonly maxLag: MaxLag
  /** Names of the faults that may happen; all, where absent. */
  readonly kinds?: readonly string[]
  /**
   * Off, what is held is let go, and things break, before every Step, not only right after one on which that depends: more
   * Worlds, the same verdict.
   */
  readonly reduce?: boolean
  /** Off, a World is explored again where it is reached with less left of the budgets: more Worlds, the same verdict. */
  readonly subsume?: boolean
  /** Off, a World in which only one thing can be done is kept too: more Worlds, the same verdict. */
  readonly pass?: boolean
}
