import { describe, expect, test } from 'vitest'
import type { Pod } from '#api/types'
import { isPodReady } from '#api/pods'
import { failingProbe } from '#models/faults/failing-probe'
import { partition } from '#models/faults/partition'
import { powerLoss } from '#models/faults/power-loss'
import { restart } from '#models/faults/restart'
import { slowPull } from '#models/faults/slow-pull'
import { slowRuleSync } from '#models/faults/slow-rule-sync'
import { ruleTroubleKey } from '#models/network/kube-proxy-sync'
import { containerKey } from '#models/node/cells'
import { bench, type Bench } from './bench.js'
import { create, get, settle } from '../../support/drive.js'

/** As the API server stores it: defaults filled in. */
const web = {
  apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'default', uid: '' },
  spec: {
    containers: [{
      name: 'app', image: 'app:1', imagePullPolicy: 'IfNotPresent', ports: [{ containerPort: 80, protocol: 'TCP' }],
      resources: {}, terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File',
      readinessProbe: {
        httpGet: { path: '/', port: 80, scheme: 'HTTP' },
        periodSeconds: 5, timeoutSeconds: 1, successThreshold: 1, failureThreshold: 1,
      },
    }],
    restartPolicy: 'Always', terminationGracePeriodSeconds: 30, dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler', securityContext: {}, tolerations: [], enableServiceLinks: true,
  },
}

const podOf = (b: Bench): Pod => get(b.world, 'pods', 'default/web')!
const container = (b: Bench): string =>
  containerKey(podOf(b).spec.nodeName ?? '', podOf(b).metadata.uid, 'app')
const isRunning = (b: Bench): boolean => (b.world.store.get(container(b)) as { state?: string } | undefined)?.state === 'running'

function running(): Bench {
  const b = bench(1)
  settle(b.world)
  create(b.world, 'pods', web)
  settle(b.world)
  expect(isPodReady(podOf(b))).toBe(true)
  return b
}

describe('a pod', () => {
  test('whose probes fail for a while is not ready for that while', () => {
    const b = running()
    expect(b.targets(failingProbe)).toEqual(['default/web/app'])
    b.inject(failingProbe, 'default/web/app')
    settle(b.world)
    expect(isPodReady(podOf(b))).toBe(false)
    b.heal(failingProbe, 'default/web/app')
    settle(b.world)
    expect(isPodReady(podOf(b))).toBe(true)
  })

  test('waits longer for its image where pulls are slow', () => {
    const ready = (slow: boolean): number => {
      const b = bench(1)
      settle(b.world)
      if (slow) b.inject(slowPull, 'node-1')
      create(b.world, 'pods', web)
      while (get(b.world, 'pods', 'default/web') === undefined || !isPodReady(podOf(b))) {
        const choice = b.world.agenda.first()
        if (choice === undefined) b.world.advance(b.world.nextDeadline!)
        else b.world.take(choice)
      }
      return b.world.now
    }
    expect(ready(true) - ready(false)).toBeGreaterThanOrEqual(90_000)
  })

  test('runs on while its kubelet is restarted', () => {
    const b = running()
    b.inject(restart, 'kubelet/node-1')
    settle(b.world, { until: b.world.now + 20_000 })
    b.heal(restart, 'kubelet/node-1')
    settle(b.world)
    expect([isRunning(b), isPodReady(podOf(b)), podOf(b).status.containerStatuses?.[0]?.restartCount]).toEqual([true, true, 0])
  })

  test('runs on while its node is cut off, and is ready again afterwards', () => {
    const b = running()
    b.inject(partition, 'node-1')
    settle(b.world, { until: b.world.now + 100_000 })
    expect([isRunning(b), isPodReady(podOf(b))]).toEqual([true, false])
    b.heal(partition, 'node-1')
    settle(b.world)
    expect([isRunning(b), isPodReady(podOf(b))]).toEqual([true, true])
  })

  test('dies with its node, and is started again when that boots', () => {
    const b = running()
    b.inject(powerLoss, 'node-1')
    settle(b.world, { until: b.world.now + 30_000 })
    expect(isRunning(b)).toBe(false)
    b.heal(powerLoss, 'node-1')
    settle(b.world)
    expect([isRunning(b), isPodReady(podOf(b)), podOf(b).status.containerStatuses?.[0]?.restartCount]).toEqual([true, true, 1])
  })
})

test('while rule syncs are slow, kube-proxy on that node is told so', () => {
  const b = bench(2)
  expect(b.targets(slowRuleSync)).toEqual(['node-1', 'node-2'])
  b.inject(slowRuleSync, 'node-2')
  expect(b.world.store.get(ruleTroubleKey('node-2'))).toEqual({ takes: 10_000 })
  b.heal(slowRuleSync, 'node-2')
  expect(b.world.store.get(ruleTroubleKey('node-2'))).toBeUndefined()
})
