/**
 * Makes a counterexample small. A candidate counts if it still breaks the same claim; every one is run anew, and the
 * search begins afresh from each that does.
 */
import { candidates, type Case } from './candidates.js'

export type { Case } from './candidates.js'

export interface Shrinking<S> {
  /** Whether the candidate still breaks the claim. */
  readonly breaks: (candidate: Case<S>) => boolean
  /** Smaller scenarios, the boldest first. */
  readonly smaller: (scenario: S) => Iterable<S>
  /** Stops early: when time is up or the user is impatient. */
  readonly enough?: () => boolean
}

/** The smallest case that was found; the given one at worst. */
export function shrink<S>(start: Case<S>, { breaks, smaller, enough }: Shrinking<S>): Case<S> {
  let best = start
  for (let improved = true; improved;) {
    improved = false
    for (const candidate of candidates(best, smaller)) {
      if (enough?.()) return best
      if (!breaks(candidate)) continue
      best = candidate
      improved = true
      break
    }
  }
  return best
}
