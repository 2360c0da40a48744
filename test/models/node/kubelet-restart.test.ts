import { describe, expect, test } from 'vitest'
import { restart } from '#models/faults/restart'
import {
  conditionOf, createPod, deletePod, kubelet, losePowerFor, oneNode, podIn, probe, restartKubelet, sceneOf,
  settle, settleFor,
  type PodOptions,
} from '../../support/node.js'
import type { Bench } from '../../support/drive.js'

const started = (options: PodOptions = {}, seconds = 60): Bench => {
  const bench = oneNode()
  createPod(bench, options)
  settleFor(bench, seconds)
  return bench
}
const writes = (labels: readonly string[]): readonly string[] =>
  labels.filter((label) => label.includes('patch pods/status'))

describe('a kubelet that is restarted', () => {
  test('finds its containers running, and leaves a ready pod ready', () => {
    const bench =
      started({ containers: [{ readinessProbe: probe(), livenessProbe: probe(), startupProbe: probe() }] })
    restartKubelet(bench)
    expect(writes(settle(bench.world))).toEqual([])
    expect(conditionOf(podIn(bench), 'Ready')).toBe('True')
    expect(podIn(bench)?.status.containerStatuses?.[0]?.restartCount).toBe(0)
  })
  test('still probes: a container that fails afterwards becomes not ready', () => {
    const bench = started({
      containers: [{ readinessProbe: probe() }],
      profile: { probes: { readiness: [{ afterSeconds: 1, answer: 'success' }, { afterSeconds: 100, answer: 'failure' }] } },
    })
    restartKubelet(bench)
    settleFor(bench, 80)
    expect(conditionOf(podIn(bench), 'Ready')).toBe('False')
  })
  test('learns what ended while it was away, and forgets its back-off', () => {
    const bench = started({ profile: { exits: { afterSeconds: 30, code: 1, times: 1 } } }, 20)
    bench.world.perform(() => restart.inject(sceneOf(bench), kubelet))
    settleFor(bench, 20)
    expect(podIn(bench)?.status.containerStatuses?.[0]?.state.running).toBeDefined()
    bench.world.perform(() => restart.heal?.(sceneOf(bench), kubelet))
    settle(bench.world)
    expect(podIn(bench)?.status.containerStatuses?.[0]).toMatchObject({ restartCount: 1, ready: true })
  })
  test('pulls again what it was pulling', () => {
    const bench = oneNode()
    createPod(bench, { profile: { pullSeconds: 30 } })
    settleFor(bench, 20)
    restartKubelet(bench)
    settle(bench.world)
    expect(bench.world.now).toBe(51_000)
    expect(podIn(bench)?.status.phase).toBe('Running')
  })
  test('stops containers of a pod that was deleted by force while it was away, within two seconds', () => {
    const bench = started({ profile: { ignoresSigterm: true } })
    bench.world.perform(() => restart.inject(sceneOf(bench), kubelet))
    deletePod(bench, 'web', 0)
    bench.world.perform(() => restart.heal?.(sceneOf(bench), kubelet))
    settle(bench.world)
    expect(bench.world.now).toBe(62_000)
    expect([...bench.world.store.keys()].filter((key) => /^(chart|container|sandbox|sandboxes)\|/.test(key)))
      .toEqual([])
  })
  test('does not touch pods that have ended', () => {
    const bench =
      started({ spec: { restartPolicy: 'Never' }, profile: { exits: { afterSeconds: 5, code: 0 } } })
    restartKubelet(bench)
    expect(writes(settle(bench.world))).toEqual([])
    expect(podIn(bench)?.status.phase).toBe('Succeeded')
  })
  test('counts the pods that run when it admits another', () => {
    const cpu = (amount: string): PodOptions['containers'] => [{ resources: { requests: { cpu: amount } } }]
    const bench = started({ containers: cpu('10') })
    restartKubelet(bench)
    createPod(bench, { name: 'second', containers: cpu('10') })
    settle(bench.world)
    expect(podIn(bench, 'second')?.status).toMatchObject({ phase: 'Failed', reason: 'OutOfcpu' })
    expect(podIn(bench)?.status.phase).toBe('Running')
  })
})

describe('a node that loses its power', () => {
  test('makes new sandboxes and containers when it is back', () => {
    const bench = started({ containers: [{ readinessProbe: probe() }] })
    losePowerFor(bench, 60)
    expect(bench.world.store.get('listener|10.244.0.2')).toBeUndefined()
    settle(bench.world)
    expect(podIn(bench)?.status).toMatchObject({
      podIP: '10.244.0.3', phase: 'Running',
      containerStatuses: [{ restartCount: 1, ready: true, lastState: { terminated: { exitCode: 255, reason: 'Unknown' } } }],
    })
    expect(bench.world.store.get('sandbox|node-1|Pod:default/web'))
      .toMatchObject({ attempt: 1, ips: ['10.244.0.3'] })
    expect(bench.world.store.get('ipam|node-1')).toMatchObject({ held: { '10.244.0.3': 'Pod:default/web' } })
  })
  test('runs init containers again', () => {
    const bench = started(
      { init: [{ name: 'setup' }], profile: { containers: { setup: { exits: { afterSeconds: 5 } } } } },
    )
    losePowerFor(bench, 60)
    settleFor(bench, 2)
    expect(podIn(bench)?.status.phase).toBe('Pending')
    settle(bench.world)
    expect(podIn(bench)?.status).toMatchObject({ phase: 'Running', containerStatuses: [{ restartCount: 1 }] })
  })
  test('counts anew what was started in the runtime, but for the init container that comes first; the status counts on', () => {
    const bench = started({ init: [{ name: 'proxy', restartPolicy: 'Always' }, { name: 'setup' }] })
    losePowerFor(bench, 60)
    settle(bench.world)
    expect(bench.world.store.get('container|node-1|Pod:default/web|proxy')).toMatchObject({ attempt: 1, sandbox: 1 })
    expect(bench.world.store.get('container|node-1|Pod:default/web|setup')).toMatchObject({ attempt: 0, sandbox: 1 })
    expect(podIn(bench)?.status.initContainerStatuses).toMatchObject([{ restartCount: 1 }, { restartCount: 1 }])
  })
  test('fails pods that are never restarted', () => {
    const bench = started({ spec: { restartPolicy: 'Never' } })
    losePowerFor(bench, 60)
    settle(bench.world)
    expect(podIn(bench)?.status.phase).toBe('Failed')
  })
  test('finishes deletions that it missed', () => {
    const bench = started()
    losePowerFor(bench, 0)
    deletePod(bench)
    losePowerFor(bench, 30)
    settle(bench.world)
    expect(podIn(bench)).toBeUndefined()
  })
})
