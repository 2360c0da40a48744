/**
 * Enumerates the schedules within a budget of delays and faults, breadth first: every offer of every order held once,
 * every other outcome of a tie, every fault before every Step. For small scenarios: the number of schedules grows with
 * the length of an order to the power of the budget.
 */
import { hashString, combine, type Hash } from '#kernel/value'
import type { Claim } from './claim.js'
import type { Limits } from './driver.js'
import type { Budgets } from './generate.js'
import { runOrder } from './order.js'
import { delaysOf, faultsOf, prompt, type Anchor, type Deviation, type Schedule } from './schedule.js'
import type { OrderResult } from './search.js'
import { defaultMaxLag, sceneOf, type System } from './system.js'
import { prefixOf } from '#kernel/cells'

export interface Enumeration {
  readonly system: System
  readonly claims: readonly Claim[]
  readonly budgets: Budgets
  readonly limits?: Limits
}

interface Explored {
  readonly result: OrderResult
  /** The offers taken after the last deviation took hold, with the ties that they asked about. */
  readonly offers: readonly { readonly anchor: Anchor; readonly ties: readonly number[] }[]
  /** Targets of each fault in the last World. */
  readonly targets: readonly (readonly [fault: string, targets: readonly string[]])[]
  readonly path: Hash
}

/** Every order within the budgets, fewest deviations first; orders that came to the same Steps are given once. */
export function* enumerate({ system, claims, budgets, limits }: Enumeration): Iterable<OrderResult> {
  const seen = new Set<Hash>()
  let level: Schedule[] = [prompt]
  let index = 0
  for (let depth = 0; level.length > 0 && depth <= budgets.delays + budgets.faults; depth++) {
    const next: Schedule[] = []
    for (const schedule of level) {
      const explored = explore(system, claims, schedule, index, limits)
      if (seen.has(explored.path)) continue
      seen.add(explored.path)
      index++
      yield explored.result
      for (const deviation of deviationsOf(explored, system, budgets, schedule)) {
        next.push({ deviations: [...schedule.deviations, deviation] })
      }
    }
    level = next
  }
}

function explore(
  system: System, claims: readonly Claim[], schedule: Schedule, index: number, limits: Limits | undefined,
): Explored {
  const offers: Explored['offers'][number][] = []
  let path: Hash = 0
  const order = runOrder(system, claims, schedule, {
    ...(limits === undefined ? {} : { limits }),
    countsAll: true,
    onEvent(event, world, driver) {
      if (event.type !== 'step') {
        if (event.type === 'clock') path = combine(path, event.to)
        return
      }
      path = combine(path, hashString(event.choice + world.picks.join()))
      const anchor = { channel: event.choice, nth: driver.countOf(event.choice) - 1 }
      offers.push({ anchor, ties: [...world.options] })
    },
  })
  const last = schedule.deviations.at(-1)
  const from = last !== undefined && 'channel' in last
    ? offers.findIndex(({ anchor }) => anchor.channel === last.channel && anchor.nth === last.nth)
    : -1
  const { steps, violations, exercised } = order
  return {
    result: { index, steps, schedule, violations, exercised: [...exercised] },
    offers: offers.slice(from + 1),
    targets: system.faults.map((fault) => [fault.name, fault.targets(sceneOf(order.world))] as const),
    path,
  }
}

function* deviationsOf(explored: Explored, system: System, budgets: Budgets, schedule: Schedule): Iterable<Deviation> {
  const lags = budgets.maxLag ?? defaultMaxLag
  const mayDelay = delaysOf(schedule) < budgets.delays
  const mayFault = faultsOf(schedule) < budgets.faults
  for (const { anchor, ties } of explored.offers) {
    const most = lags[prefixOf(anchor.channel)]
    if (mayDelay && most !== undefined) {
      yield { kind: 'hold', ...anchor, ms: 0 }
      if (most > 0) yield { kind: 'hold', ...anchor, ms: most }
    }
    for (const [ask, options] of mayDelay ? ties.entries() : []) {
      for (let pick = 1; pick < options; pick++) yield { kind: 'outcome', ...anchor, ask, pick }
    }
    if (!mayFault) continue
    for (const [fault, targets] of explored.targets) {
      const ms = system.faults.find(({ name }) => name === fault)?.lasts[0] ?? 0
      for (const target of targets) yield { kind: 'fault', ...anchor, fault, target, ms }
    }
  }
}
