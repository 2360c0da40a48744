/**
 * Scenario and schedule as one arbitrary: fast-check draws both, and shrinks both through the same candidates as the
 * command line does (`candidates`), so a counterexample comes out as small either way.
 */
import * as fc from 'fast-check'
import { baselineOf, draw, type Budgets } from '#checker/generate'
import type { Limits } from '#checker/driver'
import type { Store } from '#kernel/store'
import type { Mutant } from '#models/mutants'
import { candidates, type Case } from '#trace/candidates'
import { systemOf, type Scenario } from '../scenario.js'
import { smaller } from '../smaller.js'

export interface OrdersOptions {
  /** Delays and faults of one order; two delays unless said otherwise. */
  readonly budgets?: Budgets
  readonly limits?: Limits
  /** Where the mutants that scenarios name are found. */
  readonly mutants?: readonly Mutant[]
  /** One that shares what it knows with the orders of the same scenario, unless it is said otherwise. */
  readonly store?: () => Store
}

export const usualBudgets: Budgets = { delays: 2, faults: 0 }

class Orders extends fc.Arbitrary<Case<Scenario>> {
  constructor(private readonly scenarios: fc.Arbitrary<Scenario>, private readonly options: OrdersOptions) {
    super()
  }

  override generate(mrng: fc.Random, biasFactor: number | undefined): fc.Value<Case<Scenario>> {
    const scenario = this.scenarios.generate(mrng, biasFactor).value
    const seed = mrng.nextInt()
    const isPrompt = mrng.nextInt(0, 7) === 0
    const { budgets = usualBudgets, limits, mutants = [], store } = this.options
    const system = systemOf(scenario, { mutants, ...(store === undefined ? {} : { store }) })
    const schedule = draw(system, baselineOf(system, limits), budgets, seed, isPrompt ? 0 : 1)
    return new fc.Value({ scenario, schedule }, undefined)
  }

  override canShrinkWithoutContext(value: unknown): value is Case<Scenario> {
    return typeof value === 'object' && value !== null && 'scenario' in value && 'schedule' in value
  }

  override shrink(value: Case<Scenario>): fc.Stream<fc.Value<Case<Scenario>>> {
    return fc.stream(shrunk(value))
  }
}

function* shrunk(value: Case<Scenario>): IterableIterator<fc.Value<Case<Scenario>>> {
  for (const candidate of candidates(value, smaller)) yield new fc.Value(candidate, undefined)
}

/** Orders of events of such scenarios: `fc.assert(fc.property(orders(scenarios()), (order) => …))`. */
export const orders = (scenarios: fc.Arbitrary<Scenario>, options: OrdersOptions = {}): fc.Arbitrary<Case<Scenario>> =>
  new Orders(scenarios, options)
