import { describe, expect, test } from 'vitest'
import type { Pod } from '#api/types'
import { createPod, node, oneNode, podIn, settleFor } from '../../support/node.js'
import {
  groupByPriority, migrateConfig, periodsOf, shutdownGrace, shutdownStatus, systemCriticalPriority, type ShutdownConfig,
} from '#models/node/node-shutdown-decisions'
import { shutdownConfigKey, systemdOf } from '#models/node/node-shutdown'
import { downKey } from '#models/client/gates'
import { timerKey } from '#machine/chart'
import { objectKey } from '#machine/objects'
import type { Bench } from '../../support/drive.js'

// Tables rewritten from pkg/kubelet/nodeshutdown/nodeshutdown_manager_test.go.

describe('migrateConfig (Test_migrateConfig)', () => {
  test.each([
    ['both periods', 300, 120, [[0, 180], [systemCriticalPriority, 120]]],
    ['only the whole period', 100, 0, [[0, 100], [systemCriticalPriority, 0]]],
    ['nothing', 0, 0, []],
    ['more for critical pods than for all', 1, 100, []],
  ] as const)('%s', (_, requested, critical, want) => {
    expect(migrateConfig(requested, critical).map(({ priority, seconds }) => [priority, seconds])).toEqual(want)
  })
})

describe('groupByPriority (Test_groupByPriority)', () => {
  const pods = (...priorities: readonly number[]) => priorities.map((priority) => ({ spec: { priority } }))
  const grouped = (config: ShutdownConfig, ...priorities: readonly number[]) =>
    groupByPriority(periodsOf(config), pods(...priorities))
      .map((group) => [group.priority, group.seconds, group.pods.map(({ spec }) => spec.priority)])
  test('migrate config', () => {
    expect(grouped({ shutdownGracePeriod: 300, shutdownGracePeriodCriticalPods: 120 }, 0, 1_000_000_000, systemCriticalPriority))
      .toEqual([[0, 180, [0, 1_000_000_000]], [systemCriticalPriority, 120, [systemCriticalPriority]]])
  })
  test('pod priority', () => {
    const shutdownGracePeriodByPodPriority = [[1, 10], [2, 20], [3, 30], [4, 40]]
      .map(([priority = 0, seconds = 0]) => ({ priority, seconds }))
    expect(grouped({ shutdownGracePeriodByPodPriority }, 0, 1, 2, 3, 4, 5))
      .toEqual([[1, 10, [0, 1]], [2, 20, [2]], [3, 30, [3]], [4, 40, [4, 5]]])
  })
})

// nodeshutdown_manager_linux_test.go (TestManager): what each pod is given; logind's own delay is not the kubelet's decision.
describe('the grace periods of a shutdown (TestManager)', () => {
  const normal = { spec: { priority: 0 } }
  const critical = { spec: { priority: systemCriticalPriority } }
  const brief = (pod: typeof normal) => ({ spec: { ...pod.spec, terminationGracePeriodSeconds: 2 } })
  const long = { spec: { ...normal.spec, terminationGracePeriodSeconds: 1000 } }
  const all = [normal, critical]
  test.each([
    ['total=30s, critical=10s', 30, 10, all, [20, 10]],
    ['pods with terminationGracePeriod and without', 30, 10, [...all, brief(normal), brief(critical)], [20, 2, 10, 2]],
    ['a long terminationGracePeriod is overridden', 30, 10, [...all, brief(normal), brief(critical), long], [20, 2, 20, 10, 2]],
    ['total=30, critical=0', 30, 0, all, [30, 0]],
    ['all time to critical pods', 5, 5, all, [0, 5]],
  ] as const)('%s', (_, shutdownGracePeriod, shutdownGracePeriodCriticalPods, pods, want) => {
    const groups = groupByPriority(periodsOf({ shutdownGracePeriod, shutdownGracePeriodCriticalPods }), [...pods])
    expect(groups.flatMap((group) => group.pods.map((pod) => shutdownGrace(group.seconds, pod)))).toEqual(want)
  })
  test.each([['Running', 'Failed'], ['Failed', 'Failed'], ['Succeeded', 'Succeeded']] as const)('verify pod status: %s', (was, is) => {
    const message = 'Pod was terminated in response to imminent node shutdown.'
    const pod = { metadata: { name: 'web', namespace: 'default', uid: '', generation: 1 } } as Pod // all that is asked for
    expect(shutdownStatus(pod, { phase: was })).toMatchObject({ phase: is, reason: 'Terminated', message, conditions: [
      { type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet', message },
    ] })
  })
})

/** A node that is shut down twenty seconds after the pod was made. */
function shutDown(config: ShutdownConfig, options: Parameters<typeof createPod>[1], seconds: number): Bench {
  const bench = oneNode()
  createPod(bench, options)
  settleFor(bench, 20)
  bench.world.perform((cells) => {
    cells.write(shutdownConfigKey(node), config)
    cells.arm(timerKey(systemdOf(node), '', 'shutdown'), 0)
  })
  settleFor(bench, seconds)
  return bench
}

const isOff = ({ world }: Bench): boolean => world.read(downKey(node)) !== undefined
const readiness = ({ world }: Bench) =>
  world.read(objectKey('nodes', node))?.status.conditions?.find(({ type }) => type === 'Ready')

describe('a node that shuts down', () => {
  const config = { shutdownGracePeriod: 30, shutdownGracePeriodCriticalPods: 10 }
  test('tells so, and stops its pods within their period; a pod that ignores SIGTERM has failed', () => {
    const options = { profile: { ignoresSigterm: true } }
    const bench = shutDown(config, options, 19)
    expect(isOff(bench)).toBe(false)
    expect(readiness(bench)).toMatchObject({ status: 'False', reason: 'KubeletNotReady', message: 'node is shutting down' })
    expect(podIn(bench)?.status.phase).toBe('Running')
  })
  test('and is off as soon as all have stopped', () => {
    const bench = shutDown(config, { profile: { exitsAfterSigtermSeconds: 3 } }, 4)
    expect([isOff(bench), podIn(bench)?.status.phase]).toEqual([true, 'Succeeded'])
  })
  test('a container that fails at SIGTERM: the pod has failed, for the reason Terminated', () => {
    const bench = shutDown(config, { profile: { ignoresSigterm: true }, spec: { terminationGracePeriodSeconds: 5 } }, 8)
    expect(podIn(bench)?.status).toMatchObject({ phase: 'Failed', reason: 'Terminated' })
    expect(podIn(bench)?.status.conditions?.find(({ type }) => type === 'DisruptionTarget')).toMatchObject({ status: 'True' })
    expect(isOff(bench)).toBe(true)
  })
  test('admits no pods any more', () => {
    const bench = shutDown(config, { profile: { exitsAfterSigtermSeconds: 10 } }, 1)
    createPod(bench, { name: 'late' })
    settleFor(bench, 1)
    expect(podIn(bench, 'late')?.status).toMatchObject({
      phase: 'Failed', reason: 'NodeShutdown', message: 'Pod was rejected: Pod was rejected as the node is shutting down.',
    })
  })
  test('stops pods by their priority, each for its own period, the lowest first', () => {
    const bench = oneNode()
    const stubborn = { ignoresSigterm: true } as const
    for (const [name, priority] of [['batch', 0], ['web', 1000], ['agent', 100_000]] as const) {
      createPod(bench, { name, profile: stubborn, spec: { priority, terminationGracePeriodSeconds: 300 } })
    }
    settleFor(bench, 20)
    bench.world.perform((cells) => {
      cells.write(shutdownConfigKey(node), { shutdownGracePeriodByPodPriority: [
        { priority: 100_000, seconds: 10 }, { priority: 0, seconds: 20 }, { priority: 1000, seconds: 30 },
      ] })
      cells.arm(timerKey(systemdOf(node), '', 'shutdown'), 0)
    })
    const phases = (seconds: number): readonly (string | undefined)[] => {
      settleFor(bench, seconds)
      return ['batch', 'web', 'agent'].map((name) => podIn(bench, name)?.status.phase)
    }
    expect(phases(19)).toEqual(['Running', 'Running', 'Running'])
    expect(phases(3)).toEqual(['Failed', 'Running', 'Running'])
    expect(phases(30)).toEqual(['Failed', 'Failed', 'Running'])
    expect(phases(6)).toEqual(['Failed', 'Failed', 'Running'])
    expect(isOff(bench)).toBe(false)
    expect(phases(6)).toEqual(['Failed', 'Failed', 'Failed'])
    expect(isOff(bench)).toBe(true)
  })
  test('without a period it is off at once, and its pods are told nothing of it', () => {
    const bench = shutDown({}, {}, 1)
    expect([isOff(bench), podIn(bench)?.status.phase]).toEqual([true, 'Running'])
  })
})
