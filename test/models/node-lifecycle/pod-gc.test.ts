import { describe, expect, test } from 'vitest'
import type { ConditionStatus, Node, Pod, PodPhase, Taint } from '#api/types'
import { getPodCondition } from '#api/pods'
import { handle } from '#models/control-plane/api-server'
import {
  gcTerminated, gcTerminating, gcUnscheduledTerminating, markFailed,
} from '#models/node-lifecycle/pod-gc-decisions'
import { buildNode } from '#models/node-lifecycle/nodes'
import { cluster, cutOff, pod, setStatus, setTaints, type Cluster } from './bench.js'
import { create, get, settle } from '../../support/drive.js'

const one = (name: string, phase: PodPhase, node = 'node', deleted = false, reason?: string): Pod => {
  const made = pod(name, node)
  return {
    ...made, metadata: { ...made.metadata, ...(deleted ? { deletionTimestamp: 'set' } : {}) },
    status: { phase, ...(reason === undefined ? {} : { reason }) },
  }
}
const names = (pods: readonly Pod[]): string[] => pods.map(({ metadata }) => metadata.name)

// From pkg/controller/podgc/gc_controller_test.go (TestGCTerminated).
describe('pods that have ended, above a threshold', () => {
  type Row = readonly (readonly [string, PodPhase, string?])[]
  const failed: Row = [['a', 'Failed'], ['b', 'Succeeded'], ['c', 'Failed']]
  const rows: readonly (readonly [string, Row, number, string[]])[] = [
    ['the oldest go', failed, 1, ['a', 'b']],
    ['0 switches it off', [['a', 'Failed'], ['b', 'Succeeded']], 0, []],
    ['running ones do not count', [['a', 'Running'], ['b', 'Succeeded'], ['c', 'Failed']], 1, ['b']],
    ['only what is above', [['a', 'Failed'], ['b', 'Succeeded']], 1, ['a']],
    ['none above', [['a', 'Failed'], ['b', 'Succeeded']], 5, []],
    ['evicted ones first', [['a', 'Failed'], ['b', 'Succeeded'], ['c', 'Failed', 'Evicted']], 1, ['c', 'a']],
    ['evicted ones first, running ones not at all', [['a', 'Running'], ['b', 'Succeeded'], ['c', 'Failed', 'Evicted']], 1, ['c']],
  ]
  test.each(rows)('%s', (_, pods, threshold, deleted) => {
    expect(names(gcTerminated(pods.map(([name, phase, reason]) => one(name, phase, 'node', false, reason)), threshold))).toEqual(deleted)
  })
})

// From TestGCUnscheduledTerminating.
describe('pods that are being deleted and were never bound', () => {
  test('go in any phase', () => {
    const pods = (['Failed', 'Succeeded', 'Running'] as const).map((phase) => one(phase, phase, '', true))
    expect(names(gcUnscheduledTerminating(pods))).toEqual(['Failed', 'Succeeded', 'Running'])
    expect(pods.map((pod) => markFailed({ pod }) !== undefined)).toEqual([false, false, true])
  })
  test('others stay', () => {
    expect(gcUnscheduledTerminating([one('a', 'Failed', ''), one('b', 'Succeeded'), one('c', 'Running', 'node', true)])).toEqual([])
  })
})

// From TestGCTerminating.
describe('pods that are being deleted on a node', () => {
  const node = (name: string, status: ConditionStatus, taints: readonly Taint[] = []): Node => {
    const built = buildNode(0)
    return { ...built, metadata: { name, uid: name }, spec: { taints }, status: { ...built.status, conditions: [{ type: 'Ready', status }] } }
  }
  const outOfService = (effect: Taint['effect'], value?: string): readonly Taint[] =>
    [{ key: 'node.kubernetes.io/out-of-service', effect, ...(value === undefined ? {} : { value }) }]
  const rows: readonly (readonly [string, Node, boolean])[] = [
    ['not ready', node('w', 'False'), false],
    ['not ready and out of service', node('w', 'False', outOfService('NoExecute')), true],
    ['out of service for new pods', node('w', 'False', outOfService('NoSchedule')), true],
    ['out of service, preferably', node('w', 'False', outOfService('PreferNoSchedule')), true],
    ['out of service with a value', node('w', 'False', outOfService('NoExecute', 'any-value')), true],
    ['ready, though out of service', node('w', 'True', outOfService('NoExecute')), false],
  ]
  test.each(rows)('%s', (_, found, goes) => {
    const pods = [one('stays', 'Running', 'w'), one('terminating', 'Pending', 'w', true)]
    expect(names(gcTerminating(pods, () => found))).toEqual(goes ? ['terminating'] : [])
  })
})

const deleteNode = (c: Cluster, name: string): void => c.world.perform((cells) => {
  handle(cells, { verb: 'delete', resource: 'nodes', key: name })
})
const calls = (labels: readonly string[]): string[] =>
  labels.flatMap((label) => /^kube-apiserver: kube-controller-manager\/pod-gc (.*)/.exec(label)?.[1] ?? [])

// From TestGCOrphaned and TestGCInspectingPatchedPodBeforeDeletion.
describe('pods of a node that is gone', () => {
  test('are failed and deleted once its quarantine is over and the API server does not know it', () => {
    const c = cluster(['pod-gc'], 2)
    create(c.world, 'pods', pod('running', 'node-1'))
    setStatus(c, 'default/running', { phase: 'Running' })
    create(c.world, 'pods', pod('ended', 'node-1'))
    setStatus(c, 'default/ended', { phase: 'Succeeded' })
    create(c.world, 'pods', pod('elsewhere', 'node-2'))
    settle(c.world)
    deleteNode(c, 'node-1')
    expect(calls(settle(c.world, { until: 79_000 }))).toEqual([])
    const failed = get(c.world, 'pods', 'default/running')
    expect(calls(settle(c.world))).toEqual([
      'get nodes node-1', 'patch pods/status default/running', 'delete pods default/running', 'delete pods default/ended',
    ])
    expect(c.world.now).toBe(80_000)
    expect(failed).toBeDefined()
    expect(['running', 'ended', 'elsewhere'].map((name) => get(c.world, 'pods', `default/${name}`) !== undefined)).toEqual([false, false, true])
  })

  test('stay when it comes back', () => {
    const c = cluster(['pod-gc'], 1)
    create(c.world, 'pods', pod('a', 'node-1'))
    settle(c.world)
    deleteNode(c, 'node-1')
    settle(c.world, { until: 50_000 })
    create(c.world, 'nodes', { ...buildNode(0), metadata: { name: 'node-1' } })
    expect(calls(settle(c.world))).toEqual([])
    expect(get(c.world, 'pods', 'default/a')).toBeDefined()
    expect(c.world.nextDeadline).toBeUndefined()
  })

  test('say why they go', () => {
    const c = cluster(['pod-gc'], 0)
    create(c.world, 'pods', { ...pod('held', 'gone'), metadata: { name: 'held', namespace: 'default', finalizers: ['example.com/held'] } })
    settle(c.world)
    const held = get(c.world, 'pods', 'default/held')!
    expect(held.status.phase).toBe('Failed')
    expect(getPodCondition(held.status, 'DisruptionTarget')).toMatchObject({
      status: 'True', reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists',
    })
    expect(held.metadata.deletionTimestamp).toBeDefined()
    expect(c.world.nextDeadline).toBeUndefined() // only its finalizer holds it: nothing is tried again
  })
})

test('a pod that is stuck on a node which is out of service goes', () => {
  const c = cluster(['node-lifecycle', 'pod-gc'], 3)
  create(c.world, 'pods', pod('stuck', 'node-1'))
  settle(c.world)
  cutOff(c, 'node-1')
  c.world.perform((cells) => { handle(cells, { verb: 'delete', resource: 'pods', key: 'default/stuck' }) })
  settle(c.world)
  expect(get(c.world, 'pods', 'default/stuck')).toBeDefined()
  const taints = get(c.world, 'nodes', 'node-1')!.spec.taints ?? []
  setTaints(c, 'node-1', [...taints, { key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoExecute' }])
  settle(c.world)
  expect(get(c.world, 'pods', 'default/stuck')).toBeUndefined()
})

test('while nothing is to be collected, no round is armed', () => {
  const c = cluster(['pod-gc'], 1)
  create(c.world, 'pods', pod('a', 'node-1'))
  create(c.world, 'pods', pod('b', ''))
  settle(c.world)
  expect(c.world.now).toBe(0)
  expect([...c.world.store.keys()].filter((key) => key.startsWith('memory|'))).toEqual([])
})
