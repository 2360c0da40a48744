/** Small scenarios as upstream goes through them: what a mutant is compared with. */
import type { Claim } from '#checker/claim'
import { baselineOf, draw, type Baseline, type Budgets } from '#checker/generate'
import type { Limits } from '#checker/driver'
import { runOrder, type Order } from '#checker/order'
import type { Schedule } from '#checker/schedule'
import type { System } from '#checker/system'
import { systemOf } from '../scenario.js'
import type { Small } from './baselines.js'
import { appearance, complaints } from './ends.js'
import { observer, siteName, type Site } from './sites.js'

const seed = 1
const usualBudgets: Budgets = { delays: 2, faults: 0 }

/** Tight, since a mutant may well go on for ever. */
export const limits: Limits = { steps: 40_000, instant: 10_000, patience: 20 * 60_000 }

/** One scenario, upstream's or a mutant's: its orders by number. */
export interface Stage {
  readonly small: Small
  readonly system: System
  /** The prompt order in detail, where others are drawn from; taken when it is needed. */
  readonly baseline: () => Baseline
}

export function stageOf(small: Small, system: System): Stage {
  let taken: Baseline | undefined
  return { small, system, baseline: () => (taken ??= baselineOf(system, limits)) }
}

/** How many orders are certain: the prompt one, and those that the scenario names. */
export const certain = ({ schedules = [] }: Small): number => 1 + schedules.length

/** The prompt order is number 0, then come those that the scenario names, then drawn ones. */
export function scheduleOf({ small: { budgets = usualBudgets, schedules = [] }, system, baseline }: Stage, index: number): Schedule {
  if (index === 0) return { deviations: [] }
  return schedules[index - 1] ?? draw(system, baseline(), budgets, seed, index)
}

export interface Seen {
  readonly order: Order
  /** How the World looked each time that things had settled. */
  readonly ends: readonly string[]
}

export function runSeeing(system: System, claims: readonly Claim[], schedule: Schedule, untilBroken: boolean): Seen {
  const ends: string[] = []
  const order = runOrder(system, claims, schedule, {
    limits,
    onEvent(event, world) {
      if (event.type === 'settled') ends.push(appearance(world))
    },
    ...(untilBroken ? { until: () => true } : {}),
  })
  return { order, ends }
}

export interface Observed {
  readonly small: Small
  /** Without any mutant. */
  readonly stage: Stage
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
  /** How the World looked when things had settled, in each order that is certain. */
  readonly ends: readonly (readonly string[])[]
  /** What kubectl complained of in each of them. */
  readonly complaints: readonly (readonly string[])[]
}

/** Goes through a small scenario without a mutant: in the orders that are certain, and in some drawn ones. */
export function observe(small: Small, claims: readonly Claim[], drawn: number, met: (site: Site) => void = () => {}): Observed {
  const sites = new Set<string>()
  const watcher = observer((site) => {
    const name = siteName(site)
    if (sites.has(name)) return
    sites.add(name)
    met(site)
  })
  const watched = stageOf(small, systemOf({ ...small.scenario, mutants: [watcher.name] }, { mutants: [watcher] }))
  const exercised = new Set<string>()
  const broken = new Map<string, string>()
  const seen: Seen[] = []
  for (let index = 0; index < certain(small) + drawn; index++) {
    const one = runSeeing(watched.system, claims, scheduleOf(watched, index), false)
    if (index < certain(small)) seen.push(one)
    for (const claim of one.order.exercised.keys()) exercised.add(claim)
    for (const { claim, message } of one.order.violations) if (!broken.has(claim)) broken.set(claim, message)
  }
  const sound = claims.filter(({ name }) => !broken.has(name))
  return {
    small, sound, broken, sites,
    stage: stageOf(small, systemOf({ ...small.scenario, mutants: [] })),
    held: new Set(sound.map(({ name }) => name).filter((name) => exercised.has(name))),
    steps: Math.max(...seen.map(({ order }) => order.steps)),
    ends: seen.map(({ ends }) => ends),
    complaints: seen.map(({ order }) => complaints(order.world)),
  }
}
