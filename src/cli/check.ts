/** `orrery check`: looks for an order of events in which a claim is broken. */
import { writeFileSync } from 'node:fs'
import { formatInputError } from '#api/manifests/input-error'
import type { Claim } from '#checker/claim'
import { Tally, type Found } from '#checker/search'
import { defaultMaxLag } from '#checker/system'
import { claims as allClaims } from '#properties/claims'
import type { Configuration } from './configuration.js'
import { explain, type Counterexample } from './counterexample.js'
import { readInputs, type InputOptions, type Inputs } from './inputs.js'
import { keep, remembered } from './memory.js'
import { claimsNamed, orders, searcherFor, type Job } from './orders.js'
import { Progress } from './progress.js'
import { junit } from './report-junit.js'
import { verdictText, violationText } from './report-text.js'
import { describeScenario } from './scenario-text.js'
import {
  conclude, exitCode, reportClaims, type ReportedViolation, type Severity, type Verdict,
} from './verdict.js'

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
  readonly json?: boolean
  readonly junit?: string
  readonly memory: boolean
}

/** Once something was found, so many orders without a new finding end the search. */
const quietOrders = 60

/** How long one finding may be shrunk, in milliseconds. */
const shrinkingTime = 15_000

export async function check(options: CheckOptions): Promise<number> {
  const inputs = await readInputs(options, allClaims.map(({ name }) => name))
  if (inputs.errors.length > 0 || inputs.scenario.script.length === 0) return refuse(options, inputs)
  const { configuration, scenario } = inputs
  const claims = chosen(options, configuration)
  const maxLag = { ...defaultMaxLag, ...configuration.maxLag }
  const budgets = {
    delays: options.delays ?? configuration.delays ?? 2,
    faults: options.faults ?? configuration.faults ?? 1,
    maxLag: options.maxLag === undefined ? maxLag
      : Object.fromEntries(Object.keys(maxLag).map((channel) => [channel, options.maxLag!])),
  }
  const job: Job = { scenario, claims: claims.map(({ name }) => name), budgets, seed: options.seed }
  const say = options.json === true ? () => {} : (text: string) => void process.stdout.write(`${text}\n`)
  say(describeScenario(scenario, options.filename))
  const search = await run(job, options, claims, configuration, say)
  const reported = reportClaims(claims, search.tally)
  const verdict: Verdict = {
    verdict: conclude(search.tally, search.violations, options.failOn, reported),
    claims: reported,
    seed: options.seed,
    orders: search.tally.orders,
    steps: search.tally.steps,
    violations: search.violations,
    notModelled: inputs.notModelled,
    errors: search.problems.map((message) => ({ code: 'E_UNWRITABLE', message })),
    budgets,
    scenario: [],
    interrupted: search.interrupted,
  }
  return report(verdict, options)
}

function chosen({ claims: names }: CheckOptions, { severity }: Configuration): readonly Claim[] {
  if (names !== undefined && names.length > 0) return claimsNamed(names)
  return allClaims.filter(({ name, optIn }) => (severity[name] === undefined ? optIn !== true : severity[name] !== 'off'))
}

interface Search {
  readonly tally: Tally
  readonly violations: readonly ReportedViolation[]
  readonly problems: readonly string[]
  readonly interrupted: boolean
}

async function run(
  job: Job, options: CheckOptions, claims: readonly Claim[], configuration: Configuration, say: (text: string) => void,
): Promise<Search> {
  const tally = new Tally()
  const progress = new Progress(options.json === true ? undefined : process.stderr)
  const started = performance.now()
  const until = options.time === undefined ? (options.runs === undefined ? 60_000 : Infinity) : options.time * 1000
  const most = options.runs ?? Infinity
  let interrupted = false
  let lastNews = 0
  const onInterrupt = (): void => { interrupted = true }
  process.once('SIGINT', onInterrupt)
  const violations = new Map<string, ReportedViolation>()
  const problems: string[] = []
  const show = (found: Found): void => {
    progress.clear()
    const shrinking = performance.now()
    const enough = (): boolean => interrupted || performance.now() - shrinking > shrinkingTime
    const example = explain(found, { scenario: job.scenario, claims, seed: job.seed, ...(options.runs === undefined ? { enough } : { enough: () => interrupted }) })
    const reported = describeFinding(found, example, configuration, problems)
    violations.set(found.key, reported)
    say(`\n${violationText(reported, options.failOn)}`)
  }
  try {
    if (options.memory) {
      const searcher = searcherFor(job)
      for (const [index, schedule] of remembered().entries()) {
        if (interrupted) break
        tally.add(searcher.run(-1 - index, schedule)).forEach(show)
      }
    }
    for await (const result of orders(job, options.workers)) {
      if (interrupted || result.index >= most) break
      const fresh = tally.add(result)
      if (fresh.length > 0) lastNews = result.index
      fresh.forEach(show)
      progress.update(tally, performance.now() - started)
      if (result.index + 1 >= most || performance.now() - started > until) break
      if (tally.found.size > 0 && options.runs === undefined && options.time === undefined && result.index - lastNews > quietOrders) break
    }
  } finally {
    progress.clear()
    process.off('SIGINT', onInterrupt)
  }
  const final = [...tally.found.values()].map((found) => {
    const reported = violations.get(found.key)
    return reported === undefined ? undefined : { ...reported, objects: found.objects, orders: found.orders }
  })
  return { tally, violations: final.filter((one) => one !== undefined), problems, interrupted }
}

function describeFinding(found: Found, example: Counterexample, configuration: Configuration, problems: string[]): ReportedViolation {
  const { violation } = example
  const kept = keep(violation.claim, violation.objects, example.trace)
  if ('problem' in kept) problems.push(`the counterexample could not be kept: ${kept.problem}`)
  const acceptance = found.objects.map((object) => configuration.accepted.find((one) =>
    one.claim === violation.claim && matches(one.object, object)))
  const accepted = acceptance.every((one) => one !== undefined) ? acceptance[0]?.reason : undefined
  return {
    claim: violation.claim,
    severity: configuration.severity[violation.claim] ?? 'error',
    message: violation.message,
    objects: found.objects,
    ...(violation.advice === undefined ? {} : { advice: violation.advice }),
    steps: example.steps,
    delays: example.delays,
    faults: example.faults,
    orders: found.orders,
    deviations: example.deviations,
    timeline: example.timeline,
    ...('path' in kept ? { trace: kept.path } : {}),
    ...(accepted === undefined ? {} : { accepted }),
  }
}

const matches = (pattern: string, object: string): boolean =>
  new RegExp(`^${pattern.split('*').map((text) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`).test(object)

function refuse(options: CheckOptions, inputs: Inputs): number {
  const nothing = inputs.errors.length > 0 ? [] : [{
    code: 'E_NOTHING_TO_DO', file: options.filename.join(', ') || 'orrery check', message: 'there is no object to apply',
    next: 'Name manifests with -f, or give a scenario that brings some.',
  }]
  const errors = [...inputs.errors, ...nothing]
  if (options.json === true) {
    const verdict: Verdict = {
      verdict: 'error', claims: [], seed: options.seed, orders: 0, steps: 0, violations: [], notModelled: inputs.notModelled,
      errors, budgets: { delays: 0, faults: 0, maxLag: {} }, scenario: [], interrupted: false,
    }
    process.stdout.write(`${JSON.stringify(document(verdict), null, 2)}\n`)
  } else for (const error of errors) process.stderr.write(`${formatInputError(error)}\n`)
  return exitCode('error')
}

function report(verdict: Verdict, options: CheckOptions): number {
  let code = exitCode(verdict.verdict)
  if (options.junit !== undefined) {
    try {
      writeFileSync(options.junit, junit(verdict))
    } catch (error) {
      process.stderr.write(`${options.junit}: the report could not be written: ${error instanceof Error ? error.message : String(error)} [E_UNWRITABLE]\n  Give --junit a path in a directory that can be written.\n`)
      code = code === 0 ? 2 : code
    }
  }
  if (options.json === true) process.stdout.write(`${JSON.stringify(document(verdict), null, 2)}\n`)
  else {
    process.stdout.write(`\n${verdictText(verdict, options.failOn)}\n`)
    for (const { message } of verdict.errors) process.stderr.write(`warning: ${message} [E_UNWRITABLE]\n`)
  }
  return code
}

/** The document of `--json`: members as in docs/json.md. */
const document = (verdict: Verdict): unknown => ({
  verdict: verdict.verdict,
  claims: verdict.claims.map(({ claim, held, exercised }) => ({ claim, held, exercised })),
  seed: verdict.seed,
  orders: verdict.orders,
  steps: verdict.steps,
  interrupted: verdict.interrupted,
  budgets: verdict.budgets,
  violations: verdict.violations.map(({ timeline: _, ...violation }) => violation),
  notModelled: verdict.notModelled,
  errors: verdict.errors,
})

