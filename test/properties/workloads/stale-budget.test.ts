/** A budget goes by the scale that the disruption controller knew of when a pod changed last: it has no handler for scales. */
import { describe, expect, it } from 'vitest'
import type { PodDisruptionBudget } from '#api/types'
import { baselineOf } from '#checker/generate'
import { runOrder } from '#checker/order'
import { objectKey } from '#machine/objects'
import { apply, budget, deployment, late, scale, scenarioOf } from '#properties/kill/manifests'
import { statusesAgree } from '#properties/workloads/statuses-agree'
import { systemOf, type Scenario } from '#properties/scenario'

const channel = 'watch|kube-controller-manager/disruption|deployments'

/** Every order in which that controller learns of one change of the Deployment 2 ms late: what the budget expects in the end. */
function withLateScale(scenario: Scenario) {
  const system = systemOf(scenario)
  const offers = baselineOf(system).offers.filter((offer) => offer.channel === channel)
  return offers.map(({ nth }) => {
    const { world, violations } = runOrder(system, [statusesAgree], late(channel, nth, 2))
    const { expectedPods } = (world.store.get(objectKey('poddisruptionbudgets', 'default/web')) as PodDisruptionBudget).status // by key
    return { expectedPods, violations }
  })
}

const scaledDown = (bound: string | number): Scenario =>
  scenarioOf({}, apply(deployment('web', { replicas: 2 }), budget('web', { minAvailable: bound })), scale('web', 1))

describe('A Deployment is scaled down, and its pods are gone before the disruption controller knows', () => {
  it('so that a budget in percent expects too many until a pod changes, as upstream: no claim is broken', () => {
    const orders = withLateScale(scaledDown('50%'))
    expect(orders.map(({ expectedPods }) => expectedPods)).toContain(2)
    expect(orders.flatMap(({ violations }) => violations)).toEqual([])
  })

  it('which is no matter for a budget that counts pods', () => {
    const orders = withLateScale(scaledDown(1))
    expect(new Set(orders.map(({ expectedPods }) => expectedPods))).toEqual(new Set([1]))
    expect(orders.flatMap(({ violations }) => violations)).toEqual([])
  })
})
