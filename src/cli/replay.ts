/** `orrery replay`: runs a trace again, strictly. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { ControllerError } from '#machine/controller-error'
import { withOracle } from '#machine/oracle'
import type { Recording } from '#trace/record'
import { pc } from './colours.js'
import { present } from './counterexample.js'
import { reported } from './finding.js'
import { loadOwn, type Own } from './own.js'
import { violationText } from './report-text.js'
import { describeScenario } from './scenario-text.js'
import { lifeIn, podDocument, podText } from './simulate-pod.js'
import { refuse, rerun } from './trace-file.js'
import { plural } from './words.js'

export interface ReplayOptions {
  readonly json?: boolean
  /** Every cause, not only what a person reads in a minute. */
  readonly verbose?: boolean
  /** The life of this pod alone. */
  readonly pod?: string
  /** Modules with the controllers that the trace was recorded with. */
  readonly controller?: readonly string[]
}

export async function replay(file: string, { json = false, verbose: all = false, controller, pod }: ReplayOptions): Promise<number> {
  const own = await loadOwn(controller)
  const [wrong] = own.errors
  if (wrong !== undefined) return refuse(wrong.file, { code: wrong.code, message: wrong.message, next: wrong.next ?? '' }, json)
  try {
    return await tell(file, own, { json, all, ...(pod === undefined ? {} : { pod }) })
  } catch (error) {
    if (!(error instanceof ControllerError)) throw error
    return refuse(error.controller, { code: error.code, message: error.what, next: error.next }, json)
  }
}

interface Telling {
  readonly json: boolean
  readonly all: boolean
  readonly pod?: string
}

async function tell(file: string, own: Own, { json, all, pod }: Telling): Promise<number> {
  const again = await withOracle(() => rerun(file, own))
  if (isLeft(again)) return refuse(file, again.left, json)
  const { trace: { header, end: { steps } }, scenario, claims, until, broken } = again.right
  const retold = () => withOracle(() =>
    present({ scenario, schedule: header.schedule }, claims, { seed: header.seed, controllers: own.controllers, until, all }))
  if (pod !== undefined) return ofPod((await retold()).recording, file, pod, json)
  if (json) {
    const document = { verdict: broken === undefined ? 'pass' : 'violation', steps, violation: broken, errors: [] }
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
  } else {
    const { example } = await retold()
    process.stdout.write(`${describeScenario(scenario, [file], 'Replaying')}\n\n`)
    if (example !== undefined) process.stdout.write(`${violationText(reported(example), 'error')}\n\n`)
    process.stdout.write(broken === undefined
      ? `${pc.green('✓')} Replayed ${plural(steps, 'Step')}, each as recorded; nothing is broken.\n`
      : `${pc.red('✗')} Replayed ${plural(steps, 'Step')}, each as recorded. Broken: ${pc.bold(broken.claim)}\n`)
  }
  return broken === undefined ? 0 : 1
}

function ofPod(recording: Recording, file: string, pod: string, json: boolean): number {
  const life = lifeIn(recording, 'replay', pod)
  if ('code' in life) return refuse(life.file, life, json)
  const text = json ? JSON.stringify(podDocument(life, recording), null, 2) : podText(life, `--trace ${file}`)
  process.stdout.write(`${text}\n`)
  return recording.violation === undefined ? 0 : 1
}
