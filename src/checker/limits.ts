/** How long one order may go on before it is ended. */
import type { System } from './system.js'

export interface Limits {
  /** Steps of one order at most. */
  readonly steps: number
  /**
   * Steps at one instant of virtual time at most: more is a livelock. Small systems get less, by their size. Half of it,
   * and delays and faults end, whatever time is left to them: it would never pass.
   */
  readonly instant: number
  /** How long the user waits for things to settle, and how long the end may take, in ms of virtual time. */
  readonly patience: number
}

export const defaultLimits: Limits = { steps: 400_000, instant: 100_000, patience: 20 * 60_000 }

/** How many Steps at one instant a system of that size (see there) may need, generously. */
const atOnce = (size: number): number => 5_000 + 500 * size

/** Half of what may be has passed since the user acted, or at one instant: things may well go on for ever. */
export const goesOnForLong = ({ instant, patience }: Limits, since: number, atOnce: number): boolean =>
  8 * atOnce >= 5 * instant || 2 * since >= patience

/** The limits for a system: a small one needs fewer Steps at one instant. */
export const limitsOf = (system: System, limits: Limits = defaultLimits): Limits =>
  ({ ...limits, instant: Math.min(limits.instant, atOnce(system.size ?? Infinity)) })
