/** `orrery simulate`: one prompt order of events, as a timeline. */
import { formatInputError, type InputError } from '#api/manifests/input-error'
import type { Deployment } from '#api/types'
import { part } from '#kernel/cells'
import { PlainStore } from '#kernel/plain-store'
import { prompt } from '#checker/schedule'
import { claims as allClaims } from '#properties/claims'
import { narrate } from '#properties/narrate'
import { systemOf } from '#properties/scenario'
import { outline } from '#trace/digest'
import { tell } from '#trace/explain'
import { record, type Recording } from '#trace/record'
import { readInputs, refusal, type InputOptions } from './inputs.js'
import { describeScenario } from './scenario-text.js'
import { inputsAgain, lifeIn, podDocument, podText } from './simulate-pod.js'
import { timeline, type Line } from './timeline.js'
import { duration, plural } from './words.js'

export interface SimulateOptions extends InputOptions {
  readonly json?: boolean
  /** Everything that can be put into words, one line each. */
  readonly verbose?: boolean
  /** Every Step by its label. */
  readonly steps?: boolean
  /** The life of this pod alone. */
  readonly pod?: string
}

export async function simulate(options: SimulateOptions): Promise<number> {
  const inputs = await readInputs(options, allClaims.map(({ name }) => name))
  const errors = refusal(inputs, options)
  if (errors.length > 0) {
    if (options.json === true) process.stdout.write(refusedTimeline(errors))
    else for (const error of errors) process.stderr.write(`${formatInputError(error)}\n`)
    return 2
  }
  const system = systemOf(inputs.scenario, { store: () => new PlainStore() })
  const recording = record(system, [], prompt, { seed: 1, inputs: inputs.scenario, until: () => false })
  if (options.pod !== undefined) return ofPod(recording, { ...options, pod: options.pod })
  const lines = linesOf(recording, options)
  const { steps, world } = recording.order
  if (options.json === true) {
    const document = { steps, ms: world.now, timeline: lines.map(({ at, lane, text, mark }) => ({ at, lane, text, mark })), errors: [] }
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
  } else {
    const end = [...outcomes(recording), `${plural(steps, 'Step')}, ${duration(world.now)} of virtual time`]
    process.stdout.write(`${describeScenario(inputs.scenario, options.filename, 'Simulating')}\n\n${timeline(lines)}\n\n${end.join('\n')}\n`)
  }
  return 0
}

function ofPod(recording: Recording, options: SimulateOptions & { readonly pod: string }): number {
  const life = lifeIn(recording, 'simulate', options.pod, options.namespace)
  if ('code' in life) {
    if (options.json === true) process.stdout.write(refusedTimeline([life]))
    else process.stderr.write(`${formatInputError(life)}\n`)
    return 2
  }
  const text = options.json === true ? JSON.stringify(podDocument(life, recording), null, 2) : podText(life, inputsAgain(options), options.namespace)
  process.stdout.write(`${text}\n`)
  return 0
}

/** The document of `--json` where the input was refused. */
export const refusedTimeline = (errors: readonly InputError[]): string =>
  `${JSON.stringify({ steps: 0, ms: 0, timeline: [], errors }, null, 2)}\n`

function linesOf(recording: Recording, { steps, verbose }: SimulateOptions): readonly Line[] {
  if (steps === true) return recording.steps.map(({ at, process, label }) => ({ at, lane: process, text: label }))
  const told = tell(recording, recording.steps.map((_, index) => index), narrate)
  return verbose === true ? told : outline(told)
}

/** What became of each Deployment, as `kubectl get` shows it. */
function outcomes({ order: { world } }: Recording): readonly string[] {
  const names = [...world.store.keys()].filter((key) => part(key, 0) === 'store' && part(key, 1) === 'deployments').sort()
  return names.map((key) => {
    const { spec, status } = world.store.get(key) as Deployment // by prefix
    const { availableReplicas = 0, updatedReplicas = 0 } = status
    return `Deployment ${part(key, 2)}: ${availableReplicas}/${spec.replicas} available, ${updatedReplicas} up to date`
  })
}
