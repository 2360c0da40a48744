/** `orrery simulate`: one prompt order of events, as a timeline. */
import { formatInputError } from '#api/manifests/input-error'
import { PlainStore } from '#kernel/plain-store'
import { prompt } from '#checker/schedule'
import { claims as allClaims } from '#properties/claims'
import { narrate } from '#properties/narrate'
import { systemOf } from '#properties/scenario'
import { tell, type Told } from '#trace/explain'
import { record } from '#trace/record'
import { readInputs, type InputOptions } from './inputs.js'
import { plural, timeline } from './report-text.js'
import { describeScenario } from './scenario-text.js'

export interface SimulateOptions extends InputOptions {
  readonly json?: boolean
  /** Every Step by its label, not only what changed. */
  readonly steps?: boolean
  readonly seed: number
}

export async function simulate(options: SimulateOptions): Promise<number> {
  const inputs = await readInputs(options, allClaims.map(({ name }) => name))
  if (inputs.errors.length > 0) {
    for (const error of inputs.errors) process.stderr.write(`${formatInputError(error)}\n`)
    return 2
  }
  const recording = record(systemOf(inputs.scenario, { store: () => new PlainStore() }), [], prompt, { seed: options.seed, inputs: inputs.scenario, until: () => false })
  const all = recording.steps.map((_, index) => index)
  const told: readonly Told[] = options.steps === true
    ? recording.steps.map(({ at, process, label }) => ({ at, lane: process, text: label }))
    : tell(recording, all, narrate)
  if (options.json === true) process.stdout.write(`${JSON.stringify({ steps: recording.order.steps, timeline: told }, null, 2)}\n`)
  else {
    process.stdout.write(`${describeScenario(inputs.scenario, options.filename)}\n\n${timeline(told, Infinity)}\n\n`)
    process.stdout.write(`${plural(recording.order.steps, 'Step')} in ${(recording.order.world.now / 1000).toLocaleString('en-US')} s of virtual time\n`)
  }
  return 0
}
