/** One World of a trace or of a simulation, for the commands that show what kubectl would. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { formatInputError, type InputError } from '#api/manifests/input-error'
import { PlainStore } from '#kernel/plain-store'
import { prompt } from '#checker/schedule'
import { claims as allClaims } from '#properties/claims'
import { systemOf } from '#properties/scenario'
import { lengthOf, momentAfter, momentAt, type Moment } from '#trace/moment'
import { record, type Recording } from '#trace/record'
import { recordedAgain } from './export.js'
import { readInputs, refusal, type InputOptions } from './inputs.js'
import { refuse, rerun } from './trace-file.js'

export interface LookOptions extends InputOptions {
  /** A trace file; the manifests are simulated where none is given. */
  readonly trace?: string
  readonly step?: number
  /** Milliseconds of virtual time. */
  readonly at?: number
}

export interface Looked {
  readonly recording: Recording
  readonly moment: Moment
}

/** Tells what is wrong with what a user wrote; the exit code. */
export function complain(...errors: readonly InputError[]): number {
  for (const error of errors) process.stderr.write(`${formatInputError(error)}\n`)
  return 2
}

/** The exit code, after a complaint, where nothing can be looked at. */
export async function look(command: string, options: LookOptions): Promise<Looked | number> {
  const { trace, step, at, filename } = options
  const wrong = (message: string, next: string, code = 'E_USAGE'): number =>
    complain({ code, file: `orrery ${command}`, message, next })
  if (step !== undefined && at !== undefined)
    return wrong('--step and --at both say when', 'Give one of them.')
  if (trace !== undefined && filename.length > 0)
    return wrong(
      '--trace and -f both say what happens',
      'Give one of them: a trace brings its own manifests.',
    )
  if (trace === undefined && filename.length === 0 && options.scenario === undefined) {
    return wrong('there is nothing to look at', 'Name manifests with -f, or a trace with --trace.')
  }
  const recording = await (trace === undefined ? simulated(options) : Promise.resolve(ofTrace(trace)))
  if (typeof recording === 'number') return recording
  const last = lengthOf(recording)
  if (step !== undefined && step > last) {
    return wrong(
      `there is no Step ${step}: this order has ${last}`,
      `Give --step a number from 0 to ${last}; without it, the last World is shown.`,
      'E_NO_SUCH_STEP',
    )
  }
  return {
    recording,
    moment: at === undefined ? momentAfter(recording, step ?? last) : momentAt(recording, at),
  }
}

/** The prompt order, as `orrery simulate` has it. */
async function simulated(options: LookOptions): Promise<Recording | number> {
  const inputs = await readInputs(
    options,
    allClaims.map(({ name }) => name),
  )
  const errors = refusal(inputs, options)
  if (errors.length > 0) return complain(...errors)
  const system = systemOf(inputs.scenario, { store: () => new PlainStore() })
  return record(system, [], prompt, { seed: 1, inputs: inputs.scenario, until: () => false })
}

function ofTrace(file: string): Recording | number {
  const again = rerun(file)
  if (isLeft(again)) return refuse(file, again.left)
  const recording = recordedAgain(again.right)
  return isLeft(recording) ? refuse(file, recording.left) : recording.right
}
