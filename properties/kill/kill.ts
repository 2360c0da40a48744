/** Finds out what notices a mutant, in which small scenario, and in which order of events. */
import type { Claim } from '#checker/claim'
import type { Mutant } from '#models/mutants'
import { systemOf } from '../scenario.js'
import { complaints } from './ends.js'
import { certain, limits, runSeeing, scheduleOf, stageOf, type Observed, type Stage } from './observe.js'
import { runOrder } from '#checker/order'

export { observe, type Observed } from './observe.js'

/**
 * What noticed the mutant: a claim; or `error` where it threw, `livelock` where it did not end, `complaint` where kubectl
 * told the user of something that upstream's user does not hear.
 */
export interface Kill {
  readonly by: string
  readonly scenario: string
  /** Number of the order: 0 is the prompt one. */
  readonly order: number
  readonly steps: number
  readonly message: string
}

/** What notices a mutant although it is no claim. */
export const otherwise: ReadonlySet<string> = new Set(['error', 'livelock', 'complaint'])

/** How a mutant that survives shows: where the settled World looked otherwise than upstream's, in orders that are certain. */
export interface Survival {
  readonly differsIn: readonly string[]
}

export type Fate = { readonly kill: Kill } | { readonly survival: Survival }

export interface KillOptions {
  /** How many orders are drawn for each scenario, beside those that are certain. */
  readonly drawn: number
  /** Only these claims count; any that the scenario exercises, where absent. */
  readonly claims?: readonly string[]
  /** Whether it counts as well when something else than a claim notices; it does unless said otherwise. */
  readonly anyhow?: boolean
}

interface Trial {
  readonly observed: Observed
  readonly claims: readonly Claim[]
  readonly stage: Stage
}

const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))

/** Whether upstream keeps the claim in that very order: else the order is to blame, not the mutant. */
function isKept({ observed: { stage: { system } }, claims, stage }: Trial, index: number, by: string): boolean {
  const claim = claims.filter(({ name }) => name === by)
  return runOrder(system, claim, scheduleOf(stage, index), { limits, until: () => true }).violations.length === 0
}

interface Attempt {
  readonly kill?: Kill
  readonly differs?: true
}

function attempt(trial: Trial, index: number): Attempt {
  const { observed: { small, ends: upstream, complaints: usual }, claims, stage } = trial
  const at = { scenario: small.name, order: index }
  try {
    const { order, ends } = runSeeing(stage.system, claims, scheduleOf(stage, index), true)
    const { violations: [violation], steps, ending } = order
    if (violation !== undefined) {
      const isKill = index < certain(small) || isKept(trial, index, violation.claim)
      return isKill ? { kill: { ...at, by: violation.claim, steps: violation.step, message: violation.message } } : {}
    }
    if (ending === 'livelock') return { kill: { ...at, by: 'livelock', steps, message: 'Steps go on at one instant' } }
    const known = usual[index]
    const news = known === undefined ? undefined : complaints(order.world).find((one) => !known.includes(one))
    if (news !== undefined) return { kill: { ...at, by: 'complaint', steps, message: news } }
    return upstream[index] !== undefined && ends.join() !== upstream[index].join() ? { differs: true } : {}
  } catch (thrown) {
    return { kill: { ...at, by: 'error', steps: 0, message: messageOf(thrown) } }
  }
}

/** Where the claims are exercised first, then the shortest. */
function likeliest(scenes: readonly Observed[], wanted: readonly string[] | undefined): readonly Observed[] {
  const isIdle = ({ held }: Observed): number => (wanted === undefined || wanted.some((name) => held.has(name)) ? 0 : 1)
  return [...scenes].sort((a, b) => isIdle(a) - isIdle(b) || a.steps - b.steps)
}

/** The first kill: the prompt orders come first, then those that scenarios name, then drawn ones. */
export function fateOf(mutant: Mutant, scenes: readonly Observed[], { drawn, claims: wanted, anyhow = true }: KillOptions): Fate {
  const trials = likeliest(scenes, wanted).flatMap((observed): readonly Trial[] => {
    const { small, sound } = observed
    const claims = sound.filter(({ name }) => wanted?.includes(name) ?? true)
    if (claims.length === 0) return []
    const system = systemOf({ ...small.scenario, mutants: [mutant.name] }, { mutants: [mutant] })
    return [{ observed, claims, stage: stageOf(small, system) }]
  })
  const first = (trial: Trial): number => certain(trial.observed.small)
  const prompt = trials.map((trial) => ({ trial, index: 0 }))
  const named = trials.flatMap((trial) => Array.from({ length: first(trial) - 1 }, (_, index) => ({ trial, index: index + 1 })))
  const more = Array.from({ length: drawn }, (_, index) => trials.map((trial) => ({ trial, index: first(trial) + index }))).flat()
  const differsIn = new Set<string>()
  for (const { trial, index } of [...prompt, ...named, ...more]) {
    const { kill: found, differs } = attempt(trial, index)
    if (found !== undefined && (anyhow || !otherwise.has(found.by))) return { kill: found }
    if (differs === true) differsIn.add(trial.observed.small.name)
  }
  return { survival: { differsIn: [...differsIn].sort() } }
}

/** `undefined`: it survives. */
export function kill(mutant: Mutant, scenes: readonly Observed[], options: KillOptions): Kill | undefined {
  const fate = fateOf(mutant, scenes, options)
  return 'kill' in fate ? fate.kill : undefined
}
