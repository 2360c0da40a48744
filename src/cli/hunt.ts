/** The search behind `orrery check`: runs orders, shrinks what they find, and says so as it goes. */
import { setImmediate, setTimeout } from 'node:timers/promises'
import type { Claim } from '#checker/claim'
import { Tally, type Found } from '#checker/search'
import { withOracle } from '#machine/oracle'
import { acceptanceOf } from './acceptance.js'
import { explainWithPauses } from './counterexample.js'
import { reported } from './finding.js'
import type { Inputs } from './inputs.js'
import { keep, remembered } from './memory.js'
import { orders, searcherFor, type Job } from './orders.js'
import { nothingOwn, type Own } from './own.js'
import type { Progress } from './progress.js'
import type { ReportedError, ReportedViolation } from './verdict.js'

export interface HuntOptions {
  readonly runs?: number
  /** Seconds. */
  readonly time?: number
  readonly workers: number
  /** Whether what was found before is tried first; what is found is kept in any case. */
  readonly memory: boolean
}

export interface Hunt {
  readonly tally: Tally
  readonly violations: readonly ReportedViolation[]
  readonly problems: readonly ReportedError[]
  readonly interrupted: boolean
}

/** Who is told of each finding and how far things are, and who may ask for the end. */
export interface Listener {
  readonly interruption: { readonly asked: boolean }
  readonly progress: Progress
  readonly found: (violation: ReportedViolation) => void
}

/** Once something was found, so many orders without a new finding end the search. */
const quietOrders = 60

/** How long to try where nobody says, and how long one finding may be shrunk, in milliseconds. */
const usualTime = 60_000
const shrinkingTime = 15_000

export async function hunt(
  job: Job, options: HuntOptions, claims: readonly Claim[], inputs: Inputs, listener: Listener, own: Own = nothingOwn,
): Promise<Hunt> {
  const tally = new Tally()
  const violations = new Map<string, ReportedViolation>()
  const problems: ReportedError[] = []
  const started = performance.now()
  /** Time that went into shrinking, so that the rate is that of the search. */
  let shrunkFor = 0
  const { progress, interruption } = listener
  const show = async (found: Found): Promise<void> => {
    const from = performance.now()
    // Without a clock where the same bytes are promised.
    const enough = (): boolean => interruption.asked || (options.runs === undefined && performance.now() - from > shrinkingTime)
    const example = await explainWithPauses(found, { scenario: job.scenario, claims, seed: job.seed, controllers: own.controllers, enough },
      ({ best, tried }) => progress.shrinking(found.violation.claim, tried, best.schedule))
    shrunkFor += performance.now() - from
    progress.clear()
    const kept = keep(example.violation.claim, example.violation.objects, example.trace)
    if (kept.problem !== undefined) problems.push(unwritable(kept.path, kept.problem))
    const accepted = acceptanceOf(found.violation.claim, found.objects, inputs.configuration)
    const violation: ReportedViolation = {
      ...reported(example, {
        objects: found.objects, loaded: inputs.loaded,
        severity: inputs.configuration.severity[found.violation.claim]
          ?? claims.find(({ name }) => name === found.violation.claim)?.severity ?? 'error',
        ...(kept.problem === undefined ? { trace: kept.path } : {}),
      }),
      orders: found.orders,
      ...(accepted === undefined ? {} : { accepted }),
    }
    violations.set(found.key, violation)
    listener.found(violation)
  }
  await setTimeout(1) // lets a signal through
  try {
    if (options.memory) {
      const searcher = searcherFor(job, own)
      for (const [index, schedule] of remembered().entries()) {
        if (interruption.asked) break
        for (const found of tally.add(await withOracle(() => searcher.run(-1 - index, schedule)))) await show(found)
        await setImmediate()
      }
    }
    let lastNews = 0
    const most = options.runs ?? Infinity
    const until = options.time !== undefined ? options.time * 1000 : options.runs === undefined ? usualTime : Infinity
    for await (const result of interruption.asked ? [] : orders(job, options.workers, own)) {
      if (interruption.asked || result.index >= most) break
      const fresh = tally.add(result)
      if (fresh.length > 0) lastNews = result.index
      for (const found of fresh) await show(found)
      progress.update(tally, performance.now() - started, shrunkFor)
      if (result.index + 1 >= most || performance.now() - started > until) break
      const isQuiet = tally.found.size > 0 && result.index - lastNews > quietOrders
      if (isQuiet && options.runs === undefined && options.time === undefined) break
    }
  } finally {
    progress.clear()
  }
  const final = [...tally.found.values()].flatMap((found) => {
    const violation = violations.get(found.key)
    return violation === undefined ? [] : [{ ...violation, objects: found.objects, orders: found.orders }]
  })
  return { tally, violations: final, problems, interrupted: interruption.asked }
}

const unwritable = (file: string, message: string): ReportedError =>
  ({ code: 'E_UNWRITABLE', file, message: `the trace could not be kept: ${message}`, next: 'Run in a directory that can be written; the verdict is the same.' })
