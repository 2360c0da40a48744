/** What `orrery explore` is to explore, from the command line and the files it names, or everything that is wrong with them. */
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { totalmem } from 'node:os'
import { dirname } from 'node:path'
import { isLeft } from 'fp-ts/lib/Either.js'
import type { InputError } from '#api/manifests/input-error'
import { parseQuantity, quantityValue } from '#api/quantity'
import type { Claim } from '#checker/claim'
import type { Strategy } from '#checker/explore/bounded-search'
import type { Bounds } from '#checker/explore/bounds'
import { faults } from '#models/faults/index'
import { claims as allClaims } from '#properties/claims'
import type { Scenario } from '#properties/scenario'
import { chosenClaims, claimNaming, maxLagOf, unknownNames, type Naming } from './asked-for.js'
import { unwritableGraph } from './explore-graph.js'
import { reductionNaming, reductions, withReductions } from './explore-reductions.js'
import { readInputs, refusal, type InputOptions, type Inputs } from './inputs.js'
import { loadOwn, type Own } from './own.js'
import type { Severity } from './verdict.js'
import { bytes } from './explore-words.js'

export interface ExploreOptions extends InputOptions {
  readonly delays: number
  /** None, where absent; one, where a kind is named. */
  readonly faults?: number
  /** Kinds of faults; all, where absent. */
  readonly fault?: readonly string[]
  /** Milliseconds, for every kind of channel. */
  readonly maxLag?: number
  readonly strategy: Strategy
  /** Worlds are told apart by 64 bits of them. */
  readonly compact?: boolean
  /** Nothing is kept of Worlds but bits. */
  readonly bitstate?: boolean
  /** So many such searches in other orders. */
  readonly swarm?: number
  /** Threads that explore; 1, where absent. */
  readonly workers?: number
  /** Names of reductions; all, where absent; none, where false: orders that come to the same are explored all the same. */
  readonly reduction?: readonly string[] | false
  readonly claims: readonly string[]
  /** Modules with controllers of the user's own. */
  readonly controller?: readonly string[]
  /** Worlds at most. */
  readonly worlds?: number
  /** A quantity of bytes. */
  readonly memory: string
  /** Milliseconds. */
  readonly time?: number
  /** Where an exploration that is stopped is kept. */
  readonly checkpoint?: string
  /** Goes on from a checkpoint: where that is, or true: where it is kept unless something else is said. */
  readonly resume?: string | true
  readonly failOn: Severity
  readonly json?: boolean
  readonly graph?: string
  /** Orders that are sampled to see what they meet; true: as many as there is time for. */
  readonly coverage?: number | true
}

export interface Task {
  readonly inputs: Inputs
  readonly scenario: Scenario
  readonly own: Own
  readonly claims: readonly Claim[]
  readonly bounds: Bounds
  /** Bytes. */
  readonly memory: number
  readonly errors: readonly InputError[]
}

/** Whether nothing is kept of Worlds but bits. */
export const keepsBits = ({ bitstate = false, swarm }: ExploreOptions): boolean => bitstate || swarm !== undefined

/** Beyond these nothing of Kubernetes is ever explored to its end. */
const most = { delays: 5, faults: 3 } as const
const leastMemory = 1 << 20

export async function taskOf(options: ExploreOptions): Promise<Task> {
  const own = await loadOwn(options.controller)
  const known = [...allClaims, ...own.claims]
  const names = known.map(({ name }) => name)
  const inputs = await readInputs(options, names)
  const memory = bytesOf(options)
  const claims = chosenClaims(options.claims, inputs.configuration, known)
  return {
    inputs, own, claims, memory: typeof memory === 'number' ? memory : 0,
    scenario: { ...inputs.scenario, script: scriptOf(options, inputs), saturates: true },
    bounds: boundsOf(options, inputs),
    errors: [
      ...own.errors, ...tooLarge(options), ...aloneOnly(options), ...unkept(options),
      ...unknownNames(options.claims, names, claimNaming),
      ...unknownNames(options.fault ?? [], faultNames, faultNaming),
      ...unknownNames(options.reduction === false ? [] : options.reduction ?? [], reductions, reductionNaming),
      ...(typeof memory === 'number' ? [] : [memory]),
      ...(options.graph === undefined ? [] : unwritable(options.graph)),
      ...refusal(inputs, options),
    ],
  }
}

const faultNames = faults.map(({ name }) => name)
const faultNaming: Naming = { what: 'fault', code: 'E_UNKNOWN_FAULT', otherwise: `There are ${faultNames.join(', ')}.` }

/** What a check does by default is too much to be explored: where nobody says what the user does, manifests are applied. */
const scriptOf = ({ scenario, then = [] }: ExploreOptions, inputs: Inputs): Scenario['script'] =>
  (scenario !== undefined || then.length > 0 || inputs.configuration.scenario !== undefined ? inputs.scenario.script
    : inputs.scenario.script.slice(0, 1))

/** The budgets of `orrery.yaml` are for samples, they do not count here. */
function boundsOf(options: ExploreOptions, { configuration }: Inputs): Bounds {
  const { delays, fault: kinds, faults = kinds === undefined ? 0 : 1, maxLag, reduction = reductions, graph } = options
  const on = reduction === false ? [] : reduction
  return {
    delays, faults,
    maxLag: maxLagOf(maxLag, configuration),
    ...(kinds === undefined ? {} : { kinds: faultNames.filter((name) => kinds.includes(name)) }),
    ...withReductions(graph === undefined ? on : on.filter((name) => name !== 'passing')), // a picture has every World
  }
}

const tooLarge = (options: ExploreOptions): readonly InputError[] => (['delays', 'faults'] as const).flatMap((name) => {
  const count = options[name] ?? 0
  return count <= most[name] ? [] : [{
    code: 'E_BOUND_TOO_LARGE', file: `--${name}`, message: `${count} ${name} are too many to explore every order, ${most[name]} are the most`,
    next: 'Begin with 1. "orrery check" samples orders with as many as you like.',
  }]
})

/** What one alone has to look at, World by World. */
function aloneOnly(options: ExploreOptions): readonly InputError[] {
  const { workers = 1, swarm, graph, coverage, controller, strategy, compact = false, bitstate = false } = options
  const what = graph !== undefined ? '--graph' : coverage !== undefined ? '--coverage'
    : controller !== undefined ? '--controller' : bitstate ? '--bitstate'
      : strategy === 'depth-first' ? '--strategy depth-first' : compact ? '--compact' : undefined
  return workers <= 1 || swarm !== undefined || what === undefined ? [] : [{
    code: 'E_ONE_WORKER', file: '--workers', message: `with ${what} one thread explores alone`,
    next: `Leave out --workers, or ${what}${what === '--bitstate' ? ', or let a swarm of them explore: --swarm' : ''}.`,
  }]
}

/** What needs Worlds that are kept. */
function unkept(options: ExploreOptions): readonly InputError[] {
  const { swarm, compact = false, graph, coverage, resume, checkpoint } = options
  const option = swarm === undefined ? '--bitstate' : '--swarm'
  const whole = graph !== undefined ? '--graph' : coverage !== undefined ? '--coverage' : compact ? '--compact' : undefined
  const kept = swarm === undefined ? undefined : resume !== undefined ? '--resume' : checkpoint !== undefined ? '--checkpoint' : undefined
  const refusal = (what: string, message: string): readonly InputError[] =>
    [{ code: 'E_BITSTATE', file: option, message, next: `Leave out ${option}, or ${what}.` }]
  if (!keepsBits(options)) return []
  if (whole !== undefined) return refusal(whole, `${whole} needs more of a World than the bits that are kept`)
  return kept === undefined ? [] : refusal(kept, `the searches of a swarm are not kept, so that there is no ${kept}`)
}

function bytesOf({ memory: text, swarm = 1, workers = 1 }: ExploreOptions): number | InputError {
  const parsed = parseQuantity(text)
  const value = isLeft(parsed) ? NaN : quantityValue(parsed.right)
  const machine = totalmem()
  const together = Math.min(swarm, workers)
  if (value >= leastMemory && together * value <= machine) return value
  const message = isLeft(parsed) ? `"${text}" is no quantity of memory`
    : value <= machine && together * value > machine ? `${together} searches with ${text} each are more than the ${bytes(machine)} of this machine`
    : value > machine ? `${text} is more than the ${bytes(machine)} of this machine` : `${text} is less than 1Mi`
  return { code: 'E_MEMORY', file: '--memory', message, next: 'Write it as Kubernetes does: 500Mi, 2Gi.' }
}

/** A graph that cannot be written is refused before anything is explored. */
function unwritable(file: string): readonly InputError[] {
  try {
    if (existsSync(file) && statSync(file).isDirectory()) throw new Error('it is a directory')
    accessSync(existsSync(file) ? file : dirname(file), constants.W_OK)
    return []
  } catch (error) {
    return [unwritableGraph(file, error)]
  }
}
