import { describe, expect, test } from 'vitest'
import type { ContainerState, ContainerStatus, Pod, RestartPolicy } from '#api/types'
import type { Container } from '#models/node/cells'
import { convertContainerStatuses, type Seen } from '#models/node/container-statuses'
import { container, podOn } from '../../support/node.js'

// Tables rewritten from pkg/kubelet/kubelet_pods_test.go (TestGenerateAPIPodStatusWithReasonCache,
// TestGenerateAPIPodStatusWithDifferentRestartPolicies, TestConvertToAPIContainerStatuses).

const ended = (exitCode: number, last?: number): Container => ({
  attempt: 0, image: 'img', sandbox: 0, state: 'exited', exitCode, reason: 'Error',
  ...(last === undefined ? {} : { last: { exitCode: last, reason: 'Error' } }),
})
const running: Container = { attempt: 0, image: 'img', sandbox: 0, state: 'running', up: true }
const terminated = (exitCode: number): ContainerState => ({ terminated: { exitCode, reason: 'Error' } })
const held: ContainerState = { waiting: { reason: 'CrashLoopBackOff', message: 'because' } }

interface Case {
  readonly policy?: RestartPolicy
  readonly found?: Readonly<Record<string, Container>>
  /** Containers that could not be started. */
  readonly failed?: readonly string[]
  readonly old?: readonly ContainerStatus[]
  readonly metadata?: Partial<Pod['metadata']>
  readonly sidecar?: boolean
}

const status = (name: string, change: Partial<ContainerStatus> = {}): ContainerStatus =>
  ({ name, state: {}, ready: false, restartCount: 0, image: 'img', ...change })

/** The statuses of the containers or init containers `a` and `b`. */
function told(isInit: boolean, one: Case): readonly Pick<ContainerStatus, 'state' | 'lastState'>[] {
  const { policy = 'OnFailure', found = {}, failed = [], old, metadata, sidecar = false } = one
  const specs = ['a', 'b'].map((name) =>
    container({ name, image: 'img', ...(sidecar ? { restartPolicy: 'Always' } : {}) }))
  const pod = podOn({
    metadata,
    spec: { restartPolicy: policy, ...(isInit ? { initContainers: specs } : { containers: specs }) },
  })
  const seen: Seen = {
    sandbox: undefined,
    container: (name) => found[name],
    reasons: Object.fromEntries(failed.map((name) => [name, { reason: 'CrashLoopBackOff', message: 'because' }])),
    isStarted: (_, { up }) => up === true,
    isReady: () => true,
  }
  return convertContainerStatuses(pod, specs, old, seen, isInit)
}

const states = (isInit: boolean, one: Case): readonly (ContainerState | undefined)[] =>
  told(isInit, one).flatMap(({ state, lastState }) => [state, lastState])

type Row = readonly [string, Case, readonly (ContainerState | undefined)[]]

const creating: ContainerState = { waiting: { reason: 'ContainerCreating' } }
const initializing: ContainerState = { waiting: { reason: 'PodInitializing' } }
const record = status('b', { lastState: terminated(7) })

describe('the states of containers, and their last ones', () => {
  const rows: readonly Row[] = [
    ['nothing was created: what was last is kept', { old: [record] }, [creating, undefined, creating, terminated(7)]],
    ['one ended, another could not be started again', { found: { a: ended(10), b: ended(2, 3) }, failed: ['b'] },
      [terminated(10), undefined, held, terminated(2)]],
    ['one runs', { found: { a: { ...running, last: { exitCode: 5, reason: 'Error' } }, b: ended(0, 1) } },
      [{ running: {} }, terminated(5), terminated(0), terminated(1)]],
    ['never restarted', { policy: 'Never', found: { a: ended(0, 2), b: ended(1, 3) }, failed: ['a', 'b'] },
      [terminated(0), terminated(2), terminated(1), terminated(3)]],
    ['restarted on failure', { found: { a: ended(0, 2), b: ended(1, 3) }, failed: ['a', 'b'] },
      [terminated(0), terminated(2), held, terminated(1)]],
    ['always restarted', { policy: 'Always', found: { a: ended(0, 2), b: ended(1, 3) }, failed: ['a', 'b'] },
      [held, terminated(0), held, terminated(1)]],
  ]
  test.each(rows)('%s', (_, one, expected) => expect(states(false, one)).toEqual(expected))
})

describe('the states of init containers', () => {
  const rows: readonly Row[] = [
    ['nothing was created', { old: [record] }, [initializing, undefined, initializing, terminated(7)]],
    ['never restarted', { policy: 'Never', found: { a: ended(0, 2), b: ended(1, 3) }, failed: ['a', 'b'] },
      [terminated(0), terminated(2), terminated(1), terminated(3)]],
    ['one that has succeeded is not restarted, whatever the policy',
      { policy: 'Always', found: { a: ended(0, 2), b: ended(1, 3) }, failed: ['a', 'b'] },
      [terminated(0), terminated(2), held, terminated(1)]],
    ['one that the runtime has forgotten, while an app container is there, has succeeded',
      { found: { app: running, a: ended(0) } },
      [terminated(0), undefined, { terminated: {
        exitCode: 0, reason: 'Completed',
        message: 'Unable to get init container status from container runtime and pod has been initialized, '
          + 'treat it as exited normally',
      } }, undefined]],
    ['but not a sidecar', { found: { app: running, a: running }, sidecar: true },
      [{ running: {} }, undefined, initializing, undefined]],
  ]
  test.each(rows)('%s', (_, one, expected) => expect(states(true, one)).toEqual(expected))
})

describe('a container that ran and cannot be found', () => {
  const old = [status('a', { state: { running: {} } })]
  const lost: ContainerState = { terminated: {
    exitCode: 137, reason: 'ContainerStatusUnknown',
    message: 'The container could not be located when the pod was deleted.  The container used to be Running',
  } }
  test('counts as a restart', () => {
    expect(told(false, { old })[0]).toMatchObject({ state: creating, lastState: lost, restartCount: 1 })
  })
  test('not so in a pod that is deleted', () => {
    const metadata = { deletionTimestamp: '2026-01-01T00:00:00Z' }
    expect(told(false, { old, metadata })[0]).toMatchObject({ state: creating, lastState: lost, restartCount: 0 })
  })
  test('an end that was told is told again', () => {
    expect(told(false, { old: [status('a', { state: terminated(3), restartCount: 2 })] })[0])
      .toMatchObject({ state: terminated(3), restartCount: 2 })
  })
})

describe('started and ready', () => {
  test.each([
    [false, { a: running, b: { ...running, up: undefined } }, [true, true, false, false]],
    [false, { a: ended(0) }, [false, false, false, false]],
    [true, { a: ended(0), b: running }, [false, true, true, false]],
  ] as const)('init %s: %#', (isInit, found, expected) => {
    const kept = Object.fromEntries(Object.entries(found).map(([name, { up, ...one }]) =>
      [name, up === undefined ? one : { ...one, up }]))
    expect(told(isInit, { found: kept }).flatMap((one) => {
      const { started, ready } = one as ContainerStatus
      return [started, ready]
    })).toEqual(expected)
  })
})
