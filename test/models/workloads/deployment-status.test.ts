import { describe, expect, test } from 'vitest'
import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet } from '#api/types'
import {
  deploymentComplete, deploymentProgressing, progressing, progressingStatus, type ProgressingReason,
} from '#models/workloads/deployment-conditions'
import {
  calculateRolloutStatus, calculateStatus, checkPausedConditions, deploymentTimedOut,
} from '#models/workloads/deployment-status'
import { deployment, recreate, replicaSet, rolling } from './cluster.js'

type Counts = readonly [replicas: number, updated: number, ready: number, available: number]

const status = (replicas: number, updated: number, ready: number, available: number): DeploymentStatus => ({
  replicas, updatedReplicas: updated, readyReplicas: ready, availableReplicas: available, unavailableReplicas: 0,
})

// Table: util/deployment_util_test.go, TestDeploymentComplete
describe('A Deployment is complete', () => {
  test.each([
    [5, 5, 5, 4, false], [5, 5, 5, 3, false], [5, 5, 5, 5, true], [5, 5, 4, 5, false], [1, 2, 1, 1, false], [1, 1, 1, 0, false],
  ])('with %i wanted, %i there, %i updated, %i available: %s', (wanted, there, updated, available, expected) => {
    expect(deploymentComplete(rolling(wanted, 1, 1), status(there, updated, available, available))).toBe(expected)
  })
  test('not before the last change of its spec was seen', () => {
    const d = rolling(1, 1, 1)
    const changed: Deployment = { ...d, metadata: { ...d.metadata, generation: 2 } }
    expect(deploymentComplete(changed, { ...status(1, 1, 1, 1), observedGeneration: 1 })).toBe(false)
  })
})

// Table: util/deployment_util_test.go, TestDeploymentProgressing
describe('A Deployment makes progress', () => {
  const cases: readonly [Counts, Counts, boolean][] = [
    [[10, 4, 4, 4], [10, 6, 4, 4], true],
    [[10, 4, 4, 4], [10, 4, 4, 4], false],
    [[10, 4, 6, 6], [8, 4, 6, 6], true],
    [[10, 7, 3, 3], [10, 6, 3, 3], false],
    [[10, 4, 7, 7], [8, 8, 5, 5], true],
    [[10, 10, 9, 8], [10, 10, 10, 8], true],
    [[10, 10, 10, 9], [10, 10, 10, 10], true],
  ]
  test.each(cases)('from %j to %j (all, updated, ready, available): %s', (before, after, expected) => {
    expect(deploymentProgressing({ ...deployment(), status: status(...before) }, status(...after))).toBe(expected)
  })
})

const condition = (reason: ProgressingReason): DeploymentCondition =>
  ({ type: 'Progressing', status: progressingStatus[reason], reason })

// Table: util/deployment_util_test.go, TestDeploymentTimedOut
describe('A rollout is overdue', () => {
  const withReason = (reason: ProgressingReason): DeploymentStatus => ({ ...status(1, 1, 0, 0), conditions: [condition(reason)] })
  test.each([
    ['ReplicaSetUpdated', true, true],
    ['ReplicaSetUpdated', false, false],
    ['NewReplicaSetAvailable', true, false],
    ['ProgressDeadlineExceeded', false, true],
  ] as const)('after %s, the deadline passed: %s; so it is: %s', (reason, isOverdue, expected) => {
    expect(deploymentTimedOut(withReason(reason), isOverdue)).toBe(expected)
  })
  test('never where there is no time to count from', () => expect(deploymentTimedOut(status(1, 1, 0, 0), true)).toBe(false))
  test('not where the condition was made in this very sync', () => {
    const resumed = { ...status(1, 1, 0, 0), conditions: [progressing('DeploymentResumed', 'Deployment is resumed')] }
    expect(deploymentTimedOut(resumed, true)).toBe(false)
  })
})

// Table: progress_test.go, TestSyncRolloutStatus
describe('The condition Progressing', () => {
  const d = (replicas: number, [there, updated, available]: readonly [number, number, number], reason?: ProgressingReason): Deployment => {
    const base = recreate(replicas)
    return { ...base, status: {
      ...status(there, updated, 0, available), ...(reason === undefined ? {} : { conditions: [condition(reason)] }),
    } }
  }
  const set = (name: string, size: number, there: number, available: number): ReplicaSet =>
    replicaSet(name, size, { replicas: there, availableReplicas: available })
  const gone = set('bar', 0, 1, 1)
  const cases: readonly [string, Deployment, readonly ReplicaSet[], ReplicaSet | undefined, ProgressingReason][] = [
    ['is not estimated with one active set', d(3, [3, 3, 3], 'NewReplicaSetAvailable'), [set('bar', 3, 3, 3)], undefined, 'NewReplicaSetAvailable'],
    ['stays True with progress', d(3, [2, 2, 2], 'ReplicaSetUpdated'), [gone], set('foo', 3, 2, 2), 'ReplicaSetUpdated'],
    ['becomes True with progress', d(3, [2, 2, 2], 'ProgressDeadlineExceeded'), [gone], set('foo', 3, 2, 2), 'ReplicaSetUpdated'],
    ['appears with progress', d(3, [2, 2, 2]), [gone], set('foo', 3, 2, 2), 'ReplicaSetUpdated'],
    ['says when it is complete', d(3, [3, 3, 3], 'ReplicaSetUpdated'), [], set('foo', 3, 3, 3), 'NewReplicaSetAvailable'],
    ['says so after a time-out', d(3, [3, 3, 3], 'ProgressDeadlineExceeded'), [], set('foo', 3, 3, 3), 'NewReplicaSetAvailable'],
    ['says so the first time', d(3, [3, 3, 3]), [], set('foo', 3, 3, 3), 'NewReplicaSetAvailable'],
    ['says so without a new set', d(0, [3, 3, 3], 'ReplicaSetUpdated'), [set('foo', 0, 0, 0)], undefined, 'NewReplicaSetAvailable'],
    ['times out', d(3, [2, 2, 2], 'ReplicaSetUpdated'), [], set('foo', 3, 2, 2), 'ProgressDeadlineExceeded'],
    ['stays timed out', d(3, [2, 2, 2], 'ProgressDeadlineExceeded'), [], set('foo', 3, 2, 2), 'ProgressDeadlineExceeded'],
  ]
  test.each(cases)('%s', (_, deploymentNow, old, newSet, expected) => {
    const sets = newSet === undefined ? old : [...old, newSet]
    const after = calculateRolloutStatus(deploymentNow, sets, newSet, true)
    expect(after.conditions?.find(({ type }) => type === 'Progressing')).toMatchObject(
      { reason: expected, status: progressingStatus[expected] })
  })
  test('goes where there is no deadline', () => {
    const without = d(3, [2, 2, 2], 'ReplicaSetUpdated')
    const unlimited = { ...without, spec: { ...without.spec, progressDeadlineSeconds: 2147483647 } }
    expect(calculateRolloutStatus(unlimited, [gone], undefined, true).conditions?.map(({ type }) => type)).toEqual(['Available'])
  })
})

describe('Pausing and resuming', () => {
  const paused = (isPaused: boolean, reason?: ProgressingReason): Deployment => {
    const base = deployment({ paused: isPaused })
    return reason === undefined ? base : { ...base, status: { ...base.status, conditions: [condition(reason)] } }
  }
  const reasonAfter = (d: Deployment): string | undefined => checkPausedConditions(d).conditions?.[0]?.reason
  test.each([
    [true, 'ReplicaSetUpdated', 'DeploymentPaused'], [true, 'DeploymentPaused', 'DeploymentPaused'],
    [false, 'DeploymentPaused', 'DeploymentResumed'], [false, 'ReplicaSetUpdated', 'ReplicaSetUpdated'],
    [true, 'ProgressDeadlineExceeded', 'ProgressDeadlineExceeded'],
  ] as const)('paused: %s after %s says %s', (isPaused, before, after) => {
    expect(reasonAfter(paused(isPaused, before))).toBe(after)
  })
})

describe('The status', () => {
  test('sums over the sets, with what is still terminating', () => {
    const old = replicaSet('web#1', 2, { readyReplicas: 2, availableReplicas: 2, terminatingReplicas: 1 })
    const fresh = replicaSet('web#2', 2, { replicas: 1, readyReplicas: 1, availableReplicas: 0, terminatingReplicas: 0 })
    expect(calculateStatus(rolling(3, 1, 0), [old, fresh], fresh)).toMatchObject({
      replicas: 3, updatedReplicas: 1, readyReplicas: 3, availableReplicas: 2, unavailableReplicas: 2, terminatingReplicas: 1,
      conditions: [{ type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable' }],
    })
  })
  test('says nothing of terminating pods while a set that was synced does not', () => {
    const silent = replicaSet('web#1', 2)
    expect(calculateStatus(rolling(3), [silent], undefined).terminatingReplicas).toBeUndefined()
    const unsynced = replicaSet('web#1', 2, { observedGeneration: 0 })
    expect(calculateStatus(rolling(3), [unsynced], undefined).terminatingReplicas).toBe(0)
  })
  test('takes the failure of the new set before that of another', () => {
    const failing = (name: string, message: string): ReplicaSet =>
      replicaSet(name, 1, { conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message }] })
    const fresh = failing('web#2', 'new')
    const after = calculateRolloutStatus(rolling(1), [failing('web#1', 'old'), fresh], fresh, false)
    expect(after.conditions?.find(({ type }) => type === 'ReplicaFailure')?.message).toBe('new')
  })
})
