/** A trace file that a user names: read, checked, and run again strictly; or why not. */
import { existsSync, readFileSync } from 'node:fs'
import * as t from 'io-ts'
import { isLeft, left, right, type Either } from 'fp-ts/lib/Either.js'
import type { Claim } from '#checker/claim'
import type { Violation } from '#checker/judge'
import { ControllerError } from '#machine/controller-error'
import { Miss } from '#machine/oracle'
import { mutants } from '#models/mutants/index'
import { claims as allClaims } from '#properties/claims'
import { systemOf, type Scenario } from '#properties/scenario'
import { parse, type Trace } from '#trace/format'
import { replay } from '#trace/replay'
import { nothingOwn, type Own } from './own.js'
import type { ReportedError } from './verdict.js'

export interface Refusal {
  readonly code: string
  readonly message: string
  /** Line in the trace file, from 1. */
  readonly line?: number
  readonly next: string
  /** The labels of what was enabled where the trace did not fit. */
  readonly enabled?: readonly string[]
}

interface Readable {
  readonly trace: Trace
  readonly scenario: Scenario
  /** The claim that the trace breaks; none where it breaks none. */
  readonly claims: readonly Claim[]
}

export interface Rerun extends Readable {
  /** Whether a violation is the one that the trace tells of. */
  readonly until: (violation: { readonly claim: string; readonly message: string }) => boolean
  /** That violation, as it came about again; undefined where nothing is broken. */
  readonly broken: Violation | undefined
}

const findAnew = 'Find the counterexample anew with "orrery check".'

/** The outline of a scenario; what is inside was written by ourselves, and what does not fit shows at the first Step. */
const inputsCodec = t.intersection([
  t.type({
    nodes: t.array(t.UnknownRecord), script: t.array(t.type({ do: t.string })), profiles: t.UnknownRecord, mutants: t.array(t.string),
  }),
  t.partial({ assumed: t.array(t.string), images: t.UnknownRecord, saturates: t.literal(true), resets: t.literal(true) }),
])

/** Reads the trace and replays it: each Step has to be possible, be called the same, and lead to the same World. */
export function rerun(file: string, own: Own = nothingOwn): Either<Refusal, Rerun> {
  const readable = read(file, own)
  if (isLeft(readable)) return readable
  const { trace, scenario, claims } = readable.right
  const { violation } = trace.header
  const replayed = attempt(() => replay(systemOf(scenario, { mutants, controllers: own.controllers }), claims, trace))
  if (isLeft(replayed)) return replayed
  if (isLeft(replayed.right)) {
    const { enabled, ...error } = replayed.right.left
    const next = 'The models or the trace have changed since it was recorded: find it anew. Enabled here:'
    return left({ ...error, next, enabled })
  }
  const until: Rerun['until'] = ({ claim, message }) => claim === violation?.claim && message === violation.message
  return right({ trace, scenario, claims, until, broken: replayed.right.right.violations.find(until) })
}

function read(file: string, own: Own): Either<Refusal, Readable> {
  if (!existsSync(file)) {
    return left({ code: 'E_NO_SUCH_FILE', message: 'there is no such trace', next: 'Traces of earlier checks are in .orrery/.' })
  }
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const message = `the trace cannot be read: ${error instanceof Error ? error.message : String(error)}`
    return left({ code: 'E_FILE_UNREADABLE', message, next: 'Name a trace file, such as those in .orrery/.' })
  }
  const trace = parse(text)
  if (isLeft(trace)) {
    const isOther = trace.left.code === 'E_TRACE_VERSION'
    return left({ ...trace.left, next: isOther ? `Use the Orrery that wrote it. ${findAnew}` : findAnew })
  }
  const { inputs, violation } = trace.right.header
  const named = violation === undefined ? [] : [...allClaims, ...own.claims].filter(({ name }) => name === violation.claim)
  if (violation !== undefined && named.length === 0) {
    return left({ code: 'E_UNKNOWN_CLAIM', line: 1, message: `there is no claim "${violation.claim}"`, next: '"orrery claims" lists them all.' })
  }
  const decoded = inputsCodec.decode(inputs)
  if (isLeft(decoded) || decoded.right.mutants.some((name) => !mutants.some((mutant) => mutant.name === name))) {
    return left({ code: 'E_TRACE_FORMAT', line: 1, message: 'the inputs of the header are none of this Orrery', next: findAnew })
  }
  return right({ trace: trace.right, scenario: inputs as Scenario, claims: named }) // its outline was checked
}

/** What a trace holds may be beyond anything that can be run. */
function attempt<T>(run: () => T): Either<Refusal, T> {
  try {
    return right(run())
  } catch (error) {
    if (error instanceof Miss || error instanceof ControllerError) throw error
    const message = `what the trace holds cannot be run: ${error instanceof Error ? error.message : String(error)}`
    return left({ code: 'E_TRACE_FORMAT', message, next: findAnew })
  }
}

/** How many of the enabled Steps are listed. */
const most = 20

/** The document of `replay --json` where the trace, or the command line, was refused. */
export const refusedReplay = (errors: readonly ReportedError[]): string =>
  `${JSON.stringify({ verdict: 'error', steps: 0, errors }, null, 2)}\n`

/** Tells a refusal; returns the exit code. `json`: as the document of `replay --json`. */
export function refuse(file: string, { code, message, line, next, enabled }: Refusal, json = false): number {
  if (json) {
    const error = { code, message, file, ...(line === undefined ? {} : { line }), next, ...(enabled === undefined ? {} : { enabled }) }
    process.stdout.write(refusedReplay([error]))
    return 2
  }
  process.stderr.write(`${line === undefined ? file : `${file}:${line}`}: ${message} [${code}]\n  ${next}\n`)
  for (const label of (enabled ?? []).slice(0, most)) process.stderr.write(`    ${label}\n`)
  if (enabled !== undefined && enabled.length === 0) process.stderr.write('    nothing: the clock has to move\n')
  if (enabled !== undefined && enabled.length > most) process.stderr.write(`    … and ${enabled.length - most} more\n`)
  return 2
}
