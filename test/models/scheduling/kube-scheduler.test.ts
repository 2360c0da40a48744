/** kube-scheduler beside an API server: pkg/scheduler/schedule_one_test.go, eventhandlers_test.go, scheduler_test.go. */
import { describe, expect, test } from 'vitest'
import { newControllerRef } from '#api/meta'
import type { Pod, ReplicaSet } from '#api/types'
import { InternedStore } from '#kernel/interned-store'
import { PlainStore } from '#kernel/plain-store'
import { apart, Cluster, node, pod } from './cluster.js'

const half = { cpu: '2', memory: '1Gi' }
const three = [node('node-1'), node('node-2'), node('node-3')]

describe('pods without a node', () => {
  test('are bound one after the other, to the nodes with the most left', () => {
    const cluster = new Cluster(three).create(...[1, 2, 3, 4, 5, 6].map((i) => pod(`web-${i}`, { requests: { cpu: '500m' } }))).end()
    const places = [1, 2, 3, 4, 5, 6].map((i) => cluster.placeOf(`web-${i}`))
    expect([...places].sort()).toEqual(['node-1', 'node-1', 'node-2', 'node-2', 'node-3', 'node-3'])
    expect(cluster.told('web-1')).toBe('True')
    expect(cluster.broken).toEqual([])
  })

  test('go by priority, then as they came', () => {
    const cluster = new Cluster(three)
    cluster.create(pod('first'), pod('second'), pod('urgent', { spec: { priority: 1000 } }), pod('lazy', { spec: { priority: -1 } }))
    const order = cluster.settle().filter((label) => label.startsWith('kube-scheduler schedules'))
    expect(order.map((label) => label.split('/')[1])).toEqual(['urgent', 'first', 'second', 'lazy'])
  })

  test('for another scheduler are left alone, and counted once they are bound', () => {
    const cluster = new Cluster([node('node-1', { pods: '1' })])
      .create(pod('theirs', { spec: { schedulerName: 'other' } })).end()
    expect(cluster.placeOf('theirs')).toBeUndefined()
    cluster.api({ verb: 'create', resource: 'pods', subresource: 'binding', key: 'default/theirs', body: { target: { name: 'node-1' } } })
    cluster.create(pod('ours')).end()
    expect(cluster.told('ours')).toBe('0/1 nodes are available: 1 Too many pods. no new claims to deallocate, '
      + 'preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.')
    expect(cluster.broken).toEqual([])
  })

  test('that name their node are only counted', () => {
    const cluster = new Cluster([node('node-1', { pods: '1' })]).create(pod('pinned', { spec: { nodeName: 'node-1' } }), pod('late')).end()
    expect(cluster.placeOf('late')).toBeUndefined()
    expect(cluster.told('late')).toContain('1 Too many pods')
  })

  test('wait for their scheduling gates to go', () => {
    const cluster = new Cluster(three).create(pod('gated', { spec: { schedulingGates: [{ name: 'a' }] } })).end()
    expect(cluster.told('gated')).toBe('Scheduling is blocked due to non-empty scheduling gates')
    cluster.patch('pods', 'default/gated', { spec: { schedulingGates: null } }).end()
    expect(cluster.placeOf('gated')).toBe('node-1')
  })

  test('are skipped once they are being deleted', () => {
    const cluster = new Cluster(three).create({ ...pod('web'), metadata: { ...pod('web').metadata, finalizers: ['example.com/wait'] } })
    cluster.remove('pods', 'default/web').end()
    expect(cluster.pod('web')?.metadata.deletionTimestamp).toBeDefined()
    expect(cluster.placeOf('web')).toBeUndefined()
  })

  test('of one Service, or one set, are spread over nodes, small as they are', () => {
    const small = { requests: { cpu: '100m', memory: '64Mi' } }
    const places = (cluster: Cluster): readonly (string | undefined)[] => [1, 2, 3].map((i) => cluster.placeOf(`web-${i}`)).sort()
    const served = new Cluster(three)
    served.api({ verb: 'create', resource: 'services', key: 'default', body: {
      apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'default' },
      spec: { clusterIP: 'None', selector: { app: 'web' }, ports: [{ port: 80 }] } } })
    expect(places(served.create(pod('web-1', small), pod('web-2', small), pod('web-3', small)).end())).toEqual(['node-1', 'node-2', 'node-3'])
    const owned = new Cluster(three)
    const set = owned.api({ verb: 'create', resource: 'replicasets', key: 'default', body: {
      apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'web', namespace: 'default' },
      spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: pod('web').spec } } } })
    const ofSet = (name: string): Pod => {
      const one = pod(name, small)
      return { ...one, metadata: { ...one.metadata, ownerReferences: [newControllerRef(set.ok ? set.object as ReplicaSet : one)] } } // was created
    }
    expect(places(owned.create(ofSet('web-1'), ofSet('web-2'), ofSet('web-3')).end())).toEqual(['node-1', 'node-2', 'node-3'])
  })

  test('come to nodes that tie by a Choice', () => {
    const cluster = new Cluster(three)
    const asked: (readonly string[])[] = []
    cluster.world.picker = (options) => asked.push(options) && 2
    cluster.create(pod('web')).end()
    expect(asked).toEqual([['node-1', 'node-2', 'node-3']])
    expect(cluster.placeOf('web')).toBe('node-3')
  })
})

describe('a pod that fits nowhere', () => {
  test('is told why, once, before the next pod is tried', () => {
    const cluster = new Cluster([node('node-1'), node('node-2', { taints: [{ key: 'gpu', effect: 'NoSchedule' }] }), node('node-3', { unschedulable: true })])
    cluster.create(pod('huge', { requests: { cpu: '8' } }), pod('next'))
    const labels = cluster.settle()
    expect(cluster.told('huge')).toBe('0/3 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint(s), '
      + '1 node(s) were unschedulable. no new claims to deallocate, preemption: 0/3 nodes are available: '
      + '3 Preemption is not helpful for scheduling.')
    expect(cluster.pod('huge')?.status.conditions).toEqual([expect.objectContaining({
      type: 'PodScheduled', status: 'False', reason: 'Unschedulable', observedGeneration: 1,
    })])
    expect(labels.indexOf('kube-scheduler hears ok to patch pods/status default/huge'))
      .toBeLessThan(labels.indexOf('kube-scheduler schedules default/next'))
    expect(labels.filter((label) => label.includes('patch pods/status'))).toHaveLength(2) // sent and heard
  })

  test('is told when there are no nodes at all, and is retried once there is one', () => {
    const cluster = new Cluster().create(pod('web')).end()
    expect(cluster.told('web')).toBe('no nodes available to schedule pods')
    expect(cluster.world.nextDeadline).toBeUndefined()
    cluster.add(node('node-1')).end()
    expect(cluster.placeOf('web')).toBe('node-1')
    expect(cluster.broken).toEqual([])
  })

  test('is told when its node affinity contradicts itself', () => {
    const fields = ['node-1', 'node-2'].map((name) => ({ key: 'metadata.name', operator: 'In' as const, values: [name] }))
    const required = { nodeSelectorTerms: [{ matchFields: fields }] }
    const cluster = new Cluster(three)
      .create(pod('web', { spec: { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } } } })).end()
    expect(cluster.told('web')).toBe('0/3 nodes are available: pod affinity terms conflict. not found')
  })

  test('for one named node is told about the others', () => {
    const required = { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In' as const, values: ['node-2'] }] }] }
    const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } }
    const cluster = new Cluster([node('node-1'), node('node-2', { cpu: '1' }), node('node-3')])
      .create(pod('agent', { requests: { cpu: '2' }, spec: { affinity } }), pod('small', { spec: { affinity } })).end()
    expect(cluster.told('agent')).toBe("0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) "
      + '[NodeAffinity]. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.')
    expect(cluster.placeOf('small')).toBe('node-2')
  })

  const relief: readonly [string, ReturnType<typeof pod>, (cluster: Cluster) => unknown][] = [
    ['a pod is deleted', pod('waiting', { requests: half }), (cluster) => cluster.remove('pods', 'default/one')],
    ['a pod ends', pod('waiting', { requests: half }), (cluster) => cluster.patch('pods', 'default/one', { status: { phase: 'Succeeded' } }, 'status')],
    ['a node is added', pod('waiting', { requests: half }), (cluster) => cluster.add(node('node-2'))],
    ['a node grows', pod('waiting', { requests: half }),
      (cluster) => cluster.patch('nodes', 'node-1', { status: { allocatable: { cpu: '8' } } }, 'status')],
    ['a taint goes', pod('waiting', { spec: { nodeSelector: { tainted: 'yes' } } }),
      (cluster) => cluster.patch('nodes', 'node-t', { spec: { taints: null } })],
    ['a node is uncordoned', pod('waiting', { spec: { nodeSelector: { cordoned: 'yes' } } }),
      (cluster) => cluster.patch('nodes', 'node-c', { spec: { unschedulable: null } })],
    ['a node gets a label', pod('waiting', { spec: { nodeSelector: { disk: 'ssd' } } }),
      (cluster) => cluster.patch('nodes', 'node-1', { metadata: { labels: { disk: 'ssd' } } })],
    ['a toleration is added', pod('waiting', { spec: { nodeSelector: { tainted: 'yes' } } }),
      (cluster) => cluster.patch('pods', 'default/waiting', { spec: { tolerations: [{ operator: 'Exists' }, ...cluster.pod('waiting')?.spec.tolerations ?? []] } })],
    ['the pod it must be with arrives', pod('waiting', { spec: { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [
      { labelSelector: { matchLabels: { app: 'cache' } }, topologyKey: 'kubernetes.io/hostname' }] } } } }),
      (cluster) => cluster.create(pod('cache', { labels: { app: 'cache' } }))],
  ]
  test.each(relief)('is tried again when %s', (_, waiting, help) => {
    const cluster = new Cluster([node('node-1'), node('node-t', { labels: { tainted: 'yes' }, cpu: '1', taints: [{ key: 'a', effect: 'NoExecute' }] }),
      node('node-c', { labels: { cordoned: 'yes' }, cpu: '1', unschedulable: true })])
    cluster.create(pod('one', { requests: half }), pod('two', { requests: half }), waiting).end()
    expect(cluster.placeOf('waiting')).toBeUndefined()
    expect(cluster.world.nextDeadline).toBeUndefined()
    help(cluster)
    cluster.end()
    expect(cluster.placeOf('waiting')).toBeDefined()
    expect(cluster.broken).toEqual([])
  })

  test('is not tried again for what cannot help it', () => {
    const cluster = new Cluster([node('node-1', { taints: [{ key: 'a', effect: 'NoSchedule' }] })]).create(pod('web')).end()
    cluster.patch('nodes', 'node-1', { status: { allocatable: { cpu: '64' } } }, 'status')
      .patch('nodes', 'node-1', { metadata: { labels: { disk: 'ssd' } } })
      .patch('nodes', 'node-1', { status: { conditions: [{ type: 'Ready', status: 'True' }] } }, 'status')
    expect(cluster.settle().filter((label) => label.includes('schedules'))).toEqual([])
  })

  test('that others repel is found by the flush after five minutes when a node is added', () => {
    const cluster = new Cluster([node('node-1')]).create(pod('guard', { labels: { app: 'guard' }, spec: apart('web') }), pod('web')).end()
    expect(cluster.told('web')).toContain("1 node(s) didn't satisfy existing pods anti-affinity rules")
    cluster.add(node('node-2')).settle({ until: 299_000 })
    expect(cluster.placeOf('web')).toBeUndefined()
    cluster.end()
    expect(cluster.placeOf('web')).toBe('node-2')
    expect(cluster.broken).toEqual([])
  })
})

describe('a binding', () => {
  const isBinding = (choice: string): boolean => choice.startsWith('request|kube-scheduler|binding:')

  test('is outstanding while the next pod is scheduled on what is left', () => {
    const cluster = new Cluster([node('node-1'), node('node-2')])
      .create(pod('a', { requests: { cpu: '3' } }), pod('b', { requests: { cpu: '3' } }), pod('c', { requests: { cpu: '3' } }))
    cluster.settle({ held: isBinding, until: 0 })
    expect(cluster.placeOf('a')).toBeUndefined()
    expect(cluster.told('c')).toContain('2 Insufficient cpu')
    cluster.end()
    expect([cluster.placeOf('a'), cluster.placeOf('b')]).toEqual(['node-1', 'node-2'])
    expect(cluster.broken).toEqual([])
  })

  test('of a pod deleted meanwhile fails; its place is free at once', () => {
    const cluster = new Cluster([node('node-1', { pods: '1' })]).create(pod('a'))
    cluster.settle({ held: isBinding, until: 0 })
    cluster.create(pod('b')).settle({ held: isBinding, until: 0 })
    expect(cluster.told('b')).toContain('Too many pods')
    cluster.remove('pods', 'default/a').settle({ held: (choice) => choice.startsWith('request|kube-scheduler|binding:default/a') })
    expect(cluster.placeOf('b')).toBe('node-1')
    cluster.end()
    expect(cluster.broken).toEqual([])
    expect(Object.keys(cluster.memory()).filter((key) => /chart|request|assumed/.test(key))).toEqual([])
  })

  test('that another scheduler beat is told to the pod as an error and not retried', () => {
    const cluster = new Cluster([node('node-1'), node('node-2')]).create(pod('a'))
    cluster.settle({ held: isBinding, until: 0 })
    cluster.api({ verb: 'create', resource: 'pods', subresource: 'binding', key: 'default/a', body: { target: { name: 'node-2' } } })
    cluster.end()
    expect(cluster.placeOf('a')).toBe('node-2')
    expect(cluster.broken).toEqual([])
  })

  test('of a pod that came back under its name does not stop the new one', () => {
    const cluster = new Cluster([node('node-1')]).create(pod('a'))
    cluster.settle({ held: isBinding, until: 0 })
    cluster.remove('pods', 'default/a').create(pod('a')).end()
    expect(cluster.pod('a')?.metadata.uid).toBe('Pod:default/a~1')
    expect(cluster.placeOf('a')).toBe('node-1')
    expect(cluster.broken).toEqual([])
  })
})

describe('a broken stream', () => {
  const watches = (choice: string): boolean => choice.startsWith('watch|kube-scheduler')

  test('shows deleted pods and nodes as tombstones', () => {
    const cluster = new Cluster([node('node-1', { pods: '1' }), node('node-2', { pods: '1' })]).create(pod('a'), pod('b'), pod('c')).end()
    cluster.remove('pods', 'default/a').remove('nodes', 'node-2').settle({ held: watches })
    cluster.relist('pods').relist('nodes').end()
    expect(cluster.placeOf('c')).toBe('node-1')
    expect(cluster.broken).toEqual([])
  })

  test('shows a pod that was deleted and made anew as another pod', () => {
    const cluster = new Cluster([node('node-1', { pods: '1' })]).create(pod('a')).end()
    cluster.remove('pods', 'default/a').create(pod('a')).settle({ held: watches })
    cluster.relist('pods').end()
    expect(cluster.placeOf('a')).toBe('node-1')
    expect(cluster.broken).toEqual([])
  })
})

test('a node that is gone still counts its pods until they are gone, too', () => {
  const cluster = new Cluster([node('node-1', { pods: '1' })]).create(pod('a')).end()
  cluster.remove('nodes', 'node-1').settle()
  cluster.add(node('node-1', { pods: '1' })).create(pod('b')).end()
  expect(cluster.told('b')).toContain('1 Too many pods')
  expect(cluster.broken).toEqual([])
})

test('nothing is left in its memory but nodes when all pods are gone', () => {
  const cluster = new Cluster(three).create(pod('a', { spec: apart('web') }), pod('b', { requests: { cpu: '99' } })).end()
  cluster.remove('pods', 'default/a').remove('pods', 'default/b').end()
  expect(Object.keys(cluster.memory())).toEqual([
    'memory|kube-scheduler|nodes', 'memory|kube-scheduler|placed', 'schedule|kube-scheduler',
  ])
})

test('both stores take the same Steps to the same World', () => {
  const run = (store: PlainStore | InternedStore): readonly string[] => {
    const cluster = new Cluster(three, [], store)
    cluster.create(pod('a', { spec: apart('web') }), pod('b', { spec: apart('web') }), pod('c', { spec: apart('web') }), pod('d', { spec: apart('web') }))
    const labels = cluster.settle()
    cluster.remove('nodes', 'node-2').remove('pods', 'default/a')
    return [...labels, ...cluster.settle(), cluster.world.store.fingerprint()]
  }
  expect(run(new InternedStore())).toEqual(run(new PlainStore()))
})
