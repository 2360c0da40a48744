/** From a finding to what a person reads: shrunk, recorded, told, and kept as a trace file. */
import { setImmediate } from 'node:timers/promises'
import type { Claim } from '#checker/claim'
import type { Violation } from '#checker/judge'
import { runOrder } from '#checker/order'
import { delaysOf, faultsOf, type Schedule } from '#checker/schedule'
import { findingKey, type Found } from '#checker/search'
import type { Mutant } from '#models/mutants'
import { mutants as builtIn } from '#models/mutants/index'
import { narrate } from '#properties/narrate'
import { systemOf, type Scenario } from '#properties/scenario'
import { smaller } from '#properties/smaller'
import { digest } from '#trace/digest'
import { causesOf, tell } from '#trace/explain'
import { format } from '#trace/format'
import { record, type Recording } from '#trace/record'
import { shrinking, type Case, type Shrunk } from '#trace/shrink'
import { describe, inWords, withDelays } from './deviations.js'
import type { Line } from './timeline.js'
import { brief } from './words.js'

export interface Counterexample {
  readonly violation: Violation
  readonly schedule: Schedule
  readonly scenario: Scenario
  readonly steps: number
  readonly delays: number
  readonly faults: number
  readonly deviations: readonly string[]
  readonly timeline: readonly Line[]
  /** The text of the trace file. */
  readonly trace: string
}

export interface Explaining {
  readonly scenario: Scenario
  readonly claims: readonly Claim[]
  readonly seed: number
  /** Where the scenario's mutants are found; the built-in ones unless said otherwise. */
  readonly mutants?: readonly Mutant[]
  readonly enough?: () => boolean
}

const sameFinding = (found: Found) => (violation: Violation): boolean => findingKey(violation) === found.key

interface Prepared {
  readonly steps: Generator<Shrunk<Scenario>, Case<Scenario>, void>
  readonly finish: (best: Case<Scenario>) => Counterexample
}

/** Every candidate is run anew; the result is recorded once more. */
function prepare(found: Found, { scenario, claims, seed, mutants = builtIn, enough }: Explaining): Prepared {
  const judged = claims.filter(({ name }) => name === found.violation.claim)
  const same = sameFinding(found)
  const breaks = (candidate: Case<Scenario>): boolean =>
    runOrder(systemOf(candidate.scenario, { mutants }), judged, candidate.schedule, { until: same }).violations.some(same)
  const start: Case<Scenario> = { scenario, schedule: found.order.schedule }
  return {
    steps: shrinking(start, { breaks, smaller, ...(enough === undefined ? {} : { enough }) }),
    finish(best) {
      const { recording, example } = present(best, judged, { seed, mutants, until: same })
      return example ?? exampleOf(best, recording, found.violation, false)
    },
  }
}

/** Shrinks and explains one finding. */
export function explain(found: Found, explaining: Explaining): Counterexample {
  const { steps, finish } = prepare(found, explaining)
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return finish(value)
  }
}

/** The same with a pause after each candidate, so that signals get through; `look` is told how far it has come. */
export async function explainWithPauses(
  found: Found, explaining: Explaining, look: (shrunk: Shrunk<Scenario>) => void,
): Promise<Counterexample> {
  const { steps, finish } = prepare(found, explaining)
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return finish(value)
    look(value)
    await setImmediate()
  }
}

export interface Presenting {
  readonly seed: number
  readonly mutants?: readonly Mutant[]
  readonly until: (violation: Violation) => boolean
  /** The whole timeline, not only what a person reads in a minute. */
  readonly all?: boolean
}

/** Runs a case once more, and tells what is broken in it; `example` is undefined where nothing is. */
export function present(
  { scenario, schedule }: Case<Scenario>, claims: readonly Claim[], { seed, mutants = builtIn, until, all = false }: Presenting,
): { readonly recording: Recording; readonly example: Counterexample | undefined } {
  const recording = record(systemOf(scenario, { mutants }), claims, schedule, { seed, inputs: scenario, until })
  const { violation } = recording
  return { recording, example: violation === undefined ? undefined : exampleOf({ scenario, schedule }, recording, violation, all) }
}

const exampleOf = (
  { scenario, schedule }: Case<Scenario>, recording: Recording, violation: Violation, all: boolean,
): Counterexample => ({
  violation,
  scenario,
  schedule,
  steps: violation.step,
  delays: delaysOf(schedule),
  faults: faultsOf(schedule),
  deviations: schedule.deviations.map((deviation) => describe(deviation, recording)),
  timeline: timelineOf(recording, violation, scenario, all),
  trace: format(recording.trace),
})

/** How many lines a timeline may have, the violation's own aside. */
const room = 11

/** The causes in words, and the violation as the last line; `all`: nothing is left out to be brief. */
function timelineOf(recording: Recording, violation: Violation, { script }: Scenario, all: boolean): readonly Line[] {
  const cells = violation.cells ?? recording.steps.at(-1)?.changes.map(({ key }) => key) ?? []
  // The Step that broke it is told in any case.
  const last = recording.steps.findLastIndex(({ n }) => n === violation.step)
  const causes = tell(recording, [...causesOf(recording, cells), ...(last < 0 ? [] : [last])], narrate)
  const told = withDelays(inWords(causes, recording, script), recording.trace.header.schedule.deviations, recording)
  const { lines } = all ? { lines: told } : digest(told, { objects: violation.objects, cells, room })
  const end = { at: violation.at, lane: 'claim', text: brief(violation.message), mark: 'broken' as const }
  return [...lines.map(({ at, lane, text, mark }) => ({ at, lane, text, ...(mark === undefined ? {} : { mark }) })), end]
}
