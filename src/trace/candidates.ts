/**
 * Smaller cases than a given one: first how it departs from the prompt order, then what it is about (the user's actions,
 * objects, nodes, replicas), then the deviations that are left, made simpler. Every way of shrinking goes through these.
 */
import type { Deviation, Schedule } from '#checker/schedule'

/** A scenario and a schedule, small or large. */
export interface Case<S> {
  readonly scenario: S
  readonly schedule: Schedule
}

/** Candidates one by one, the boldest of each sort first; each is smaller, so whoever goes on from one comes to an end. */
export function* candidates<S>({ scenario, schedule }: Case<S>, smaller: (scenario: S) => Iterable<S>): Iterable<Case<S>> {
  for (const fewerDeviations of fewer(schedule)) yield { scenario, schedule: fewerDeviations }
  for (const smallerScenario of smaller(scenario)) yield { scenario: smallerScenario, schedule }
  for (const simplerSchedule of simpler(schedule)) yield { scenario, schedule: simplerSchedule }
}

/** Without some of the deviations: all, halves, single ones. */
function* fewer({ deviations }: Schedule): Iterable<Schedule> {
  for (let size = deviations.length; size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < deviations.length; from += size) {
      yield { deviations: [...deviations.slice(0, from), ...deviations.slice(from + size)] }
    }
  }
}

/** The same deviations, shorter or earlier. */
function* simpler({ deviations }: Schedule): Iterable<Schedule> {
  for (const [index, deviation] of deviations.entries()) {
    for (const simple of simplerThan(deviation)) {
      yield { deviations: [...deviations.slice(0, index), simple, ...deviations.slice(index + 1)] }
    }
  }
}

function* simplerThan(deviation: Deviation): Iterable<Deviation> {
  switch (deviation.kind) {
    case 'hold':
    case 'early':
    case 'fault':
      for (const ms of shorter(deviation.ms)) yield { ...deviation, ms }
      return
    case 'outcome':
      if (deviation.pick > 1) yield { ...deviation, pick: 1 }
      return
    case 'shuffle': {
      const { from, to } = deviation
      for (let size = to - from; size > 1; size = Math.floor(size / 2)) {
        const half = Math.floor(size / 2)
        yield { ...deviation, to: to - half }
        yield { ...deviation, from: from + half }
      }
      if (to - from === 1) yield { ...deviation, to: from }
      return
    }
    case 'first':
      return
    default:
      throw new Error(`unknown deviation ${JSON.stringify(deviation satisfies never)}`)
  }
}

/** Shorter times: none at all, round seconds and tenths, then halves of what is left. */
function* shorter(ms: number): Iterable<number> {
  if (ms === 0) return
  yield 0
  for (const unit of [60_000, 10_000, 1_000, 100]) {
    const round = Math.floor((ms - 1) / unit) * unit
    if (round > 0) yield round
  }
  for (let step = Math.floor(ms / 2); step >= 1; step = Math.floor(step / 2)) yield ms - step
}
