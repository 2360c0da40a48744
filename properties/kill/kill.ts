/** Finds out which claims notice a mutant, in which small scenario, and in which order of events. */
import type { Claim } from '#checker/claim'
import { baselineOf, draw, type Baseline, type Budgets } from '#checker/generate'
import type { Limits } from '#checker/driver'
import { runOrder } from '#checker/order'
import type { Schedule } from '#checker/schedule'
import type { System } from '#checker/system'
import type { Mutant } from '#models/mutants'
import { systemOf, type Scenario } from '../scenario.js'
import type { Small } from './baselines.js'
import { observer, siteName, type Site } from './sites.js'

const seed = 1
const usualBudgets: Budgets = { delays: 2, faults: 0 }

/** Tight, since a mutant may well go on for ever. */
const limits: Limits = { steps: 40_000, instant: 10_000, patience: 20 * 60_000 }

/** A small scenario as upstream goes through it. */
export interface Observed {
  readonly small: Small
  /** Claims that were never broken: what breaks them is the mutant. */
  readonly sound: readonly Claim[]
  /** Names of those among them that were exercised. */
  readonly held: ReadonlySet<string>
  /** Claims that upstream itself breaks there, and how: of no use here. */
  readonly broken: ReadonlyMap<string, string>
  /** Names of the sites at which the processes came by. */
  readonly sites: ReadonlySet<string>
  /** Steps of the longest order. */
  readonly steps: number
}

/** What noticed the mutant: a claim, or `error` where it threw, `livelock` where it did not end. */
export interface Kill {
  readonly by: string
  readonly scenario: string
  /** Number of the order: 0 is the prompt one. */
  readonly order: number
  readonly steps: number
  readonly message: string
}

/** The prompt order, then those that the scenario names, then drawn ones. */
function scheduleOf(system: System, baseline: Baseline, { budgets = usualBudgets, schedules = [] }: Small, index: number): Schedule {
  return schedules[index - 1] ?? draw(system, baseline, budgets, seed, index)
}

/** The prompt order and those that the scenario names. */
const certain = ({ schedules = [] }: Small): number => 1 + schedules.length

/** Goes through a small scenario without a mutant: in the orders that are certain, and in some drawn ones. */
export function observe(small: Small, claims: readonly Claim[], drawn: number, met: (site: Site) => void = () => {}): Observed {
  const sites = new Set<string>()
  const watcher = observer((site) => {
    const name = siteName(site)
    if (sites.has(name)) return
    sites.add(name)
    met(site)
  })
  const system = systemOf({ ...small.scenario, mutants: [watcher.name] }, { mutants: [watcher] })
  const baseline = baselineOf(system, limits)
  const exercised = new Set<string>()
  const broken = new Map<string, string>()
  let steps = 0
  for (let index = 0; index < certain(small) + drawn; index++) {
    const order = runOrder(system, claims, scheduleOf(system, baseline, small, index), { limits })
    steps = Math.max(steps, order.steps)
    for (const claim of order.exercised.keys()) exercised.add(claim)
    for (const { claim, message } of order.violations) if (!broken.has(claim)) broken.set(claim, message)
  }
  const sound = claims.filter(({ name }) => !broken.has(name))
  return { small, sound, held: new Set(sound.map(({ name }) => name).filter((name) => exercised.has(name))), broken, sites, steps }
}

interface Trial {
  readonly observed: Observed
  readonly claims: readonly Claim[]
  readonly system: System
  readonly baseline: Baseline
}

const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))

/** The prompt order of the mutant; what it cannot even go through it does not survive. */
function begin(mutant: Mutant, observed: Observed, claims: readonly Claim[]): Trial | Kill {
  const { small } = observed
  const scenario: Scenario = { ...small.scenario, mutants: [mutant.name] }
  try {
    const system = systemOf(scenario, { mutants: [mutant] })
    return { observed, claims, system, baseline: baselineOf(system, limits) }
  } catch (thrown) {
    return { by: 'error', scenario: small.name, order: 0, steps: 0, message: messageOf(thrown) }
  }
}

function attempt({ observed: { small }, claims, system, baseline }: Trial, index: number): Kill | undefined {
  const at = { scenario: small.name, order: index }
  try {
    const { violations, steps, ending } = runOrder(system, claims, scheduleOf(system, baseline, small, index), { limits, until: () => true })
    const [violation] = violations
    if (violation !== undefined) return { ...at, by: violation.claim, steps: violation.step, message: violation.message }
    return ending === 'livelock' ? { ...at, by: 'livelock', steps, message: 'Steps go on at one instant' } : undefined
  } catch (thrown) {
    return { ...at, by: 'error', steps: 0, message: messageOf(thrown) }
  }
}

export interface KillOptions {
  /** How many orders are drawn for each scenario, beside those that are certain. */
  readonly drawn: number
  /** Only these claims count; any that the scenario exercises, where absent. */
  readonly claims?: readonly string[]
  /** Whether an error or a livelock counts as well; it does unless said otherwise. */
  readonly anyhow?: boolean
}

/** Where the claims are exercised first, then the shortest. */
function likeliest(scenes: readonly Observed[], wanted: readonly string[] | undefined): readonly Observed[] {
  const isIdle = ({ held }: Observed): number => (wanted === undefined || wanted.some((name) => held.has(name)) ? 0 : 1)
  return [...scenes].sort((a, b) => isIdle(a) - isIdle(b) || a.steps - b.steps)
}

/** The first kill: the prompt orders come first, then those that scenarios name, then drawn ones. `undefined`: it survives. */
export function kill(mutant: Mutant, scenes: readonly Observed[], { drawn, claims: wanted, anyhow = true }: KillOptions): Kill | undefined {
  const trials: Trial[] = []
  const counts = (found: Kill): boolean => anyhow || (found.by !== 'error' && found.by !== 'livelock')
  for (const observed of likeliest(scenes, wanted)) {
    const claims = observed.sound.filter(({ name }) => wanted?.includes(name) ?? true)
    if (claims.length === 0) continue
    const trial = begin(mutant, observed, claims)
    const found = 'by' in trial ? trial : attempt(trial, 0)
    if (found !== undefined && counts(found)) return found
    if (!('by' in trial)) trials.push(trial)
  }
  const first = (trial: Trial): number => certain(trial.observed.small)
  const named = trials.flatMap((trial) => Array.from({ length: first(trial) - 1 }, (_, index) => ({ trial, index: index + 1 })))
  const more = Array.from({ length: drawn }, (_, index) => trials.map((trial) => ({ trial, index: first(trial) + index }))).flat()
  for (const { trial, index } of [...named, ...more]) {
    const found = attempt(trial, index)
    if (found !== undefined && counts(found)) return found
  }
  return undefined
}
