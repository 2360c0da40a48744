/** Draws schedules: departures from the prompt order, within budgets of delays and faults. */
import { prefixOf } from '#kernel/cells'
import { Prng } from '#kernel/prng'
import { runOrder, type OrderOptions } from './order.js'
import { strategies } from './choosers.js'
import { prompt, type Anchor, type Deviation, type FaultAt, type Schedule } from './schedule.js'
import { defaultMaxLag, stillSceneOf, type FaultKind, type MaxLag, type System } from './system.js'
import type { Limits } from './driver.js'

/** What the prompt order looks like: where a schedule can depart from it. */
export interface Baseline {
  /** Every Step's offer, in order. */
  readonly offers: readonly Anchor[]
  /** Where in `offers` there was a tie, and among how many. */
  readonly ties: readonly { readonly anchor: Anchor; readonly ask: number; readonly options: number }[]
  /** Indices into `offers` by channel. */
  readonly channels: readonly (readonly number[])[]
  /** Where each of the user's actions stands in `offers`. */
  readonly userActions: readonly number[]
  /** Virtual time of each offer. */
  readonly times: readonly number[]
  /** Targets of each fault in some World of the prompt order, by name. */
  readonly targets: ReadonlyMap<string, readonly string[]>
}

export function baselineOf(system: System, limits?: Limits): Baseline {
  const { onEvent, baseline } = baselineWatch(system)
  runOrder(system, [], prompt, { ...(limits === undefined ? {} : { limits }), countsAll: true, onEvent })
  return baseline()
}

/** Looks on while the prompt order is run, with `countsAll`; afterwards `baseline` tells what it looked like. */
export function baselineWatch(
  system: System,
): { readonly onEvent: NonNullable<OrderOptions['onEvent']>; readonly baseline: () => Baseline } {
  const offers: Anchor[] = []
  const ties: Baseline['ties'][number][] = []
  const byChannel = new Map<string, number[]>()
  const userActions: number[] = []
  const times: number[] = []
  const targets = new Map<string, Set<string>>(system.faults.map(({ name }) => [name, new Set()]))
  return {
    onEvent(event, world, driver) {
      if (event.type === 'settled') {
        const scene = stillSceneOf(world)
        for (const fault of system.faults) for (const target of fault.targets(scene)) targets.get(fault.name)?.add(target)
      }
      if (event.type !== 'step') return
      const anchor = { channel: event.choice, nth: driver.countOf(event.choice) - 1 }
      if (prefixOf(event.choice) === system.user) userActions.push(offers.length)
      world.options.forEach((options, ask) => ties.push({ anchor, ask, options }))
      const indices = byChannel.get(event.choice)
      if (indices === undefined) byChannel.set(event.choice, [offers.length])
      else indices.push(offers.length)
      offers.push(anchor)
      times.push(world.now)
    },
    baseline: () => ({
      offers, ties, userActions, times,
      channels: [...byChannel.values()],
      targets: new Map([...targets].map(([name, found]) => [name, [...found].sort()])),
    }),
  }
}

export interface Budgets {
  readonly delays: number
  readonly faults: number
  readonly maxLag?: MaxLag
}

/**
 * Schedule number `index` of a seed. The first is the prompt order; then mostly delays and faults at random places,
 * and now and then a stretch in the order of a sampling strategy.
 */
export function draw(system: System, baseline: Baseline, budgets: Budgets, seed: number, index: number): Schedule {
  if (index === 0 || baseline.offers.length === 0) return prompt
  const prng = new Prng(seed).split(index)
  const deviations: Deviation[] = []
  const faults = prng.below(budgets.faults + 1)
  for (let i = 0; i < faults; i++) {
    const fault = drawFault(system.faults, baseline, prng.split(`fault ${i}`))
    if (fault !== undefined) deviations.push(fault)
  }
  const least = faults === 0 ? 1 : 0
  const delays = budgets.delays < least ? budgets.delays : least + prng.below(budgets.delays + 1 - least)
  for (let i = 0; i < delays; i++) {
    const delay = drawDelay(baseline, budgets.maxLag ?? defaultMaxLag, prng.split(`delay ${i}`))
    if (delay !== undefined) deviations.push(delay)
  }
  if (budgets.delays > 0 && faults === 0 && prng.below(8) === 0) {
    const from = prng.below(baseline.offers.length)
    const strategy = prng.pick(strategies)
    return { deviations: [{ kind: 'shuffle', strategy, seed: prng.next(), from, to: from + 20 + prng.below(400) }] }
  }
  return { deviations }
}

/** Half of the draws take any Step, half take any channel first: rare channels would else hardly be met. */
function drawOffer(baseline: Baseline, prng: Prng): number {
  if (prng.below(2) === 0) return prng.below(baseline.offers.length)
  return prng.pick(prng.pick(baseline.channels))
}

function drawDelay(baseline: Baseline, maxLag: MaxLag, prng: Prng): Deviation | undefined {
  const kind = prng.below(10)
  if (kind === 0 && baseline.userActions.length > 1) {
    const nth = 1 + prng.below(baseline.userActions.length - 1)
    const settled = (baseline.times[baseline.userActions[nth]!] ?? 0) - (baseline.times[baseline.userActions[nth - 1]!] ?? 0)
    return { kind: 'early', nth, ms: Math.floor(prng.unit() * Math.min(settled, 120_000)) }
  }
  if (kind <= 2 && baseline.ties.length > 0) {
    const { anchor, ask, options } = prng.pick(baseline.ties)
    return { kind: 'outcome', ...anchor, ask, pick: 1 + prng.below(options - 1) }
  }
  for (let attempt = 0; attempt < 8; attempt++) {
    const anchor = baseline.offers[drawOffer(baseline, prng)]!
    const most = maxLag[prefixOf(anchor.channel)]
    if (most === undefined) continue
    // A quarter to the end of the instant, the rest up to the limit, short ones as likely as long ones.
    const ms = prng.below(4) === 0 ? 0 : Math.min(most, Math.ceil(Math.exp(prng.unit() * Math.log(most + 1))))
    return { kind: 'hold', ...anchor, ms }
  }
  return undefined
}

function drawFault(faults: readonly FaultKind[], baseline: Baseline, prng: Prng): FaultAt | undefined {
  const possible = faults.filter(({ name }) => (baseline.targets.get(name) ?? []).length > 0)
  if (possible.length === 0) return undefined
  const fault = prng.pick(possible)
  const target = prng.pick(baseline.targets.get(fault.name) ?? [])
  // Half of the time just before something that the target itself would do or learn: elsewhere most faults change little.
  const [process = '', resource] = target.split(' ')
  const near = prng.below(2) === 0 ? baseline.offers.filter(({ channel }) =>
    channel.includes(`|${process}`) && (resource === undefined || channel.endsWith(`|${resource}`))) : []
  const anchor = near.length > 0 ? prng.pick(near) : baseline.offers[drawOffer(baseline, prng)]!
  const [least, most] = fault.lasts
  return { kind: 'fault', fault: fault.name, target, ...anchor, ms: least + Math.floor(prng.unit() * (most - least)) }
}
