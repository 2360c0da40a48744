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

/** How far shrinking has come: the smallest case yet, and how many candidates were run before this one. */
export interface Shrunk<S> {
  readonly best: Case<S>
  readonly tried: number
  /** To be run now: whoever drives it says whether it still breaks the claim. */
  readonly candidate: Case<S>
}

/** Candidate by candidate, each to be answered with whether it breaks; who drives it may look on, pause, wait, or stop. */
export function* shrinking<S>(
  start: Case<S>, { smaller, enough }: Omit<Shrinking<S>, 'breaks'>,
): Generator<Shrunk<S>, Case<S>, boolean> {
  let best = start
  let tried = 0
  for (let improved = true; improved;) {
    improved = false
    for (const candidate of candidates(best, smaller)) {
      if (enough?.()) return best
      const isBroken = yield { best, tried, candidate }
      tried++
      if (!isBroken) continue
      best = candidate
      improved = true
      break
    }
  }
  return best
}

/** The smallest case that was found; the given one at worst. */
export function shrink<S>(start: Case<S>, { breaks, ...options }: Shrinking<S>): Case<S> {
  const steps = shrinking(start, options)
  let step = steps.next()
  while (step.done !== true) step = steps.next(breaks(step.value.candidate))
  return step.value
}
