/** Whether pods of any sort keep what is promised of every pod, one order each: a batch of them by its number. */
import * as fc from 'fast-check'
import { PlainStore } from '#kernel/plain-store'
import type { Store } from '#kernel/store'
import { runOrder, type Order } from '#checker/order'
import type { Case } from '#trace/candidates'
import { anyPods } from './arbitraries/any-pods.js'
import { orders, type OrdersOptions } from './arbitraries/orders.js'
import { usualClaims } from './claims.js'
import { systemOf, type Scenario } from './scenario.js'

/** How many pods a batch has. */
export const batchSize = 50

export interface Batch {
  /** Steps of all orders that were run, those of shrinking included. */
  readonly steps: number
  /** The smallest order that was found to break something. */
  readonly broken?: {
    readonly smallest: Case<Scenario>
    readonly violations: readonly string[]
  }
}

/** `mutants`: all pods run with them. */
export interface BatchOptions extends OrdersOptions {
  readonly seed: number
  readonly index: number
  readonly size?: number
}

const usualBudgets = { delays: 2, faults: 1 } as const

/** Each pod is another scenario: there is nothing to remember from one for the next. */
const store = (): Store => new PlainStore()

const messagesOf = ({ violations }: Order): readonly string[] => violations.map(({ claim, message }) => `${claim}: ${message}`)

export function tryBatch({ seed, index, size = batchSize, mutants = [], ...options }: BatchOptions): Batch {
  let steps = 0
  const run = ({ scenario, schedule }: Case<Scenario>): Order => {
    const mutated = { ...scenario, mutants: mutants.map(({ name }) => name) }
    const order = runOrder(systemOf(mutated, { mutants, store }), usualClaims, schedule)
    steps += order.steps
    return order
  }
  const drawn = orders(anyPods, { budgets: usualBudgets, store, ...options })
  const property = fc.property(drawn, (one) => run(one).violations.length === 0)
  const { counterexample } = fc.check(property, { seed: (seed + Math.imul(index, 0x9e3779b1)) | 0, numRuns: size })
  if (counterexample === null) return { steps }
  const [smallest] = counterexample
  return { steps, broken: { smallest, violations: messagesOf(run(smallest)) } }
}
