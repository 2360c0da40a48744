import type { Container, ContainerStatus, Pod, PodCondition, PodPhase } from '#api/types'
import { containersReadyCondition, initializedCondition, readyCondition } from '#models/node/pod-conditions'
import { generateStatus } from '#models/node/pod-status'
import { container, podOn } from '../../../support/node.js'
import { table, type Table } from './table.js'

const source = 'pkg/kubelet/status/generate_test.go'

const status = (name: string, change: Partial<ContainerStatus> = {}): ContainerStatus =>
  ({ name, state: {}, ready: false, restartCount: 0, image: '', ...change })
const ready = (name: string): ContainerStatus => status(name, { ready: true })

const podWith = (
  apps: readonly string[], inits: readonly Partial<Container>[] = [], gates: readonly string[] = [],
): Pod => podOn({
  spec: {
    containers: apps.map((name) => container({ name })),
    ...(inits.length === 0 ? {} : { initContainers: inits.map((one) => container(one)) }),
    ...(gates.length === 0 ? {} : { readinessGates: gates.map((conditionType) => ({ conditionType })) }),
  },
})
const sidecars = (...names: readonly string[]): readonly Partial<Container>[] =>
  names.map((name) => ({ name, restartPolicy: 'Always' }))

interface Case {
  readonly pod: Pod
  readonly conditions?: readonly PodCondition[]
  readonly statuses?: readonly ContainerStatus[]
  readonly phase?: PodPhase
}

/** `False ContainersNotReady: why` */
const told = ({ status: is, reason, message }: PodCondition): string =>
  `${is}${reason === undefined ? '' : ` ${reason}`}${message === undefined ? '' : `: ${message}`}`

const containersReady = ({ pod, statuses, phase = 'Running' }: Case): string =>
  told(containersReadyCondition(pod, statuses, phase))
const podReady = ({ pod, conditions, statuses, phase = 'Running' }: Case): string =>
  told(readyCondition(pod, conditions, statuses, phase))
const podInitialized = ({ pod, statuses, phase = 'Running' }: Case): string =>
  told(initializedCondition(pod, undefined, statuses, phase)).replace(/:.*/, '')

const notReady = (why: string): string => `False ContainersNotReady: containers with ${why}`
const two = podWith(['1234', '5678'])
const beside = podWith(['regular-1'], sidecars('side-1', 'side-2'))

/** Readiness of the pod as a whole begins with that of its containers. */
const common = [
  ['nothing is known of its containers', { pod: podWith([]) }, 'False UnknownContainerStatuses'],
  ['it has no containers', { pod: podWith([]), statuses: [] }, 'True'],
  ['of its container nothing is known',
    { pod: podWith(['1234']), statuses: [] }, notReady('unknown status: [1234]')],
  ['both containers are ready', { pod: two, statuses: [ready('1234'), ready('5678')] }, 'True'],
  ['of one container nothing is known',
    { pod: two, statuses: [ready('1234')] }, notReady('unknown status: [5678]')],
  ['one container is not ready',
    { pod: two, statuses: [ready('1234'), status('5678')] }, notReady('unready status: [5678]')],
  ['it has succeeded',
    { pod: podWith(['1234']), statuses: [status('1234')], phase: 'Succeeded' }, 'False PodCompleted'],
] as const

const gate = (type: string, is: 'True' | 'False'): PodCondition => ({ type, status: is })
const gated = (...gates: readonly string[]): Pod => podWith([], [], gates)
const missing = (type: string): string =>
  `False ReadinessGatesNotReady: corresponding condition of pod readiness gate "${type}" does not exist.`
const shut = (type: string): string =>
  `False ReadinessGatesNotReady: the status of pod readiness gate "${type}" is not "True", but False`

const oneInit = podWith(['regular'], [{ name: '1234' }])
const twoInits = podWith(['regular'], [{ name: '1234' }, { name: '5678' }])
const oneSidecar = podWith(['regular'], sidecars('1234'))

interface Sandbox {
  readonly ready: boolean
  readonly ips: readonly string[]
}

function readyToStart(sandbox: Sandbox | undefined): string {
  const pod = podWith([])
  const seen = {
    sandbox: sandbox === undefined ? undefined
      : { pod: 'default/web', attempt: 0, containers: [], ...sandbox },
    container: () => undefined, reasons: {}, isStarted: () => false, isReady: () => false,
  }
  const { conditions } = generateStatus(pod, pod.status, seen, { hostIPs: [] }, false)
  return conditions?.find(({ type }) => type === 'PodReadyToStartContainers')?.status ?? '-'
}

export const podConditions: readonly Table[] = [
  table<Case, string>(source, 'TestGenerateContainersReadyCondition', containersReady, [
    ...common,
    ['of its sidecar nothing is known',
      { pod: podWith(['regular-1'], sidecars('side-1')), statuses: [ready('regular-1')] },
      notReady('unknown status: [side-1]')],
    ['its sidecars are ready as well',
      { pod: beside, statuses: [ready('side-1'), ready('side-2'), ready('regular-1')] }, 'True'],
    ['of one sidecar nothing is known',
      { pod: beside, statuses: [ready('side-1'), ready('regular-1')] }, notReady('unknown status: [side-2]')],
    ['one sidecar is not ready',
      { pod: beside, statuses: [ready('side-1'), status('side-2'), ready('regular-1')] },
      notReady('unready status: [side-2]')],
  ]),
  table<Case, string>(source, 'TestGeneratePodReadyCondition', podReady, [
    ...common,
    ['the condition that a readiness gate asks for is not there',
      { pod: gated('gate1'), statuses: [] }, missing('gate1')],
    ['it is false',
      { pod: gated('gate1'), conditions: [gate('gate1', 'False')], statuses: [] }, shut('gate1')],
    ['it is true', { pod: gated('gate1'), conditions: [gate('gate1', 'True')], statuses: [] }, 'True'],
    ['that of a second gate is not there',
      { pod: gated('gate1', 'gate2'), conditions: [gate('gate1', 'True')], statuses: [] }, missing('gate2')],
    ['that of a second gate is false',
      { pod: gated('gate1', 'gate2'), conditions: [gate('gate1', 'True'), gate('gate2', 'False')],
        statuses: [] },
      shut('gate2')],
    ['both are true',
      { pod: gated('gate1', 'gate2'), conditions: [gate('gate1', 'True'), gate('gate2', 'True')],
        statuses: [] },
      'True'],
    ['containers that are not ready come first',
      { pod: podWith(['1234'], [], ['gate1']), conditions: [gate('gate1', 'True')],
        statuses: [status('1234')] },
      notReady('unready status: [1234]')],
  ]),
  table<Case, string>(source, 'TestGeneratePodInitializedCondition', podInitialized, [
    ['nothing is known of its containers', { pod: twoInits }, 'False UnknownContainerStatuses'],
    ['it has no init containers', { pod: podWith([]), statuses: [] }, 'True'],
    ['of its init container nothing is known',
      { pod: oneInit, statuses: [] }, 'False ContainersNotInitialized'],
    ['both init containers are through', { pod: twoInits, statuses: [ready('1234'), ready('5678')] }, 'True'],
    ['of one init container nothing is known',
      { pod: twoInits, statuses: [ready('1234')] }, 'False ContainersNotInitialized'],
    ['one init container is not through',
      { pod: twoInits, statuses: [ready('1234'), status('5678')] }, 'False ContainersNotInitialized'],
    ['it has succeeded',
      { pod: oneInit, statuses: [ready('1234')], phase: 'Succeeded' }, 'True PodCompleted'],
    ['its sidecar has not started',
      { pod: oneSidecar, statuses: [status('1234', { started: false })], phase: 'Pending' },
      'False ContainersNotInitialized'],
    ['its sidecar has started', { pod: oneSidecar, statuses: [status('1234', { started: true })] }, 'True'],
    ['its sidecar is restarted while the app container runs', {
      pod: oneSidecar,
      statuses: [status('1234', { started: false }), status('regular', { state: { running: {} } })],
    }, 'True'],
    ['its init container is to be run again while the app container has ended', {
      pod: oneInit,
      statuses: [
        status('1234', { state: { waiting: {} } }),
        status('regular', { state: { terminated: { exitCode: 0 } } }),
      ],
    }, 'True'],
  ]),
  table<Sandbox | undefined, string>(source, 'TestGeneratePodReadyToStartContainersCondition', readyToStart, [
    ['it has no sandbox', undefined, 'False'],
    ['its sandbox is not ready', { ready: false, ips: [] }, 'False'],
    ['its sandbox is ready, and has no address', { ready: true, ips: [] }, 'False'],
    ['its sandbox is ready, and has an address', { ready: true, ips: ['10.0.0.10'] }, 'True'],
  ]),
]
