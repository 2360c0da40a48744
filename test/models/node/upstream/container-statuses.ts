import type { Container as Spec, ContainerState, ContainerStatus, Pod, RestartPolicy } from '#api/types'
import { convertContainerStatuses, type Seen, type SeenContainer } from '#models/node/container-statuses'
import { container, podOn } from '../../../support/node.js'
import { removedStatus } from './restart-all.js'
import { table, type Line, type Table } from './table.js'

const podsSource = 'pkg/kubelet/kubelet_pods_test.go'
const kubeletSource = 'pkg/kubelet/kubelet_test.go'

export interface Case {
  readonly policy?: RestartPolicy
  readonly specs: readonly Partial<Spec>[]
  /** What the runtime has; `last` is how the one before ended. */
  readonly found?: Readonly<Record<string, Partial<SeenContainer>>>
  /** Containers that could not be started. */
  readonly failed?: readonly string[]
  readonly old?: readonly ContainerStatus[]
  readonly isInit?: boolean
  readonly isDeleted?: boolean
  readonly restartsAll?: boolean
}

/** State, last state, and the restart count where it is not 0. */
export type Told = readonly [state: string, last?: string, restarts?: number]

/** `exit 2`, `running`, `waiting CrashLoopBackOff` */
function word({ terminated, running, waiting }: ContainerState): string {
  if (terminated !== undefined) return `exit ${terminated.exitCode}${reasonOf(terminated.reason)}`
  if (running !== undefined) return 'running'
  return `waiting${reasonOf(waiting?.reason)}`
}
const reasonOf = (reason: string | undefined): string =>
  (reason === undefined || reason === 'Error' || reason === '' ? '' : ` ${reason}`)

export function told(one: Case): readonly Told[] {
  const { policy = 'Always', specs, found = {}, failed = [], old, isInit = false, isDeleted = false } = one
  const containers = specs.map((spec) => container(spec))
  const pod: Pod = podOn({
    ...(isDeleted ? { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } } : {}),
    spec: {
      restartPolicy: policy,
      ...(isInit
        ? { initContainers: containers, containers: [container({ name: 'containerA' })] }
        : { containers }),
    },
  })
  const seen: Seen = {
    sandbox: undefined,
    container: (name) => (found[name] === undefined
      ? undefined
      : { attempt: 0, image: 'img', sandbox: 0, state: 'exited', reason: 'Error', ...found[name] }),
    reasons: Object.fromEntries(failed.map((name) => [name, { reason: 'test-error', message: '' }])),
    isStarted: () => true,
    isReady: () => true,
    restartsAll: one.restartsAll === true,
  }
  const statuses = convertContainerStatuses(pod, containers, old, seen, isInit)
  return statuses.map(({ state, lastState, restartCount }): Told => {
    const last = lastState === undefined ? undefined : word(lastState)
    if (restartCount > 0) return [word(state), last, restartCount]
    return last === undefined ? [word(state)] : [word(state), last]
  })
}

export const status =
  (name: string, state: ContainerState, change: Partial<ContainerStatus> = {}): ContainerStatus =>
  ({ name, state, ready: false, restartCount: 0, image: 'img', ...change })
export const running = { running: {} }
export const ended = (exitCode: number): ContainerState => ({ terminated: { exitCode } })

const ab = [{ name: 'containerA' }, { name: 'containerB' }]
const both = (state: ContainerState, change: Partial<ContainerStatus> = {}): readonly ContainerStatus[] =>
  ab.map(({ name }) => status(name, state, change))
const lost = 'exit 137 ContainerStatusUnknown'
const inPlace = 'exit 137 RestartingAllContainers'
const removed: Told = ['waiting RestartingAllContainers', inPlace, 1]
const creating = 'waiting ContainerCreating'
const initializing = 'waiting PodInitializing'

const converted: readonly Line<Case, readonly Told[]>[] = [
  ['containers that ran are lost, and their pod is deleted',
    { specs: ab, old: both(running), isDeleted: true }, [[creating, lost], [creating, lost]]],
  ['containers that ran are lost: that counts as a restart',
    { specs: ab, old: both(running) }, [[creating, lost, 1], [creating, lost, 1]]],
  ['ends that were told are told again, with their counts',
    { specs: ab, old: both(ended(255), { restartCount: 5 }) },
    [['exit 255', undefined, 5], ['exit 255', undefined, 5]]],
  ['one that runs was told to have ended: it was restarted once more', {
    specs: ab, old: both(ended(255), { restartCount: 5 }),
    found: { containerA: { state: 'running' }, containerB: { state: 'running' } },
  }, [['running', 'exit 255', 6], ['running', 'exit 255', 6]]],
  ['the end of one restarts all in place', {
    specs: ab, old: both(running), found: { containerA: { state: 'running' }, containerB: { exitCode: 42 } },
    restartsAll: true,
  }, [['running'], ['exit 42']]],
  ['it was removed, the other was killed', {
    specs: ab, old: [status('containerA', running), status('containerB', ended(42))],
    found: { containerA: { exitCode: 137 } },
    restartsAll: true,
  }, [['exit 137'], removed]],
  ['both were removed', {
    specs: ab, old: [status('containerA', ended(137)), status('containerB', ended(42))], restartsAll: true,
  }, [removed, removed]],
  ['both were killed and removed at once', {
    specs: ab, old: [status('containerA', running), status('containerB', ended(42))], restartsAll: true,
  }, [removed, removed]],
  ['one of them runs again', {
    specs: ab, found: { containerA: { state: 'running' } }, restartsAll: true,
    old: [{ ...status('containerA', {}), ...removedStatus, restartCount: 1 },
      status('containerB', ended(42))],
  }, [['running', inPlace, 1], removed]],
  ['one of them has succeeded before it was killed', {
    specs: ab, found: { containerA: { exitCode: 0 } }, restartsAll: true,
    old: [status('containerA', running, { restartCount: 1 }), status('containerB', ended(42))],
  }, [['exit 0', undefined, 1], removed]],
  ['one of them has failed before it was killed', {
    specs: ab, found: { containerA: { exitCode: 1 } }, restartsAll: true,
    old: [status('containerA', running, { restartCount: 1 }), status('containerB', ended(42))],
  }, [['exit 1', undefined, 1], removed]],
  ['an init container is lost while an app container runs: it has succeeded',
    { specs: [{ name: 'init-1' }], found: { containerA: { state: 'running' } }, old: [], isInit: true },
    [['exit 0 Completed']]],
  ['a sidecar is lost while an app container runs: it waits', {
    specs: [{ name: 'sidecar-1', restartPolicy: 'Always' }], found: { containerA: { state: 'running' } },
    old: [],
    isInit: true,
  }, [[initializing]]],
]

const exit = (exitCode: number, last?: number): Partial<SeenContainer> =>
  ({ exitCode, ...(last === undefined ? {} : { last: { exitCode: last, reason: 'Error' } }) })

const three = [{ name: 'without-reason' }, { name: 'with-reason' }]
/** Reasons are told where a container is to be started again; the table holds for init containers as well. */
const withReasons = (isInit: boolean): readonly Line<Case, readonly Told[]>[] => {
  const who = isInit ? 'init containers' : 'containers'
  const waits = isInit ? initializing : creating
  const common = { policy: 'OnFailure', isInit } as const
  return [
    [`${who} without any record wait, and keep what was last`, {
      ...common, specs: [{ name: 'new' }, { name: 'old' }],
      old: [status('old', {}, { lastState: ended(0) })],
    }, [[waits], [waits, 'exit 0']]],
    [`of ${who} that run, what was last is told by the runtime`,
      { ...common, specs: [{ name: 'one' }],
        found: { one: { state: 'running', last: { exitCode: 1, reason: 'Error' } } } },
      [['running', 'exit 1']]],
    [`of ${who} that have ended, the one that could not be started again waits`, {
      ...common, specs: three, failed: ['with-reason', 'succeed'],
      found: { 'without-reason': exit(1, 3), 'with-reason': exit(2, 4) },
    }, isInit
      ? [['exit 1', 'exit 3'], ['waiting test-error', 'exit 2']]
      : [['waiting test-error', 'exit 2'], ['exit 1', 'exit 3']]],
    [`of ${who} that have succeeded, no reason is told`,
      { ...common, specs: [{ name: 'succeed' }], failed: ['succeed'], found: { succeed: exit(0, 5) } },
      [['exit 0', 'exit 5']]],
  ]
}

const pair = { failed: ['succeed', 'failed'], found: { succeed: exit(0, 2), failed: exit(1, 3) } } as const
const succeedFailed = [{ name: 'succeed' }, { name: 'failed' }]
const waiting = 'waiting test-error'
const keeps: readonly Told[] = [['exit 1', 'exit 3'], ['exit 0', 'exit 2']]
const failureOnly: readonly Told[] = [[waiting, 'exit 1'], ['exit 0', 'exit 2']]
/** App containers are told by name, init containers as they are specified. */
const turned = ([a, b]: readonly Told[]): readonly Told[] =>
  (a === undefined || b === undefined ? [] : [b, a])

const byPolicy: readonly Line<Case, readonly Told[]>[] = [
  ['with policy Never they have ended', { ...pair, specs: succeedFailed, policy: 'Never' }, keeps],
  ['with policy OnFailure the one that failed waits',
    { ...pair, specs: succeedFailed, policy: 'OnFailure' }, failureOnly],
  ['with policy Always both wait',
    { ...pair, specs: succeedFailed }, [[waiting, 'exit 1'], [waiting, 'exit 0']]],
  ['init containers with policy Never have ended',
    { ...pair, specs: succeedFailed, policy: 'Never', isInit: true }, turned(keeps)],
  ['of init containers with policy OnFailure the one that failed waits',
    { ...pair, specs: succeedFailed, policy: 'OnFailure', isInit: true }, turned(failureOnly)],
  ['an init container that has succeeded is not started again even with policy Always',
    { ...pair, specs: succeedFailed, isInit: true }, turned(failureOnly)],
]

const rules = (value: number): Partial<Spec> => ({
  name: 'failed', restartPolicy: 'Never',
  restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [value] } }],
})
const each = (restartPolicy: RestartPolicy): readonly Partial<Spec>[] =>
  succeedFailed.map((one) => ({ ...one, restartPolicy }))

const byContainer: readonly Line<Case, readonly Told[]>[] = [
  ['a rule restarts it', { ...pair, specs: [rules(1)] }, [[waiting, 'exit 1']]],
  ['no rule restarts it', { ...pair, specs: [rules(2)] }, [['exit 1', 'exit 3']]],
  ['its own policy is Never', { ...pair, specs: each('Never') }, keeps],
  ['its own policy is OnFailure', { ...pair, specs: each('OnFailure') }, failureOnly],
  ['its own policy is Always',
    { ...pair, specs: each('Always') }, [[waiting, 'exit 1'], [waiting, 'exit 0']]],
]

export const containerStatuses: readonly Table[] = [
  table(podsSource, 'TestConvertToAPIContainerStatuses', told, converted),
  table(kubeletSource, 'TestGenerateAPIPodStatusWithReasonCache', told,
    [...withReasons(false), ...withReasons(true)]),
  table(kubeletSource, 'TestGenerateAPIPodStatusWithDifferentRestartPolicies', told, byPolicy),
  table(kubeletSource, 'TestGenerateAPIPodStatusWithContainerRestartPolicies', told, byContainer),
]
