import { describe, expect, test } from 'vitest'
import type { Taint, Toleration } from '#api/types'
import { getPodCondition } from '#api/pods'
import { handle } from '#models/control-plane/api-server'
import { cluster, pod, setTaints, type Cluster } from './bench.js'
import { create, get, settle } from '../../support/drive.js'

const taint = (index: number): Taint => ({ key: `testTaint${index}`, value: `test${index}`, effect: 'NoExecute' })
/** addToleration: −1 seconds is for ever. */
const tolerates = (index: number, seconds: number): Toleration => ({
  key: `testTaint${index}`, value: `test${index}`, effect: 'NoExecute', ...(seconds < 0 ? {} : { tolerationSeconds: seconds }),
})

const isEvicted = ({ world }: Cluster, name: string): boolean =>
  get(world, 'pods', `default/${name}`)?.metadata.deletionTimestamp !== undefined

/** Everything that happens until that second. */
const until = ({ world }: Cluster, seconds: number): string[] => settle(world, { until: seconds * 1000 })

const bind = ({ world }: Cluster, name: string, node: string): void => world.perform((cells) => {
  handle(cells, { verb: 'create', resource: 'pods', subresource: 'binding', key: `default/${name}`, body: { target: { name: node } } })
})

// Tables from pkg/controller/tainteviction/taint_eviction_test.go.
describe('a pod comes to a node (TestCreatePod)', () => {
  const rows: readonly (readonly [string, string, readonly Toleration[], readonly Taint[], boolean])[] = [
    ['not scheduled', '', [], [], false],
    ['scheduled on an untainted node', 'node-1', [], [], false],
    ['scheduled on a tainted node', 'node-1', [], [taint(1)], true],
    ['scheduled on a tainted node with a limited toleration', 'node-1', [tolerates(1, 100)], [taint(1)], false],
    ['scheduled on a tainted node with a toleration for ever', 'node-1', [tolerates(1, -1)], [taint(1)], false],
    ['scheduled on a tainted node with a toleration of something else', 'node-1', [tolerates(2, -1)], [taint(1)], true],
  ]
  test.each(rows)('%s', (_, node, tolerations, taints, evicted) => {
    const c = cluster(['taint-eviction'], 1)
    setTaints(c, 'node-1', taints)
    until(c, 0)
    create(c.world, 'pods', pod('pod1', node, tolerations))
    until(c, 10)
    expect(isEvicted(c, 'pod1')).toBe(evicted)
  })
})

describe('a pod changes (TestUpdatePod)', () => {
  test('bound to a tainted node', () => {
    const c = cluster(['taint-eviction'], 1)
    setTaints(c, 'node-1', [taint(1)])
    create(c.world, 'pods', pod('pod1', ''))
    until(c, 1)
    bind(c, 'pod1', 'node-1')
    until(c, 1)
    expect(isEvicted(c, 'pod1')).toBe(true)
  })

  const changes: readonly (readonly [string, number, readonly Toleration[], number, boolean])[] = [
    ['its toleration removed', 100, [], 1, true],
    ['its toleration lengthened: the time that runs stays', 1, [tolerates(1, 100)], 3, true],
    ['its toleration shortened: the time that runs stays', 100, [tolerates(1, 1)], 50, false],
  ]
  test.each(changes)('%s', (_, before, after, seconds, evicted) => {
    const c = cluster(['taint-eviction'], 1)
    setTaints(c, 'node-1', [taint(1)])
    create(c.world, 'pods', pod('pod1', 'node-1', [tolerates(1, before)]))
    until(c, 0)
    c.world.perform((cells) => {
      const own = get(c.world, 'pods', 'default/pod1')!.spec.tolerations ?? []
      const kept = own.filter(({ key }) => key?.startsWith('testTaint') !== true)
      handle(cells, { verb: 'patch', resource: 'pods', key: 'default/pod1', body: {
        type: 'merge', patch: { spec: { tolerations: [...kept, ...after] } },
      } })
    })
    until(c, seconds)
    expect(isEvicted(c, 'pod1')).toBe(evicted)
  })
})

describe('a node changes (TestCreateNode, TestUpdateNode, TestUpdateNodeWithMultiplePods)', () => {
  const rows: readonly (readonly [string, readonly Toleration[], readonly Taint[], readonly Taint[], number, boolean])[] = [
    ['a taint is added', [], [], [taint(1)], 0, true],
    ['a tolerated taint is added', [tolerates(1, 100)], [], [taint(1)], 0, false],
    ['only one of two taints is tolerated', [tolerates(1, 100)], [], [taint(1), taint(2)], 0, true],
    ['the taint goes before the time is over', [tolerates(1, 1)], [taint(1)], [], 3, false],
    ['the first time that runs out evicts', [tolerates(1, 1), tolerates(2, 100)], [], [taint(1), taint(2)], 1.5, true],
  ]
  test.each(rows)('%s', (_, tolerations, before, after, seconds, evicted) => {
    const c = cluster(['taint-eviction'], 1)
    create(c.world, 'pods', pod('pod1', 'node-1', tolerations))
    setTaints(c, 'node-1', before)
    until(c, 0)
    setTaints(c, 'node-1', after)
    until(c, seconds)
    expect(isEvicted(c, 'pod1')).toBe(evicted)
  })

  test('pods with different tolerations go at different times', () => {
    const c = cluster(['taint-eviction'], 1)
    for (const [index, seconds] of [[1, undefined], [2, 1], [3, -1]] as const) {
      create(c.world, 'pods', pod(`pod${index}`, 'node-1', seconds === undefined ? [] : [tolerates(1, seconds)]))
    }
    until(c, 0)
    setTaints(c, 'node-1', [taint(1)])
    const evicted = (): boolean[] => ['pod1', 'pod2', 'pod3'].map((name) => isEvicted(c, name))
    until(c, 0)
    expect(evicted()).toEqual([true, false, false])
    until(c, 1)
    expect(evicted()).toEqual([true, true, false])
    setTaints(c, 'node-1', [taint(1), taint(2)])
    settle(c.world)
    expect(evicted()).toEqual([true, true, true])
  })
})

test('a time is cancelled when only taints remain that are tolerated for ever (TestUpdateNodeWithMultipleTaints)', () => {
  const c = cluster(['taint-eviction'], 1)
  create(c.world, 'pods', pod('pod1', 'node-1', [
    { key: 'testTaint1', operator: 'Exists', effect: 'NoExecute' },
    { key: 'testTaint2', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 60 },
  ]))
  const chart = (): unknown => c.world.store.get('chart|kube-controller-manager/taint-eviction|evict:default/pod1')
  for (const [taints, scheduled] of [[[], false], [[taint(1)], false], [[taint(1), taint(2)], true], [[taint(1)], false]] as const) {
    setTaints(c, 'node-1', taints)
    until(c, 0)
    expect(chart() !== undefined).toBe(scheduled)
  }
  settle(c.world)
  expect(isEvicted(c, 'pod1')).toBe(false)
  expect(c.world.nextDeadline).toBeUndefined()
})

test('a pod is marked as a target of disruption before it is deleted, in a call of its own', () => {
  const c = cluster(['taint-eviction'], 1)
  create(c.world, 'pods', pod('pod1', 'node-1'))
  setTaints(c, 'node-1', [taint(1)])
  const calls = settle(c.world).filter((label) => label.startsWith('kube-apiserver: kube-controller-manager/taint-eviction'))
  expect(calls.map((label) => label.split('taint-eviction ')[1])).toEqual([
    'get pods default/pod1', 'get nodes node-1', 'patch pods/status default/pod1', 'delete pods default/pod1',
  ])
  const evicted = get(c.world, 'pods', 'default/pod1')!
  expect(getPodCondition(evicted.status, 'DisruptionTarget')).toEqual({
    type: 'DisruptionTarget', status: 'True', reason: 'DeletionByTaintManager',
    message: 'Taint manager: deleting due to NoExecute taint', observedGeneration: 1,
  })
  expect(evicted.metadata.deletionGracePeriodSeconds).toBe(30)
})

test('a pod that learned of a taint which is gone is spared', () => {
  const c = cluster(['taint-eviction'], 1)
  setTaints(c, 'node-1', [taint(1)])
  create(c.world, 'pods', pod('pod1', ''))
  settle(c.world)
  setTaints(c, 'node-1', [])
  bind(c, 'pod1', 'node-1')
  // The pod's event overtakes the node's.
  const late = 'watch|kube-controller-manager/taint-eviction|nodes'
  const labels: string[] = []
  for (let choice = next(c, late); choice !== undefined; choice = next(c, late)) {
    labels.push(c.world.label(choice))
    c.world.take(choice)
  }
  expect(labels.filter((label) => label.startsWith('kube-apiserver: kube-controller-manager/taint-eviction'))).toHaveLength(2)
  settle(c.world)
  expect(isEvicted(c, 'pod1')).toBe(false)
})

function next({ world }: Cluster, held: string): string | undefined {
  for (const choice of world.agenda) if (choice !== held) return choice
  return undefined
}

test('a taint that is not tolerated while an eviction is being called off leads to another one', () => {
  const c = cluster(['taint-eviction'], 1)
  setTaints(c, 'node-1', [taint(1)])
  create(c.world, 'pods', pod('pod1', 'node-1', [tolerates(2, 5)]))
  // Until the read of the node is on its way.
  while (!c.world.isEnabled('request|kube-controller-manager/taint-eviction|evict:default/pod1|main')
    || !c.world.label('request|kube-controller-manager/taint-eviction|evict:default/pod1|main').includes('get nodes')) {
    c.world.take(c.world.agenda.first()!)
  }
  setTaints(c, 'node-1', [taint(2)])
  settle(c.world, { until: 4_999 })
  expect(isEvicted(c, 'pod1')).toBe(false)
  settle(c.world)
  expect(isEvicted(c, 'pod1')).toBe(true)
  expect(c.world.now).toBe(5_000)
})

test('a pod that is gone ends its time', () => {
  const c = cluster(['taint-eviction'], 1)
  setTaints(c, 'node-1', [taint(1)])
  create(c.world, 'pods', pod('pod1', 'node-1', [tolerates(1, 100)]))
  until(c, 0)
  c.world.perform((cells) => {
    handle(cells, { verb: 'delete', resource: 'pods', key: 'default/pod1', body: { gracePeriodSeconds: 0 } })
  })
  settle(c.world)
  expect(c.world.now).toBe(0)
})
