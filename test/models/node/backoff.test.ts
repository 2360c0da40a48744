import { describe, expect, test } from 'vitest'
import { doBackOff, failedPull, goDuration } from '#models/node/backoff'
import { createPod, oneNode, podIn, settle, settleFor } from '../../support/node.js'

describe('doBackOff', () => {
  // From pkg/kubelet/kuberuntime/kuberuntime_manager_test.go (TestDoBackOff) and
  // client-go/util/flowcontrol/backoff_test.go.
  test('a container that never ended is started', () => {
    expect(doBackOff(undefined, undefined, false, false)).toEqual({ type: 'start' })
  })
  test('the first time that one ends it is started at once, and a back-off begins', () => {
    expect(doBackOff(undefined, 0, false, false))
      .toEqual({ type: 'start', next: { seconds: 10, of: 0, waits: false } })
  })
  test('the second time it has to wait', () => {
    expect(doBackOff({ seconds: 10, of: 0, waits: false }, 1, false, true))
      .toEqual({ type: 'wait', seconds: 10, begins: { seconds: 10, of: 1, waits: true } })
  })
  test('asking again does not make it wait longer', () => {
    expect(doBackOff({ seconds: 10, of: 1, waits: true }, 1, true, true))
      .toEqual({ type: 'wait', seconds: 10 })
  })
  test('after the wait it is started, and the back-off doubles', () => {
    expect(doBackOff({ seconds: 10, of: 1, waits: true }, 1, false, true))
      .toEqual({ type: 'start', next: { seconds: 20, of: 1, waits: false } })
  })
  test('up to five minutes', () => {
    expect(doBackOff({ seconds: 160, of: 5, waits: true }, 5, false, true))
      .toMatchObject({ next: { seconds: 300 } })
    expect(doBackOff({ seconds: 300, of: 6, waits: true }, 6, false, true))
      .toMatchObject({ next: { seconds: 300 } })
  })
  test('a container that ran for ten minutes has recovered', () => {
    expect(doBackOff({ seconds: 300, of: 6, waits: false }, 7, false, false))
      .toEqual({ type: 'start', next: { seconds: 10, of: 7, waits: false } })
  })
  test('durations are written as in Go', () => {
    expect([10, 40, 80, 160, 300].map(goDuration)).toEqual(['10s', '40s', '1m20s', '2m40s', '5m0s'])
  })
  test('pulls back off in the same way', () => {
    const first = failedPull(undefined, 'no')
    expect([first.seconds, failedPull(first, 'no').seconds, failedPull({ ...first, seconds: 160 }, 'no').seconds]).toEqual([10, 20, 300])
  })
})

describe('a container that ends again and again', () => {
  const bench = oneNode()
  createPod(bench, { profile: { exits: { afterSeconds: 2, code: 3 } } })
  const starts: number[] = []
  let seen = 0
  while (bench.world.now < 1_000_000) {
    const next = bench.world.agenda.first()
    if (next !== undefined) bench.world.take(next)
    else bench.world.advance(bench.world.nextDeadline ?? Infinity)
    const { attempt = -1 } =
      (bench.world.store.get('container|node-1|Pod:default/web|app') ?? {}) as { attempt?: number }
    if (attempt >= seen) starts.push(bench.world.now / 1000)
    seen = Math.max(seen, attempt + 1)
  }

  test('is restarted at once, after 10 s, 20 s, … and at last every 5 minutes', () => {
    const pauses = starts.slice(1).map((at, index) => at - (starts[index] ?? 0) - 2)
    expect(pauses.slice(0, 8)).toEqual([0, 10, 20, 40, 80, 160, 300, 300])
  })
  test('says so while it waits', () => {
    expect(podIn(bench)?.status).toMatchObject({
      phase: 'Running',
      containerStatuses: [{
        state: {
          waiting: {
            reason: 'CrashLoopBackOff',
            message: 'back-off 5m0s restarting failed container=app pod=web_default(Pod:default/web)',
          },
        },
        lastState: { terminated: { exitCode: 3, reason: 'Error' } },
        ready: false,
      }],
    })
  })
})

test('a container that recovers is left alone, and in the end nothing is pending', () => {
  const bench = oneNode()
  createPod(bench, { profile: { exits: { afterSeconds: 2, code: 1, times: 2 } } })
  settle(bench.world)
  expect(podIn(bench)?.status.containerStatuses?.[0]).toMatchObject({ restartCount: 2, ready: true })
  expect(bench.world.nextDeadline).toBeUndefined()
})

describe('images', () => {
  const waiting = (bench: ReturnType<typeof oneNode>): unknown =>
    podIn(bench)?.status.containerStatuses?.[0]?.state.waiting

  test('a pull that fails is tried again after 10 s, then 20 s', () => {
    const bench = oneNode()
    createPod(bench, { profile: { pullFails: 2 } })
    settleFor(bench, 5)
    expect(waiting(bench)).toEqual({
      reason: 'ImagePullBackOff',
      message: 'Back-off pulling image "app:v1": ErrImagePull: failed to pull image "app:v1"',
    })
    settle(bench.world)
    expect(bench.world.now).toBe((1 + 10 + 1 + 20 + 1 + 1) * 1000)
    expect(podIn(bench)?.status.phase).toBe('Running')
  })
  test('an image that may not be pulled and is not there', () => {
    const bench = oneNode()
    createPod(bench, { containers: [{ imagePullPolicy: 'Never' }] })
    settle(bench.world)
    expect(waiting(bench)).toEqual({
      reason: 'ErrImageNeverPull',
      message: 'Container image "app:v1" is not present with pull policy of Never',
    })
  })
  test('are pulled one after the other, and once for all pods of a node', () => {
    const bench = oneNode()
    for (const [name, image] of [['a', 'one'], ['b', 'two'], ['c', 'one']] as const) {
      createPod(bench, { name, containers: [{ image }] })
    }
    const labels = settle(bench.world)
    expect(labels.filter((label) => label.endsWith('pull:images done'))).toHaveLength(3)
    expect(bench.world.now).toBe(3000) // two pulls of a second, then the last application comes up
  })
})
