import { describe, expect, test } from 'vitest'
import type { Labels, Node, NodeCondition, Taint } from '#api/types'
import { isPodReady } from '#api/pods'
import { handle } from '#models/control-plane/api-server'
import { start } from '#models/kubernetes'
import { readyStatus, withUnknownConditions } from '#models/node-lifecycle/conditions'
import { evictionJobs } from '#models/node-lifecycle/node-health'
import { labelsToUpdate, noScheduleJobs } from '#models/node-lifecycle/node-sync'
import { buildNode } from '#models/node-lifecycle/nodes'
import { notReadyTaint, unreachableTaint } from '#models/node-lifecycle/taints'
import { cluster, cutOff, pod, reconnect, running, setStatus, setTaints, watch, type Cluster } from './bench.js'
import { create, get, settle } from '../../support/drive.js'

const nodeOf = (c: Cluster, name = 'node-1'): Node => get(c.world, 'nodes', name)!
const until = (c: Cluster, seconds: number): string[] => settle(c.world, { until: seconds * 1000 })
const taintsOf = (c: Cluster, name = 'node-1'): string[] =>
  (nodeOf(c, name).spec.taints ?? []).map(({ key, effect }) => `${key.split('/')[1]}:${effect}`)

const setConditions = ({ world }: Cluster, node: string, conditions: readonly NodeCondition[]): void => world.perform((cells) => {
  handle(cells, { verb: 'patch', resource: 'nodes', subresource: 'status', key: node,
    body: { type: 'strategic', patch: { status: { conditions } } } })
})

describe('a node that falls silent', () => {
  test('is Unknown after 50 s, its pods are not ready, it is tainted, and they are evicted 300 s later', () => {
    const c = cluster(['node-lifecycle', 'taint-eviction'], 3)
    create(c.world, 'pods', pod('a', 'node-1'))
    setStatus(c, 'default/a', running)
    until(c, 0)
    cutOff(c, 'node-1')
    until(c, 49)
    expect(readyStatus(nodeOf(c))).toBe('True')
    until(c, 51)
    expect(nodeOf(c).status.conditions?.map(({ type, status, reason, message }) => [type, status, reason, message])).toEqual(
      ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready'].map((type) =>
        [type, 'Unknown', 'NodeStatusUnknown', 'Kubelet stopped posting node status.']))
    expect(taintsOf(c)).toEqual(['unreachable:NoExecute', 'unreachable:NoSchedule'])
    expect(isPodReady(get(c.world, 'pods', 'default/a')!)).toBe(false)
    until(c, 349)
    expect(get(c.world, 'pods', 'default/a')?.metadata.deletionTimestamp).toBeUndefined()
    settle(c.world)
    expect(get(c.world, 'pods', 'default/a')?.metadata.deletionTimestamp).toBeDefined()
    expect(c.world.nextDeadline).toBeUndefined()
  })

  test('and is heard again in time, is left in peace', () => {
    const c = cluster(['node-lifecycle'], 3)
    cutOff(c, 'node-1')
    until(c, 39)
    reconnect(c, 'node-1')
    const labels = settle(c.world)
    expect(labels.some((label) => label.includes('nodes/status'))).toBe(false)
    expect(c.world.now).toBeLessThan(50_000)
  })

  test('is ready again 10 s after it is heard, loses its taints, and nothing is left to do', () => {
    const c = cluster(['node-lifecycle', 'taint-eviction'], 3)
    create(c.world, 'pods', pod('a', 'node-1'))
    until(c, 0)
    cutOff(c, 'node-1')
    until(c, 100)
    reconnect(c, 'node-1')
    settle(c.world)
    expect(readyStatus(nodeOf(c))).toBe('True')
    expect(taintsOf(c)).toEqual([])
    expect(get(c.world, 'pods', 'default/a')?.metadata.deletionTimestamp).toBeUndefined()
    expect([...c.world.store.keys()].filter((key) => key.startsWith('memory|kube-controller-manager/node-lifecycle'))).toEqual([])
    expect(c.world.agenda.size).toBe(0)
  })

  test('may be noticed up to 10 s earlier or 5 s later, by when it last renewed and when the controller goes round', () => {
    const at = (pick: number): number => {
      const c = cluster(['node-lifecycle'], 3)
      until(c, 0)
      c.world.picker = (options) => Math.min(pick, options.length - 1)
      cutOff(c, 'node-1')
      c.world.picker = () => 0
      while (readyStatus(nodeOf(c)) === 'True') settle(c.world, { until: c.world.nextDeadline ?? 0 })
      return c.world.now
    }
    expect([0, 1, 2].map(at)).toEqual([50_000, 40_000, 55_000])
  })

  test('a pod that comes to it later is marked not ready too (TestProcessPodMarkPodNotReady)', () => {
    const c = cluster(['node-lifecycle'], 3)
    cutOff(c, 'node-1')
    until(c, 60)
    create(c.world, 'pods', pod('late', 'node-1'))
    setStatus(c, 'default/late', running)
    settle(c.world)
    expect(isPodReady(get(c.world, 'pods', 'default/late')!)).toBe(false)
  })

  test('whose status is written by others meanwhile is read again and updated', () => {
    const c = cluster(['node-lifecycle'], 3)
    cutOff(c, 'node-1')
    const update = 'request|kube-controller-manager/node-lifecycle|health:node-1|main'
    while (!c.world.isEnabled(update)) settleOne(c)
    setTaints(c, 'node-1', [{ key: 'mine', effect: 'NoSchedule' }])
    settle(c.world)
    expect(readyStatus(nodeOf(c))).toBe('Unknown')
    expect(taintsOf(c)).toHaveLength(3)
  })
})

function settleOne({ world }: Cluster): void {
  const choice = world.agenda.first()
  if (choice === undefined) world.advance(world.nextDeadline!)
  else world.take(choice)
}

describe('zones', () => {
  test('of two silent nodes the second is tainted 10 s after the first', () => {
    const c = cluster(['node-lifecycle'], 5)
    cutOff(c, 'node-1')
    cutOff(c, 'node-2')
    until(c, 51)
    expect([taintsOf(c, 'node-1').length, taintsOf(c, 'node-2')]).toEqual([2, ['unreachable:NoSchedule']])
    until(c, 61)
    expect(taintsOf(c, 'node-2')).toEqual(['unreachable:NoSchedule', 'unreachable:NoExecute'])
  })

  test('where every node of the cluster is silent, nothing is evicted; once one is heard, the others are waited for anew', () => {
    const c = cluster(['node-lifecycle', 'taint-eviction'], 3)
    for (const node of ['node-1', 'node-2', 'node-3']) {
      create(c.world, 'pods', pod(`on-${node}`, node))
      cutOff(c, node)
    }
    settle(c.world)
    const evicted = (): number => ['node-1', 'node-2', 'node-3'].filter((node) =>
      get(c.world, 'pods', `default/on-${node}`)?.metadata.deletionTimestamp !== undefined).length
    // The first of them may be tainted before the controller has counted.
    expect(evicted()).toBeLessThanOrEqual(1)
    const before = evicted()
    reconnect(c, 'node-3')
    settle(c.world)
    expect(readyStatus(nodeOf(c, 'node-3'))).toBe('True')
    expect(evicted()).toBe(2 + (before > 0 && get(c.world, 'pods', 'default/on-node-3')?.metadata.deletionTimestamp !== undefined ? 1 : 0))
  })

  test('where more than half of a small zone is silent, no further node is tainted', () => {
    const c = cluster(['node-lifecycle'], 7, { options: (index) => ({ zone: index < 5 ? 'eu-a' : 'eu-b' }) })
    for (const index of [1, 2, 3]) cutOff(c, `node-${index}`)
    settle(c.world)
    expect([1, 2, 3].filter((index) => taintsOf(c, `node-${index}`).includes('unreachable:NoExecute'))).toHaveLength(1)
  })
})

test('a controller that is started anew takes away the taints first and then sets them again', () => {
  const c = cluster([], 3)
  setConditions(c, 'node-1', withUnknownConditions(buildNode(0)).status.conditions ?? [])
  setTaints(c, 'node-1', [unreachableTaint])
  cutOff(c, 'node-1')
  settle(c.world)
  c.world.perform((cells) => start(cells, c.machinery.runtime, 'kube-controller-manager/node-lifecycle', 'api-1'))
  const seen: string[][] = []
  const { run } = watch(c, [{
    kind: 'step', name: 'seen', title: '', source: '', on: ['store|nodes|node-1'],
    check: () => { seen.push(taintsOf(c)); return undefined },
  }])
  run()
  expect(seen.map((taints) => taints.includes('unreachable:NoExecute'))).toContain(false)
  expect(taintsOf(c).sort()).toEqual(['unreachable:NoExecute', 'unreachable:NoSchedule'])
})

// From pkg/controller/nodelifecycle/node_lifecycle_controller_test.go (TestTaintsNodeByCondition).
describe('NoSchedule taints follow conditions', () => {
  const withConditions = (conditions: readonly NodeCondition[], taints: readonly Taint[] = [], unschedulable = false): Node => {
    const node = buildNode(0)
    return {
      ...node, spec: { taints, ...(unschedulable ? { unschedulable } : {}) },
      status: { ...node.status, conditions },
    }
  }
  const added = (node: Node): string[] => noScheduleJobs(node).flatMap(({ op, taints }) =>
    taints.map(({ key }) => `${op} ${key.split('/')[1]}`))
  const rows: readonly (readonly [string, Node, string[]])[] = [
    ['ready', withConditions([{ type: 'Ready', status: 'True' }]), []],
    ['network unavailable', withConditions([{ type: 'Ready', status: 'True' }, { type: 'NetworkUnavailable', status: 'True' }]), ['add network-unavailable']],
    ['memory and PID pressure', withConditions([{ type: 'MemoryPressure', status: 'True' }, { type: 'PIDPressure', status: 'True' }]), ['add memory-pressure', 'add pid-pressure']],
    ['not ready', withConditions([{ type: 'Ready', status: 'False' }]), ['add not-ready']],
    ['unknown', withConditions([{ type: 'Ready', status: 'Unknown' }]), ['add unreachable']],
    ['unknown, was not ready', withConditions([{ type: 'Ready', status: 'Unknown' }], [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }]), ['add unreachable', 'remove not-ready']],
    ['cordoned', withConditions([{ type: 'Ready', status: 'True' }], [], true), ['add unschedulable']],
    ['tainted by someone else', withConditions([{ type: 'Ready', status: 'True' }], [{ key: 'mine', effect: 'NoSchedule' }]), []],
  ]
  test.each(rows)('%s', (_, node, taints) => expect(added(node)).toEqual(taints))

  test('a cordoned node is tainted, and no more once it is uncordoned', () => {
    const c = cluster(['node-lifecycle'], 1)
    const cordon = (unschedulable: boolean | null): void => c.world.perform((cells) => {
      handle(cells, { verb: 'patch', resource: 'nodes', key: 'node-1', body: { type: 'merge', patch: { spec: { unschedulable } } } })
    })
    cordon(true)
    settle(c.world)
    expect(taintsOf(c)).toEqual(['unschedulable:NoSchedule'])
    cordon(null)
    settle(c.world)
    expect(taintsOf(c)).toEqual([])
  })
})

// From TestReconcileNodeLabels.
describe('beta labels follow the stable ones', () => {
  const labelled = (labels: Labels | undefined): Node => ({ ...buildNode(0), metadata: { name: 'node-1', uid: '', ...(labels === undefined ? {} : { labels }) } })
  const rows: readonly (readonly [string, Labels | undefined, Labels | undefined])[] = [
    ['no labels', undefined, undefined],
    ['none of these labels', { 'topology.kubernetes.io/region': 'r' }, undefined],
    ['created', { 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' },
      { 'beta.kubernetes.io/os': 'linux', 'beta.kubernetes.io/arch': 'amd64' }],
    ['made to match', {
      'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64', 'beta.kubernetes.io/os': 'windows', 'beta.kubernetes.io/arch': 'amd64',
    }, { 'beta.kubernetes.io/os': 'linux' }],
  ]
  test.each(rows)('%s', (_, labels, changed) => expect(labelsToUpdate(labelled(labels))).toEqual(changed))
})

// From TestSwapUnreachableNotReadyTaints.
describe('a node that carries the one taint and should carry the other is swapped at once', () => {
  const node = (status: 'True' | 'False' | 'Unknown', taints: readonly Taint[]): Node => {
    const built = buildNode(0)
    return { ...built, spec: { taints }, status: { ...built.status, conditions: [{ type: 'Ready', status }] } }
  }
  test('unreachable, now not ready', () => expect(evictionJobs(node('False', [unreachableTaint]))).toEqual([
    { op: 'add', taints: [notReadyTaint] }, { op: 'remove', taints: [unreachableTaint] }]))
  test('not ready, now unreachable', () => expect(evictionJobs(node('Unknown', [notReadyTaint]))).toEqual([
    { op: 'add', taints: [unreachableTaint] }, { op: 'remove', taints: [notReadyTaint] }]))
  test('ready again', () => expect(evictionJobs(node('True', [notReadyTaint]))).toEqual([{ op: 'remove', taints: [notReadyTaint] }]))
  test('right as it is', () => expect(evictionJobs(node('Unknown', [unreachableTaint]))).toEqual([]))
})

test('a node that never posted its status is Unknown after 60 s', () => {
  const c = cluster(['node-lifecycle'], 0)
  create(c.world, 'nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'ghost' }, spec: {}, status: {} })
  until(c, 59)
  expect(nodeOf(c, 'ghost').status.conditions).toBeUndefined()
  until(c, 61)
  expect(nodeOf(c, 'ghost').status.conditions?.[0]).toMatchObject({
    type: 'Ready', status: 'Unknown', reason: 'NodeStatusNeverUpdated', message: 'Kubelet never posted node status.',
  })
})
