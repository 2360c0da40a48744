/** What an exploration found, as a report shows it: shrunk, explained, and kept in `.orrery/`, as by a check. */
import type { Claim } from '#checker/claim'
import type { Counterexample } from '#checker/explore/explore'
import type { Broken } from '#checker/explore/judgement'
import { acceptanceOf } from './acceptance.js'
import { explainWithPauses } from './counterexample.js'
import type { Task } from './explore-input.js'
import { reported } from './finding.js'
import { keep } from './memory.js'
import { Progress } from './progress.js'
import type { Violated } from './report-text.js'
import type { ReportedError } from './verdict.js'

/** Broken where it was explored, and not in the order that leads there. */
export interface Unconfirmed {
  readonly claim: string
  readonly message: string
  readonly objects: readonly string[]
}

export const unconfirmedOf = ({ claim, finding }: Broken): Unconfirmed =>
  ({ claim: claim.name, message: finding.message, objects: finding.objects })

export interface Telling {
  readonly interruption: { readonly asked: boolean }
  /** Nobody is told how shrinking goes, where absent. */
  readonly terminal?: NodeJS.WriteStream
  readonly found: (violation: Violated) => void
}

/** How long one finding may be shrunk, in milliseconds: it is near its smallest already. */
const shrinkingTime = 15_000

export async function findings(counterexamples: readonly Counterexample[], task: Task, telling: Telling): Promise<{
  readonly violations: readonly Violated[]
  readonly problems: readonly ReportedError[]
}> {
  const { interruption, terminal, found } = telling
  const progress = new Progress(terminal)
  const violations: Violated[] = []
  const problems: ReportedError[] = []
  for (const { key, order, violation } of counterexamples) {
    const from = performance.now()
    const example = await explainWithPauses({ key, order, violation, objects: violation.objects, orders: 1 }, {
      scenario: task.scenario, claims: task.claims, seed: 0, controllers: task.own.controllers,
      enough: () => interruption.asked || performance.now() - from > shrinkingTime,
    }, ({ best, tried }) => progress.shrinking(violation.claim, tried, best.schedule))
    progress.clear()
    const kept = keep(example.violation.claim, example.violation.objects, example.trace)
    if (kept.problem !== undefined) problems.push(unwritable(kept.path, kept.problem))
    const accepted = acceptanceOf(violation.claim, violation.objects, task.inputs.configuration)
    const told: Violated = {
      ...reported(example, {
        objects: violation.objects, loaded: task.inputs.loaded, severity: severityOf(violation.claim, task),
        ...(kept.problem === undefined ? { trace: kept.path } : {}),
      }),
      ...(accepted === undefined ? {} : { accepted }),
    }
    violations.push(told)
    found(told)
  }
  return { violations, problems }
}

const severityOf = (name: string, { inputs, claims }: Task): Violated['severity'] =>
  inputs.configuration.severity[name] ?? claims.find((claim: Claim) => claim.name === name)?.severity ?? 'error'

const unwritable = (file: string, message: string): ReportedError => ({
  code: 'E_UNWRITABLE', file, message: `the trace could not be kept: ${message}`,
  next: 'Run in a directory that can be written; the verdict is the same.',
})
