/** A counterexample as a report shows it. */
import type { LoadedObject } from '#api/manifests/load'
import type { Counterexample } from './counterexample.js'
import { placesOf } from './places.js'
import { remedyOf } from './remedies.js'
import type { Violated } from './report-text.js'
import type { Severity } from './verdict.js'

export interface About {
  /** Everything that it was met of; the violation's own objects unless said. */
  readonly objects?: readonly string[]
  /** The objects of the input, for places and remedies. */
  readonly loaded?: readonly LoadedObject[]
  readonly severity?: Severity
  readonly trace?: string
}

export function reported(
  { violation, steps, delays, faults, deviations, timeline, loop }: Counterexample,
  { objects = violation.objects, loaded = [], severity = 'error', trace }: About = {},
): Violated {
  const remedy = remedyOf(violation, loaded)
  return {
    claim: violation.claim,
    severity,
    message: violation.message,
    objects,
    places: placesOf(objects, loaded),
    ...(violation.advice === undefined ? {} : { advice: violation.advice }),
    ...(remedy === undefined ? {} : { remedy }),
    steps,
    delays,
    faults,
    deviations,
    timeline,
    ...(loop === undefined ? {} : { loop }),
    ...(trace === undefined ? {} : { trace }),
  }
}
