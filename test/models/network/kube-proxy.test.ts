import { describe, expect, test } from 'vitest'
import type { World } from '#cluster/world'
import { handle } from '#models/control-plane/api-server'
import { ruleTroubleKey, type RuleTrouble } from '#models/network/kube-proxy-sync'
import { programmedKey, routesOf, rulesKey } from '#models/network/routes'
import { create, settle } from '../../support/drive.js'
import { judged } from './judged.js'
import { cluster, podObject, proxyId, readiness, remove, report, routedTo, runPod, serviceIn, serviceObject } from './cluster.js'

const syncsOf = (labels: readonly string[], node: string): number =>
  labels.filter((label) => label === `${proxyId(node)} syncs rules`).length

function withPods(nodes?: readonly string[]): World {
  const { world } = cluster(nodes)
  create(world, 'services', serviceObject('web'))
  runPod(world, 'web-a', 'web', 'node-1', '10.244.1.2')
  runPod(world, 'web-b', 'web', 'node-2', '10.244.2.2')
  settle(world)
  return world
}

const label = (world: World, node: string, zone: string): void => world.perform((cells) => {
  handle(cells, { verb: 'patch', resource: 'nodes', key: node, body: {
    type: 'merge', patch: { metadata: { labels: { 'topology.kubernetes.io/zone': zone } } },
  } })
})

const trouble = (world: World, value: RuleTrouble | undefined): void =>
  world.perform((cells) => cells.write(ruleTroubleKey('node-1'), value))

describe('kube-proxy', () => {
  test('programs every node with what its cache has', () => {
    const world = withPods()
    for (const node of ['node-1', 'node-2']) {
      expect(routedTo(world, node, 'web')).toEqual(['10.244.1.2:8080', '10.244.2.2:8080'])
      expect(world.read(rulesKey(node, 'default/web'))?.service).toEqual(serviceIn(world, 'web'))
    }
  })

  test('takes away the rules of a Service that is deleted', () => {
    const world = withPods()
    remove(world, 'services', 'default/web')
    settle(world)
    expect(world.read(rulesKey('node-1', 'default/web'))).toBeUndefined()
    expect(world.read(programmedKey('node-1'))).toBeUndefined()
  })

  test('does not hear of headless Services and their slices', () => {
    const { world } = cluster()
    create(world, 'services', serviceObject('web', { clusterIP: 'None' }))
    runPod(world, 'web-a', 'web', 'node-1', '10.244.1.2')
    const labels = settle(world)
    expect(labels.filter((text) => /kube-proxy.*(services|endpointslices)/.test(text))).toEqual([])
    expect(syncsOf(labels, 'node-1')).toBe(0)
  })

  test('syncs at once, and then no more than once a second', () => {
    const world = withPods()
    const start = world.now
    report(world, 'web-a', { conditions: readiness(false) })
    expect(syncsOf(settle(world, { until: start }), 'node-1')).toBe(1)
    report(world, 'web-b', { conditions: readiness(false) })
    const soon = settle(world, { until: start + 999 })
    expect(syncsOf(soon, 'node-1')).toBe(0)
    expect(routedTo(world, 'node-1', 'web')).toEqual(['10.244.2.2:8080'])
    expect(syncsOf(settle(world, { until: start + 1000 }), 'node-1')).toBe(1)
    expect(routedTo(world, 'node-1', 'web')).toEqual([])
  })

  test('does not sync for changes of a Service that it does not use', () => {
    const world = withPods()
    world.perform((cells) => void handle(cells, { verb: 'patch', resource: 'services', key: 'default/web', body: {
      type: 'merge', patch: { metadata: { annotations: { note: 'x' } } },
    } }))
    expect(syncsOf(settle(world), 'node-1')).toBe(0)
  })

  test('refuses where a Service has no endpoint, and drops where it has none of its own under policy Local', () => {
    const { world } = cluster()
    create(world, 'services', serviceObject('web', { internalTrafficPolicy: 'Local' }))
    settle(world)
    const internal = (node: string) => routesOf(world.read(rulesKey(node, 'default/web'))!, node)[0]?.internal
    expect(internal('node-2')).toBe('REJECT')
    runPod(world, 'web-a', 'web', 'node-1', '10.244.1.2')
    settle(world)
    expect(internal('node-2')).toBe('DROP')
    expect(internal('node-1')).toMatchObject([{ ip: '10.244.1.2' }])
  })

  test('goes on sending to terminating pods where no other is ready', () => {
    const world = withPods()
    remove(world, 'pods', 'default/web-a')
    settle(world)
    expect(routedTo(world, 'node-1', 'web')).toEqual(['10.244.2.2:8080'])
    remove(world, 'pods', 'default/web-b')
    settle(world)
    expect(routedTo(world, 'node-1', 'web')).toEqual(['10.244.1.2:8080', '10.244.2.2:8080'])
  })

  test('publishes unready pods where the Service says so', () => {
    const { world } = cluster()
    create(world, 'services', serviceObject('web', { publishNotReadyAddresses: true }))
    create(world, 'pods', podObject('web-a', 'web', 'node-1'))
    report(world, 'web-a', { podIPs: [{ ip: '10.244.1.2' }], conditions: readiness(false) })
    settle(world)
    expect(routedTo(world, 'node-2', 'web')).toEqual(['10.244.1.2:8080'])
  })

  test('keeps traffic in the zone where the Service prefers that', () => {
    const { world: zoned } = cluster()
    label(zoned, 'node-1', 'a')
    label(zoned, 'node-2', 'b')
    create(zoned, 'services', serviceObject('web', { trafficDistribution: 'PreferClose' }))
    runPod(zoned, 'web-a', 'web', 'node-1', '10.244.1.2')
    runPod(zoned, 'web-b', 'web', 'node-2', '10.244.2.2')
    settle(zoned)
    expect([routedTo(zoned, 'node-1', 'web'), routedTo(zoned, 'node-2', 'web')])
      .toEqual([['10.244.1.2:8080'], ['10.244.2.2:8080']])
    label(zoned, 'node-2', 'a')
    settle(zoned)
    expect(routedTo(zoned, 'node-2', 'web')).toEqual(['10.244.1.2:8080'])
  })

  test('keeps its rules while it is down, and syncs all of them when it is back', () => {
    const bench = cluster()
    const { world } = bench
    create(world, 'services', serviceObject('web'))
    runPod(world, 'web-a', 'web', 'node-1', '10.244.1.2')
    settle(world)
    const { runtime } = bench.kubernetes
    world.perform((cells) => {
      cells.write(rulesKey('node-1', 'default/gone'), cells.read(rulesKey('node-1', 'default/web')))
      cells.write(programmedKey('node-1'), ['default/web', 'default/gone'])
      runtime.processOf(proxyId('node-1'))?.onStart?.(runtime.context(cells, proxyId('node-1'), ''))
    })
    expect(routedTo(world, 'node-1', 'web')).toEqual(['10.244.1.2:8080'])
    settle(world)
    expect(world.read(programmedKey('node-1'))).toEqual(['default/web'])
    expect(world.read(rulesKey('node-1', 'default/gone'))).toBeUndefined()
  })

  test('tries a failed rule sync again after thirty seconds, all of it', () => {
    const world = withPods()
    const start = world.now
    trouble(world, { fails: true })
    report(world, 'web-a', { conditions: readiness(false) })
    settle(world, { until: start + 29_999 })
    expect(routedTo(world, 'node-1', 'web').length).toBe(2)
    trouble(world, undefined)
    settle(world, { until: start + 30_000 })
    expect(routedTo(world, 'node-1', 'web')).toEqual(['10.244.2.2:8080'])
  })

  test('tries it again at the next change', () => {
    const world = withPods()
    const start = world.now
    trouble(world, { fails: true })
    report(world, 'web-a', { conditions: readiness(false) })
    settle(world, { until: start + 5000 })
    trouble(world, undefined)
    report(world, 'web-b', { message: 'x', conditions: readiness(false) })
    settle(world, { until: start + 5000 })
    expect(routedTo(world, 'node-1', 'web')).toEqual([])
    settle(world)
    expect(world.nextDeadline).toBeUndefined()
  })

  test('programs what it had when a slow sync began, and the rest afterwards', () => {
    const world = withPods()
    const start = world.now
    trouble(world, { takes: 4000 })
    report(world, 'web-a', { conditions: readiness(false) })
    settle(world, { until: start + 2000 })
    trouble(world, undefined)
    report(world, 'web-b', { conditions: readiness(false) })
    settle(world, { until: start + 3999 })
    expect(routedTo(world, 'node-1', 'web').length).toBe(2)
    settle(world, { until: start + 4000 })
    expect(routedTo(world, 'node-1', 'web')).toEqual(['10.244.2.2:8080'])
    settle(world, { until: start + 5000 })
    expect(routedTo(world, 'node-1', 'web')).toEqual([])
  })

  test('is as old as its own cache', () => {
    const world = withPods()
    const drive = judged(world)
    drive.perform(() => report(world, 'web-a', { conditions: readiness(false) }))
    drive.run({ hold: (choice) => choice === `watch|${proxyId('node-2')}|endpointslices` })
    expect(routedTo(world, 'node-1', 'web')).toEqual(['10.244.2.2:8080'])
    expect(routedTo(world, 'node-2', 'web').length).toBe(2)
    expect(drive.verdict().violations).toEqual([])
  })
})
