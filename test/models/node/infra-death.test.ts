/** The infra container owns the sandbox: its death ends that, whatever the other containers do; theirs does not. */
import { describe, expect, test } from 'vitest'
import { timerKey } from '#machine/chart'
import { runtimeOf, sandboxKey } from '#models/node/cells'
import type { Bench } from '../../support/drive.js'
import { conditionOf, container, createPod, node, oneNode, podIn, settleFor, type PodOptions } from '../../support/node.js'

const uid = 'Pod:default/web'
const sandboxOf = ({ world }: Bench) => world.read(sandboxKey(node, uid))
const killPause = ({ world }: Bench): void => world.perform((cells) => cells.arm(timerKey(runtimeOf(node), '', 'kill-pause'), 0))

function killed(options: PodOptions): Bench {
  const bench = oneNode()
  createPod(bench, options)
  settleFor(bench, 10)
  expect(sandboxOf(bench)?.attempt).toBe(0)
  killPause(bench)
  settleFor(bench, 20)
  return bench
}

const count = (bench: Bench): readonly number[] => (podIn(bench)?.status.containerStatuses ?? []).map(({ restartCount }) => restartCount)

describe('a pod whose infra container dies', () => {
  test('gets another sandbox, and all of its containers are started again in that', () => {
    const bench = killed({ containers: [container({ name: 'one' }), container({ name: 'two', ports: [] })] })
    expect(sandboxOf(bench)).toMatchObject({ attempt: 1, ready: true })
    expect(count(bench)).toEqual([1, 1])
    expect(conditionOf(podIn(bench), 'Ready')).toBe('True')
  })
  test('runs its init containers again', () => {
    const bench = killed({ init: [{ name: 'setup' }] })
    expect(podIn(bench)?.status.initContainerStatuses).toMatchObject([{ restartCount: 1, ready: true }])
  })
  test('gets none where its containers are not to be started again', () => {
    const bench = killed({ spec: { restartPolicy: 'Never' } })
    expect(podIn(bench)?.status.phase).toBe('Succeeded') // they were told to stop, and did
    expect(sandboxOf(bench)?.ready).toBe(false)
  })
  test('loses all its processes at once where they share its namespace', () => {
    const sleeps = (name: string) => ({ name, image: 'busybox', ports: [], command: ['sh', '-c', 'trap "" TERM; sleep 1000'] })
    const bench = killed({ spec: { shareProcessNamespace: true }, containers: [sleeps('one'), sleeps('two')] })
    expect(podIn(bench)?.status.containerStatuses?.map(({ lastState }) => lastState?.terminated?.exitCode)).toEqual([137, 137])
    expect(sandboxOf(bench)).toMatchObject({ attempt: 1, ready: true })
  })
})

test('a pod whose containers die keeps its sandbox', () => {
  const bench = oneNode()
  createPod(bench, { profile: { exits: { afterSeconds: 5, code: 1 } } })
  settleFor(bench, 60)
  expect(count(bench)[0]).toBeGreaterThan(1)
  expect(sandboxOf(bench)?.attempt).toBe(0)
})
