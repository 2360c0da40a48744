/** `orrery check`: looks for an order of events in which a claim is broken. */
import { writeFileSync } from 'node:fs'
import { formatInputError, type InputError } from '#api/manifests/input-error'
import type { Budgets } from '#checker/generate'
import { ControllerError } from '#machine/controller-error'
import { claims as allClaims } from '#properties/claims'
import { chosenClaims, claimNaming, maxLagOf, unknownNames } from './asked-for.js'
import { assumedOf } from './assumed.js'
import { unknownImagesOf } from './unknown-images.js'
import { unreadCommandsOf } from './unread-commands.js'
import { warningText } from './warning-text.js'
import type { Configuration } from './configuration.js'
import { hunt } from './hunt.js'
import { readInputs, refusal, type InputOptions } from './inputs.js'
import { Interruption } from './interruption.js'
import { document, errorDocument } from './json.js'
import type { Job } from './orders.js'
import { asInput, loadOwn } from './own.js'
import { Progress } from './progress.js'
import { rehearse } from './rehearse.js'
import { junit } from './report-junit.js'
import { verdictText, violationText } from './report-text.js'
import { describeScenario } from './scenario-text.js'
import { conclude, exitCode, reportClaims, type ReportedError, type Severity, type Verdict } from './verdict.js'

export interface CheckOptions extends InputOptions {
  readonly seed: number
  readonly runs?: number
  /** Seconds. */
  readonly time?: number
  readonly delays?: number
  readonly faults?: number
  /** Milliseconds, for every kind of channel. */
  readonly maxLag?: number
  readonly workers: number
  readonly failOn: Severity
  readonly claims?: readonly string[]
  /** Modules with controllers of the user's own. */
  readonly controller?: readonly string[]
  readonly json?: boolean
  readonly junit?: string
  readonly memory: boolean
}

export async function check(options: CheckOptions): Promise<number> {
  const interruption = new Interruption()
  interruption.begin()
  try {
    return await judge(options, interruption)
  } catch (error) {
    if (error instanceof ControllerError) return refuse(options, [asInput(error)])
    throw error
  } finally {
    interruption.end()
  }
}

async function judge(options: CheckOptions, interruption: Interruption): Promise<number> {
  const own = await loadOwn(options.controller)
  const known = [...allClaims, ...own.claims]
  const names = known.map(({ name }) => name)
  const inputs = await readInputs(options, names)
  const errors = [...own.errors, ...unknownNames(options.claims ?? [], names, claimNaming), ...refusal(inputs, options)]
  if (errors.length > 0) return refuse(options, errors)
  const { configuration, scenario } = inputs
  const claims = chosenClaims(options.claims ?? [], configuration, known)
  const budgets = budgetsOf(options, configuration)
  const job: Job = { scenario, claims: claims.map(({ name }) => name), budgets, seed: options.seed, own: options.controller }
  const say = options.json === true ? () => {} : (text: string) => void process.stdout.write(`${text}\n`)
  say(describeScenario(scenario, options.filename))
  const refused = [...unreadCommandsOf(inputs.loaded, configuration), ...await rehearse(scenario, own.controllers)]
  for (const error of refused) say(warningText(error))
  const progress = new Progress(options.json === true ? undefined : process.stderr)
  const { tally, violations, problems, interrupted } = await hunt(job, options, claims, inputs, {
    progress, interruption, found: (violation) => say(`\n${violationText(violation, options.failOn)}`),
  }, own)
  const reported = reportClaims(claims, tally)
  return report({
    verdict: conclude(tally, violations, options.failOn, reported),
    claims: reported,
    seed: options.seed,
    orders: tally.orders,
    cut: tally.cut,
    steps: tally.steps,
    violations,
    notModelled: inputs.notModelled,
    assumed: assumedOf(inputs.loaded.map(({ object }) => object)),
    unknownImages: unknownImagesOf(inputs.loaded, configuration),
    errors: [...refused, ...problems],
    budgets,
    interrupted,
  }, options)
}

const budgetsOf = (options: CheckOptions, configuration: Configuration): Required<Budgets> => ({
  delays: options.delays ?? configuration.delays ?? 2,
  faults: options.faults ?? configuration.faults ?? 1,
  maxLag: maxLagOf(options.maxLag, configuration),
})

function refuse(options: CheckOptions, errors: readonly InputError[]): number {
  if (options.json === true) process.stdout.write(errorDocument(errors, options.seed))
  else for (const error of errors) process.stderr.write(`${formatInputError(error)}\n`)
  return exitCode('error')
}

function report(verdict: Verdict, options: CheckOptions): number {
  const unwritten = options.junit === undefined ? [] : writeJunit(options.junit, verdict, options.failOn)
  const whole = { ...verdict, errors: [...verdict.errors, ...unwritten] }
  if (options.json === true) process.stdout.write(document(whole))
  else {
    process.stdout.write(`\n${verdictText(whole, options.failOn)}\n`)
    for (const { code, message, file, next } of [...verdict.errors.filter(({ code }) => code === 'E_UNWRITABLE'), ...unwritten]) {
      process.stderr.write(`${file ?? 'orrery'}: ${message} [${code}]\n  ${next ?? ''}\n`)
    }
  }
  const code = exitCode(verdict.verdict)
  // A report that was asked for and is not there must not pass for one.
  return unwritten.length > 0 && code === 0 ? exitCode('error') : code
}

function writeJunit(file: string, verdict: Verdict, failOn: Severity): readonly ReportedError[] {
  try {
    writeFileSync(file, junit(verdict, failOn))
    return []
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return [{
      code: 'E_UNWRITABLE', file, message: `the report could not be written: ${reason}`,
      next: 'Give --junit a path in a directory that can be written.',
    }]
  }
}
