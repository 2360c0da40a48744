import { describe, expect, test } from 'vitest'
import type { Pod } from '#api/types'
import { findCondition } from '#api/meta'
import { admitUnderPressure } from '#models/node/eviction-admission'
import { diskPressure, memoryPressure } from '#models/faults/node-pressure'
import type { Fault } from '#models/faults'
import {
  createPod, node, oneNode, podIn, podOn, restartKubelet, sceneOf, settle, settleFor, type PodOptions,
} from '../../support/node.js'
import { get, type Bench } from '../../support/drive.js'

const bestEffort = (name: string, more: PodOptions = {}): PodOptions => ({ name, ...more })
const asking = (name: string, memory: string, more: PodOptions = {}): PodOptions =>
  ({ name, containers: [{ resources: { requests: { memory } } }], ...more })

function running(...pods: readonly PodOptions[]): Bench {
  const bench = oneNode()
  for (const pod of pods) createPod(bench, pod)
  settleFor(bench, 20)
  return bench
}

const under = (bench: Bench, { inject }: Fault): void => bench.world.perform(() => inject(sceneOf(bench), node))
const over = (bench: Bench, { heal }: Fault): void => bench.world.perform(() => heal?.(sceneOf(bench), node))

const conditionsOf = ({ world }: Bench): readonly string[] => (get(world, 'nodes', node)?.status.conditions ?? [])
  .filter(({ type, status }) => type !== 'Ready' && status === 'True').map(({ type, reason }) => `${type} ${reason ?? ''}`)

const ending = (pod: Pod | undefined): string => `${pod?.status.phase ?? 'gone'} ${pod?.status.reason ?? ''}`.trim()

describe('A node under memory pressure', () => {
  test('says so, and evicts first what asked for nothing', () => {
    const bench = running(asking('burstable', '64Mi'), bestEffort('best-effort'))
    under(bench, memoryPressure)
    settleFor(bench, 10)
    expect(ending(podIn(bench, 'best-effort'))).toBe('Failed Evicted')
    expect(ending(podIn(bench, 'burstable'))).toBe('Running')
    expect(podIn(bench, 'best-effort')?.status.message).toBe(
      'The node was low on resource: memory. Threshold quantity: 100Mi, available: 50Mi. '
      + 'Container app was using 10Mi, request is 0, has larger consumption of memory. ',
    )
    expect(findCondition(podIn(bench, 'best-effort')?.status.conditions, 'DisruptionTarget')).toMatchObject({
      status: 'True', reason: 'TerminationByKubelet', message: podIn(bench, 'best-effort')?.status.message,
    })
    settleFor(bench, 10)
    expect(conditionsOf(bench)).toEqual(['MemoryPressure KubeletHasInsufficientMemory'])
  })

  test('evicts one pod after the other, while it lasts', () => {
    const bench = running(bestEffort('a'), bestEffort('b'), asking('c', '1Gi'))
    under(bench, memoryPressure)
    const failed = (): number => ['a', 'b', 'c'].filter((name) => podIn(bench, name)?.status.phase === 'Failed').length
    settleFor(bench, 10)
    const counts = [failed()]
    for (let round = 0; round < 4; round++) {
      settleFor(bench, 1)
      counts.push(failed())
    }
    expect(counts).toEqual([1, 2, 3, 3, 3])
  })

  test('is not under it any more five minutes after that was last seen', () => {
    const bench = running(bestEffort('a'))
    under(bench, memoryPressure)
    settleFor(bench, 60)
    over(bench, memoryPressure)
    settleFor(bench, 280)
    expect(conditionsOf(bench)).not.toEqual([])
    settleFor(bench, 40)
    expect(conditionsOf(bench)).toEqual([])
    settle(bench.world)
    expect(bench.world.nextDeadline).toBeUndefined()
  })

  test('spares critical pods', () => {
    const bench = running(bestEffort('critical', { spec: { priority: 2_000_000_000 } }))
    under(bench, memoryPressure)
    settle(bench.world)
    expect(ending(podIn(bench, 'critical'))).toBe('Running')
  })

  test('admits what asked for memory, and refuses what did not', () => {
    const bench = running()
    under(bench, memoryPressure)
    settleFor(bench, 11)
    createPod(bench, bestEffort('late'))
    settleFor(bench, 1)
    expect(podIn(bench, 'late')?.status).toMatchObject({
      phase: 'Failed', reason: 'Evicted', message: 'Pod was rejected: The node had condition: [MemoryPressure]. ',
    })
    createPod(bench, asking('welcome', '64Mi'))
    settleFor(bench, 5)
    expect(ending(podIn(bench, 'welcome'))).toBe('Running')
    settleFor(bench, 10) // and it is the next to go
    expect(ending(podIn(bench, 'welcome'))).toBe('Failed Evicted')
  })

  test('knows nothing of it after a restart of its kubelet but what it sees', () => {
    const bench = running(bestEffort('a'))
    under(bench, memoryPressure)
    settleFor(bench, 30)
    over(bench, memoryPressure)
    restartKubelet(bench)
    settleFor(bench, 20)
    expect(conditionsOf(bench)).toEqual([])
  })
})

describe('Pods whose profiles say what they use', () => {
  test('bring their node under pressure together, and whoever exceeds its request most is evicted', () => {
    const bench = running(
      asking('modest', '40Gi', { profile: { memory: '30Gi' } }),
      asking('greedy', '1Gi', { profile: { memory: [{ afterSeconds: 0, amount: '1Gi' }, { afterSeconds: 60, amount: '34Gi' }] } }),
    )
    settleFor(bench, 100)
    expect([ending(podIn(bench, 'modest')), ending(podIn(bench, 'greedy'))]).toEqual(['Running', 'Failed Evicted'])
    expect(podIn(bench, 'greedy')?.status.message).toBe('The node was low on resource: memory. Threshold quantity: 100Mi, '
      + 'available: 0. Container app was using 34Gi, request is 1Gi, has larger consumption of memory. ')
    settle(bench.world)
    expect(ending(podIn(bench, 'modest'))).toBe('Running')
    expect(conditionsOf(bench)).toEqual([])
  })

  test('a container that exceeds its own limit is killed by the kernel, and started again', () => {
    const bench = running({
      profile: { memory: [{ afterSeconds: 30, amount: '300Mi' }] },
      containers: [{ resources: { limits: { memory: '256Mi' }, requests: { memory: '256Mi' } } }],
    })
    settleFor(bench, 15)
    const [status] = podIn(bench)?.status.containerStatuses ?? []
    expect(status?.lastState?.terminated).toMatchObject({ exitCode: 137, reason: 'OOMKilled' })
    expect(status?.restartCount).toBe(1)
  })

  test('take all that their node has, and the kernel kills the worst of them before their kubelet has looked', () => {
    const bench = running(
      bestEffort('small', { profile: { memory: '1Gi' } }),
      asking('big', '10Gi', { profile: { memory: [{ afterSeconds: 60, amount: '64Gi' }] } }),
    )
    settleFor(bench, 45)
    expect(podIn(bench, 'big')?.status.containerStatuses?.[0])
      .toMatchObject({ restartCount: 1, lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } } })
    expect(podIn(bench, 'small')?.status).toMatchObject({ phase: 'Running', containerStatuses: [{ restartCount: 0 }] })
  })

  test('and what asked for nothing is killed before what uses no more than it asked for', () => {
    const bench = running(
      bestEffort('small', { profile: { memory: '1Gi' } }),
      asking('big', '64Gi', { profile: { memory: [{ afterSeconds: 60, amount: '64Gi' }] } }),
    )
    settleFor(bench, 45)
    expect(podIn(bench, 'small')?.status.containerStatuses?.[0]?.lastState?.terminated?.reason).toBe('OOMKilled')
    expect(podIn(bench, 'big')?.status.containerStatuses?.[0]?.restartCount).toBe(0)
  })

  test('a pod that has more on disk than it may is evicted at the next look', () => {
    const bench = running({
      profile: { disk: '2Gi' }, containers: [{ resources: { limits: { 'ephemeral-storage': '1Gi' } } }],
    })
    expect(ending(podIn(bench))).toBe('Failed Evicted')
    expect(podIn(bench)?.status.message)
      .toBe('Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. ')
    expect(findCondition(podIn(bench)?.status.conditions, 'DisruptionTarget')).toBeUndefined()
  })
})

describe('A node whose disk is full', () => {
  test('says so, evicts, and admits only critical pods', () => {
    const bench = running(asking('a', '64Mi'))
    under(bench, diskPressure)
    settleFor(bench, 30)
    expect(conditionsOf(bench)).toEqual(['DiskPressure KubeletHasDiskPressure'])
    expect(podIn(bench, 'a')?.status.message).toMatch(/^The node was low on resource: ephemeral-storage\. Threshold quantity: /)
    createPod(bench, asking('late', '64Mi'))
    settleFor(bench, 1)
    expect(ending(podIn(bench, 'late'))).toBe('Failed Evicted')
  })
})

// pkg/kubelet/eviction/eviction_manager_test.go TestAdmitUnderNodeConditions
describe('Admit', () => {
  const whole = { cpu: '100m', memory: '100Mi' }
  const pods = [
    podOn({ containers: [{ resources: { requests: whole, limits: whole } }] }),
    podOn({ containers: [{ resources: { requests: whole } }] }),
    podOn({ containers: [{}] }),
  ]
  test.each([
    ['no condition', [], [true, true, true]],
    ['memory pressure', ['MemoryPressure'], [true, true, false]],
    ['memory and disk pressure', ['MemoryPressure', 'DiskPressure'], [false, false, false]],
  ] as const)('a guaranteed, a burstable and a best-effort pod, %s', (_, conditions, welcome) => {
    expect(pods.map((pod) => admitUnderPressure(conditions, pod) === undefined)).toEqual(welcome)
  })
})
