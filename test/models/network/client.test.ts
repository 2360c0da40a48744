import { describe, expect, test } from 'vitest'
import type { World } from '#cluster/world'
import { downKey } from '#models/client/reflector'
import { anyPort, clientKey, clientsKey, listen, routedKey, type Client } from '#models/node/listeners'
import { create, settle } from '../../support/drive.js'
import { cluster, readiness, remove, report, runPod, serviceObject } from './cluster.js'

const clients = (world: World, node: string): Client | undefined => world.read(clientKey('default/web', node))

const connections = (labels: readonly string[]): readonly string[] => labels.filter((label) => label.startsWith('clients on'))

const listening = (world: World, ip: string, pod: string, ports: readonly number[]): void =>
  world.perform((cells) => listen(cells, ip, { pod, ports }))

function withPods(): World {
  const { world } = cluster()
  create(world, 'services', serviceObject('web'))
  runPod(world, 'web-a', 'web', 'node-1', '10.244.1.2')
  runPod(world, 'web-b', 'web', 'node-2', '10.244.2.2')
  settle(world)
  return world
}

describe('clients of a Service', () => {
  test('meet every backend when the rules of their node change', () => {
    const world = withPods()
    expect(clients(world, 'node-1')).toEqual({ met: 2, failures: {} })
    runPod(world, 'web-c', 'web', 'node-1', '10.244.1.3')
    const labels = settle(world)
    expect(connections(labels)).toEqual(['clients on node-1 connect to default/web', 'clients on node-2 connect to default/web'])
    expect(clients(world, 'node-1')).toEqual({ met: 1, failures: {} })
  })

  test('are rejected where there is no endpoint', () => {
    const { world } = cluster()
    create(world, 'services', serviceObject('web'))
    settle(world)
    expect(clients(world, 'node-1')?.failures).toEqual({ 'http/TCP': 'rejected' })
    runPod(world, 'web-a', 'web', 'node-1', '10.244.1.2')
    settle(world)
    expect(clients(world, 'node-1')?.failures).toEqual({})
  })

  test('connect again when a listener closes, and are refused', () => {
    const world = withPods()
    listening(world, '10.244.1.2', 'Pod:default/web-a', [])
    expect(connections(settle(world)).length).toBe(2)
    expect(clients(world, 'node-2')?.failures).toEqual({ '10.244.1.2:8080': 'refused' })
    listening(world, '10.244.1.2', 'Pod:default/web-a', [8080])
    settle(world)
    expect(clients(world, 'node-2')?.failures).toEqual({})
  })

  test('have nothing to do for a listener that no Service leads to', () => {
    const world = withPods()
    listening(world, '10.244.1.9', 'Pod:default/other', [8080])
    expect(connections(settle(world))).toEqual([])
  })

  test('reach a container that declares no ports on any of them', () => {
    const world = withPods()
    listening(world, '10.244.1.2', 'Pod:default/web-a', [anyPort])
    settle(world)
    expect(clients(world, 'node-1')?.failures).toEqual({})
  })

  test('notice that an address belongs to another pod', () => {
    const world = withPods()
    listening(world, '10.244.1.2', 'Pod:default/stranger', [8080])
    settle(world)
    expect(clients(world, 'node-1')?.failures).toEqual({ '10.244.1.2:8080': 'misdelivered' })
  })

  test('hear nothing from a node without power, and do nothing on one', () => {
    const world = withPods()
    world.perform((cells) => cells.write(downKey('node-1'), true))
    listening(world, '10.244.1.2', 'Pod:default/web-a', [])
    expect(connections(settle(world))).toEqual(['clients on node-2 connect to default/web'])
    expect(clients(world, 'node-2')?.failures).toEqual({ '10.244.1.2:8080': 'dropped' })
  })

  test('forget an address once no rules lead there', () => {
    const world = withPods()
    expect(world.read(routedKey('10.244.1.2'))).toEqual(['default/web'])
    report(world, 'web-a', { conditions: readiness(false) })
    settle(world)
    expect(world.read(routedKey('10.244.1.2'))).toBeUndefined()
    listening(world, '10.244.1.2', 'Pod:default/web-a', [])
    expect(connections(settle(world))).toEqual([])
  })

  test('are gone with the Service', () => {
    const world = withPods()
    remove(world, 'services', 'default/web')
    settle(world)
    expect([clients(world, 'node-1'), world.read(routedKey('10.244.1.2'))]).toEqual([undefined, undefined])
  })

  test('are on the first eight nodes, or where they are put', () => {
    const nodes = Array.from({ length: 12 }, (_, index) => `node-${index + 1}`)
    const { world } = cluster(nodes)
    create(world, 'services', serviceObject('web'))
    settle(world)
    expect(nodes.filter((node) => clients(world, node) !== undefined)).toEqual(nodes.slice(0, 8))
    const { world: few } = cluster(nodes)
    few.perform((cells) => cells.write(clientsKey, ['node-11']))
    create(few, 'services', serviceObject('web'))
    settle(few)
    expect(nodes.filter((node) => clients(few, node) !== undefined)).toEqual(['node-11'])
  })
})
