import { describe, expect, test } from 'vitest'
import {
  addFinalizer, containerShouldRestart, findCondition, getControllerOf, getPodReadyCondition, hasFinalizer,
  isBeingDeleted, isControlledBy, isPodActive, isPodAvailable, isPodReady, isPodTerminal,
  isPodTerminating, keyOf,
  newControllerRef, removeCondition, removeFinalizer, setCondition,
} from '#api/meta'
import { findUntoleratedTaint, toleratesTaint } from '#api/taints'
import type { Container, Pod, PodPhase, PodSpec, Taint, Toleration } from '#api/types'

const spec: PodSpec = {
  containers: [], restartPolicy: 'Always', terminationGracePeriodSeconds: 30, dnsPolicy: 'ClusterFirst',
  securityContext: {}, schedulerName: 'default-scheduler',
}

const pod = (phase: PodPhase, deleted = false, ready?: 'True' | 'False'): Pod => ({
  apiVersion: 'v1', kind: 'Pod', spec,
  metadata: { name: 'web#1-0', namespace: 'default', uid: 'u', ...(deleted ? { deletionTimestamp: 'now' } : {}) },
  status: { phase, ...(ready === undefined ? {} : { conditions: [{ type: 'Ready', status: ready }] }) },
})

/** apimachinery pkg/apis/meta/v1/controller_ref_test.go TestIsControlledBy, TestGetControllerOf. */
describe('an object is controlled', () => {
  const owner = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'owner', uid: 'abcdef' } }
  const owned = (controller: boolean, uid: string) => ({
    metadata: { name: 'x', uid: 'y', ownerReferences: [{ ...newControllerRef(owner), controller, uid }] },
  })

  test('by the one owner that says so', () => {
    expect(getControllerOf(owned(true, 'abcdef'))?.name).toBe('owner')
    expect(getControllerOf(owned(false, 'abcdef'))).toBeUndefined()
    expect(getControllerOf({ metadata: { name: 'x', uid: 'y' } })).toBeUndefined()
  })

  test('by uid, so not by a namesake', () => {
    expect(isControlledBy(owned(true, 'abcdef'), owner)).toBe(true)
    expect(isControlledBy(owned(true, 'other'), owner)).toBe(false)
    expect(isControlledBy(owned(false, 'abcdef'), owner)).toBe(false)
  })

  test('by a reference that blocks the deletion of its owner', () => {
    expect(newControllerRef(owner)).toEqual({
      apiVersion: 'v1', kind: 'Pod', name: 'owner', uid: 'abcdef', controller: true, blockOwnerDeletion: true,
    })
  })
})

describe('finalizers', () => {
  const object = { metadata: { name: 'x', uid: 'y', finalizers: ['a/b'] } }

  test('are added and removed once, and an object that needs no change is itself', () => {
    expect(addFinalizer(object, 'a/b')).toBe(object)
    expect(removeFinalizer(object, 'c/d')).toBe(object)
    expect(addFinalizer(object, 'c/d').metadata.finalizers).toEqual(['a/b', 'c/d'])
    expect(hasFinalizer(removeFinalizer(object, 'a/b'), 'a/b')).toBe(false)
  })
})

test('an object has its namespace in its key, if it has one', () => {
  expect(keyOf(pod('Running'))).toBe('default/web#1-0')
  expect(keyOf({ metadata: { name: 'node-1', uid: 'u' } })).toBe('node-1')
})

describe('conditions', () => {
  const conditions = [{ type: 'A', status: 'True', reason: 'x' }, { type: 'B', status: 'False', reason: 'y' }]

  test('are found by type, replaced in place, appended and removed', () => {
    expect(findCondition(conditions, 'B')?.reason).toBe('y')
    expect(setCondition(conditions, { type: 'A', status: 'True', reason: 'x' })).toBe(conditions)
    expect(setCondition(conditions, { type: 'A', status: 'False', reason: 'z' }).map(({ type }) => type)).toEqual(['A', 'B'])
    expect(setCondition(conditions, { type: 'C', status: 'True', reason: '' })).toHaveLength(3)
    expect(setCondition<{ type: string }>(undefined, { type: 'A' })).toEqual([{ type: 'A' }])
    expect(removeCondition(conditions, 'A')).toHaveLength(1)
    expect(removeCondition(conditions, 'C')).toBe(conditions)
  })
})

/** pkg/controller/controller_utils_test.go and pkg/api/v1/pod/util_test.go TestIsPodAvailable. */
describe('a pod', () => {
  test.each<[PodPhase, boolean, boolean, boolean, boolean]>([
    ['Pending', false, true, false, false], ['Running', false, true, false, false],
    ['Running', true, false, true, false], ['Succeeded', false, false, false, true],
    ['Failed', true, false, false, true],
  ])('%s, asked to stop: %s, is active: %s, terminating: %s, finished: %s', (phase, deleted, active, going, done) => {
    const subject = pod(phase, deleted)
    expect([isPodActive(subject), isPodTerminating(subject), isPodTerminal(subject)]).toEqual([active, going, done])
    expect(isBeingDeleted(subject)).toBe(deleted)
  })

  test('is ready by its condition alone', () => {
    expect(isPodReady(pod('Running', false, 'True'))).toBe(true)
    expect(isPodReady(pod('Running', false, 'False'))).toBe(false)
    expect(isPodReady(pod('Running'))).toBe(false)
    expect(getPodReadyCondition(pod('Running', false, 'True').status)?.status).toBe('True')
  })

  test('is available once it has been ready long enough, and asks the clock only then', () => {
    const never = (): boolean => {
      throw new Error('asked')
    }
    expect(isPodAvailable(pod('Running', false, 'True'), 0, never)).toBe(true)
    expect(isPodAvailable(pod('Running', false, 'False'), 5, never)).toBe(false)
    expect(isPodAvailable(pod('Running', false, 'True'), 5, () => false)).toBe(false)
    expect(isPodAvailable(pod('Running', false, 'True'), 5, () => true)).toBe(true)
  })
})

/** pkg/api/v1/pod/util_test.go TestContainerShouldRestart. */
describe('a container that ended', () => {
  const container = (more: Partial<Container>): Container =>
    ({ name: 'app', image: 'a', imagePullPolicy: 'IfNotPresent', ...more })
  const on = (operator: 'In' | 'NotIn', ...values: number[]) =>
    [{ action: 'Restart', exitCodes: { operator, values } }]

  test.each<[string, Partial<Container>, PodSpec['restartPolicy'], number, boolean]>([
    ['pod policy Always', {}, 'Always', 0, true], ['pod policy OnFailure, success', {}, 'OnFailure', 0, false],
    ['pod policy OnFailure, failure', {}, 'OnFailure', 1, true], ['pod policy Never', {}, 'Never', 1, false],
    ['its own policy before the pod\'s', { restartPolicy: 'Always' }, 'Never', 0, true],
    ['a rule before its policy', { restartPolicy: 'Never', restartPolicyRules: on('In', 42) }, 'Never', 42, true],
    ['a rule that does not match', { restartPolicy: 'Never', restartPolicyRules: on('In', 42) }, 'Never', 1, false],
    ['a rule by exclusion', { restartPolicy: 'Never', restartPolicyRules: on('NotIn', 42) }, 'Never', 1, true],
  ])('by %s', (_, more, restartPolicy, exitCode, restarts) => {
    expect(containerShouldRestart(container(more), { ...spec, restartPolicy }, exitCode)).toBe(restarts)
  })
})

/** api core/v1/toleration_test.go TestTolerationToleratesTaint. */
describe('a taint', () => {
  test.each<[Toleration, Taint, boolean]>([
    [{ key: 'foo', operator: 'Exists', effect: 'NoSchedule' }, { key: 'foo', effect: 'NoSchedule' }, true],
    [{ key: 'foo', operator: 'Exists', effect: 'NoSchedule' }, { key: 'foo', value: 'bar', effect: 'NoSchedule' }, true],
    [{ operator: 'Exists', effect: 'NoSchedule' }, { key: 'foo', value: 'bar', effect: 'NoSchedule' }, true],
    [{ key: 'foo', operator: 'Equal', value: 'bar' }, { key: 'foo', value: 'bar', effect: 'NoExecute' }, true],
    [{ key: 'foo', value: 'value1' }, { key: 'foo', value: 'value2', effect: 'NoSchedule' }, false],
    [{ key: 'foo', value: 'bar', effect: 'NoSchedule' }, { key: 'foo', value: 'bar', effect: 'NoExecute' }, false],
    [{ key: 'foo', operator: 'Gt', value: '1' }, { key: 'foo', value: '2', effect: 'NoSchedule' }, false],
  ])('%o tolerates %o: %s', (toleration, taint, tolerated) => {
    expect(toleratesTaint(toleration, taint)).toBe(tolerated)
  })

  test('keeps a pod away when nothing tolerates it', () => {
    const taints: readonly Taint[] = [{ key: 'soft', effect: 'PreferNoSchedule' }, { key: 'hard', effect: 'NoExecute' }]
    expect(findUntoleratedTaint(taints, undefined, ['NoSchedule', 'NoExecute'])?.key).toBe('hard')
    expect(findUntoleratedTaint(taints, [{ key: 'hard', operator: 'Exists' }], ['NoSchedule', 'NoExecute'])).toBeUndefined()
    expect(findUntoleratedTaint(undefined, undefined, ['NoSchedule'])).toBeUndefined()
  })
})
