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

/** How far shrinking has come: the smallest case yet, and how many candidates were run. */
export interface Shrunk<S> {
  readonly best: Case<S>
  readonly tried: number
}

/** Candidate by candidate; who drives it may look on, pause, or stop. */
export function* shrinking<S>(
  start: Case<S>, { breaks, smaller, enough }: Shrinking<S>,
): Generator<Shrunk<S>, Case<S>, void> {
  let best = start
  let tried = 0
  for (let improved = true; improved;) {
    improved = false
    for (const candidate of candidates(best, smaller)) {
      if (enough?.()) return best
      const isBroken = breaks(candidate)
      tried++
      if (isBroken) best = candidate
      yield { best, tried }
      if (!isBroken) continue
      improved = true
      break
    }
  }
  return best
}

/** The smallest case that was found; the given one at worst. */
export function shrink<S>(start: Case<S>, options: Shrinking<S>): Case<S> {
  const steps = shrinking(start, options)
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
  }
}
