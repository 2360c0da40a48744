/** `orrery replay`: runs a trace again, strictly. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { ControllerError } from '#machine/controller-error'
import { withOracle } from '#machine/oracle'
import { pc } from './colours.js'
import { present } from './counterexample.js'
import { reported } from './finding.js'
import { loadOwn, type Own } from './own.js'
import { violationText } from './report-text.js'
import { describeScenario } from './scenario-text.js'
import { refuse, rerun } from './trace-file.js'
import { plural } from './words.js'

export interface ReplayOptions {
  readonly json?: boolean
  /** Every cause, not only what a person reads in a minute. */
  readonly verbose?: boolean
  /** Modules with the controllers that the trace was recorded with. */
  readonly controller?: readonly string[]
}

export async function replay(file: string, { json = false, verbose: all = false, controller }: ReplayOptions): Promise<number> {
  const own = await loadOwn(controller)
  const [wrong] = own.errors
  if (wrong !== undefined) return refuse(wrong.file, { code: wrong.code, message: wrong.message, next: wrong.next ?? '' }, json)
  try {
    return await tell(file, own, json, all)
  } catch (error) {
    if (!(error instanceof ControllerError)) throw error
    return refuse(error.controller, { code: error.code, message: error.what, next: error.next }, json)
  }
}

async function tell(file: string, own: Own, json: boolean, all: boolean): Promise<number> {
  const again = await withOracle(() => rerun(file, own))
  if (isLeft(again)) return refuse(file, again.left, json)
  const { trace: { header, end: { steps } }, scenario, claims, until, broken } = again.right
  if (json) {
    const document = { verdict: broken === undefined ? 'pass' : 'violation', steps, violation: broken, errors: [] }
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
  } else {
    const { controllers } = own
    const { example } = await withOracle(() =>
      present({ scenario, schedule: header.schedule }, claims, { seed: header.seed, controllers, until, all }))
    process.stdout.write(`${describeScenario(scenario, [file], 'Replaying')}\n\n`)
    if (example !== undefined) process.stdout.write(`${violationText(reported(example), 'error')}\n\n`)
    process.stdout.write(broken === undefined
      ? `${pc.green('✓')} Replayed ${plural(steps, 'Step')}, each as recorded; nothing is broken.\n`
      : `${pc.red('✗')} Replayed ${plural(steps, 'Step')}, each as recorded. Broken: ${pc.bold(broken.claim)}\n`)
  }
  return broken === undefined ? 0 : 1
}
