/** Whether pods of any sort keep what is promised of every pod, in two orders each: a batch of them by its number. */
import * as fc from 'fast-check'
import { PlainStore } from '#kernel/plain-store'
import type { Limits } from '#checker/driver'
import { baselineWatch, draw, type Budgets } from '#checker/generate'
import { runOrder, type Order } from '#checker/order'
import { prompt } from '#checker/schedule'
import type { Mutant } from '#models/mutants'
import { shrink, type Case } from '#trace/shrink'
import { anyPods, onlyNode } from './arbitraries/any-pods.js'
import { usualClaims } from './claims.js'
import { clockworkOf, type Scenario } from './scenario.js'
import { smaller } from './smaller.js'

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
export interface BatchOptions {
  readonly seed: number
  readonly index: number
  readonly size?: number
  readonly mutants?: readonly Mutant[]
  /** Of the order that is not the prompt one: two delays and a fault, unless said otherwise. */
  readonly budgets?: Budgets
  readonly limits?: Limits
}

const claimsBroken = ({ violations }: Order): readonly string[] => violations.map(({ claim }) => claim)

export function tryBatch(
  { seed, index, size = batchSize, mutants = [], budgets = { delays: 2, faults: 1 }, limits }: BatchOptions,
): Batch {
  // Each pod is another scenario: there is little to remember from one for the next.
  const systemFor = clockworkOf([onlyNode], mutants.map(({ name }) => name), { mutants, store: () => new PlainStore() })
  const options = limits === undefined ? {} : { limits }
  let steps = 0
  const run = ({ scenario, schedule }: Case<Scenario>): Order => {
    const order = runOrder(systemFor(scenario), usualClaims, schedule, options)
    steps += order.steps
    return order
  }
  /** The prompt order of a pod, and another that departs from it. */
  const breaking = (scenario: Scenario, drawn: number): Case<Scenario> | undefined => {
    const system = systemFor(scenario)
    const { onEvent, baseline } = baselineWatch(system)
    const order = runOrder(system, usualClaims, prompt, { ...options, countsAll: true, onEvent })
    steps += order.steps
    if (order.violations.length > 0) return { scenario, schedule: prompt }
    const other = { scenario, schedule: draw(system, baseline(), budgets, drawn, 1) }
    return run(other).violations.length > 0 ? other : undefined
  }
  const pods = fc.sample(fc.tuple(anyPods, fc.integer()), { seed: (seed + Math.imul(index, 0x9e3779b1)) | 0, numRuns: size })
  for (const [scenario, drawn] of pods) {
    const found = breaking(scenario, drawn)
    if (found === undefined) continue
    const claims = new Set(claimsBroken(run(found)))
    const smallest = shrink(found, { smaller, breaks: (one) => claimsBroken(run(one)).some((claim) => claims.has(claim)) })
    return { steps, broken: { smallest, violations: run(smallest).violations.map(({ claim, message }) => `${claim}: ${message}`) } }
  }
  return { steps }
}
