import { describe, expect, test } from 'vitest'
import type { ContainerStatus } from '#api/types'
import { interruptedStart } from '#models/faults/interrupted-start'
import { containerKey } from '#models/node/cells'
import type { PodProfile, StartStep } from '#models/node/profile'
import { startSteps } from '#models/node/runtime-start'
import type { Bench } from '../../support/drive.js'
import { conditionOf, createPod, node, oneNode, podIn, sceneOf, settleFor } from '../../support/node.js'

const statusOf = (bench: Bench): ContainerStatus | undefined => podIn(bench)?.status.containerStatuses?.[0]

const containerIn = ({ world }: Bench) => world.read(containerKey(node, 'Pod:default/web', 'app'))

function started(profile: PodProfile, command: readonly string[] = ['serve']): Bench {
  const bench = oneNode()
  createPod(bench, { profile, containers: [{ command }] })
  settleFor(bench, 5)
  return bench
}

const afterCreation = startSteps.filter((step) => step !== 'create')

describe('a container that the runtime cannot start', () => {
  test.each(afterCreation)('at step %s has ended with StartError, and is held back as one that crashes', (at) => {
    const bench = started({ startFails: { at } })
    expect(statusOf(bench)).toMatchObject({
      restartCount: 1, state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 128, reason: 'StartError' } },
    })
  })
  test('and may not be started again fails its pod', () => {
    const bench = oneNode()
    createPod(bench, { profile: { startFails: { at: 'exec' } }, spec: { restartPolicy: 'Never' } })
    settleFor(bench, 5)
    expect(podIn(bench)?.status.phase).toBe('Failed')
    expect(statusOf(bench)?.state.terminated).toMatchObject({ exitCode: 128, reason: 'StartError' })
  })
  test('says what could not be found', () => {
    expect(statusOf(started({ startFails: { at: 'exec' } }))?.lastState?.terminated?.message).toBe(
      'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: '
      + 'unable to start container process: exec: "serve": executable file not found in $PATH: unknown')
  })
  test('runs in the end where only its first starts fail', () => {
    const bench = started({ startFails: { at: 'cgroup', times: 2 } })
    settleFor(bench, 60)
    expect(statusOf(bench)).toMatchObject({ ready: true, restartCount: 2 })
  })
  test('is not there where it could not even be created, and is tried again after ten seconds', () => {
    const bench = started({ startFails: { at: 'create', message: 'no space left on device' } })
    expect(containerIn(bench)).toBeUndefined()
    expect(statusOf(bench)).toMatchObject({
      restartCount: 0, state: { waiting: { reason: 'CreateContainerError', message: 'no space left on device' } },
    })
  })
})

describe('containerd that ends while it starts a container', () => {
  const interrupted = (at: StartStep): Bench => {
    const bench = oneNode()
    bench.world.perform(() => interruptedStart.inject(sceneOf(bench), node))
    createPod(bench)
    let asked: readonly string[] = []
    bench.world.picker = (options) => {
      if (!options[0]?.startsWith('containerd ends')) return 0
      asked = options
      return startSteps.indexOf(at)
    }
    settleFor(bench, 3)
    expect(asked).toHaveLength(startSteps.length)
    return bench
  }
  test.each(afterCreation)('before step %s leaves it created, and another one takes its place', (at) => {
    const bench = interrupted(at)
    expect(containerIn(bench)).toMatchObject({ state: 'running', attempt: 1 })
    settleFor(bench, 5)
    expect(statusOf(bench)).toMatchObject({ ready: true, restartCount: 1 })
  })
  test('before it is created leaves nothing', () => {
    const bench = interrupted('create')
    settleFor(bench, 15)
    expect(statusOf(bench)).toMatchObject({ ready: true, restartCount: 0 })
    expect(conditionOf(podIn(bench), 'Ready')).toBe('True')
  })
})
