/** Ten thousand orders of events of small clusters, each from a seed of its own, with two delays and a fault. */
import { describe, expect, it } from 'vitest'
import { baselineOf, draw } from '#checker/generate'
import { runOrder } from '#checker/order'
import type { Schedule } from '#checker/schedule'
import { PlainStore } from '#kernel/plain-store'
import { usualClaims } from '#properties/claims'
import { apply, deletePodOf, deployment, scenarioOf, service, setImage, wellBehaved } from '#properties/kill/manifests'
import { systemOf, type Scenario } from '#properties/scenario'

const budgets = { delays: 2, faults: 1 }

const small: readonly (readonly [name: string, scenario: Scenario, seeds: number])[] = [
  ['one pod on one node', scenarioOf({ nodes: 1 }, apply(deployment('web', { replicas: 1 }))), 4_000],
  ['two pods on two nodes', scenarioOf({ nodes: 2 }, apply(deployment('web', { replicas: 2 }))), 3_000],
  ['a pod that is deleted', scenarioOf({ nodes: 2 }, apply(deployment('web', { replicas: 1 })), deletePodOf('web')), 1_500],
  ['a rollout behind a Service', scenarioOf({ nodes: 2 },
    apply(deployment('web', { replicas: 1, container: wellBehaved }), service('web')), setImage('web', 2)), 1_500],
]

interface Outcome {
  readonly seed: number
  readonly schedule: Schedule
  readonly messages: readonly string[]
}

/** Orders whose worlds and verdicts are compared between the stores. */
const compared = (seed: number): boolean => seed % 50 === 0

describe('Upstream keeps every claim, whatever the seed', () => {
  it.each(small)('%s', (_, scenario, seeds) => {
    const system = systemOf(scenario)
    const plain = systemOf(scenario, { store: () => new PlainStore() })
    const baseline = baselineOf(system)
    const exercised = new Set<string>()
    const broken: Outcome[] = []
    for (let seed = 1; seed <= seeds; seed++) {
      const schedule = draw(system, baseline, budgets, seed, 1)
      const order = runOrder(system, usualClaims, schedule)
      for (const claim of order.exercised.keys()) exercised.add(claim)
      if (order.violations.length > 0) {
        broken.push({ seed, schedule, messages: order.violations.map(({ claim, message }) => `${claim}: ${message}`) })
      }
      if (!compared(seed)) continue
      const other = runOrder(plain, usualClaims, schedule)
      expect([seed, other.ending, other.steps, other.violations, [...other.exercised], other.world.store.fingerprint()])
        .toEqual([seed, order.ending, order.steps, order.violations, [...order.exercised], order.world.store.fingerprint()])
    }
    expect(broken.slice(0, 5)).toEqual([])
    expect(exercised.size).toBeGreaterThan(10)
  }, 300_000)
})
