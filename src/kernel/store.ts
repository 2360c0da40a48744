/**
 * Where a World's cells live. Two stores keep the same contract: **plain** (mutable, for long simulations of
 * large clusters) and **interned** (each value a small integer, for exploring and forking). A model cannot
 * tell which one it runs on.
 */
import type { Value } from './cells.js'
import type { Deadlines } from './deadlines.js'

export interface Store {
  readonly deadlines: Deadlines
  get(key: string): Value | undefined
  set(key: string, value: Value | undefined): void
  /** Sets the value, and hands out the one before. */
  swap(key: string, value: Value | undefined): Value | undefined
  /** Every key that holds a value, in no promised order: for faults, reports and tests, never for models. */
  keys(): Iterable<string>
  /** A hash of all cells and all pending deadlines, by content. */
  fingerprint(): string
  /** An independent World that starts from this one. */
  fork(): Store
}
