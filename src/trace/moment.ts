/** A recording at one moment: what every cell held after so many of its Steps. */
import type { Recording } from './record.js'

export interface Moment {
  /** How many Steps were taken: 0 is the beginning. */
  readonly steps: number
  /** Milliseconds of virtual time. */
  readonly now: number
  readonly get: (key: string) => unknown
  /** The keys of the cells that were there and begin so. */
  readonly keys: (prefix: string) => readonly string[]
}

/** How many Steps a recording has; faults count. */
export const lengthOf = ({ steps }: Recording): number => steps.at(-1)?.n ?? 0

/** After Step `n`, as traces count them. */
export function momentAfter(recording: Recording, n: number, now?: number): Moment {
  const taken = recording.steps.filter((step) => step.n <= n)
  const { store } = recording.order.world
  // What comes later is undone: the earliest of its changes says what a cell held before all of them.
  const undone = new Map<string, unknown>()
  for (const { changes } of recording.steps.slice(taken.length).reverse()) {
    for (const { key, before } of changes) undone.set(key, before)
  }
  const get = (key: string): unknown => (undone.has(key) ? undone.get(key) : store.get(key))
  return {
    steps: taken.at(-1)?.n ?? 0,
    now:
      now
      ?? (taken.length === recording.steps.length
        ? recording.order.world.now
        : (taken.at(-1)?.at ?? recording.steps[0]?.at ?? 0)),
    get,
    keys: (prefix) =>
      [...new Set([...store.keys(), ...undone.keys()])]
        .filter((key) => key.startsWith(prefix) && get(key) !== undefined)
        .sort(),
  }
}

/** At a virtual time in milliseconds: after the last Step until then. */
export function momentAt(recording: Recording, now: number): Moment {
  const last = recording.steps.findLast(({ at }) => at <= now)
  return momentAfter(recording, last?.n ?? 0, now)
}
