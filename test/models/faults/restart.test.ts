import { describe, expect, test } from 'vitest'
import { objectKey } from '#machine/objects'
import { reflectorKey, watchKey } from '#machine/watch'
import { faultKey, type Fault, type Scene } from '#models/faults'
import { brokenWatch } from '#models/faults/broken-watch'
import { faults } from '#models/faults/index'
import { lag } from '#models/faults/lag'
import { lostEvents } from '#models/faults/lost-events'
import { partition } from '#models/faults/partition'
import { powerLoss } from '#models/faults/power-loss'
import { restart } from '#models/faults/restart'
import { isOrphaned } from '#models/faults/forget'
import { handle } from '#models/control-plane/api-server'
import { readyStatus } from '#models/node-lifecycle/conditions'
import { cluster, pod, setTaints, type Cluster } from '../node-lifecycle/bench.js'
import { create, get, settle } from '../../support/drive.js'

const scene = ({ world, machinery }: Cluster, cells: Scene['cells'] = world): Scene => ({
  cells, runtime: machinery.runtime,
  keys: () => [...world.store.keys(), ...world.store.deadlines.entries().map(([key]) => key)],
})
const inject = (c: Cluster, fault: Fault, target: string): void => c.world.perform((cells) => fault.inject(scene(c, cells), target))
const heal = (c: Cluster, fault: Fault, target: string): void => c.world.perform((cells) => fault.heal?.(scene(c, cells), target))

const eviction = 'kube-controller-manager/taint-eviction'
const taint = { key: 'maintenance', effect: 'NoExecute' } as const
const isEvicted = (c: Cluster, name: string): boolean =>
  get(c.world, 'pods', `default/${name}`)?.metadata.deletionTimestamp !== undefined

test('every fault has a name of its own, targets and times', () => {
  const c = cluster(['taint-eviction', 'node-lifecycle'], 2)
  expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length)
  for (const fault of faults) {
    expect(fault.lasts[0]).toBeLessThanOrEqual(fault.lasts[1])
    const targets = fault.targets(scene(c))
    expect([...targets]).toEqual([...targets].sort())
  }
  expect(restart.targets(scene(c))).toEqual([
    'kube-controller-manager/node-lifecycle', eviction, 'kubelet/node-1', 'kubelet/node-2',
  ])
})

describe('a process that ends', () => {
  test('leaves nothing of itself behind but what it wrote and what it sent', () => {
    const c = cluster(['taint-eviction'], 1)
    create(c.world, 'pods', pod('a', 'node-1', [{ key: 'maintenance', operator: 'Exists', tolerationSeconds: 60 }]))
    create(c.world, 'pods', pod('b', 'node-1'))
    settle(c.world, { until: 0 })
    setTaints(c, 'node-1', [taint])
    const request = `request|${eviction}|evict:default/b|main`
    while (!c.world.isEnabled(request)) c.world.take(c.world.agenda.first()!)
    inject(c, restart, eviction)
    const left = [...scene(c).keys(() => true)].filter((key) => key.split('|')[1] === eviction)
    expect(left).toEqual([]) // the read in flight is of no use to anybody
    expect(c.world.store.get(reflectorKey(eviction, 'pods'))).toBeUndefined()
    settle(c.world, { until: 10_000 })
    expect(isEvicted(c, 'b')).toBe(false)
    heal(c, restart, eviction)
    settle(c.world)
    expect([isEvicted(c, 'a'), isEvicted(c, 'b')]).toEqual([true, true])
  })

  test('forgets the time that a pod was given: it begins anew', () => {
    const c = cluster(['taint-eviction'], 1)
    create(c.world, 'pods', pod('a', 'node-1', [{ key: 'maintenance', operator: 'Exists', tolerationSeconds: 60 }]))
    setTaints(c, 'node-1', [taint])
    settle(c.world, { until: 0 })
    c.world.advance(50_000)
    inject(c, restart, eviction)
    heal(c, restart, eviction)
    settle(c.world, { until: 109_000 })
    expect(isEvicted(c, 'a')).toBe(false)
    settle(c.world, { until: 110_000 })
    expect(isEvicted(c, 'a')).toBe(true)
  })

  test.each([[0, true], [1, false]])('with outcome %i a write that it sent takes effect: %s', (pick, happens) => {
    const c = cluster(['node-ipam'], 1)
    const request = 'request|kube-controller-manager/node-ipam|sync:node-1|main'
    while (!c.world.isEnabled(request)) c.world.take(c.world.agenda.first()!)
    c.world.picker = () => pick
    inject(c, restart, 'kube-controller-manager/node-ipam')
    const orphans = [...c.world.store.keys()].filter(isOrphaned)
    expect(orphans).toHaveLength(happens ? 1 : 0)
    settle(c.world)
    expect(get(c.world, 'nodes', 'node-1')?.spec.podCIDR !== undefined).toBe(happens)
  })

  test('a kubelet that does not come back is missed', () => {
    const c = cluster(['node-lifecycle'], 3)
    inject(c, restart, 'kubelet/node-1')
    settle(c.world, { until: 60_000 })
    expect(readyStatus(get(c.world, 'nodes', 'node-1')!)).toBe('Unknown')
    heal(c, restart, 'kubelet/node-1')
    settle(c.world)
    expect(readyStatus(get(c.world, 'nodes', 'node-1')!)).toBe('True')
    expect([...c.world.store.keys()].filter((key) => key.startsWith('fault|'))).toEqual([])
  })
})

describe('watches', () => {
  const relabel = (c: Cluster, value: string): void => c.world.perform((cells) => {
    handle(cells, { verb: 'patch', resource: 'nodes', key: 'node-1', body: { type: 'merge', patch: { metadata: { labels: { value } } } } })
  })

  test('of an API server that lags bring nothing until it has caught up', () => {
    const c = cluster(['taint-eviction'], 1)
    create(c.world, 'pods', pod('a', 'node-1'))
    settle(c.world)
    inject(c, lag, 'api-1')
    setTaints(c, 'node-1', [taint])
    settle(c.world)
    expect(isEvicted(c, 'a')).toBe(false)
    heal(c, lag, 'api-1')
    settle(c.world)
    expect(isEvicted(c, 'a')).toBe(true)
  })

  test('that expire show what was on its way as one difference', () => {
    const c = cluster(['taint-eviction'], 1)
    create(c.world, 'pods', pod('a', 'node-1'))
    settle(c.world)
    setTaints(c, 'node-1', [taint])
    relabel(c, 'x')
    setTaints(c, 'node-1', [])
    inject(c, brokenWatch, `${eviction} nodes`)
    settle(c.world)
    expect(isEvicted(c, 'a')).toBe(false)
    expect(c.world.store.get(watchKey(eviction, 'nodes'))).toBeUndefined()
  })

  test('that are dead for a while lose what happens and what is taken back meanwhile', () => {
    const c = cluster(['taint-eviction'], 1)
    create(c.world, 'pods', pod('a', 'node-1'))
    settle(c.world)
    inject(c, lostEvents, `${eviction} nodes`)
    setTaints(c, 'node-1', [taint])
    settle(c.world)
    expect(isEvicted(c, 'a')).toBe(false)
    setTaints(c, 'node-1', [])
    settle(c.world)
    heal(c, lostEvents, `${eviction} nodes`)
    settle(c.world)
    expect(isEvicted(c, 'a')).toBe(false)
    setTaints(c, 'node-1', [taint])
    settle(c.world)
    expect(isEvicted(c, 'a')).toBe(true)
  })

  test('of a node that is cut off cannot be listed', () => {
    const c = cluster(['node-lifecycle'], 2)
    inject(c, partition, 'node-1')
    expect(brokenWatch.targets(scene(c)).filter((target) => target.startsWith('kubelet/node-1'))).toEqual([])
    expect(lostEvents.targets(scene(c)).filter((target) => target.startsWith('kubelet'))).toEqual([])
  })
})

describe('a node', () => {
  const ready = (c: Cluster): string | undefined => readyStatus(get(c.world, 'nodes', 'node-1')!)

  test('that is cut off is missed after 50 s, and back soon after it is not', () => {
    const c = cluster(['node-lifecycle'], 3)
    inject(c, partition, 'node-1')
    settle(c.world, { until: 49_000 })
    expect(ready(c)).toBe('True')
    settle(c.world)
    expect(ready(c)).toBe('Unknown')
    heal(c, partition, 'node-1')
    settle(c.world)
    expect(ready(c)).toBe('True')
    expect([...c.world.store.keys()].filter((key) => /^(fault|cut|down)\|/.test(key))).toEqual([])
  })

  test('without power runs nothing, and starts everything anew when it boots', () => {
    const c = cluster(['node-lifecycle'], 3)
    inject(c, powerLoss, 'node-1')
    expect(restart.targets(scene(c))).not.toContain('kubelet/node-1')
    settle(c.world)
    expect(ready(c)).toBe('Unknown')
    heal(c, powerLoss, 'node-1')
    settle(c.world)
    expect(ready(c)).toBe('True')
    expect(restart.targets(scene(c))).toContain('kubelet/node-1')
  })

  test('that boots while it is cut off starts when it no longer is', () => {
    const c = cluster(['node-lifecycle'], 3)
    inject(c, partition, 'node-1')
    inject(c, powerLoss, 'node-1')
    heal(c, powerLoss, 'node-1')
    settle(c.world)
    expect([ready(c), restart.targets(scene(c)).includes('kubelet/node-1')]).toEqual(['Unknown', false])
    heal(c, partition, 'node-1')
    settle(c.world)
    expect([ready(c), restart.targets(scene(c)).includes('kubelet/node-1')]).toEqual(['True', true])
  })

  test('that loses power while its kubelet is down starts it once, when it boots', () => {
    const c = cluster(['node-lifecycle'], 3)
    inject(c, restart, 'kubelet/node-1')
    inject(c, powerLoss, 'node-1')
    heal(c, restart, 'kubelet/node-1')
    expect(restart.targets(scene(c))).not.toContain('kubelet/node-1')
    heal(c, powerLoss, 'node-1')
    settle(c.world)
    expect(restart.targets(scene(c))).toContain('kubelet/node-1')
    expect(c.world.store.get(faultKey('ended', 'kubelet/node-1'))).toBeUndefined()
  })

  test('that loses power after it was cut off comes back whichever ends first', () => {
    const c = cluster(['node-lifecycle'], 3)
    inject(c, partition, 'node-1')
    inject(c, powerLoss, 'node-1')
    heal(c, partition, 'node-1')
    settle(c.world)
    expect(ready(c)).toBe('Unknown')
    heal(c, powerLoss, 'node-1')
    settle(c.world)
    expect(ready(c)).toBe('True')
    expect(c.world.store.get(objectKey('leases', 'kube-node-lease/node-1'))).toBeDefined()
  })
})
