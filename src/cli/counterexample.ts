/** From a finding to what a person reads: shrunk, recorded, told, and kept as a trace file. */
import { setImmediate } from 'node:timers/promises'
import type { Claim } from '#checker/claim'
import type { Violation } from '#checker/judge'
import { runOrder } from '#checker/order'
import { delaysOf, faultsOf, type Schedule } from '#checker/schedule'
import { findingKey, type Found } from '#checker/search'
import { withOracle } from '#machine/oracle'
import type { Mutant } from '#models/mutants'
import { mutants as builtIn } from '#models/mutants/index'
import type { OwnController } from '#properties/extensions/controller'
import { narrate } from '#properties/narrate'
import { systemOf, type Scenario } from '#properties/scenario'
import { smaller } from '#properties/smaller'
import { digest } from '#trace/digest'
import { causesOf, tell, type Told } from '#trace/explain'
import { format } from '#trace/format'
import { record, type Recording } from '#trace/record'
import { shrinking, type Case, type Shrunk } from '#trace/shrink'
import { describe, inWords, withDelays } from './deviations.js'
import { lassoOf, type Lasso } from './loop.js'
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
  /** Where it goes on for ever; `steps` and the timeline are then those of the stem. */
  readonly loop?: Lasso
  /** The text of the trace file. */
  readonly trace: string
}

export interface Explaining {
  readonly scenario: Scenario
  readonly claims: readonly Claim[]
  readonly seed: number
  /** Where the scenario's mutants are found; the built-in ones unless said otherwise. */
  readonly mutants?: readonly Mutant[]
  /** A user's own. */
  readonly controllers?: readonly OwnController[]
  readonly enough?: () => boolean
}

const sameFinding = (found: Found) => (violation: Violation): boolean => findingKey(violation) === found.key

interface Prepared {
  readonly steps: Generator<Shrunk<Scenario>, Case<Scenario>, boolean>
  readonly breaks: (candidate: Case<Scenario>) => boolean
  readonly finish: (best: Case<Scenario>) => Counterexample
}

/** Every candidate is run anew; the result is recorded once more. */
function prepare(found: Found, { scenario, claims, seed, mutants = builtIn, controllers = [], enough }: Explaining): Prepared {
  const judged = claims.filter(({ name }) => name === found.violation.claim)
  const same = sameFinding(found)
  const breaks = (candidate: Case<Scenario>): boolean => runOrder(
    systemOf(candidate.scenario, { mutants, controllers }), judged, candidate.schedule, { until: same },
  ).violations.some(same)
  const start: Case<Scenario> = { scenario, schedule: found.order.schedule }
  return {
    steps: shrinking(start, { smaller, ...(enough === undefined ? {} : { enough }) }),
    breaks,
    finish(best) {
      const { recording, example } = present(best, judged, { seed, mutants, controllers, until: same })
      return example ?? exampleOf(best, recording, found.violation, false)
    },
  }
}

/** Shrinks and explains one finding, where no controller is a user's own. */
export function explain(found: Found, explaining: Explaining): Counterexample {
  const { steps, breaks, finish } = prepare(found, explaining)
  let step = steps.next()
  while (step.done !== true) step = steps.next(breaks(step.value.candidate))
  return finish(step.value)
}

/** The same with a pause after each candidate, so that signals get through; `look` is told how far it has come. */
export async function explainWithPauses(
  found: Found, explaining: Explaining, look: (shrunk: Shrunk<Scenario>) => void = () => {},
): Promise<Counterexample> {
  const { steps, breaks, finish } = prepare(found, explaining)
  let step = steps.next()
  while (step.done !== true) {
    const { value } = step
    look(value)
    step = steps.next(await withOracle(() => breaks(value.candidate)))
    await setImmediate()
  }
  const best = step.value
  return withOracle(() => finish(best))
}

export interface Presenting {
  readonly seed: number
  readonly mutants?: readonly Mutant[]
  readonly controllers?: readonly OwnController[]
  readonly until: (violation: Violation) => boolean
  /** The whole timeline, not only what a person reads in a minute. */
  readonly all?: boolean
}

/** Runs a case once more, and tells what is broken in it; `example` is undefined where nothing is. */
export function present(
  { scenario, schedule }: Case<Scenario>, claims: readonly Claim[], { seed, mutants = builtIn, controllers = [], until, all = false }: Presenting,
): { readonly recording: Recording; readonly example: Counterexample | undefined } {
  const recording = record(systemOf(scenario, { mutants, controllers }), claims, schedule, { seed, inputs: scenario, until })
  const { violation } = recording
  return { recording, example: violation === undefined ? undefined : exampleOf({ scenario, schedule }, recording, violation, all) }
}

const exampleOf = (
  { scenario, schedule }: Case<Scenario>, recording: Recording, violation: Violation, all: boolean,
): Counterexample => {
  const loop = violation.loop === undefined ? undefined : lassoOf(recording, violation.loop)
  return {
    violation,
    scenario,
    schedule,
    steps: loop?.stem ?? violation.step,
    delays: delaysOf(schedule),
    faults: faultsOf(schedule),
    deviations: schedule.deviations.map((deviation) => describe(deviation, recording)),
    timeline: timelineOf(recording, violation, scenario, all, loop),
    ...(loop === undefined ? {} : { loop }),
    trace: format(recording.trace),
  }
}

/** How many lines a timeline may have, the violation's own aside. */
const room = 11

/** The causes in words, without the violation itself; `all`: nothing is left out to be brief. */
export function storyOf(recording: Recording, violation: Violation, { script }: Scenario, all = false, lasso?: Lasso): readonly Told[] {
  const cells = violation.cells ?? recording.steps.at(-1)?.changes.map(({ key }) => key) ?? []
  // The Step that broke it is told in any case.
  const last = recording.steps.findLastIndex(({ n }) => n === violation.step)
  const steps = [...causesOf(recording, cells), ...(last < 0 ? [] : [last])].filter((at) => lasso === undefined || at < lasso.stem)
  const causes = tell(recording, steps, narrate)
  const told = withDelays(inWords(causes, recording, script), recording.trace.header.schedule.deviations, recording)
  return all ? told : digest(told, { objects: violation.objects, cells, room }).lines
}

/** The story, and the violation as its last line. */
function timelineOf(
  recording: Recording, violation: Violation, scenario: Scenario, all: boolean, lasso: Lasso | undefined,
): readonly Line[] {
  const lines = storyOf(recording, violation, scenario, all, lasso)
  const at = lasso === undefined ? violation.at : recording.steps[lasso.stem - 1]?.at ?? 0
  const end = { at, lane: 'claim', text: brief(violation.message), mark: 'broken' as const }
  return [...lines.map(({ at, lane, text, mark }) => ({ at, lane, text, ...(mark === undefined ? {} : { mark }) })), end]
}
