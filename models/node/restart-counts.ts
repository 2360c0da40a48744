/**
 * Models: nothing of Kubernetes: how far restarts are counted where all orders are explored
 * Reads: saturates
 * Writes: nothing
 * Omits: counts beyond the point from which on all restarts are alike, where `saturates` says so: the back-off is the
 *   longest then, and a container that crashes for ever comes back to the same World. Two numbers take turns, since each
 *   restart differs from the one before.
 */
import type { Cells, Key } from '#kernel/cells'

/** Present where counts saturate. */
export const saturatesKey: Key<true> = 'saturates'

/** Asked only where it matters: few containers ever restart so often. */
export type Saturates = () => boolean

/** Every restart counts. */
export const never: Saturates = () => false

export const saturatesIn = (cells: Pick<Cells, 'read'>): Saturates => () => cells.read(saturatesKey) === true

/** Restarts before which the back-off has come to its limit: 0, 10, 20, 40, 80, 160 s, and 300 s from then on. */
export const saturated = 6

/** The number after `count`. Up to `least` it counts whatever the back-off is. */
export const nextCount = (count: number, saturates: Saturates, least = 0): number =>
  (count > Math.max(least, saturated) && saturates() ? count - 1 : count + 1)

/** The greater of what the runtime counts and what was told; the runtime's where two numbers take turns. */
export const greaterCount = (runtime: number, told: number, saturates: Saturates): number =>
  (runtime >= saturated && told > runtime && saturates() ? runtime : Math.max(runtime, told))

/** Whether one count may follow another: as it was, gone on, or its turn. */
export const mayFollow = (was: number, is: number, saturates: Saturates): boolean =>
  is >= was || (is === was - 1 && is >= saturated && saturates())
