import type { MaxLag } from '../system.js'

/** What the orders that are explored may deviate by. */
export interface Bounds {
  readonly delays: number
  readonly faults: number
  readonly maxLag: MaxLag
  /** Names of the faults that may happen; all, where absent. */
  readonly kinds?: readonly string[]
}
