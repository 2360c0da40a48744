import { describe, expect, test } from 'vitest'
import type { ReplicaSet } from '#api/types'
import {
  cleanupDeployment, cleanupUnhealthy, maxScaledDown, reconcileNew, scaleDownOld,
} from '#models/workloads/deployment-rollout'
import { deployment, replicaSet, rolling } from './cluster.js'

const set = (name: string, size: number, available: number): ReplicaSet =>
  replicaSet(name, size, { availableReplicas: available })

// Table: rolling_test.go, TestDeploymentController_reconcileNewReplicaSet
describe('The new set of a rolling update', () => {
  test.each([
    [10, 0, 10, 0, undefined],
    [10, 2, 10, 0, 2],
    [10, 2, 5, 0, 7],
    [10, 2, 10, 2, undefined],
    [10, 2, 2, 11, 10],
  ])('replicas %i, surge %i, %i old, %i new: %s', (replicas, surge, old, size, expected) => {
    const newSet = set('web#2', size, 0)
    const scales = reconcileNew(rolling(replicas, surge), [set('web#1', old, 0), newSet], newSet)
    expect(scales.map((scale) => scale.replicas)).toEqual(expected === undefined ? [] : [expected])
  })
})

// Table: rolling_test.go, TestDeploymentController_reconcileOldReplicaSets
describe('Old sets of a rolling update', () => {
  test.each([
    [10, 0, 10, 0, 10, 0, 9],
    [10, 2, 10, 0, 10, 0, 8],
    [10, 2, 10, 0, 8, 0, 8],
    [10, 2, 10, 0, 9, 0, 8],
    [10, 2, 8, 2, 8, 0, 8],
  ])('replicas %i, maxUnavailable %i, %i old and %i new, of which %i and %i are available: %i old',
    (replicas, unavailable, old, size, oldAvailable, newAvailable, expected) => {
      const d = rolling(replicas, 0, unavailable)
      const [oldSet, newSet] = [set('web#1', old, oldAvailable), set('web#2', size, newAvailable)]
      const most = maxScaledDown(d, [oldSet, newSet], newSet)
      const unhealthy = cleanupUnhealthy([oldSet], most).scales.at(-1)?.replicas ?? old
      const cleaned = { ...oldSet, spec: { ...oldSet.spec, replicas: unhealthy } }
      const left = most === 0 ? old : scaleDownOld(d, [cleaned], newSet).at(-1)?.replicas ?? unhealthy
      expect(left).toBe(expected)
    })

  // Table: rolling_test.go, TestDeploymentController_cleanupUnhealthyReplicas
  test.each([[8, 1, 1], [8, 3, 2], [8, 0, 0], [10, 3, 0]])(
    'of 10 replicas with %i available and at most %i to go, %i unhealthy ones go', (available, most, expected) => {
      const { scales } = cleanupUnhealthy([set('web#1', 10, available)], most)
      expect(10 - (scales[0]?.replicas ?? 10)).toBe(expected)
    })

  test('a set that reports more available replicas than it should have stops the clean-up', () => {
    expect(cleanupUnhealthy([set('web#1', 2, 3)], 1)).toEqual({ scales: [], isInvalid: true })
  })

  // Table: rolling_test.go, TestDeploymentController_scaleDownOldReplicaSetsForRollingUpdate
  test.each([[0, 10, 10, 9], [2, 10, 10, 8], [2, 8, 10, 10], [2, 10, 0, 0], [2, 1, 10, 10]])(
    'with maxUnavailable %i and %i available, an old set of %i comes down to %i', (unavailable, available, old, expected) => {
      const scales = scaleDownOld(rolling(10, 0, unavailable), [set('web#1', old, available)], set('web#2', 0, 0))
      expect(scales.at(-1)?.replicas ?? old).toBe(expected)
    })
})

// Tables: sync_test.go, TestDeploymentController_cleanupDeployment and …cleanupDeploymentOrder
describe('The history keeps as many old sets as it is allowed', () => {
  const old = (name: string, size: number, actual: number, revision?: string): ReplicaSet =>
    replicaSet(name, size, { replicas: actual }, revision === undefined ? undefined : { 'deployment.kubernetes.io/revision': revision })
  const deleting = { ...old('foo-1', 0, 0), metadata: { ...old('foo-1', 0, 0).metadata, deletionTimestamp: 'set' } }
  const cases: readonly [string, readonly ReplicaSet[], number, readonly string[]][] = [
    ['the oldest go', [old('foo-1', 0, 0), old('foo-2', 0, 0), old('foo-3', 0, 0)], 1, ['foo-1', 'foo-2']],
    ['those with replicas stay', [old('foo-1', 0, 0), old('foo-2', 0, 1), old('foo-3', 1, 0), old('foo-4', 1, 1)], 0, ['foo-1']],
    ['a limit of 0 keeps none', [old('foo-1', 0, 0), old('foo-2', 0, 0)], 0, ['foo-1', 'foo-2']],
    ['none can go', [old('foo-1', 1, 1), old('foo-2', 1, 1)], 0, []],
    ['one that is being deleted is not deleted again', [deleting], 0, []],
    ['without a limit all stay', [old('foo-1', 0, 0), old('foo-2', 0, 0), old('foo-3', 0, 0)], 2147483647, []],
    ['by revision', [old('foo-1', 0, 0, '1'), old('foo-2', 0, 0, '2')], 1, ['foo-1']],
    ['by revision, not by age', [old('foo-1', 0, 0, '2'), old('foo-2', 0, 0, '1')], 1, ['foo-2']],
    ['one without a revision is the first', [old('foo-1', 0, 0, '1'), old('foo-2', 0, 0)], 1, ['foo-2']],
    ['the oldest has replicas', [old('foo-1', 1, 1, '1'), old('foo-2', 0, 0, '2'), old('foo-3', 0, 0, '3')], 1, ['foo-2']],
    ['both that would go have replicas', [old('foo-1', 1, 1, '1'), old('foo-2', 1, 1, '2'), old('foo-3', 0, 0, '3')], 1, []],
    ['two of four', [old('foo-1', 0, 0, '3'), old('foo-2', 0, 0, '1'), old('foo-3', 0, 0, '4'), old('foo-4', 0, 0, '2')], 2,
      ['foo-2', 'foo-4']],
  ]
  test.each(cases)('%s', (_, sets, revisionHistoryLimit, expected) => {
    const gone = cleanupDeployment(deployment({ replicas: 1, revisionHistoryLimit }), sets)
    expect(gone.map(({ metadata }) => metadata.name)).toEqual(expected)
  })
})
