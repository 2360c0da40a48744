/**
 * The order of attempts: pkg/scheduler/backend/queue/{scheduling,active,backoff}_queue_test.go,
 * backend/cache/node_tree_test.go, schedule_one_test.go (TestNumFeasibleNodesToFind).
 */
import { describe, expect, test } from 'vitest'
import type { Node } from '#api/types'
import { addNode, emptyTree, removeNode, updateNode, type NodeTree } from '#models/scheduling/node-tree'
import { numFeasibleNodesToFind, schedulePod } from '#models/scheduling/schedule-pod'
import { backoffDuration } from '#models/scheduling/scheduling-queue'
import { newSnapshot } from '#models/scheduling/snapshot'
import { Cluster, node, pod } from './cluster.js'

const attempts = (labels: readonly string[]): readonly string[] =>
  labels.filter((label) => label.startsWith('kube-scheduler schedules')).map((label) => label.slice('kube-scheduler schedules default/'.length))

test.each([[0, 0], [1, 1], [2, 2], [3, 4], [4, 8], [5, 10], [16, 10]])('after %d failures in a row a pod backs off for %d s', (count, seconds) => {
  expect(backoffDuration(count)).toBe(seconds * 1000)
})

test.each([[10, 10], [99, 99], [100, 100], [200, 100], [1000, 420], [5000, 500], [6000, 300]])('of %d nodes %d that fit are enough', (nodes, enough) => {
  expect(numFeasibleNodesToFind(nodes)).toBe(enough)
})

test('the next search begins where the last one ended', () => {
  const nodes = Array.from({ length: 250 }, (_, i) => node(`node-${i}`))
  const asked: string[] = []
  const choose = (options: readonly string[]): number => { asked.push(options[0]!); return 0 }
  let start = 0
  for (let i = 0; i < 3; i++) start = schedulePod(pod('p'), newSnapshot(nodes, []), start, choose).next
  expect(asked).toEqual(['node-0', 'node-120', 'node-240'])
  expect(start).toBe(110)
})

describe('a pod that comes back', () => {
  const taint = { taints: [{ key: 'a', effect: 'NoSchedule' as const }] }
  const untaint = (cluster: Cluster): Cluster => cluster.patch('nodes', 'node-1', { spec: { taints: null } })
  const retaint = (cluster: Cluster): Cluster => cluster.patch('nodes', 'node-1', { spec: taint })

  test('while others wait goes behind the active ones: it backs off', () => {
    const cluster = new Cluster([node('node-1', taint)]).create(pod('early'))
    cluster.settle({ until: 0 })
    untaint(cluster).create(pod('late-1'), pod('late-2', { spec: { priority: 5 } }))
    expect(attempts(cluster.settle({ until: 0 }))).toEqual(['late-2', 'late-1', 'early'])
  })

  test('goes before those that came after it once it has backed off', () => {
    const cluster = new Cluster([node('node-1', taint)]).create(pod('early'))
    cluster.settle()
    cluster.create(pod('late'))
    untaint(cluster)
    expect(attempts(cluster.settle({ until: 0 }))).toEqual(['early', 'late'])
  })

  test('keeps its place among others that come back', () => {
    const cluster = new Cluster([node('node-1', taint)]).create(pod('b'), pod('a'), pod('urgent', { spec: { priority: 1 } }))
    cluster.settle()
    expect(attempts(untaint(cluster).settle({ until: 0 }))).toEqual(['urgent', 'b', 'a'])
  })

  test('backs off for longer each time it is rejected', () => {
    const cluster = new Cluster([node('node-1', taint)]).create(pod('p'))
    const waits: number[] = []
    for (let i = 0; i < 6; i++) {
      cluster.settle({ until: 0 })
      const before = cluster.world.now
      cluster.settle()
      waits.push(cluster.world.now - before)
      cluster.patch('nodes', 'node-1', { spec: { taints: [{ key: `a${i}`, effect: 'NoSchedule' }] } })
      untaint(cluster)
      retaint(cluster)
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000])
  })

  test('is gone from the queue when it is deleted or bound by somebody else', () => {
    const cluster = new Cluster([node('node-1', taint)]).create(pod('deleted'), pod('bound'))
    cluster.settle({ until: 0 })
    cluster.remove('pods', 'default/deleted')
    cluster.api({ verb: 'create', resource: 'pods', subresource: 'binding', key: 'default/bound', body: { target: { name: 'node-1' } } })
    cluster.settle()
    expect(attempts(untaint(cluster).settle())).toEqual([])
    expect(Object.keys(cluster.memory()).filter((key) => /queued|order|rejected/.test(key))).toEqual([])
  })
})

describe('the node tree', () => {
  const place = (region: string, zone: string) => ({
    ...(region === '' ? {} : { 'topology.kubernetes.io/region': region }), ...(zone === '' ? {} : { 'topology.kubernetes.io/zone': zone }),
  })
  const labels = [{}, place('region-1', ''), place('', 'zone-2'), place('region-1', 'zone-2'), place('region-1', 'zone-2'),
    place('region-1', 'zone-3'), place('region-2', 'zone-2'), place('region-2', 'zone-2'), place('region-2', 'zone-2')]
  const all: readonly Node[] = labels.map((own, i) => node(`node-${i}`, { labels: own }))
  const grown = (tree: NodeTree, { metadata }: Node): NodeTree => addNode(tree, metadata.name, metadata.labels ?? {})
  const shrunk = (tree: NodeTree, { metadata }: Node): NodeTree => removeNode(tree, metadata.name, metadata.labels ?? {})

  const lists: readonly (readonly [string, readonly Node[], readonly number[]])[] = [
    ['no nodes', [], []],
    ['one node', all.slice(0, 1), [0]],
    ['four nodes', all.slice(0, 4), [0, 1, 2, 3]],
    ['all nodes', all, [0, 1, 2, 3, 5, 6, 4, 7, 8]],
  ]
  test.each(lists)('lists one node of each zone in turn: %s', (_, nodes, expected) => {
    expect(nodes.reduce(grown, emptyTree).list).toEqual(expected.map((i) => `node-${i}`))
  })

  const operations: readonly (readonly [string, readonly number[], readonly number[], string, readonly number[]])[] = [
    ['add and remove all nodes', [2, 3, 4], [2, 3, 4], '+++---', []],
    ['add and remove some nodes', [2, 3, 4], [2], '+++-', [3, 4]],
    ['remove three nodes', [2, 3, 4, 5], [2, 3, 4], '+++---+', [5]],
    ['add more nodes to an exhausted zone', [4, 5, 6, 7, 8, 3], [], '++++++', [4, 5, 6, 3, 7, 8]],
    ['remove a zone and add another', [3, 4, 6, 7], [3, 4], '++-++-', [6, 7]],
  ]
  test.each(operations)('%s', (_, adds, removes, script, expected) => {
    const [added, removed] = [[...adds], [...removes]]
    const tree = [...script].reduce((before, op) => (op === '+' ? grown(before, all[added.shift()!]!) : shrunk(before, all[removed.shift()!]!)), emptyTree)
    expect(tree.list).toEqual(expected.map((i) => `node-${i}`))
  })

  test('moves a node that changes its zone', () => {
    const tree = [all[3]!, all[4]!, all[6]!].reduce(grown, emptyTree)
    expect(updateNode(tree, 'node-3', labels[3]!, labels[6]!).list).toEqual(['node-4', 'node-6', 'node-3'])
  })
})
