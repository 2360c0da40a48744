import { describe, expect, test } from 'vitest'
import type { Pod } from '#api/types'
import { objectKey } from '#machine/objects'
import { handle } from '#models/control-plane/api-server'
import { workqueueKey } from '#models/client/workqueue'
import { create, get, settle } from '../../support/drive.js'
import { judged } from './judged.js'
import { cluster, controllerId, podObject, readiness, remove, report, runPod, serviceObject, slicesOf } from './cluster.js'
import type { World } from '#cluster/world'

const conditions = (world: World, service: string): readonly string[] =>
  slicesOf(world, service).flatMap(({ endpoints }) => endpoints.map(({ addresses, conditions: of }) =>
    `${addresses[0] ?? ''}${of?.ready ? ' ready' : ''}${of?.serving ? ' serving' : ''}${of?.terminating ? ' terminating' : ''}`))

/** Changes an object as a user would. */
function patch(world: World, resource: string, name: string, change: unknown): void {
  world.perform((cells) => {
    const answer = handle(cells, { verb: 'patch', resource, key: name, body: { type: 'merge', patch: change } })
    if (!answer.ok) throw new Error(answer.status.message)
  })
}

describe('the EndpointSlice controller', () => {
  test('gives a Service without pods a placeholder', () => {
    const { world } = cluster()
    create(world, 'services', serviceObject('web'))
    settle(world)
    expect(slicesOf(world, 'web')).toMatchObject([{ endpoints: [], ports: [], metadata: { name: 'web-0' } }])
  })

  test('lists pods as they come, turn unready, terminate and go', () => {
    const { world } = cluster()
    create(world, 'services', serviceObject('web'))
    runPod(world, 'web-a', 'web', 'node-1', '10.244.1.2')
    runPod(world, 'web-b', 'web', 'node-2', '10.244.2.2')
    settle(world)
    expect(conditions(world, 'web')).toEqual(['10.244.1.2 ready serving', '10.244.2.2 ready serving'])
    report(world, 'web-a', { conditions: readiness(false) })
    settle(world)
    expect(conditions(world, 'web')).toEqual(['10.244.1.2', '10.244.2.2 ready serving'])
    remove(world, 'pods', 'default/web-b')
    settle(world)
    expect(conditions(world, 'web')).toEqual(['10.244.1.2', '10.244.2.2 serving terminating'])
    remove(world, 'pods', 'default/web-b', { gracePeriodSeconds: 0 })
    settle(world)
    expect(conditions(world, 'web')).toEqual(['10.244.1.2'])
  })

  test('leaves out pods of other labels, and follows a label that changes', () => {
    const { world } = cluster()
    create(world, 'services', serviceObject('web'))
    create(world, 'services', serviceObject('api'))
    runPod(world, 'web-a', 'web', 'node-1', '10.244.1.2')
    settle(world)
    expect([conditions(world, 'web').length, conditions(world, 'api').length]).toEqual([1, 0])
    patch(world, 'pods', 'default/web-a', { metadata: { labels: { app: 'api' } } })
    settle(world)
    expect([conditions(world, 'web').length, conditions(world, 'api').length]).toEqual([0, 1])
  })

  test('does not sync for what cannot matter', () => {
    const { world } = cluster()
    create(world, 'services', serviceObject('web'))
    runPod(world, 'web-a', 'web', 'node-1', '10.244.1.2')
    create(world, 'pods', podObject('other', 'other', 'node-1'))
    settle(world)
    report(world, 'web-a', { message: 'something else' })
    report(world, 'other', { podIPs: [{ ip: '10.244.1.9' }], conditions: readiness(true) })
    expect(settle(world).filter((label) => label.includes('syncs default/web'))).toEqual([])
  })

  test('leaves Services without a selector and external names alone', () => {
    const { world } = cluster()
    create(world, 'services', serviceObject('manual', { selector: undefined }))
    create(world, 'services', serviceObject('outside', { type: 'ExternalName', externalName: 'example.com', ports: [] }))
    settle(world)
    expect([slicesOf(world, 'manual'), slicesOf(world, 'outside')]).toEqual([[], []])
  })

  test('marks slices of a headless Service', () => {
    const { world } = cluster()
    create(world, 'services', serviceObject('web', { clusterIP: 'None' }))
    settle(world)
    expect(slicesOf(world, 'web')[0]?.metadata.labels).toHaveProperty(['service.kubernetes.io/headless'], '')
  })

  test('mends a slice that somebody changed, and creates one that somebody deleted, a second later', () => {
    const { world } = cluster()
    create(world, 'services', serviceObject('web'))
    runPod(world, 'web-a', 'web', 'node-1', '10.244.1.2')
    settle(world)
    patch(world, 'endpointslices', 'default/web-0', { endpoints: [] })
    settle(world)
    expect(conditions(world, 'web')).toEqual(['10.244.1.2 ready serving'])
    remove(world, 'endpointslices', 'default/web-0')
    const since = world.now
    settle(world, { until: since + 999 })
    expect(slicesOf(world, 'web')).toEqual([])
    settle(world)
    expect(slicesOf(world, 'web').map(({ metadata }) => metadata.name)).toEqual(['web-1'])
  })

  test('waits for its own writes before it looks again, with a back-off of a second', () => {
    const { world } = cluster()
    create(world, 'services', serviceObject('web'))
    runPod(world, 'web-a', 'web', 'node-1', '10.244.1.2')
    settle(world)
    const late = (choice: string): boolean => choice === `watch|${controllerId}|endpointslices`
    const drive = judged(world)
    drive.perform(() => report(world, 'web-a', { conditions: readiness(false) }))
    drive.run({ until: world.now, hold: late })
    drive.perform(() => report(world, 'web-a', { conditions: readiness(true) }))
    drive.run({ until: world.now, hold: late })
    expect(conditions(world, 'web')).toEqual(['10.244.1.2'])
    expect(world.read(workqueueKey(controllerId))?.failures).toEqual({ 'default/web': 1 })
    drive.run()
    expect(conditions(world, 'web')).toEqual(['10.244.1.2 ready serving'])
  })

  test('tries a failed call again: a pod whose node it does not know', () => {
    const { world } = cluster(['node-1'])
    create(world, 'services', serviceObject('web'))
    runPod(world, 'web-a', 'web', 'node-9', '10.244.9.2')
    settle(world, { until: 2500 })
    expect(conditions(world, 'web')).toEqual([])
    create(world, 'nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-9' }, spec: {}, status: {} })
    settle(world)
    expect(conditions(world, 'web')).toEqual(['10.244.9.2 ready serving'])
  })

  test('gives up after fifteen failures in a row', () => {
    const { world } = cluster(['node-1'])
    create(world, 'services', serviceObject('web'))
    runPod(world, 'web-a', 'web', 'node-9', '10.244.9.2')
    const syncs = settle(world).filter((label) => label.endsWith('endpointslice syncs default/web'))
    expect(syncs.length).toBe(16)
    expect(world.nextDeadline).toBeUndefined()
  })

  test('does not create slices in a namespace that is being terminated, and does not mind', () => {
    const { world } = cluster()
    create(world, 'services', serviceObject('web'))
    const terminating = { name: 'default', uid: 'Namespace:default', deletionTimestamp: 'set' }
    world.perform((cells) => cells.write(objectKey('namespaces', 'default'), {
      apiVersion: 'v1', kind: 'Namespace', metadata: terminating, spec: { finalizers: ['kubernetes'] }, status: { phase: 'Terminating' },
    }))
    settle(world)
    expect(slicesOf(world, 'web')).toEqual([])
    expect(world.read(workqueueKey(controllerId))?.failures).toEqual({})
  })

  test('keeps at most a hundred endpoints in a slice', () => {
    const { world } = cluster(['node-1'])
    create(world, 'services', serviceObject('web'))
    for (let i = 0; i < 230; i++) runPod(world, `web-${i}`, 'web', 'node-1', `10.244.1.${i}`)
    settle(world)
    expect(slicesOf(world, 'web').map(({ endpoints }) => endpoints.length)).toEqual([100, 100, 30])
  })

  test('settles: in the end nothing is pending', () => {
    const { world } = cluster()
    create(world, 'services', serviceObject('web'))
    runPod(world, 'web-a', 'web', 'node-1', '10.244.1.2')
    settle(world)
    expect([world.agenda.size, world.nextDeadline]).toEqual([0, undefined])
  })
})

test('a pod of another uid with the same name and address replaces the endpoint', () => {
  const { world } = cluster()
  create(world, 'services', serviceObject('web'))
  runPod(world, 'web-a', 'web', 'node-1', '10.244.1.2')
  settle(world)
  remove(world, 'pods', 'default/web-a', { gracePeriodSeconds: 0 })
  runPod(world, 'web-a', 'web', 'node-1', '10.244.1.2')
  settle(world)
  const pod: Pod = get(world, 'pods', 'default/web-a')!
  expect(slicesOf(world, 'web')[0]?.endpoints[0]?.targetRef?.uid).toBe(pod.metadata.uid)
  expect(world.read(objectKey('endpointslices', 'default/web-0'))).toBeDefined()
})
