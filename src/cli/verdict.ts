/** What a check came to: the data behind every report. */
import type { Claim } from '#checker/claim'
import type { Budgets } from '#checker/generate'
import type { Tally } from '#checker/search'
import type { Remedy } from './remedies.js'
import type { Lasso } from './loop.js'
import type { Line } from './timeline.js'

export type Severity = 'error' | 'warning' | 'off'

export interface ReportedClaim {
  readonly claim: string
  readonly title: string
  readonly held: boolean
  /** How often the situation that it speaks of was met. */
  readonly exercised: number
}

export interface ReportedViolation {
  readonly claim: string
  readonly severity: Severity
  readonly message: string
  readonly objects: readonly string[]
  /** Where these stand in the files: `orders.yaml:1 (Deployment shop/orders)`. */
  readonly places?: readonly string[]
  readonly advice?: string
  /** The advice as YAML, and where it belongs. */
  readonly remedy?: Remedy
  readonly steps: number
  readonly delays: number
  readonly faults: number
  /** In how many of the orders it was met. */
  readonly orders: number
  /** The deviations from the prompt order, in words. */
  readonly deviations: readonly string[]
  /** Where the trace was written; absent where it could not be. */
  readonly trace?: string
  readonly timeline: readonly Line[]
  /** Where it goes on for ever: what is done on the way round, once `steps` Steps have led there. */
  readonly loop?: Lasso
  /** Set where `orrery.yaml` accepts it: the reason given there. */
  readonly accepted?: string
}

export interface NotModelled {
  readonly kind: string
  /** The field that nothing looks at; absent where the whole kind is only stored. */
  readonly field?: string
  readonly count: number
}

export interface ReportedError {
  readonly code: string
  readonly message: string
  readonly file?: string
  readonly line?: number
  readonly field?: string
  readonly next?: string
}

export type Conclusion = 'pass' | 'violation' | 'inconclusive' | 'error'

export interface Verdict {
  readonly verdict: Conclusion
  readonly claims: readonly ReportedClaim[]
  readonly seed: number
  readonly orders: number
  /** Orders that a limit on Steps ended before their time. */
  readonly cut: number
  readonly steps: number
  readonly violations: readonly ReportedViolation[]
  readonly notModelled: readonly NotModelled[]
  /** What pods need and nobody brings: `ConfigMap shop/settings`. */
  readonly assumed: readonly string[]
  /** Images that neither the catalogue nor the user knows. */
  readonly unknownImages?: readonly string[]
  readonly errors: readonly ReportedError[]
  readonly budgets: Required<Budgets>
  /** Ended before its time: Ctrl-C. */
  readonly interrupted: boolean
}

/** Exit codes: 0 no violation, 1 violation, 2 bad input, 3 inconclusive. */
export const exitCode = (conclusion: Conclusion): number =>
  ({ pass: 0, violation: 1, error: 2, inconclusive: 3 })[conclusion]

/** Each claim as held, broken or not exercised. */
export const reportClaims = (claims: readonly Claim[], tally: Tally): readonly ReportedClaim[] =>
  claims.map(({ name, title }) => ({
    claim: name,
    title,
    held: ![...tally.found.values()].some(({ violation }) => violation.claim === name),
    exercised: tally.exercised.get(name) ?? 0,
  }))

/** Which severity makes the check fail: a violation below it is reported, and passes. */
export const counts = (violation: Pick<ReportedViolation, 'accepted' | 'severity'>, failOn: Severity): boolean =>
  violation.accepted === undefined && (violation.severity === 'error' || failOn === 'warning')

export function conclude(
  tally: Tally, violations: readonly ReportedViolation[], failOn: Severity, claims: readonly ReportedClaim[],
): Conclusion {
  if (violations.some((violation) => counts(violation, failOn))) return 'violation'
  if (tally.orders === tally.cut || claims.every(({ exercised }) => exercised === 0)) return 'inconclusive'
  return 'pass'
}
