/** Runs many orders and gathers what they found. What it says depends on the seed alone, not on how fast it went. */
import type { Claim } from './claim.js'
import { baselineOf, draw, type Baseline, type Budgets } from './generate.js'
import type { Violation } from './judge.js'
import { runOrder } from './order.js'
import { delaysOf, faultsOf, type Schedule } from './schedule.js'
import type { System } from './system.js'
import { defaultLimits, type Limits } from './driver.js'

export interface SearchOptions {
  readonly system: System
  readonly claims: readonly Claim[]
  readonly budgets: Budgets
  readonly seed: number
  readonly limits?: Limits
}

/** One order's result, small enough to pass between threads. */
export interface OrderResult {
  readonly index: number
  readonly steps: number
  readonly schedule: Schedule
  readonly violations: readonly Violation[]
  readonly exercised: readonly (readonly [claim: string, times: number])[]
  /** A limit on Steps ended it before its time: what would have come was not judged. */
  readonly isCut?: true
}

/** Runs single orders by their number. */
export class Searcher {
  private baseline: Baseline | undefined

  constructor(private readonly options: SearchOptions) {}

  run(index: number, schedule?: Schedule): OrderResult {
    const { system, claims, budgets, seed, limits } = this.options
    this.baseline ??= baselineOf(system, limits)
    const drawn = schedule ?? draw(system, this.baseline, budgets, seed, index)
    const order = runOrder(system, claims, drawn, limits === undefined ? {} : { limits })
    const isCut = order.ending === 'livelock' || order.steps >= (limits ?? defaultLimits).steps
    return { index, steps: order.steps, schedule: drawn, violations: order.violations, exercised: [...order.exercised], ...(isCut ? { isCut } : {}) }
  }
}

/** `Pod shop/web#1-0` and `Pod shop/web#2-1` are pods of one workload, and one node is like another. */
const roleOf = (object: string): string => object.replace(/#\d+(-\d+)?$/, '').replace(/^Node .*/, 'Node')

/** The same remedy for the same claim is one finding, however many objects it is about; so is what befalls the same roles. */
export const findingKey = ({ claim, advice, objects }: Violation): string =>
  `${claim}\n${advice ?? [...new Set(objects.map(roleOf))].join(', ')}`

export interface Found {
  readonly key: string
  /** The simplest order in which it was met: fewest faults, then delays, then Steps; the earliest of equals. */
  readonly order: OrderResult
  readonly violation: Violation
  readonly objects: readonly string[]
  /** In how many orders it was met. */
  readonly orders: number
}

/** What the orders came to, so far. Add results in the order of their numbers. */
export class Tally {
  orders = 0
  /** Orders that a limit on Steps ended. */
  cut = 0
  steps = 0
  readonly exercised = new Map<string, number>()
  readonly found = new Map<string, Found>()

  /** Returns the findings that this order is the first to show. */
  add(result: OrderResult): readonly Found[] {
    this.orders++
    if (result.isCut === true) this.cut++
    this.steps += result.steps
    for (const [claim, times] of result.exercised) this.exercised.set(claim, (this.exercised.get(claim) ?? 0) + times)
    const fresh: Found[] = []
    const met = new Set<string>()
    for (const violation of result.violations) {
      const key = findingKey(violation)
      const known = this.found.get(key)
      const objects = [...new Set([...known?.objects ?? [], ...violation.objects])]
      const simplest = known !== undefined && compare(known, result, violation) <= 0
        ? { order: known.order, violation: known.violation }
        : { order: result, violation }
      const found = { key, ...simplest, objects, orders: (known?.orders ?? 0) + (met.has(key) ? 0 : 1) }
      this.found.set(key, found)
      met.add(key)
      if (known === undefined) fresh.push(found)
    }
    return fresh
  }
}

function compare(known: Found, result: OrderResult, violation: Violation): number {
  return faultsOf(known.order.schedule) - faultsOf(result.schedule)
    || delaysOf(known.order.schedule) - delaysOf(result.schedule)
    || known.violation.step - violation.step
}
