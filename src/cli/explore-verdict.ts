/** What an exploration came to: the data behind its reports. */
import type { Strategy } from '#checker/explore/bounded-search'
import type { Bounds } from '#checker/explore/bounds'
import type { Exploration, Progress } from '#checker/explore/explore'
import type { Unconfirmed } from './explore-findings.js'
import type { Task } from './explore-input.js'
import { leftOut } from './explore-reductions.js'
import type { Stop } from './explore-run.js'
import type { Violated } from './report-text.js'
import type { Member } from './swarm.js'
import { counts, type Conclusion, type NotModelled, type ReportedError, type Severity } from './verdict.js'

export interface ExploredClaim {
  readonly claim: string
  /** Not broken in any World that was explored. */
  readonly held: boolean
  /** Whether the situation that it speaks of was met. */
  readonly exercised: boolean
}

export interface ExploreVerdict extends Progress {
  readonly verdict: Conclusion
  readonly bounds: Bounds
  readonly strategy: Strategy
  /** Worlds were told apart by 64 bits of them. */
  readonly compact: boolean
  /** Nothing was kept of Worlds but bits. */
  readonly bitstate: boolean
  /** What each search of a swarm came to. */
  readonly swarm?: readonly Swarmed[]
  /** Why it ended before its end; undefined where every World was reached and expanded. */
  readonly stopped: Stop | undefined
  /** The limits that it might have stopped at: bytes, Worlds, milliseconds. */
  readonly limits: { readonly memory: number; readonly worlds?: number; readonly time?: number }
  readonly claims: readonly ExploredClaim[]
  readonly violations: readonly Violated[]
  readonly unconfirmed: readonly Unconfirmed[]
  readonly notModelled: readonly NotModelled[]
  readonly assumed: readonly string[]
  /** Images that neither the catalogue nor the user knows. */
  readonly unknownImages?: readonly string[]
  readonly errors: readonly ReportedError[]
  /** The file with the graph, where one was asked for and written. */
  readonly graph?: string
  /** The file from which to go on. */
  readonly checkpoint?: string
}

/** One search of a swarm. */
export interface Swarmed extends Pick<Progress, 'worlds' | 'transitions' | 'depth' | 'missed'> {
  readonly seed: number
  readonly stopped: Stop | undefined
}

export const swarmed = ({ seed, stopped, handed: { progress: { worlds, transitions, depth, missed } } }: Member): Swarmed =>
  ({ seed, worlds, transitions, depth, missed, stopped })

type Judged = Pick<ExploreVerdict, 'stopped' | 'missed' | 'claims' | 'violations' | 'unconfirmed'>

/** The chance that any World was taken for another one, where so many probably were. */
export const chanceOfMiss = (missed: number): number => -Math.expm1(-missed)

/** With a larger chance of that, nothing is proven. */
const mostChance = 0.01

export const isMissing = ({ missed }: Pick<ExploreVerdict, 'missed'>): boolean => chanceOfMiss(missed) > mostChance

export const exploredClaims = ({ claims }: Pick<Task, 'claims'>, { exercised, counterexamples, unconfirmed }: Exploration): readonly ExploredClaim[] =>
  claims.map(({ name }) => ({
    claim: name,
    held: !counterexamples.some(({ violation }) => violation.claim === name) && !unconfirmed.some(({ claim }) => claim.name === name),
    exercised: exercised.has(name),
  }))

/** It passes only where everything was explored, but for a small chance, something was judged, and nothing is in doubt. */
export function concludeExploration(judged: Judged, failOn: Severity): Conclusion {
  const { stopped, claims, violations, unconfirmed } = judged
  if (violations.some((violation) => counts(violation, failOn))) return 'violation'
  const isProven = stopped === undefined && !isMissing(judged) && unconfirmed.length === 0 && claims.some(({ exercised }) => exercised)
  return isProven ? 'pass' : 'inconclusive'
}

const nothing: Omit<ExploreVerdict, 'errors'> = {
  verdict: 'error', bounds: { delays: 0, faults: 0, maxLag: {} }, strategy: 'breadth-first', compact: false, bitstate: false, stopped: undefined, limits: { memory: 0 },
  worlds: 0, transitions: 0, expanded: 0, depth: 0, bytes: 0, evaluations: 0, found: 0, spared: { independent: 0, subsumed: 0, passed: 0 }, missed: 0,
  claims: [], violations: [], unconfirmed: [], notModelled: [], assumed: [],
}

/** The document of `--json`: members as in docs/exploring.md. */
export function exploreDocument(verdict: ExploreVerdict): string {
  const { worlds, transitions, expanded, depth, bytes, evaluations, stopped, strategy, compact, bitstate, missed, swarm, claims, graph, checkpoint } = verdict
  const { delays, faults, maxLag, kinds } = verdict.bounds
  return `${JSON.stringify({
    verdict: verdict.verdict,
    complete: verdict.verdict !== 'error' && stopped === undefined,
    stopped,
    bounds: { delays, faults, maxLag, kinds }, strategy,
    ...(compact || bitstate ? { missed, chanceOfMiss: chanceOfMiss(missed) } : {}), swarm,
    reductions: leftOut(verdict.bounds, verdict.spared),
    worlds, transitions, expanded, depth, bytes, evaluations,
    claims: claims.map(({ claim, held, exercised }) => ({ claim, held, exercised })),
    violations: verdict.violations.map(({ timeline: _, ...violation }) => violation),
    unconfirmed: verdict.unconfirmed,
    notModelled: verdict.notModelled,
    assumed: verdict.assumed,
    unknownImages: verdict.unknownImages ?? [],
    graph, checkpoint,
    errors: verdict.errors,
  }, null, 2)}\n`
}

/** The document where the input was refused. */
export const refusedDocument = (errors: readonly ReportedError[]): string => exploreDocument({ ...nothing, errors })
