import { describe, expect, test } from 'vitest'
import type { ConditionStatus, Labels, Node } from '#api/types'
import { isExcludedFromDisruptionChecks } from '#models/node-lifecycle/disruption'
import { buildNode } from '#models/node-lifecycle/nodes'
import { computeZoneState, rateOf, zoneOf, type ZoneState } from '#models/node-lifecycle/zones'

const ready = (count: number, notReady: number): ConditionStatus[] => [
  ...Array.from({ length: count }, () => 'True' as const), ...Array.from({ length: notReady }, () => 'Unknown' as const),
]

// From pkg/controller/nodelifecycle/node_lifecycle_controller_test.go (TestMonitorNodeHealth), with its threshold of 55 %.
describe('the state of a zone', () => {
  const rows: readonly (readonly [number, number, ZoneState])[] = [
    [1, 0, 'Normal'], [0, 1, 'FullDisruption'], [1, 1, 'Normal'], [1, 2, 'Normal'], [0, 3, 'FullDisruption'],
    [1, 3, 'PartialDisruption'], [2, 3, 'PartialDisruption'], [3, 3, 'Normal'], [45, 55, 'PartialDisruption'], [46, 54, 'Normal'],
  ]
  test.each(rows)('%i nodes ready and %i not: %s', (up, down, state) => {
    expect(computeZoneState(ready(up, down))).toBe(state)
  })

  test('a node without a Ready condition is not ready', () => {
    expect(computeZoneState([undefined])).toBe('FullDisruption')
  })
})

// HealthyQPSFunc, ReducedQPSFunc and setLimiterInZone at the defaults of cmd/kube-controller-manager.
describe('how many nodes a second are tainted for eviction', () => {
  const rows: readonly (readonly [ZoneState, number, number])[] = [
    ['Normal', 3, 0.1], ['FullDisruption', 3, 0.1], ['PartialDisruption', 50, 0], ['PartialDisruption', 51, 0.01],
  ]
  test.each(rows)('%s, %i nodes: %d', (state, nodes, rate) => expect(rateOf(state, nodes)).toBe(rate))
})

// From component-helpers/node/topology/helpers.go (GetZoneKey).
describe('the zone of a node', () => {
  const withLabels = (labels: Labels): Node => ({ ...buildNode(0), metadata: { name: 'node-1', uid: 'Node:node-1', labels } })
  test('is its region and its zone', () => {
    expect(zoneOf(withLabels({}))).toBe('')
    expect(zoneOf(withLabels({ 'topology.kubernetes.io/region': 'eu', 'topology.kubernetes.io/zone': 'eu-a' }))).toBe('eu:eu-a')
  })
  test('the old label comes first', () => {
    const labels = { 'failure-domain.beta.kubernetes.io/zone': 'old', 'topology.kubernetes.io/zone': 'new' }
    expect(zoneOf(withLabels(labels))).toBe(':old')
  })
  test('a node may be left out of the count (Test_isNodeExcludedFromDisruptionChecks)', () => {
    expect(isExcludedFromDisruptionChecks(withLabels({}))).toBe(false)
    expect(isExcludedFromDisruptionChecks(withLabels({ 'node.kubernetes.io/exclude-disruption': '' }))).toBe(true)
  })
})
