import { describe, expect, test } from 'vitest'
import type { Container, Pod, RestartPolicy } from '#api/types'
import {
  computePodActions, type PodActions, type RuntimeContainer, type RuntimePod,
} from '#models/node/pod-actions'
import { container, podOn, probe } from '../../support/node.js'

// Tables rewritten from pkg/kubelet/kuberuntime/kuberuntime_manager_test.go (TestComputePodActions…).

type Result = 'success' | 'failure' | 'unknown'

interface Case {
  readonly policy?: RestartPolicy
  readonly sandbox?: Partial<NonNullable<RuntimePod['sandbox']>> | null
  readonly containers?: Readonly<Record<string, Partial<RuntimeContainer> | null>>
  readonly liveness?: Readonly<Record<string, Result>>
  readonly startup?: Readonly<Record<string, Result>>
  readonly change?: (pod: Pod) => Pod
  readonly expected: Partial<PodActions> & { readonly kills?: readonly string[] }
}

const apps = ['foo1', 'foo2', 'foo3'].map((name) => container({ name, image: 'busybox' }))
const running = (image: string): RuntimeContainer => ({ state: 'running', image })

function judge(inits: readonly Container[], known: Readonly<Record<string, RuntimeContainer>>, one: Case): PodActions {
  const before = podOn({
    spec: { containers: apps, restartPolicy: one.policy ?? 'Always', ...(inits.length === 0 ? {} : { initContainers: inits }) },
  })
  const pod = one.change?.(before) ?? before
  const found: Record<string, RuntimeContainer | undefined> = { ...known }
  for (const [name, change] of Object.entries(one.containers ?? {})) {
    found[name] = change === null ? undefined : { ...(found[name] ?? running('busybox')), ...change }
  }
  const sandbox =
    one.sandbox === null ? undefined : { ready: true, attempt: 0, ips: ['10.0.0.1'], ...one.sandbox }
  return computePodActions(pod, {
    sandbox,
    container: (name) => found[name],
    liveness: ({ name }) => one.liveness?.[name],
    startup: ({ name }) => one.startup?.[name],
  })
}

function expectActions(actual: PodActions, { kills = [], ...expected }: Case['expected']): void {
  const { containersToKill, ...rest } = actual
  expect({ ...rest, kills: containersToKill.map(({ name }) => name) }).toEqual({
    killPod: false, createSandbox: false, attempt: 0, initContainersToStart: [], containersToStart: [], kills,
    ...expected,
  })
}

const withContainer = (list: 'containers' | 'initContainers', index: number, change: Partial<Container>) => (pod: Pod): Pod => ({
  ...pod,
  spec: { ...pod.spec, [list]: (pod.spec[list] ?? []).map((one, at) => (at === index ? { ...one, ...change } : one)) },
})

const gone = { foo1: null, foo2: null, foo3: null } as const
const exited = (exitCode: number): Partial<RuntimeContainer> => ({ state: 'exited', exitCode })
const dead = { ready: false } as const

describe('app containers', () => {
  const known = Object.fromEntries(apps.map(({ name, image }) => [name, running(image)]))
  const rows: readonly (readonly [string, Case])[] = [
    ['everything is good: do nothing', { expected: {} }],
    ['a new pod: make its sandbox and start all containers', {
      sandbox: null, containers: gone,
      expected: { killPod: true, createSandbox: true, containersToStart: [0, 1, 2] },
    }],
    ['exited containers are restarted with policy Always', {
      containers: { foo1: exited(0), foo2: exited(111) }, expected: { containersToStart: [0, 1] },
    }],
    ['failed containers are restarted with policy OnFailure', {
      policy: 'OnFailure', containers: { foo1: exited(0), foo2: exited(111) },
      expected: { containersToStart: [1] },
    }],
    ['containers that were created and not started are started with policy OnFailure', {
      policy: 'OnFailure', containers: { foo1: exited(0), foo2: { state: 'created' } },
      expected: { containersToStart: [1] },
    }],
    ['no container is restarted with policy Never', {
      policy: 'Never', containers: { foo1: exited(0), foo2: exited(111) }, expected: {},
    }],
    ['a dead sandbox: everything is made anew with policy Always', {
      sandbox: dead,
      expected: { killPod: true, createSandbox: true, attempt: 1, containersToStart: [0, 1, 2] },
    }],
    ['a dead sandbox: what has succeeded is not with policy OnFailure', {
      policy: 'OnFailure', sandbox: dead, containers: { foo2: exited(0) },
      expected: { killPod: true, createSandbox: true, attempt: 1, containersToStart: [0, 2] },
    }],
    ['a sandbox without an address: everything is made anew', {
      sandbox: { ips: [] },
      expected: { killPod: true, createSandbox: true, attempt: 1, containersToStart: [0, 1, 2] },
    }],
    ["a container's image was changed: it is stopped and started again", {
      containers: { foo2: { image: 'other' } }, expected: { containersToStart: [1], kills: ['foo2'] },
    }],
    ['a container has failed its liveness probe', {
      liveness: { foo2: 'failure' }, expected: { containersToStart: [1], kills: ['foo2'] },
    }],
    ['a container has failed its startup probe', {
      startup: { foo2: 'failure' }, expected: { containersToStart: [1], kills: ['foo2'] },
    }],
    ['no new sandbox for a pod that is done, with policy Never', {
      policy: 'Never', sandbox: { ...dead, attempt: 1 },
      containers: { foo1: exited(0), foo2: exited(0), foo3: exited(0) },
      expected: { killPod: true, attempt: 2 },
    }],
    ['no new sandbox for a pod that is done, with policy OnFailure', {
      policy: 'OnFailure', sandbox: { ...dead, attempt: 1 },
      containers: { foo1: exited(0), foo2: exited(0), foo3: exited(0) },
      expected: { killPod: true, attempt: 2 },
    }],
    ['a new sandbox where no container was ever made, with policy Never', {
      policy: 'Never', sandbox: { ...dead, attempt: 2 }, containers: gone,
      expected: { killPod: true, createSandbox: true, attempt: 3, containersToStart: [0, 1, 2] },
    }],
    ['a container in an unknown state is stopped and started again', {
      policy: 'Never', containers: { foo2: { state: 'unknown' } },
      expected: { containersToStart: [1], kills: ['foo2'] },
    }],
    ['a container that was created is started', {
      policy: 'Never', containers: { foo2: { state: 'created' } }, expected: { containersToStart: [1] },
    }],
  ]
  test.each(rows)('%s', (_, one) => expectActions(judge([], known, one), one.expected))
})

describe('init containers', () => {
  const inits = ['init1', 'init2', 'init3'].map((name) => container({ name, image: 'bar-image', ports: [] }))
  const known = Object.fromEntries(inits.map(({ name, image }) => [name, { state: 'exited' as const, exitCode: 0, image }]))
  const none = { init1: null, init2: null, init3: null }
  const rows: readonly (readonly [string, Case])[] = [
    ['all have succeeded: start all app containers', { expected: { containersToStart: [0, 1, 2] } }],
    ['none was started: start the first', { containers: none, expected: { initContainersToStart: [0] } }],
    ['one runs: do nothing', { containers: { init3: { state: 'running' } }, expected: {} }],
    ['a dead sandbox: begin with the first again', {
      sandbox: dead, expected: { killPod: true, createSandbox: true, attempt: 1, initContainersToStart: [0] },
    }],
    ['the last one failed: restart it with policy Always', {
      containers: { init3: exited(137) }, expected: { initContainersToStart: [2] },
    }],
    ['the last one failed: restart it with policy OnFailure', {
      policy: 'OnFailure', containers: { init3: exited(137) }, expected: { initContainersToStart: [2] },
    }],
    ['the last one failed: stop the pod with policy Never', {
      policy: 'Never', containers: { init3: exited(137) }, expected: { killPod: true },
    }],
    ['one in an unknown state is stopped and started again with policy Always', {
      containers: { init3: { state: 'unknown' } }, expected: { initContainersToStart: [2], kills: ['init3'] },
    }],
    ['one in an unknown state is stopped and started again with policy OnFailure', {
      policy: 'OnFailure', containers: { init3: { state: 'unknown' } },
      expected: { initContainersToStart: [2], kills: ['init3'] },
    }],
    ['one in an unknown state ends the pod with policy Never', {
      policy: 'Never', containers: { init3: { state: 'unknown' } }, expected: { killPod: true },
    }],
    ['a dead sandbox with policy Never: only stop the pod', {
      policy: 'Never', sandbox: dead, expected: { killPod: true, attempt: 1 },
    }],
    ['a dead sandbox with policy Never where nothing ran: make a new one', {
      policy: 'Never', sandbox: dead, containers: none,
      expected: { killPod: true, createSandbox: true, attempt: 1, initContainersToStart: [0] },
    }],
    ['a dead sandbox and a failure with policy OnFailure: make a new one', {
      policy: 'OnFailure', sandbox: dead, containers: { init3: exited(137) },
      expected: { killPod: true, createSandbox: true, attempt: 1, initContainersToStart: [0] },
    }],
    ['records of earlier ones are lost while the last one runs: they are not run again', {
      containers: { init1: null, init2: null, init3: { state: 'running' } }, expected: {},
    }],
    ['one that was created is started', { containers: { init3: { state: 'created' } }, expected: { initContainersToStart: [2] } }],
  ]
  test.each(rows)('%s', (_, one) => expectActions(judge(inits, known, one), one.expected))
})

describe('sidecars', () => {
  const inits = [
    container({ name: 'side1', image: 'bar-image', restartPolicy: 'Always' }),
    container({ name: 'side2', image: 'bar-image', restartPolicy: 'Always', livenessProbe: probe(), startupProbe: probe() }),
    container({ name: 'side3', image: 'bar-image', restartPolicy: 'Always', livenessProbe: probe(), startupProbe: probe() }),
  ]
  const known = Object.fromEntries(inits.map(({ name, image }) => [name, running(image)]))
  const passed = { side2: 'success', side3: 'success' } as const
  const runningApps = Object.fromEntries(apps.map(({ name }) => [name, running('busybox')]))
  const doneApps = Object.fromEntries(apps.map(({ name }) => [name, { ...running('busybox'), ...exited(0) }]))
  const rows: readonly (readonly [string, Case])[] = [
    ['all have started: start all app containers', { expected: { containersToStart: [0, 1, 2] } }],
    ['none was started: start the first', {
      containers: { side1: null, side2: null, side3: null }, expected: { initContainersToStart: [0] },
    }],
    ['one that was created is started', { containers: { side3: { state: 'created' } }, expected: { initContainersToStart: [2] } }],
    ['one has started: start the next', {
      containers: { side2: null, side3: null }, expected: { initContainersToStart: [1] },
    }],
    ['its liveness probe does not count for the next one', {
      containers: { side3: null }, liveness: {}, expected: { initContainersToStart: [2] },
    }],
    ['it has failed its liveness probe: restart it', {
      liveness: { ...passed, side3: 'failure' },
      expected: { initContainersToStart: [2], kills: ['side3'], containersToStart: [0, 1, 2] },
    }],
    ['its startup probe has not been run: wait', { containers: { side3: null }, startup: {}, expected: {} }],
    ['its startup probe is not through: wait', { containers: { side3: null }, startup: { side2: 'unknown' }, expected: {} }],
    ['its startup probe has succeeded: start the next', {
      containers: { side3: null }, expected: { initContainersToStart: [2] },
    }],
    ['it has failed its startup probe: restart it', {
      startup: { ...passed, side3: 'failure' }, expected: { initContainersToStart: [2], kills: ['side3'] },
    }],
    ['its image was changed: restart it', {
      change: withContainer('initContainers', 2, { image: 'foo-image' }),
      expected: { initContainersToStart: [2], kills: ['side3'], containersToStart: [0, 1, 2] },
    }],
    ['two have ended: restart them, and wait for the last', {
      containers: { side1: exited(0), side3: exited(0) }, expected: { initContainersToStart: [0, 2] },
    }],
    ['the first has ended: restart it, and start the app containers', {
      containers: { side1: exited(0) },
      expected: { initContainersToStart: [0], containersToStart: [0, 1, 2] },
    }],
    ['a dead sandbox and a failure with policy Never: only stop the pod', {
      policy: 'Never', sandbox: dead, containers: { side3: exited(137) },
      expected: { killPod: true, attempt: 1 },
    }],
    ['a dead sandbox with policy Never where nothing ran: make a new one', {
      policy: 'Never', sandbox: dead, containers: { side1: null, side2: null, side3: null },
      expected: { killPod: true, createSandbox: true, attempt: 1, initContainersToStart: [0] },
    }],
    ['a dead sandbox and a failure with policy Always: make a new one', {
      sandbox: dead, containers: { side3: exited(137) },
      expected: { killPod: true, createSandbox: true, attempt: 1, initContainersToStart: [0] },
    }],
    ['the last one failed: restart it even with policy Never', {
      policy: 'Never', containers: { side3: exited(137) }, expected: { initContainersToStart: [2] },
    }],
    ['one in an unknown state is restarted even with policy Never', {
      policy: 'Never', containers: { side3: { state: 'unknown' } },
      expected: { initContainersToStart: [2], kills: ['side3'] },
    }],
    ['one failed while the app containers run: restart it even with policy Never', {
      policy: 'Never', containers: { ...runningApps, side3: exited(137) },
      expected: { initContainersToStart: [2] },
    }],
    ['all app containers have succeeded: stop the pod, sidecars included', {
      policy: 'Never', containers: doneApps, expected: { killPod: true },
    }],
    ['records of earlier ones are lost: start them, and the app containers', {
      containers: { side1: null, side2: null },
      expected: { initContainersToStart: [0, 1], containersToStart: [0, 1, 2] },
    }],
  ]
  test.each(rows)('%s', (_, one) =>
    expectActions(judge(inits, known, { liveness: passed, startup: passed, ...one }), one.expected))
})
