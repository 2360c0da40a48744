import * as fc from 'fast-check'
import { isLeft } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { admitCreate } from '#api/admit'
import { isModelledKind } from '#api/codecs'
import type { Claim } from '#checker/claim'
import { runOrder } from '#checker/order'
import { objectKey } from '#machine/objects'
import type { Script } from '#models/client/script'
import { orders } from '#properties/arbitraries/orders'
import { scenarios } from '#properties/arbitraries/scenarios'
import { systemOf, userKey, type Scenario } from '#properties/scenario'
import { smaller } from '#properties/smaller'
import { candidates, type Case } from '#trace/candidates'
import { shrink } from '#trace/shrink'

const objectsOf = (scenario: Scenario) =>
  scenario.script.flatMap((action) => ('objects' in action ? action.objects : []))

describe('scenarios', () => {
  it('bring only objects that the API server takes', () => {
    fc.assert(fc.property(scenarios(), (scenario) => {
      for (const object of objectsOf(scenario)) {
        const kind = String(object['kind'])
        if (!isModelledKind(kind)) throw new Error(kind)
        const admitted = admitCreate(kind, object)
        if (isLeft(admitted)) throw new Error(admitted.left.message)
      }
    }), { seed: 1, numRuns: 300 })
  })

  it('have users of whose commands none fails, on the prompt order', () => {
    fc.assert(fc.property(scenarios({ applications: 1, nodes: 3 }), (scenario) => {
      const { world, ending } = runOrder(systemOf(scenario), [], { deviations: [] })
      const script = world.store.get(userKey) as Script
      expect(script.failed ?? []).toEqual([])
      expect(ending).toBe('quiescent')
    }), { seed: 2, numRuns: 12 })
  })

  it('come in all sizes', () => {
    const drawn = fc.sample(scenarios(), { seed: 3, numRuns: 200 })
    const replicas = new Set(drawn.flatMap(objectsOf).flatMap(({ kind, spec }) =>
      (kind === 'Deployment' ? [(spec as { readonly replicas: number }).replicas] : [])))
    expect([...replicas].sort()).toEqual([1, 2, 3, 4, 5])
    expect(new Set(drawn.map(({ nodes }) => nodes.length))).toEqual(new Set([1, 2, 3, 4]))
    const done = new Set(drawn.flatMap(({ script }) => script.map((action) => action.do)))
    expect([...done].sort()).toEqual(
      ['apply', 'delete', 'drain', 'pause', 'restart', 'resume', 'scale', 'set-image', 'uncordon', 'undo'])
  })
})

/** Broken as soon as some Deployment has a second ReplicaSet while it has at least two replicas. */
const noSecondSet: Claim = {
  kind: 'step', name: 'no-second-set', title: 'No Deployment with two replicas ever has a second ReplicaSet', source: 'this test',
  on: ['store|replicasets|default/web#2'],
  check: ({ cells }) => {
    const replicas = cells.read(objectKey('deployments', 'default/web'))?.spec.replicas ?? 0
    return replicas >= 2 ? { message: 'there is a second one', objects: [] } : 'held'
  },
}

const breaks = ({ scenario, schedule }: Case<Scenario>): boolean =>
  runOrder(systemOf(scenario), [noSecondSet], schedule).violations.length > 0

describe('orders', () => {
  const drawn = orders(scenarios({ applications: 1, nodes: 2 }))

  it('are the same for the same seed', () => {
    const sample = () => fc.sample(drawn, { seed: 7, numRuns: 3 })
    expect(sample()).toEqual(sample())
  })

  it('shrink scenario and schedule together to the smallest case that is left', () => {
    const details = fc.check(fc.property(drawn, (order) => !breaks(order)), { seed: 4, numRuns: 40, endOnFailure: false })
    expect(details.failed).toBe(true)
    const [smallest] = details.counterexample ?? []
    expect(smallest?.schedule.deviations).toEqual([])
    expect(smallest?.scenario.nodes).toHaveLength(1)
    expect(objectsOf(smallest!.scenario).map(({ kind, spec }) => [kind, (spec as { readonly replicas: number }).replicas]))
      .toEqual([['Deployment', 2]])
    expect(smallest?.scenario.script).toHaveLength(2)
  })

  it('shrink as the command line does: the same candidates in the same order', () => {
    const [first] = fc.sample(drawn, { seed: 5, numRuns: 1 })
    const ours = [...candidates(first!, smaller)]
    const theirs = [...drawn.shrink(first!, undefined)].map(({ value }) => value)
    expect(theirs).toEqual(ours)
    expect(ours.length).toBeGreaterThan(10)
  })

  it('are found again by the greedy shrinker, which comes to the same end', () => {
    const details = fc.check(fc.property(drawn, (order) => !breaks(order)), { seed: 4, numRuns: 40 })
    const found = details.counterexamplePath?.split(':')[0] ?? '0'
    const start = fc.sample(drawn, { seed: 4, numRuns: Number(found) + 1 }).at(-1)!
    expect(shrink(start, { breaks, smaller })).toEqual(details.counterexample?.[0])
  })
})
