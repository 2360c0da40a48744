/** `orrery replay`: runs a trace again, strictly. */
import { existsSync, readFileSync } from 'node:fs'
import { isLeft } from 'fp-ts/lib/Either.js'
import pc from 'picocolors'
import { mutants } from '#models/mutants/index'
import { claims as allClaims } from '#properties/claims'
import { systemOf, type Scenario } from '#properties/scenario'
import { parse } from '#trace/format'
import { record } from '#trace/record'
import { replay as replayTrace } from '#trace/replay'
import { timelineOf } from './counterexample.js'
import { plural, timeline, wrap } from './report-text.js'
import { describeScenario } from './scenario-text.js'

export interface ReplayOptions {
  readonly json?: boolean
}

interface Refusal {
  readonly code: string
  readonly message: string
  readonly line?: number
  readonly next: string
  readonly enabled?: readonly string[]
}

export function replay(file: string, options: ReplayOptions): number {
  const refuse = ({ code, message, line, next, enabled }: Refusal): number => {
    if (options.json === true) {
      const errors = [{ code, message, file, ...(line === undefined ? {} : { line }), next, ...(enabled === undefined ? {} : { enabled }) }]
      process.stdout.write(`${JSON.stringify({ verdict: 'error', errors }, null, 2)}\n`)
    } else {
      process.stderr.write(`${[file, line].filter((one) => one !== undefined).join(':')}: ${message} [${code}]\n  ${next}\n`)
      for (const label of enabled ?? []) process.stderr.write(`    ${label}\n`)
    }
    return 2
  }
  if (!existsSync(file)) {
    return refuse({ code: 'E_NO_SUCH_FILE', message: 'there is no such trace', next: 'Traces of earlier checks are in .orrery/.' })
  }
  const trace = parse(readFileSync(file, 'utf8'))
  if (isLeft(trace)) {
    const next = trace.left.code === 'E_TRACE_VERSION'
      ? 'Use the Orrery that wrote it, or find the counterexample anew with "orrery check".'
      : 'Find the counterexample anew with "orrery check".'
    return refuse({ ...trace.left, next })
  }
  const { header } = trace.right
  const scenario = header.inputs as Scenario // written by ourselves; what does not fit is noticed at the first Step
  const named = header.violation === undefined ? [] : allClaims.filter(({ name }) => name === header.violation?.claim)
  const system = systemOf(scenario, { mutants })
  const replayed = replayTrace(system, named, trace.right)
  if (isLeft(replayed)) {
    const { enabled, ...error } = replayed.left
    const next = 'The models or the trace have changed since it was recorded. Enabled here:'
    return refuse({ ...error, next, enabled })
  }
  const broken = replayed.right.violations.find(({ claim }) => claim === header.violation?.claim)
  const until = (violation: { readonly claim: string; readonly message: string }): boolean =>
    violation.claim === header.violation?.claim && violation.message === header.violation.message
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify({ verdict: broken === undefined ? 'pass' : 'violation', steps: trace.right.end.steps, violation: broken }, null, 2)}\n`)
  } else {
    const recording = record(system, named, header.schedule, { seed: header.seed, inputs: scenario, until })
    process.stdout.write(`${describeScenario(scenario, [file])}\n\n`)
    if (recording.violation !== undefined) process.stdout.write(`${timeline(timelineOf(recording, recording.violation))}\n\n`)
    process.stdout.write(broken === undefined
      ? `${pc.green('✓')} Replayed ${plural(trace.right.end.steps, 'Step')}; every claim held.\n`
      : `${pc.red('✗')} Replayed ${plural(trace.right.end.steps, 'Step')}, each as recorded. Broken: ${pc.bold(broken.claim)}\n${wrap(broken.message, '  ')}\n`)
  }
  return broken === undefined ? 0 : 1
}
