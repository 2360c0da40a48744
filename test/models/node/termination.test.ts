import { describe, expect, test } from 'vitest'
import { hookSeconds } from '#models/node/hooks'
import {
  conditionOf, container, createPod, deletePod, oneNode, podIn, restartKubelet, settle, settleFor,
  type PodOptions,
} from '../../support/node.js'
import type { Bench } from '../../support/drive.js'

const started = (options: PodOptions = {}): Bench => {
  const bench = oneNode()
  createPod(bench, options)
  settleFor(bench, 20)
  return bench
}
const listens = ({ world }: Bench): boolean => world.store.get('listener|10.244.0.2') !== undefined

/** Seconds from now until something is so; looked at every half second. */
function until(bench: Bench, is: () => boolean): number {
  settleFor(bench, 0)
  for (let half = 0; half < 400; half++) {
    if (is()) return half / 2
    settleFor(bench, 0.5)
  }
  return Infinity
}

const isGone = (bench: Bench) => (): boolean => podIn(bench) === undefined

describe('a pod that is deleted', () => {
  test('closes its listener, tells its end, gives its address back and goes from the API', () => {
    const bench = started()
    deletePod(bench)
    const labels = settle(bench.world)
    expect(podIn(bench)).toBeUndefined()
    expect(listens(bench)).toBe(false)
    expect(bench.world.store.get('ipam|node-1')).toMatchObject({ held: {} })
    expect(labels.at(-1)).toContain('hears ok to delete pods default/web')
    expect([...bench.world.store.keys()].filter((key) => /^(chart|container|sandbox|sandboxes)\|/.test(key)))
      .toEqual([])
    expect(bench.world.store.deadlines.size).toBe(0)
  })
  test('stays ready while its preStop hook runs, and listens', () => {
    const bench = started({ containers: [{ lifecycle: { preStop: { sleep: { seconds: 10 } } } }] })
    deletePod(bench)
    settleFor(bench, 9)
    expect([conditionOf(podIn(bench), 'Ready'), listens(bench)]).toEqual(['True', true])
    settleFor(bench, 2)
    expect([podIn(bench), listens(bench)]).toEqual([undefined, false])
  })
  test.each([
    ['a process that exits on SIGTERM', {}, 0],
    ['one that takes its time', { exitsAfterSigtermSeconds: 12 }, 12],
    ['one that ignores SIGTERM is killed after the grace period', { ignoresSigterm: true }, 30],
    ['one that would take longer is killed after the grace period', { exitsAfterSigtermSeconds: 50 }, 30],
  ] as const)('%s', (_, profile, seconds) => {
    const bench = started({ profile })
    deletePod(bench)
    expect(until(bench, isGone(bench))).toBe(seconds)
  })
  test('the hook counts for the grace period', () => {
    const bench = started({ containers: [{ lifecycle: { preStop: { exec: { command: ['sleep', '20'] } } } }], profile: { ignoresSigterm: true } })
    deletePod(bench)
    expect(until(bench, isGone(bench))).toBe(30)
  })
  test('a hook that outlasts the grace period leaves two seconds', () => {
    const bench = started({ containers: [{ lifecycle: { preStop: { sleep: { seconds: 60 } } } }], profile: { ignoresSigterm: true } })
    deletePod(bench)
    expect(until(bench, isGone(bench))).toBe(32)
  })
  test('a shorter grace period in the request holds', () => {
    const bench = started({ profile: { ignoresSigterm: true } })
    deletePod(bench, 'web', 5)
    expect(until(bench, isGone(bench))).toBe(5)
  })
  test('a listener may close earlier than the process ends, or later than SIGTERM', () => {
    const bench = started({ profile: { exitsAfterSigtermSeconds: 20, closesListenerAfterSeconds: 5 } })
    deletePod(bench)
    expect(until(bench, () => !listens(bench))).toBe(5)
    expect(until(bench, isGone(bench))).toBe(15)
  })
  test('sidecars end after the app containers, the last one first', () => {
    const bench = started({
      init: [{ name: 'one', restartPolicy: 'Always', ports: [] }, { name: 'two', restartPolicy: 'Always', ports: [] }],
      profile: { exitsAfterSigtermSeconds: 4 },
    })
    deletePod(bench)
    const ended = new Map<string, number>()
    for (let second = 0; second <= 15; second++) {
      for (const name of ['one', 'two', 'app']) {
        const cell = bench.world.store.get(`container|node-1|Pod:default/web|${name}`) as { readonly state?: string } | undefined
        if (cell?.state !== 'running' && !ended.has(name)) ended.set(name, second)
      }
      settleFor(bench, 1)
    }
    expect(Object.fromEntries(ended)).toEqual({ app: 4, two: 8, one: 12 })
  })
  test('in the middle of a pull it ends only after that', () => {
    const bench = oneNode()
    createPod(bench, { profile: { pullSeconds: 40 } })
    settleFor(bench, 5)
    deletePod(bench)
    expect(until(bench, isGone(bench))).toBe(35)
  })
  test('while its image cannot be pulled it ends at once', () => {
    const bench = oneNode()
    createPod(bench, { profile: { pullFails: true } })
    settleFor(bench, 5)
    deletePod(bench)
    expect(until(bench, isGone(bench))).toBe(0)
  })
  test('a container that was killed is told as a failure', () => {
    const bench =
      started({ profile: { ignoresSigterm: true }, metadata: { finalizers: ['example.com/keep'] } })
    deletePod(bench)
    settle(bench.world)
    expect(podIn(bench)?.status).toMatchObject({
      phase: 'Failed',
      containerStatuses: [{ state: { terminated: { exitCode: 137, reason: 'Error' } }, ready: false }],
    })
  })
  test('its finalizers hold it in the API, not on the node', () => {
    const bench = started({ metadata: { finalizers: ['example.com/keep'] } })
    deletePod(bench)
    settle(bench.world)
    expect(podIn(bench)?.metadata.deletionTimestamp).toBeDefined()
    expect(podIn(bench)?.status.phase).toBe('Succeeded')
    expect(bench.world.nextDeadline).toBeUndefined()
  })
})

describe('a pod that is deleted by force', () => {
  test('is stopped with its own grace period though the API has lost it', () => {
    const bench = started({ profile: { ignoresSigterm: true } })
    deletePod(bench, 'web', 0)
    expect(podIn(bench)).toBeUndefined()
    expect(until(bench, () => !listens(bench))).toBe(30)
    settle(bench.world)
    expect([...bench.world.store.keys()].filter((key) => /^(chart|container|sandbox|sandboxes)\|/.test(key)))
      .toEqual([])
  })
  test('and another of its name may run beside it meanwhile', () => {
    const bench = started({ profile: { exitsAfterSigtermSeconds: 20 } })
    deletePod(bench, 'web', 0)
    createPod(bench)
    settleFor(bench, 5)
    expect(podIn(bench)?.status).toMatchObject({ phase: 'Running', podIP: '10.244.0.3' })
    expect(bench.world.store.get('container|node-1|Pod:default/web|app')).toMatchObject({ state: 'running' })
    settle(bench.world)
    expect(bench.world.store.get('container|node-1|Pod:default/web|app')).toBeUndefined()
    expect(podIn(bench)?.status.phase).toBe('Running')
  })
})

test('a kubelet that is restarted begins the grace period anew', () => {
  const bench = started({ profile: { ignoresSigterm: true } })
  deletePod(bench)
  settleFor(bench, 20)
  restartKubelet(bench)
  expect(until(bench, isGone(bench))).toBe(30)
})

describe('how long a hook takes', () => {
  const app = container({ env: [{ name: 'DRAIN_SECONDS', value: '25' }] })
  test.each([
    [['sleep', '10'], 10],
    [['/bin/sleep', '15'], 15],
    [['/bin/sh', '-c', 'sleep 5 && nginx -s quit'], 5],
    [['sh', '-c', 'curl -X POST localhost/drain; sleep $DRAIN_SECONDS'], 25],
    [['sh', '-c', 'sleep ${DRAIN_SECONDS}; sleep 1m'], 85],
    [['sh', '-c', 'echo bye'], 0],
    [['/wait-shutdown'], 0],
  ] as const)('%j: %d s', (command, seconds) => {
    expect(hookSeconds({ exec: { command } }, app, undefined)).toBe(seconds)
  })
  test('a profile knows better', () => {
    expect(hookSeconds({ exec: { command: ['/wait-shutdown'] } }, app, 60)).toBe(60)
    expect(hookSeconds({ sleep: { seconds: 3 } }, app, 60)).toBe(3)
  })
})
