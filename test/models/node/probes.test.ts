import { describe, expect, test } from 'vitest'
import type { Probe } from '#api/types'
import type { Answer } from '#models/node/cells'
import { afterAnswer, freshMemory, isSettled, type ProbeMemory } from '#models/node/probe-decisions'
import type { ProbeKind } from '#models/node/profile'
import {
  conditionOf, createPod, deletePod, oneNode, podIn, probe, settle, settleFor, type PodOptions,
} from '../../support/node.js'
import type { Bench } from '../../support/drive.js'

// Tables rewritten from pkg/kubelet/prober/worker_test.go.

const answers = (kind: ProbeKind, spec: Probe, given: readonly Answer[]): readonly ProbeMemory[] => {
  let memory = freshMemory(kind, 0)
  return given.map((answer) => (memory = afterAnswer(memory, kind, spec, answer)))
}
const values = (kind: ProbeKind, spec: Probe, given: readonly Answer[]): readonly string[] =>
  answers(kind, spec, given).map(({ value }) => value)

describe('thresholds', () => {
  test('a readiness probe fails only after so many failures in a row', () => {
    const given: readonly Answer[] =
      ['success', 'failure', 'failure', 'success', 'failure', 'failure', 'failure', 'failure']
    expect(values('readiness', probe({ failureThreshold: 3 }), given))
      .toEqual(['success', 'success', 'success', 'success', 'success', 'success', 'failure', 'failure'])
  })
  test('and succeeds only after so many successes in a row', () => {
    const given: readonly Answer[] = ['success', 'success', 'failure', 'success', 'success', 'success']
    expect(values('readiness', probe({ successThreshold: 3 }), given))
      .toEqual(['failure', 'failure', 'failure', 'failure', 'failure', 'success'])
  })
  test('a startup probe is unknown until it fails for good or succeeds', () => {
    expect(values('startup', probe({ failureThreshold: 3 }), ['failure', 'failure', 'failure']))
      .toEqual(['unknown', 'unknown', 'failure'])
    expect(values('startup', probe(), ['failure', 'success'])).toEqual(['unknown', 'success'])
  })
  test('after a failed liveness probe the worker waits for another container, its count begins anew', () => {
    const [, second] = answers('liveness', probe({ failureThreshold: 2 }), ['failure', 'failure'])
    expect(second).toMatchObject({ value: 'failure', hold: true, run: 0 })
  })
  test('a startup probe that has succeeded is not asked again', () => {
    const [first] = answers('startup', probe(), ['success'])
    expect(first).toMatchObject({ value: 'success', hold: true })
    expect(isSettled(first!, 'failure')).toBe(true)
  })
  test('an answer that is as the last result changes nothing', () => {
    expect(isSettled(freshMemory('liveness', 0), 'success')).toBe(true)
    expect(isSettled(freshMemory('readiness', 0), 'failure')).toBe(true)
    const [failedOnce] = answers('liveness', probe(), ['failure'])
    expect(isSettled(failedOnce!, 'success')).toBe(false)
  })
})

const run = (options: PodOptions, seconds: number): { readonly bench: Bench; readonly labels: readonly string[] } => {
  const bench = oneNode()
  createPod(bench, options)
  return { bench, labels: settleFor(bench, seconds) }
}
const isReady = (bench: Bench): string | undefined => conditionOf(podIn(bench), 'Ready')
const restarts = (bench: Bench): number | undefined =>
  podIn(bench)?.status.containerStatuses?.[0]?.restartCount

describe('a readiness probe', () => {
  const containers = [{ readinessProbe: probe() }]

  test('makes a container ready at the first period after it has come up', () => {
    const { bench } = run({ containers }, 10.9)
    expect(isReady(bench)).toBe('False')
    expect(podIn(bench)?.status.conditions?.find(({ type }) => type === 'Ready'))
      .toMatchObject({ reason: 'ContainersNotReady', message: 'containers with unready status: [app]' })
    settleFor(bench, 0.2)
    expect(isReady(bench)).toBe('True')
  })
  test('waits for its initial delay', () => {
    const { bench } = run({ containers: [{ readinessProbe: probe({ initialDelaySeconds: 25 }) }] }, 30)
    expect(isReady(bench)).toBe('False')
    settleFor(bench, 2)
    expect(isReady(bench)).toBe('True')
  })
  test('makes it not ready after three failures, and ready again after a success', () => {
    const profile = {
      probes: {
        readiness: [
          { afterSeconds: 2, answer: 'success' as const }, { afterSeconds: 100, answer: 'failure' as const },
          { afterSeconds: 200, answer: 'success' as const },
        ],
      },
    }
    const { bench } = run({ containers, profile }, 130)
    expect(isReady(bench)).toBe('True')
    settleFor(bench, 2)
    expect(isReady(bench)).toBe('False')
    settleFor(bench, 90)
    expect(isReady(bench)).toBe('True')
    expect(restarts(bench)).toBe(0)
  })
  test('leaves no deadline once the container is ready', () => {
    const { bench } = run({ containers: [{ readinessProbe: probe(), livenessProbe: probe() }] }, 60)
    expect(bench.world.nextDeadline).toBeUndefined()
    expect(bench.world.agenda.size).toBe(0)
  })
  test('goes on while the pod is being stopped', () => {
    const bench = oneNode()
    createPod(bench, {
      containers: [{ readinessProbe: probe({ periodSeconds: 2, failureThreshold: 1 }), lifecycle: { preStop: { sleep: { seconds: 20 } } } }],
      profile: { probes: { readiness: [{ afterSeconds: 1, answer: 'success' }, { afterSeconds: 70, answer: 'failure' }] } },
    })
    settleFor(bench, 60)
    deletePod(bench)
    settleFor(bench, 8)
    expect(isReady(bench)).toBe('True')
    settleFor(bench, 8)
    expect(isReady(bench)).toBe('False')
    expect(podIn(bench)?.status.phase).toBe('Running')
  })
})

describe('a liveness probe', () => {
  test('restarts a slow starter again and again (PL6)', () => {
    const { bench, labels } = run({ containers: [{ livenessProbe: probe({ failureThreshold: 2 }) }], profile: { startSeconds: 60 } }, 400)
    expect(restarts(bench)).toBeGreaterThan(3)
    expect(labels.some((label) => label.includes('app up'))).toBe(false)
    expect(bench.world.store.get('restarts|Pod:default/web|app')).toEqual({ cause: 'liveness' })
  })
  test('gives a container its own grace period', () => {
    const livenessProbe = probe({ failureThreshold: 1, terminationGracePeriodSeconds: 5 })
    const { bench, labels } = run({
      containers: [{ livenessProbe }],
      profile: { ignoresSigterm: true, probes: { liveness: [{ afterSeconds: 0, answer: 'success' }, { afterSeconds: 20, answer: 'failure' }] } },
    }, 36.5)
    expect(labels.filter((label) => label.includes('expired')))
      .toEqual(['kubelet/node-1: kill:default/web/app expired'])
    expect(podIn(bench)?.status.containerStatuses?.[0]).toMatchObject({
      restartCount: 1, lastState: { terminated: { exitCode: 137 } },
    })
  })
  test('may come just after the start where one failure is enough', () => {
    const bench = oneNode()
    bench.world.picker = (options) =>
      Math.max(0, options.findIndex((option) => option.endsWith('is probed at once')))
    createPod(bench, { containers: [{ livenessProbe: probe({ failureThreshold: 1 }) }] })
    settleFor(bench, 3)
    expect(restarts(bench)).toBe(1)
  })
})

describe('a startup probe', () => {
  const containers = [{ startupProbe: probe({ failureThreshold: 30 }), livenessProbe: probe({ failureThreshold: 1 }), readinessProbe: probe() }]

  test('keeps the other probes back', () => {
    const { bench } = run({ containers, profile: { startSeconds: 100 } }, 105)
    expect(restarts(bench)).toBe(0)
    expect(podIn(bench)?.status.containerStatuses?.[0]).toMatchObject({ started: false, ready: false })
    settle(bench.world)
    expect(podIn(bench)?.status.containerStatuses?.[0])
      .toMatchObject({ started: true, ready: true, restartCount: 0 })
  })
  test('restarts a container that does not come up in time', () => {
    const slow =
      { containers: [{ startupProbe: probe({ failureThreshold: 3 }) }], profile: { startSeconds: 100 } }
    const { bench } = run(slow, 32)
    expect(restarts(bench)).toBe(1)
    expect(bench.world.store.get('restarts|Pod:default/web|app')).toEqual({ cause: 'startup' })
  })
})

test.each<[string, PodOptions]>([
  ['after its preStop hook', { containers: [{ livenessProbe: probe(), lifecycle: { preStop: { sleep: { seconds: 10 } } } }] }],
  ['a while after SIGTERM', { containers: [{ livenessProbe: probe() }], profile: { exitsAfterSigtermSeconds: 10 } }],
])('a container that is restarted by its liveness probe and ends %s leaves the next one its whole time', (_, options) => {
  // Killed after three failures, the first ends ten seconds later; its SIGKILL would have come after thirty.
  const { bench } = run({ ...options, profile: { ...options.profile, startSeconds: 1, probes: { liveness: [
    { afterSeconds: 0, answer: 'failure' }] } } }, 44)
  expect(restarts(bench)).toBe(1)
  const [container] = podIn(bench)?.status.containerStatuses ?? []
  expect([container?.state, container?.lastState?.terminated?.exitCode]).toMatchObject([{ running: {} }, 0])
  settleFor(bench, 18) // the second one fails three times in its turn
  expect(bench.world.store.get('container|node-1|Pod:default/web|app')).toMatchObject({ attempt: 1, state: 'running' })
})

describe('what a probe asks', () => {
  const readyAfter = (options: PodOptions): string | undefined => isReady(run(options, 60).bench)

  test('a port on which nothing listens', () => {
    expect(readyAfter({ containers: [{ readinessProbe: probe({ httpGet: { port: 8080 } }) }], profile: { listens: [9090] } })).toBe('False')
  })
  test('a port by its name', () => {
    const ports = [{ name: 'http', containerPort: 8080, protocol: 'TCP' as const }]
    expect(readyAfter({ containers: [{ ports, readinessProbe: probe({ httpGet: { port: 'http' } }) }] }))
      .toBe('True')
  })
  test.each(['readinessProbe', 'startupProbe'] as const)('a port by a name that there is not: its %s never succeeds, and kills nothing', (kind) => {
    const { bench } = run({ containers: [{ [kind]: probe({ httpGet: { port: 'http' }, failureThreshold: 1 }) }] }, 60)
    expect([isReady(bench), restarts(bench)]).toEqual(['False', 0])
  })
  test('a port by a name that there is not: its livenessProbe never fails (ResolveContainerPort)', () => {
    const { bench } = run({ containers: [{ livenessProbe: probe({ httpGet: { port: 'http' }, failureThreshold: 1 }) }] }, 60)
    expect([isReady(bench), restarts(bench)]).toEqual(['True', 0])
  })
  test('a port by a number in quotes', () => {
    expect(readyAfter({ containers: [{ readinessProbe: probe({ httpGet: { port: '8080' } }) }], profile: { listens: [8080] } })).toBe('True')
  })
  test('a port that the container does not declare', () => {
    expect(readyAfter({ containers: [{ ports: [], readinessProbe: probe({ httpGet: { port: 3000 } }) }] }))
      .toBe('True')
  })
  test('another container of the pod', () => {
    const containers = [
      { name: 'app', readinessProbe: probe({ httpGet: undefined, tcpSocket: { port: 15020 } }) },
      { name: 'proxy', ports: [{ containerPort: 15020, protocol: 'TCP' as const }] },
    ]
    expect(readyAfter({ containers })).toBe('True')
  })
  test('a command, which succeeds once the application is up', () => {
    expect(readyAfter({ containers: [{ readinessProbe: probe({ httpGet: undefined, exec: { command: ['true'] } }) }] })).toBe('True')
  })
})

describe('a probe that gets no answer', () => {
  const hangs = (kind: ProbeKind) =>
    ({ probes: { [kind]: [{ afterSeconds: 0, answer: 'success' as const }, { afterSeconds: 10, answer: 'hangs' as const }] } })
  const ways: readonly (readonly [string, Partial<Probe>])[] = [
    ['exec', { httpGet: undefined, exec: { command: ['ping'] } }], ['httpGet', {}],
    ['tcpSocket', { httpGet: undefined, tcpSocket: { port: 8080 } }], ['grpc', { httpGet: undefined, grpc: { port: 8080 } }],
  ]
  // Asked at 10 or 15 s after the start at 1 s, again each 5 s: failed 2 s after the second time.
  test.each(ways)('%s: it has failed at its timeout, as often as the threshold says', (_, handler) => {
    const readinessProbe = probe({ ...handler, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 2 })
    const ready = (seconds: number) => isReady(run({ containers: [{ readinessProbe }], profile: hangs('readiness') }, seconds).bench)
    expect([ready(17), ready(25)]).toEqual(['True', 'False'])
  })
  test('a timeout that is longer than the period holds up the next probe', () => {
    const readinessProbe = probe({ periodSeconds: 1, timeoutSeconds: 20, failureThreshold: 2 })
    const ready = (seconds: number) => isReady(run({ containers: [{ readinessProbe }], profile: hangs('readiness') }, seconds).bench)
    expect([ready(50), ready(54)]).toEqual(['True', 'False'])
  })
  test('liveness: the container is restarted', () => {
    const livenessProbe = probe({ periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 2 })
    const after = (seconds: number) => restarts(run({ containers: [{ livenessProbe }], profile: hangs('liveness') }, seconds).bench)
    expect([after(17), after(28)]).toEqual([0, 1])
  })
  test('an answer that comes after the timeout counts at the next tick', () => {
    const readinessProbe = probe({ periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 1 })
    const profile = { probes: { readiness: [
      { afterSeconds: 0, answer: 'success' as const }, { afterSeconds: 10, answer: 'hangs' as const },
      { afterSeconds: 17, answer: 'success' as const },
    ] } }
    const ready = (seconds: number) => isReady(run({ containers: [{ readinessProbe }], profile }, seconds).bench)
    expect([ready(12), ready(19), ready(25)]).toEqual(['True', 'False', 'True'])
  })
})

test('a liveness probe that begins late is asked, though what it answers changed before', () => {
  const profile = { probes: {
    startup: [{ afterSeconds: 0, answer: 'failure' as const }, { afterSeconds: 12, answer: 'success' as const }],
    liveness: [{ afterSeconds: 0, answer: 'success' as const }, { afterSeconds: 8, answer: 'failure' as const }],
  } }
  const { bench } = run({ profile, containers: [{
    startupProbe: probe({ failureThreshold: 5 }), livenessProbe: probe({ failureThreshold: 2 }),
  }] }, 70)
  expect(podIn(bench)?.status.containerStatuses?.[0]?.restartCount).toBe(1)
})
