/** From a finding to what a person reads: shrunk, recorded, told, and kept as a trace file. */
import type { Claim } from '#checker/claim'
import type { Violation } from '#checker/judge'
import { runOrder } from '#checker/order'
import { delaysOf, faultsOf, type Deviation, type Schedule } from '#checker/schedule'
import { findingKey, type Found } from '#checker/search'
import type { Mutant } from '#models/mutants'
import { mutants as builtIn } from '#models/mutants/index'
import { narrate } from '#properties/narrate'
import { systemOf, type Scenario } from '#properties/scenario'
import { smaller } from '#properties/smaller'
import { causesOf, tell, type Told } from '#trace/explain'
import { format } from '#trace/format'
import { record, type Recording } from '#trace/record'
import { shrink, type Case } from '#trace/shrink'

export interface Counterexample {
  readonly violation: Violation
  readonly schedule: Schedule
  readonly scenario: Scenario
  readonly steps: number
  readonly delays: number
  readonly faults: number
  readonly deviations: readonly string[]
  readonly timeline: readonly Told[]
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

const sameFinding = (found: Found) => (violation: Violation): boolean =>
  violation.claim === found.violation.claim
  && (violation.advice ?? '') === (found.violation.advice ?? '')
  && (violation.advice !== undefined || findingKey(violation) === found.key)

/** Shrinks and explains one finding. Every candidate is run anew; the result is recorded once more. */
export function explain(found: Found, { scenario, claims, seed, mutants = builtIn, enough }: Explaining): Counterexample {
  const judged = claims.filter(({ name }) => name === found.violation.claim)
  const same = sameFinding(found)
  const breaks = (candidate: Case<Scenario>): boolean =>
    runOrder(systemOf(candidate.scenario, { mutants }), judged, candidate.schedule, { until: same }).violations.some(same)
  const start: Case<Scenario> = { scenario, schedule: found.order.schedule }
  const best = shrink(start, { breaks, smaller, ...(enough === undefined ? {} : { enough }) })
  const recording = record(systemOf(best.scenario, { mutants }), judged, best.schedule,
    { seed, inputs: best.scenario, until: same })
  const violation = recording.violation ?? found.violation
  return {
    violation,
    scenario: best.scenario,
    schedule: best.schedule,
    steps: violation.step,
    delays: delaysOf(best.schedule),
    faults: faultsOf(best.schedule),
    deviations: best.schedule.deviations.map((deviation) => describe(deviation, recording)),
    timeline: timelineOf(recording, violation),
    trace: format(recording.trace),
  }
}

/** The causes in words, and the violation as the last line. */
export function timelineOf(recording: Recording, violation: Violation): readonly Told[] {
  const last = recording.steps.at(-1)
  const cells = violation.cells ?? last?.changes.map(({ key }) => key) ?? []
  const told = tell(recording, causesOf(recording, cells), narrate)
  return [...told, { at: violation.at, lane: 'claim', text: violation.message, mark: 'broken' }]
}

const seconds = (ms: number): string => (ms === 0 ? 'to the end of the instant' : `${ms / 1000} s late`)

/** A deviation as a sentence, in the label of the offer that it touches. */
function describe(deviation: Deviation, recording: Recording): string {
  const labelOf = (channel: string, nth: number): string =>
    recording.steps.filter(({ choice }) => choice === channel)[nth]?.label ?? channel
  switch (deviation.kind) {
    case 'hold': return `${seconds(deviation.ms)}: ${labelOf(deviation.channel, deviation.nth)}`
    case 'outcome': return `another outcome: ${labelOf(deviation.channel, deviation.nth)}`
    case 'first': return `first of all: ${labelOf(deviation.channel, deviation.nth)}`
    case 'early': return `the user does not wait: action ${deviation.nth + 1} comes ${deviation.ms / 1000} s after the one before`
    case 'fault': return `fault: ${deviation.fault} ${deviation.target}${deviation.ms > 0 ? ` for ${deviation.ms / 1000} s` : ''}`
    case 'shuffle': return `Steps ${deviation.from + 1} to ${deviation.to} in the order of ${deviation.strategy}, seed ${deviation.seed}`
    default: throw new Error(`unknown deviation ${JSON.stringify(deviation satisfies never)}`)
  }
}
