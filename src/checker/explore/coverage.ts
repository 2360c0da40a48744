/**
 * What a random "passed" is worth: which share of the Worlds that were explored, and of the transitions between them, orders
 * drawn at random meet, and how often they find what exploring found.
 */
import type { Hash } from '#kernel/value'
import type { Claim } from '../claim.js'
import { baselineOf, draw, type Baseline, type Budgets } from '../generate.js'
import { runOrder } from '../order.js'
import type { Schedule } from '../schedule.js'
import { findingKey } from '../search.js'
import type { System } from '../system.js'
import { HashSet } from './hash-set.js'
import { hashOf, passage, type Reach } from './reach.js'

/**
 * How orders are drawn: as `check` does, or wholly by a sampling strategy, which takes whatever is enabled in any order; faults
 * come as `check` draws them in any case.
 */
export type Sampler = 'check' | 'random' | 'pos' | 'pct'
export const samplers: readonly Sampler[] = ['check', 'random', 'pos', 'pct']

export interface Coverage {
  readonly sampler: Sampler
  readonly orders: number
  readonly steps: number
  /** Of the Worlds and transitions that were explored, how many were met. */
  readonly worlds: number
  readonly transitions: number
  /** Worlds that were met and are none of those. */
  readonly outside: number
  /** In how many orders anything was found broken. */
  readonly broken: number
  /** In how many orders each finding was met, by its key (`findingKey`), and the first of these, from 1. */
  readonly found: ReadonlyMap<string, Met>
}

export interface Met {
  readonly orders: number
  readonly first: number
}

export interface SamplingOptions {
  readonly system: System
  /** Judged along the way. */
  readonly claims: readonly Claim[]
  /** What an order may have. */
  readonly budgets: Budgets & { readonly kinds?: readonly string[] }
  readonly sampler: Sampler
  readonly seed: number
  /** What is measured against; absent where only findings are counted. */
  readonly reach?: Reach
}

/** Draws one order after the other, and counts what they meet. */
export class Sampling {
  private readonly system: System
  private baseline: Baseline | undefined
  private readonly worlds: Marks | undefined
  private readonly transitions: Marks | undefined
  private readonly others = new HashSet()
  private readonly found = new Map<string, Met>()
  private orders = 0
  private steps = 0
  private broken = 0

  constructor(private readonly options: SamplingOptions) {
    const { system, budgets: { kinds }, reach } = options
    this.system = kinds === undefined ? system : { ...system, faults: system.faults.filter(({ name }) => kinds.includes(name)) }
    this.worlds = reach === undefined ? undefined : new Marks(reach.worlds)
    this.transitions = reach === undefined ? undefined : new Marks(reach.transitions)
  }

  get coverage(): Coverage {
    const { sampler } = this.options
    const { orders, steps, broken, found, worlds, transitions, others } = this
    return {
      sampler, orders, steps, worlds: worlds?.count ?? 0, transitions: transitions?.count ?? 0, outside: others.size, broken, found,
    }
  }

  /** Runs the next order. One that is broken off (a `Miss`) may be run again. */
  run(): void {
    const { claims } = this.options
    const { worlds, transitions, others, system } = this
    this.baseline ??= baselineOf(system)
    let before: Hash | undefined
    const order = runOrder(system, claims, this.schedule(this.baseline), worlds === undefined ? {} : {
      onEvent(_, world) {
        const hash = hashOf(world.store)
        if (!worlds.mark(hash)) others.add(hash)
        if (before !== undefined && before !== hash) transitions?.mark(passage(before, hash))
        before = hash
      },
    })
    this.orders++
    this.steps += order.steps
    if (order.violations.length > 0) this.broken++
    for (const key of new Set(order.violations.map(findingKey))) {
      const known = this.found.get(key)
      this.found.set(key, { orders: (known?.orders ?? 0) + 1, first: known?.first ?? this.orders })
    }
  }

  private schedule(baseline: Baseline): Schedule {
    const { sampler, seed, budgets } = this.options
    const drawn = draw(this.system, baseline, budgets, seed, this.orders)
    if (sampler === 'check') return drawn
    const faults = drawn.deviations.filter(({ kind }) => kind === 'fault')
    return { deviations: [...faults, { kind: 'shuffle', strategy: sampler, seed: seed + this.orders, from: 0, to: 1e9 }] }
  }
}

/** Which of a set's hashes were met; the set stays as it is. */
class Marks {
  count = 0
  private readonly bits: Uint8Array

  constructor(private readonly set: HashSet) {
    this.bits = new Uint8Array(Math.ceil(set.places / 8))
  }

  /** Whether the set has it. */
  mark(hash: Hash): boolean {
    const place = this.set.placeOf(hash)
    if (place < 0) return false
    const bit = 1 << (place & 7)
    if ((this.bits[place >> 3]! & bit) === 0) {
      this.bits[place >> 3]! |= bit
      this.count++
    }
    return true
  }
}
