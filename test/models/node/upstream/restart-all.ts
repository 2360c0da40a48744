import type { Container, ContainerStatus, Pod, PodCondition, PodPhase, PodStatus } from '#api/types'
import {
  allContainersRestartingCondition, containersToReset, shouldAllContainersRestart,
} from '#models/node/restart-all'
import { container, podOn } from '../../../support/node.js'
import {
  actions, all, apps, exited, inits, judging, none, podWith, running, runtimeOf, sidecars, source,
  withContainers,
  type Case,
} from './pod-actions-judge.js'
import { table, type Table } from './table.js'

const rules = (code: number) =>
  [{ action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [code] } }] as const

interface Reset extends Case { readonly inits?: readonly Container[] }

/** `foo1!` is killed before it is removed. */
const reset = ({ inits: specs = [], ...one }: Reset): string =>
  containersToReset(podWith(specs, one), runtimeOf({}, one)).map(({ name, kill }) =>
    `${name}${kill ? '!' : ''}`).join(' ')

const resets = table(source, 'TestComputePodActionsForRestartAllContainers (containers to remove)', reset, [
  ['app containers that run are killed and removed', { containers: all(apps, running) }, 'foo1! foo2! foo3!'],
  ['init containers that have ended are removed',
    { inits, containers: all(inits, exited(0)) }, 'init1 init2 init3'],
  ['sidecars that run are killed and removed',
    { inits: sidecars, containers: all(sidecars, running) }, 'side1! side2! side3!'],
  ['the init container whose end it was is removed last', {
    inits, containers: { ...all(inits, exited(0)), init2: running, init3: exited(1) },
    change: withContainers('initContainers', {
      init2: { restartPolicy: 'Always' }, init3: { restartPolicy: 'Never', restartPolicyRules: rules(1) },
    }),
  }, 'init1 init2! init3'],
  ['the sidecar whose end it was is removed last, after the app containers', {
    inits: sidecars, containers: { ...all(sidecars, running), side3: exited(1), foo1: running },
    change: withContainers('initContainers', { side3: { restartPolicyRules: rules(1) } }),
  }, 'foo1! side1! side2! side3'],
  ['the app container whose end it was is removed last, after the sidecars', {
    inits: sidecars, containers: { ...all(sidecars, running), ...all(apps, running), foo3: exited(1) },
    change: withContainers('containers', { foo3: { restartPolicy: 'Never', restartPolicyRules: rules(1) } }),
  }, 'foo1! foo2! side1! side2! side3! foo3'],
])

const begun = table(source, 'TestComputePodActionsForRestartAllContainers (containers to start)',
  ({ inits: specs = [], ...one }: Reset) => judging(specs, {})(one), [
    ['a pod that does not restart all its containers is left alone',
      { containers: all(apps, running) }, actions()],
    ['all were removed: begin with the first init container',
      { inits, containers: none(inits) }, actions({ initContainersToStart: [0] })],
    ['all were removed: begin with the app containers',
      { containers: {} }, actions({ containersToStart: [0, 1, 2] })],
  ])

const restarting: PodStatus =
  { phase: 'Running', conditions: [{ type: 'AllContainersRestarting', status: 'True' }] }

interface Should {
  readonly init?: Partial<Container>
  readonly app?: Partial<Container>
  readonly exitCode?: number
  readonly told?: PodStatus
}

function should({ init, app, exitCode, told }: Should): boolean {
  const pod = podOn({ containers: [app ?? {}], ...(init === undefined ? {} : { init: [init] }) })
  const state = exitCode === undefined ? running : exited(exitCode)
  return shouldAllContainersRestart(pod,
    runtimeOf({}, { containers: { [init === undefined ? 'app' : 'init']: state } }), told)
}

const decided = table('pkg/kubelet/container/helpers_test.go', 'TestShouldAllContainersRestart', should, [
  ['a pod that was marked goes on', { app: { restartPolicy: 'Never' }, told: restarting }, true],
  ['an app container has ended as its rule says',
    { app: { restartPolicy: 'Never', restartPolicyRules: rules(42) }, exitCode: 42 }, true],
  ['an init container has ended as its rule says',
    { init: { name: 'init', restartPolicy: 'Never', restartPolicyRules: rules(42) }, exitCode: 42 }, true],
  ['a sidecar has ended as its rule says',
    { init: { name: 'init', restartPolicy: 'Always', restartPolicyRules: rules(42) }, exitCode: 42 }, true],
  ['a container without a rule has ended', { exitCode: 1 }, false],
])

interface Marked {
  readonly containers?: Case['containers']
  readonly old?: PodStatus
  readonly phase: PodPhase
}

const triggered: Pod = podOn({
  containers: [{ name: 'container1' },
    { name: 'trigger', restartPolicy: 'Never', restartPolicyRules: rules(42) }],
})
const type = 'AllContainersRestarting'
const started: PodCondition = {
  type, status: 'True', reason: 'RestartAllContainersStarted',
  message: 'container exited with restart policy rule',
}

const marks = table('pkg/kubelet/status/generate_test.go', 'TestGenerateAllContainersRestartingCondition',
  ({ containers = {}, old, phase }: Marked): PodCondition =>
    allContainersRestartingCondition(triggered, runtimeOf({}, { containers }), old, phase), [
    ['a pod that is pending does not restart', { phase: 'Pending' }, { type, status: 'False' }],
    ['nor does one that has failed', { phase: 'Failed' }, { type, status: 'False', reason: 'PodFailed' }],
    ['nor one that has succeeded', { phase: 'Succeeded' }, { type, status: 'False', reason: 'PodCompleted' }],
    ['a container has ended as its rule says',
      { containers: { container1: running, trigger: exited(42) }, phase: 'Running' }, started],
    ['containers are being removed',
      { containers: { container1: exited(0), trigger: exited(42) }, old: restarting, phase: 'Running' },
      started],
    ['all were removed', { old: restarting, phase: 'Pending' }, { type, status: 'False' }],
  ])

export const removed = {
  reason: 'RestartingAllContainers',
  message: 'The container is removed because RestartAllContainers in place',
} as const

/** A container that was removed in place. */
export const removedStatus: Pick<ContainerStatus, 'state' | 'lastState'> = {
  state: { waiting: removed }, lastState: { terminated: { exitCode: 137, ...removed } },
}

export const ruled = (name: string, restartPolicy: 'Always' | 'Never'): Container =>
  container({ name, restartPolicy, restartPolicyRules: rules(42) })

export const restartAll: readonly Table[] = [resets, begun, decided, marks]
