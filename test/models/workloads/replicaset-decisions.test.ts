/** Tables after pkg/controller/replicaset/replica_set{,_utils}_test.go and pkg/controller/controller_{utils,ref_manager}_test.go. */
import { describe, expect, test } from 'vitest'
import { newControllerRef } from '#api/meta'
import type { Pod, PodPhase, ReplicaSet } from '#api/types'
import { compareForDeletion, getPodsToDelete } from '#models/workloads/pod-ranking'
import { calculateStatus, claimPods, slowStartBatches, withFailure } from '#models/workloads/replicaset-decisions'
import { replicaSet } from './cluster.js'

const web = replicaSet('web', 2)
const other = replicaSet('other', 2)
const leaving: ReplicaSet = { ...web, metadata: { ...web.metadata, deletionTimestamp: 'now', deletionGracePeriodSeconds: 0 } }

interface Told {
  readonly owner?: ReplicaSet
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly node?: string
  readonly phase?: PodPhase
  readonly isReady?: boolean
  readonly isLeaving?: boolean
  readonly restarts?: number
  readonly sidecarRestarts?: number
}

const status = (name: string, restartCount: number) => ({ name, image: 'a', ready: true, restartCount })

function pod(name: string, told: Told = {}): Pod {
  const { owner, labels = { app: 'web' }, annotations, node, phase = 'Running', isReady = false, isLeaving = false } = told
  return {
    apiVersion: 'v1', kind: 'Pod',
    metadata: {
      name, namespace: 'default', uid: name, labels,
      ...(annotations === undefined ? {} : { annotations }),
      ...(owner === undefined ? {} : { ownerReferences: [newControllerRef(owner)] }),
      ...(isLeaving ? { deletionTimestamp: 'now', deletionGracePeriodSeconds: 30 } : {}),
    },
    spec: {
      ...web.spec.template.spec, initContainers: [{ name: 'sidecar', image: 'a', restartPolicy: 'Always' }],
      ...(node === undefined ? {} : { nodeName: node }),
    },
    status: {
      phase, conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }],
      containerStatuses: [status('web', told.restarts ?? 0)], initContainerStatuses: [status('sidecar', told.sidecarRestarts ?? 0)],
    },
  } as unknown as Pod // enough of one
}

const names = (pods: readonly Pod[]): string[] => pods.map(({ metadata }) => metadata.name)

describe('A ReplicaSet claims (TestClaimPods)', () => {
  const testing = { app: 'test' }
  const rows: [string, ReplicaSet, Pod[], Record<string, string[]>][] = [
    ['orphans with its labels', web, [pod('1'), pod('2', { labels: testing })], { adopt: ['1'] }],
    ['nothing while it is being deleted', leaving, [pod('1'), pod('2')], {}],
    ['nothing new while it is being deleted', leaving, [pod('1', { owner: web }), pod('2')], { active: ['1'] }],
    ['nothing that another one controls', web, [pod('1', { owner: web }), pod('2', { owner: other })], { active: ['1'] }],
    ['its own no more when their labels no longer match', web, [pod('1', { owner: web }), pod('2', { owner: web, labels: testing })],
      { active: ['1'], release: ['2'] }],
    ['and keeps those while it is being deleted', leaving, [pod('2', { owner: web, labels: testing })], {}],
    ['no orphan that is being deleted', web, [pod('1', { owner: web, isLeaving: true }), pod('2', { isLeaving: true })],
      { terminating: ['1'] }],
    ['nothing that has ended', web, [pod('1', { owner: web, phase: 'Succeeded' }), pod('2', { phase: 'Failed' })], {}],
  ]
  test.each(rows)('%s', (_, set, pods, expected) => {
    const { active, adopt, release, terminating } = claimPods(set, pods)
    expect({ active: names(active), adopt: names(adopt), release: names(release), terminating: names(terminating) })
      .toEqual({ active: [], adopt: [], release: [], terminating: [], ...expected })
  })
})

describe('Which pods go first', () => {
  const unscheduled = pod('unscheduled', { phase: 'Pending' })
  const pending = pod('pending', { phase: 'Pending', node: 'node-1' })
  const notReady = pod('not-ready', { node: 'node-1' })
  const ready1 = pod('ready-1', { node: 'node-1', isReady: true })
  const ready2 = pod('ready-2', { node: 'node-2', isReady: true })

  const rows: [string, Pod[], Pod[] | undefined, number, Pod[]][] = [
    ['none', [], undefined, 0, []],
    ['all', [notReady, ready1], undefined, 2, [notReady, ready1]],
    ['those that are not ready', [ready1, notReady], undefined, 1, [notReady]],
    ['all of every kind', [ready1, ready2, notReady, pending, unscheduled], undefined, 5, [ready1, ready2, notReady, pending, unscheduled]],
    ['those without a node', [pending, unscheduled], undefined, 1, [unscheduled]],
    ['several that are not ready', [ready1, notReady, pod('b', { node: 'node-1' })], undefined, 2, [pod('b', { node: 'node-1' }), notReady]],
    ['those beside another ready one', [ready1, ready2], [ready1, ready2, ready2], 1, [ready2]],
    ['those that have not started', [pending, notReady], undefined, 1, [pending]],
    ['in that order', [ready1, ready2, notReady, pending, unscheduled], undefined, 3, [unscheduled, pending, notReady]],
  ]
  test.each(rows)('%s (TestGetPodsToDelete)', (_, pods, related, count, expected) => {
    expect(names(getPodsToDelete(pods, related ?? pods, count, () => 0))).toEqual(names(expected))
  })

  const cost = (text: string): Pod => pod(`cost ${text}`, { annotations: { 'controller.kubernetes.io/pod-deletion-cost': text }, isReady: true, node: 'n' })
  const ready = pod('ready', { isReady: true, node: 'n' })
  const restarted = pod('restarted', { isReady: true, node: 'n', restarts: 9001 })
  const order: [Pod, Pod, number?, number?][] = [
    [unscheduled, pending], [unscheduled, pending, 2, 1], [pending, pod('unknown', { phase: 'Unknown', node: 'n' })],
    [pod('unknown', { phase: 'Unknown', node: 'n' }), notReady], [notReady, ready1],
    [ready, pod('doubled less', { isReady: true, node: 'n' }), 2, 1],
    [restarted, ready], [pod('sidecar', { isReady: true, node: 'n', restarts: 9001, sidecarRestarts: 1 }), restarted],
    [ready, restarted, 2, 1], [cost('10'), cost('100')], [cost('10'), cost('100'), 1, 2], [cost('-1'), ready], [ready, cost('1')],
  ]
  test.each(order)('%#: $metadata.name before another (TestSortingActivePodsWithRanks)', (lesser, greater, rankOfLesser = 1, rankOfGreater = 1) => {
    const colocated = (one: Pod): number => (one === lesser ? rankOfLesser : rankOfGreater)
    expect([Math.sign(compareForDeletion(lesser, greater, colocated)), Math.sign(compareForDeletion(greater, lesser, colocated))])
      .toEqual([-1, 1])
  })

  test.each(['', '+5', '05', '1.5', 'much', '2147483648'])('a deletion cost of "%s" is none', (text) => {
    expect(compareForDeletion(cost(text), ready, () => 1)).toBe(0)
  })

  test('is a Choice among those that tie', () => {
    const pods = ['a', 'b', 'c'].map((name) => pod(name, { isReady: true, node: 'n' }))
    const asked: (readonly string[])[] = []
    const chosen = getPodsToDelete(pods, pods, 2, (options) => { asked.push(options); return options.length - 1 })
    expect(asked).toEqual([['c', 'b', 'a'], ['c', 'b']])
    expect(names(chosen)).toEqual(['a', 'b'])
  })
})

describe('Pods are created in batches that double (TestSlowStartBatch)', () => {
  test.each([[0, []], [1, [1]], [3, [1, 2]], [10, [1, 2, 4, 3]], [500, [1, 2, 4, 8, 16, 32, 64, 128, 245]]])('%i', (count, sizes) => {
    expect(slowStartBatches(count)).toEqual(sizes)
  })
})

describe('The status', () => {
  const labelled = { app: 'web', type: 'production' }
  const wanting: ReplicaSet = { ...web, spec: { ...web.spec, template: { ...web.spec.template, metadata: { labels: labelled } } } }
  const plain = pod('plain', { isReady: true })
  const full = pod('full', { isReady: true, labels: labelled })
  const rows: [string, Pod[], boolean, number, number[]][] = [
    ['a pod with all labels of the template', [full], true, 0, [1, 1, 1, 1, 0]],
    ['a pod that lacks one', [plain], true, 0, [1, 0, 1, 1, 0]],
    ['one of each', [plain, full], true, 0, [2, 1, 2, 2, 0]],
    ['a pod that is not ready', [pod('p', { phase: 'Pending', labels: labelled })], true, 0, [1, 1, 0, 0, 0]],
    ['a ready pod that is not available yet', [full], false, 0, [1, 1, 1, 0, 0]],
    ['two that are terminating', [full], true, 2, [1, 1, 1, 1, 2]],
  ]
  test.each(rows)('counts %s (TestCalculateStatus)', (_, active, isAvailable, terminating, expected) => {
    const counted = calculateStatus(wanting, active, Array.from({ length: terminating }, () => full), () => isAvailable)
    expect([counted.replicas, counted.fullyLabeledReplicas, counted.readyReplicas, counted.availableReplicas, counted.terminatingReplicas])
      .toEqual(expected)
  })

  const failed = replicaSet('web', 10, { conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedDelete', message: 'before' }] })
  const failures: [string, ReplicaSet, number, string | undefined, string[]][] = [
    ['too few pods', web, 1, 'why', ['FailedCreate: why']],
    ['too many pods', web, 3, 'why', ['FailedDelete: why']],
    ['a failure that is over', failed, 1, undefined, []],
    ['a failure that goes on', failed, 1, 'why', ['FailedDelete: before']],
    ['nothing', web, 1, undefined, []],
  ]
  test.each(failures)('tells of %s (TestCalculateStatusConditions)', (_, set, count, message, expected) => {
    const counted = calculateStatus(set, Array.from({ length: count }, (__, i) => pod(`${i}`)), [], () => true)
    const told = message === undefined ? counted : withFailure(set, counted, message)
    expect((told.conditions ?? []).map(({ reason, message: why }) => `${reason}: ${why}`)).toEqual(expected)
  })
})
