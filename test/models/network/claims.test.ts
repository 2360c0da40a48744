import { describe, expect, test } from 'vitest'
import type { World } from '#cluster/world'
import { kubernetes } from '#models/kubernetes'
import type { Mutant } from '#models/mutants'
import { endpointsNoStaleTracker } from '#models/mutants/endpoints-no-stale-tracker'
import { proxyFlushesConnections } from '#models/mutants/proxy-flushes-connections'
import { proxyForgetsWhileWaiting } from '#models/mutants/proxy-forgets-while-waiting'
import { proxyIgnoresTerminatingEndpoints } from '#models/mutants/proxy-ignores-terminating-endpoints'
import { proxyMissesSliceUpdates } from '#models/mutants/proxy-misses-slice-updates'
import { slicesIgnoreSelector } from '#models/mutants/slices-ignore-selector'
import { slicesIncludeUnready } from '#models/mutants/slices-include-unready'
import { slicesPortForTargetPort } from '#models/mutants/slices-port-for-target-port'
import { slicesUpdateDropped } from '#models/mutants/slices-update-dropped'
import { listen } from '#models/node/listeners'
import { claims, preStopAdvice, publishAdvice, readinessAdvice } from '#properties/network/index'
import { create } from '../../support/drive.js'
import { judged, type Drive } from './judged.js'
import { cluster, controllerId, podObject, proxyId, readiness, remove, report, runPod, serviceObject } from './cluster.js'

const close = (world: World, name: string, ip: string): void =>
  world.perform((cells) => listen(cells, ip, { pod: `Pod:default/${name}`, ports: [] }))

const sandboxGone = (world: World, ip: string): void => world.perform((cells) => listen(cells, ip, undefined))

const lateSlices = (process: string) => (choice: string): boolean => choice === `watch|${process}|endpointslices`

interface Setting {
  readonly world: World
  readonly drive: Drive
}

function begin(mutant?: Mutant, isDisturbed?: () => boolean): Setting {
  const { world } = cluster(['node-1', 'node-2'], kubernetes(mutant?.apply))
  const drive = judged(world, isDisturbed)
  drive.perform(() => {
    create(world, 'services', serviceObject('web'))
    create(world, 'services', serviceObject('api'))
    runPod(world, 'web-a', 'web', 'node-1', '10.244.1.2')
    runPod(world, 'web-b', 'web', 'node-2', '10.244.2.2')
    runPod(world, 'api-a', 'api', 'node-2', '10.244.2.3')
  })
  drive.run()
  return { world, drive }
}

/** A pod is deleted, goes on listening for `seconds`, closes its listener, and is gone. */
function stop({ world, drive }: Setting, name: string, ip: string, seconds: number, hold?: (choice: string) => boolean): void {
  drive.perform(() => remove(world, 'pods', `default/${name}`))
  drive.run({ until: world.now + seconds * 1000, hold })
  drive.perform(() => close(world, name, ip))
  drive.run({ until: world.now + 500, hold })
  drive.perform(() => {
    sandboxGone(world, ip)
    remove(world, 'pods', `default/${name}`, { gracePeriodSeconds: 0 })
  })
}

/** What a rollout and a little trouble with readiness do to Services. */
function everyday(setting: Setting): ReturnType<Drive['verdict']> {
  const { world, drive } = setting
  drive.perform(() => report(world, 'web-b', { conditions: readiness(false) }))
  drive.run({ until: world.now + 100 })
  drive.perform(() => runPod(world, 'web-c', 'web', 'node-2', '10.244.2.4'))
  drive.run()
  const late = lateSlices(controllerId)
  drive.perform(() => report(world, 'web-b', { conditions: readiness(true) }))
  drive.run({ until: world.now, hold: late })
  drive.perform(() => report(world, 'web-b', { conditions: readiness(false) }))
  drive.run({ until: world.now, hold: late })
  drive.run()
  drive.perform(() => report(world, 'web-b', { conditions: readiness(true) }))
  drive.run({ until: world.now })
  drive.run()
  stop(setting, 'web-a', '10.244.1.2', 5)
  drive.perform(() => {
    report(world, 'web-b', { conditions: readiness(false) })
    remove(world, 'pods', 'default/web-c')
  })
  drive.run()
  drive.perform(() => report(world, 'web-b', { conditions: readiness(true) }))
  return drive.verdict()
}

const broken = ({ violations }: ReturnType<Drive['verdict']>): readonly string[] =>
  [...new Set(violations.map(({ claim }) => claim))].sort()

describe('the claims about Services', () => {
  test('hold of upstream, and each was exercised', () => {
    const verdict = everyday(begin())
    expect(verdict.violations).toEqual([])
    expect([...verdict.exercised.keys()].sort()).toEqual(claims.map(({ name }) => name).sort())
  })

  const mutants: readonly Mutant[] = [
    proxyForgetsWhileWaiting, proxyIgnoresTerminatingEndpoints, proxyMissesSliceUpdates, slicesIgnoreSelector,
    proxyFlushesConnections, slicesIncludeUnready, slicesPortForTargetPort, slicesUpdateDropped,
  ]

  test.each(mutants)('notice $name', (mutant) => {
    expect(broken(everyday(begin(mutant)))).toEqual(expect.arrayContaining([...mutant.breaks]))
  })

  test('have a mutant each', () => {
    const killed = new Set([...mutants, endpointsNoStaleTracker].flatMap(({ breaks }) => breaks))
    expect([...killed].sort()).toEqual(claims.map(({ name }) => name).sort())
  })
})

// kubernetes/kubernetes#125638
describe('a pod that is ready, not ready and ready again, faster than the watch', () => {
  function flap({ world, drive }: Setting): ReturnType<Drive['verdict']> {
    const late = lateSlices(controllerId)
    drive.perform(() => report(world, 'web-a', { conditions: readiness(false) }))
    drive.run({ until: world.now, hold: late })
    drive.perform(() => report(world, 'web-a', { conditions: readiness(true) }))
    drive.run({ until: world.now, hold: late })
    return drive.verdict()
  }

  test('is routed in the end', () => expect(broken(flap(begin()))).toEqual([]))

  test('is not, where the controller trusts a cache older than its own write', () => {
    const verdict = flap(begin(endpointsNoStaleTracker))
    expect(broken(verdict)).toEqual(['endpoint-ready-is-routed', 'slices-converge'])
    expect(verdict.violations.find(({ claim }) => claim === 'endpoint-ready-is-routed')?.message).toBe(
      'Service default/web: pod web-a is Ready, but no EndpointSlice lists 10.244.1.2 as ready, for good')
  })
})

// kubernetes/kubernetes#86280
describe('a pod that closes its listener as soon as it is asked to stop', () => {
  test('refuses connections through a node that learns of it late', () => {
    const setting = begin()
    stop(setting, 'web-a', '10.244.1.2', 0, lateSlices(proxyId('node-2')))
    const { violations } = setting.drive.verdict()
    expect(violations).toMatchObject([{
      claim: 'no-connection-to-closed-listener',
      message: 'Service default/web refused a connection on node-2: the rules there led to pod default/web-a ' +
        '(10.244.1.2:8080), which is terminating and closed its listener just before; 1 other ready endpoint could have answered',
      objects: ['Service default/web', 'Pod default/web-a', 'Node node-2'],
      advice: preStopAdvice,
    }])
  })

  test('refuses none where every node has heard of it, or it listens long enough', () => {
    const prompt = begin()
    stop(prompt, 'web-a', '10.244.1.2', 0)
    expect(prompt.drive.verdict().violations).toEqual([])
    const patient = begin()
    const { world } = patient
    const start = world.now
    stop(patient, 'web-a', '10.244.1.2', 5, (choice) => world.now < start + 4000 && lateSlices(proxyId('node-2'))(choice))
    expect(patient.drive.verdict().violations).toEqual([])
  })

  test('is forgiven where no other endpoint is ready, and while a fault is under way', () => {
    const alone = begin()
    alone.drive.perform(() => report(alone.world, 'web-b', { conditions: readiness(false) }))
    alone.drive.run()
    stop(alone, 'web-a', '10.244.1.2', 0, lateSlices(proxyId('node-2')))
    expect(alone.drive.verdict().violations).toEqual([])
    const faulty = begin(undefined, () => true)
    stop(faulty, 'web-a', '10.244.1.2', 0, lateSlices(proxyId('node-2')))
    expect(faulty.drive.verdict().violations).toEqual([])
  })

  test('is told to the Service, where that publishes pods that are not ready', () => {
    const setting = begin()
    setting.drive.perform(() => {
      create(setting.world, 'services', serviceObject('all', { selector: { app: 'web' }, publishNotReadyAddresses: true }))
    })
    setting.drive.run()
    stop(setting, 'web-a', '10.244.1.2', 5)
    expect(setting.drive.verdict().violations[0]).toMatchObject({
      claim: 'no-connection-to-closed-listener', objects: ['Service default/all', 'Pod default/web-a', 'Node node-1'],
      advice: publishAdvice,
    })
  })

  test('is no hazard of the rollout where a container crashes', () => {
    const { world, drive } = begin()
    drive.perform(() => close(world, 'web-a', '10.244.1.2'))
    expect(drive.verdict().violations).toEqual([])
  })
})

describe('a pod that is Ready before it listens', () => {
  function arrive(ports: readonly number[]): Setting {
    const setting = begin()
    const { world, drive } = setting
    drive.perform(() => {
      const containers = [{ name: 'main', image: 'app', ports: ports.map((containerPort) => ({ containerPort, protocol: 'TCP' as const })) }]
      create(world, 'pods', podObject('web-c', 'web', 'node-1', { containers } as never)) // as much of a container as matters
      world.perform((cells) => listen(cells, '10.244.1.3', { pod: 'Pod:default/web-c', ports: ports.filter((port) => port !== 8080) }))
      report(world, 'web-c', { podIPs: [{ ip: '10.244.1.3' }], conditions: readiness(true) })
    })
    return setting
  }

  test('refuses connections that others could have answered', () => {
    expect(arrive([8080]).drive.verdict().violations).toMatchObject([
      {
        claim: 'no-connection-before-listening', advice: readinessAdvice,
        message: 'Service default/web refused a connection on node-1: pod default/web-c (10.244.1.3:8080) is Ready but does ' +
          'not listen on port 8080 yet; 2 other ready endpoints could have answered',
      },
      { objects: ['Service default/web', 'Pod default/web-c', 'Node node-2'] },
    ])
  })

  test('is not assumed of a port that the Service names and no container lists: lists of ports are only information', () => {
    expect(arrive([9090]).drive.verdict().violations).toEqual([])
  })
})
