/** `orrery replay`: runs a trace again, strictly. */
import { existsSync, readFileSync } from 'node:fs'
import * as t from 'io-ts'
import { isLeft, left, right, type Either } from 'fp-ts/lib/Either.js'
import pc from 'picocolors'
import type { Claim } from '#checker/claim'
import { mutants } from '#models/mutants/index'
import { claims as allClaims } from '#properties/claims'
import { systemOf, type Scenario } from '#properties/scenario'
import { parse, type Trace } from '#trace/format'
import { replay as replayTrace } from '#trace/replay'
import { present } from './counterexample.js'
import { reported } from './finding.js'
import { violationText } from './report-text.js'
import { describeScenario } from './scenario-text.js'
import { plural } from './words.js'

export interface ReplayOptions {
  readonly json?: boolean
  /** Every cause, not only what a person reads in a minute. */
  readonly verbose?: boolean
}

interface Refusal {
  readonly code: string
  readonly message: string
  readonly line?: number
  readonly next: string
  readonly enabled?: readonly string[]
}

const findAnew = 'Find the counterexample anew with "orrery check".'

/** The outline of a scenario; what is inside was written by ourselves, and what does not fit shows at the first Step. */
const inputsCodec = t.type({
  nodes: t.array(t.UnknownRecord), script: t.array(t.type({ do: t.string })), profiles: t.UnknownRecord, mutants: t.array(t.string),
})

interface Readable {
  readonly trace: Trace
  readonly scenario: Scenario
  readonly claims: readonly Claim[]
}

export function replay(file: string, options: ReplayOptions): number {
  const readable = read(file)
  if (isLeft(readable)) return refuse(file, readable.left, options)
  const { trace, scenario, claims } = readable.right
  const { header, end: { steps } } = trace
  const until = (violation: { readonly claim: string; readonly message: string }): boolean =>
    violation.claim === header.violation?.claim && violation.message === header.violation.message
  const replayed = attempt(() => replayTrace(systemOf(scenario, { mutants }), claims, trace))
  if (isLeft(replayed)) return refuse(file, replayed.left, options)
  if (isLeft(replayed.right)) {
    const { enabled, ...error } = replayed.right.left
    const next = 'The models or the trace have changed since it was recorded: find it anew. Enabled here:'
    return refuse(file, { ...error, next, enabled }, options)
  }
  const broken = replayed.right.right.violations.find(until)
  if (options.json === true) {
    const document = { verdict: broken === undefined ? 'pass' : 'violation', steps, violation: broken, errors: [] }
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
  } else {
    const { example } = present({ scenario, schedule: header.schedule }, claims, { seed: header.seed, until, all: options.verbose === true })
    process.stdout.write(`${describeScenario(scenario, [file], 'Replaying')}\n\n`)
    if (example !== undefined) process.stdout.write(`${violationText(reported(example), 'error')}\n\n`)
    process.stdout.write(broken === undefined
      ? `${pc.green('✓')} Replayed ${plural(steps, 'Step')}, each as recorded; nothing is broken.\n`
      : `${pc.red('✗')} Replayed ${plural(steps, 'Step')}, each as recorded. Broken: ${pc.bold(broken.claim)}\n`)
  }
  return broken === undefined ? 0 : 1
}

function read(file: string): Either<Refusal, Readable> {
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
  const named = violation === undefined ? [] : allClaims.filter(({ name }) => name === violation.claim)
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
    const message = `what the trace holds cannot be run: ${error instanceof Error ? error.message : String(error)}`
    return left({ code: 'E_TRACE_FORMAT', message, next: findAnew })
  }
}

/** How many of the enabled Steps are listed. */
const most = 20

function refuse(file: string, { code, message, line, next, enabled }: Refusal, { json }: ReplayOptions): number {
  if (json === true) {
    const error = { code, message, file, ...(line === undefined ? {} : { line }), next, ...(enabled === undefined ? {} : { enabled }) }
    process.stdout.write(`${JSON.stringify({ verdict: 'error', steps: 0, errors: [error] }, null, 2)}\n`)
    return 2
  }
  process.stderr.write(`${line === undefined ? file : `${file}:${line}`}: ${message} [${code}]\n  ${next}\n`)
  for (const label of (enabled ?? []).slice(0, most)) process.stderr.write(`    ${label}\n`)
  if (enabled !== undefined && enabled.length === 0) process.stderr.write('    nothing: the clock has to move\n')
  if (enabled !== undefined && enabled.length > most) process.stderr.write(`    … and ${enabled.length - most} more\n`)
  return 2
}
