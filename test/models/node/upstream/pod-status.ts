import type { ContainerState, NodeAddress, Pod, PodStatus, RestartPolicy } from '#api/types'
import type { Container } from '#models/node/cells'
import { hostIPsOf } from '#models/node/pod-memory'
import { generateStatus, withReadiness } from '#models/node/pod-status'
import { container, podOn } from '../../../support/node.js'
import { ended, running, status } from './container-statuses.js'
import { table, type Table } from './table.js'

export const podsSource = 'pkg/kubelet/kubelet_pods_test.go'
const statusSource = 'pkg/kubelet/status/status_manager_test.go'

export interface Case {
  readonly policy?: RestartPolicy
  /** What the API has, and what the kubelet said last. */
  readonly api?: Partial<PodStatus>
  readonly old?: Partial<PodStatus>
  readonly hasSandbox?: boolean
  /** Those that the runtime has, all running. */
  readonly running?: readonly string[]
  readonly isTerminal?: boolean
  readonly isDeleted?: boolean
  readonly evicted?: { readonly reason: string; readonly message: string }
}

const names = ['containerA', 'containerB']
const podOf = ({ policy = 'Always', api, isDeleted = false }: Case): Pod => ({
  ...podOn({
    spec: { restartPolicy: policy, containers: names.map((name) => container({ name })) },
    ...(isDeleted ? { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } } : {}),
  }),
  status: { phase: 'Pending', ...api },
})

const found: Container = { attempt: 0, image: 'img', sandbox: 0, state: 'running', up: true }

export const generated = (one: Case): PodStatus => {
  const pod = podOf(one)
  const seen = {
    sandbox: one.hasSandbox === true
      ? { pod: 'default/web', ips: ['10.0.0.10'], ready: true, attempt: 0, containers: names }
      : undefined,
    container: (name: string) => (one.running?.includes(name) === true ? found : undefined),
    reasons: {}, isStarted: () => true, isReady: () => true,
  }
  const old = { phase: 'Pending', ...(one.old ?? one.api) } as const
  return generateStatus(pod, old, seen, { hostIPs: ['127.0.0.1', '::1'] }, one.isTerminal === true,
    one.evicted)
}

/** Phase, reason, message, and the conditions that do not depend on probes. */
const told = (one: Case): string => {
  const { phase, reason = '-', message = '-', conditions = [] } = generated(one)
  const of = (type: string): string => {
    const condition = conditions.find((each) => each.type === type)
    return `${condition?.status ?? '-'}${condition?.reason === undefined ? '' : `(${condition.reason})`}`
  }
  const shown = ['PodReadyToStartContainers', 'Initialized', 'PodScheduled'].map(of).join(' ')
  return `${phase} ${reason} ${message}; ${shown}`
}

const both = (state: ContainerState): Pick<PodStatus, 'containerStatuses'> =>
  ({ containerStatuses: names.map((name) => status(name, state)) })
const ran = { api: both(running), old: both(running) }
const because = { reason: 'Test', message: 'test' }

const statuses = table(podsSource, 'Test_generateAPIPodStatus', told, [
  ['a pod that was disrupted and deleted has failed, once it is terminal',
    { ...ran, hasSandbox: true, isTerminal: true, isDeleted: true }, 'Failed - -; True True True'],
  ['a pod that is deleted runs while its containers cannot be found',
    { ...ran, hasSandbox: true, isDeleted: true }, 'Running - -; True True True'],
  ['so does one that is not deleted', { ...ran, hasSandbox: true }, 'Running - -; True True True'],
  ['an end that the API has cannot be undone',
    { api: { phase: 'Succeeded', ...both(running) }, old: both(running) },
    'Succeeded - -; False True(PodCompleted) True'],
  ['nor can one that the kubelet has told, with policy Always',
    { api: { phase: 'Running', ...both(running) },
      old: { phase: 'Succeeded', ...both(running), ...because } },
    'Succeeded Test test; False True(PodCompleted) True'],
  ['nor can one that the kubelet has told, with policy Never', {
    policy: 'Never', api: { phase: 'Running', ...both(running) },
    old: { phase: 'Succeeded', ...both(ended(0)), ...because },
  }, 'Succeeded Test test; False True(PodCompleted) True'],
  ['a pod that ran may be pending again',
    { api: { phase: 'Running', ...both(running) }, old: both({ waiting: {} }), hasSandbox: true },
    'Pending - -; True True True'],
  ['reason and message stay while the phase does', {
    api: { phase: 'Running', ...both({ waiting: {} }) }, hasSandbox: true, running: ['containerB'],
    old: {
      phase: 'Pending', ...because,
      containerStatuses: [status('containerA', { waiting: {} }), status('containerB', running)],
    },
  }, 'Pending Test test; True True True'],
  ['reason and message go with the phase', {
    api: { phase: 'Pending', ...both({ waiting: {} }) }, hasSandbox: true, running: names,
    old: { phase: 'Pending', ...because, ...both(running) },
  }, 'Running - -; True True True'],
])

const evicted = table('pkg/kubelet/kubelet_test.go', 'TestGenerateAPIPodStatusInvokesPodSyncHandlers', told, [
  ['a pod that is to be evicted has failed',
    { evicted: { reason: 'Evicted', message: 'because' } }, 'Failed Evicted because; False True True'],
])

const addresses = (...list: readonly string[]): readonly NodeAddress[] => list.map((one) => {
  const [type = '', address = ''] = one.split(' ')
  return { type, address }
})
const hostIPs = (list: readonly NodeAddress[]): string => hostIPsOf(list).join(' ')

const hostNetwork = table(podsSource, 'TestGenerateAPIPodStatusHostNetworkPodIPs', hostIPs, [
  ['an address', addresses('InternalIP 10.0.0.1'), '10.0.0.1'],
  ['an internal address comes before an external one',
    addresses('ExternalIP 192.168.0.1', 'InternalIP 10.0.0.1'), '10.0.0.1'],
  ['of one family only the first counts',
    addresses('InternalIP 10.0.0.1', 'InternalIP 10.0.0.2', 'ExternalIP 192.168.0.1'), '10.0.0.1'],
  ['one of each family', addresses('InternalIP 10.0.0.1', 'InternalIP fd01::1234'), '10.0.0.1 fd01::1234'],
])

interface Readiness {
  /** Ready before: c1, c2. */
  readonly before: readonly [boolean, boolean]
  readonly set: readonly [name: string, attempt: number, ready: boolean]
}

/** `c1 and c2, and the pod`; nothing where nothing changes. */
function readiness({ before, set: [name, attempt, ready] }: Readiness): string {
  const pod = podOn({ containers: [{ name: 'c1' }, { name: 'c2' }] })
  const told: PodStatus = {
    phase: 'Running', conditions: [{ type: 'Ready', status: before.every(Boolean) ? 'True' : 'False' }],
    containerStatuses: before.map((is, index) => status(`c${index + 1}`, running, { ready: is })),
  }
  const after = withReadiness(pod, told, name, attempt, ready)
  return after === undefined
    ? 'no change'
    : `${after.containerStatuses?.map((one) => one.ready).join(' ')} ${after.conditions?.[0]?.status}`
}

const ready = table(statusSource, 'TestSetContainerReadiness', readiness, [
  ['what is so already changes nothing', { before: [false, false], set: ['c1', 0, false] }, 'no change'],
  ['one container is ready, the pod is not yet',
    { before: [false, false], set: ['c1', 0, true] }, 'true false False'],
  ['both are ready, and so is the pod', { before: [true, false], set: ['c2', 0, true] }, 'true true True'],
  ['a container that is not there changes nothing',
    { before: [true, true], set: ['foo', 0, true] }, 'no change'],
])

export const podStatus: readonly Table[] = [
  statuses, evicted, hostNetwork, ready,
]
