/**
 * Rows of upstream's that our models answer otherwise, each with its reason; and tests that have no
 * counterpart.
 */
import type { PodStatus, ResourceRequirements } from '#api/types'
import { failedPull } from '#models/node/backoff'
import { generateStatus } from '#models/node/pod-status'
import { containersToReset } from '#models/node/restart-all'
import { podRequests } from '#models/scheduling/requests'
import { podOn } from '../../../support/node.js'
import { ended, running, status, told, type Told } from './container-statuses.js'
import { mergeSource, sameByKubelet } from './endings.js'
import {
  actions, all, apps, exited, inits, judging, podWith, running as runs, runtimeOf, source as managerSource,
  withContainers,
} from './pod-actions-judge.js'
import { generated, podsSource } from './pod-status.js'
import { amounts, parsed, requestsOf, source as resourceSource, specOf } from './requests.js'
import { deviating, type Deviation } from './table.js'

const first = inits.slice(0, 1)
const debug = (name: string) => ({ name, image: 'busybox', imagePullPolicy: 'IfNotPresent' }) as const
const ephemeral = (...names: readonly string[]) => (pod: ReturnType<typeof podOn>) =>
  ({ ...pod, spec: { ...pod.spec, ephemeralContainers: names.map(debug) } })
const settled = { ...all(apps, runs), ...all(first, exited(0)) }
const starts = (index: number) => ({ ...actions(), ephemeralContainersToStart: [index] })

const podActions: readonly Deviation[] = [
  ...deviating(managerSource, 'TestComputePodActionsWithInitAndEphemeralContainers',
    'Ephemeral containers are not run: they come from a subresource that no user of ours calls.',
    (one: Parameters<ReturnType<typeof judging>>[0]): unknown => judging(first, settled)(one), [
      ['the ephemeral container is started', { change: ephemeral('debug') }, starts(0)],
      ['the second ephemeral container is started',
        { change: ephemeral('debug', 'debug2'), containers: { debug: runs } }, starts(1)],
      ['it is started while an init container runs',
        { change: ephemeral('debug'), containers: { init1: runs } }, starts(0)],
    ]),
  ...deviating(managerSource, 'TestComputePodActionsWithInitContainers',
    'Containers are not resized in place: what they ask for is what their pod was created with.',
    (one: Parameters<ReturnType<typeof judging>>[0]): unknown =>
      judging(inits, all(inits.slice(0, 1), runs))(one), [
      ['an init container that runs is resized', {
        change: withContainers('initContainers',
          { init1: { resources: { requests: { cpu: '800m', memory: '800Mi' } } } }),
      }, { ...actions(), containersToUpdate: { memory: ['init1'], cpu: ['init1'] } }],
    ]),
  ...deviating(managerSource, 'TestComputePodActionsForRestartAllContainers',
    'The runtime keeps one record of a container, with how the one before ended.',
    (containers: Parameters<typeof runtimeOf>[0]) =>
      containersToReset(podWith([], {}), runtimeOf(containers, {})).map(({ name }) => name).join(' '), [
      ['earlier ones are removed as well',
        { ...all(apps, runs), foo3: exited(1) }, 'foo1 foo1 foo2 foo2 foo3 foo3'],
    ]),
]

const lost = (isInit: boolean) => ({
  specs: [{ name: 'unknown' }], found: { unknown: { state: 'unknown' } }, old: [status('unknown', running)],
  isInit,
} as const)
const expected: readonly Told[] = [['exit 137 ContainerStatusUnknown', 'running', 1]]

const list = (cpu?: string, memory?: string) =>
  ({ ...(cpu === undefined ? {} : { cpu }), ...(memory === undefined ? {} : { memory }) })
const resources = (cpu?: string, memory?: string, limits = {}): ResourceRequirements =>
  ({ requests: list(cpu, memory), limits })
const twice = list('200m', '200Mi')

const hostIPs = ['10.0.0.1', 'fd01::1234']
/** Of a pod on the host's network; the runtime says that it has these addresses. */
function hostPodIPs(ips: readonly string[]): string {
  const pod = podOn({ spec: { hostNetwork: true } })
  const sandbox =
    { pod: 'default/web', ips, hostNetwork: true as const, ready: true, attempt: 0, containers: [] }
  const seen =
    { sandbox, container: () => undefined, reasons: {}, isStarted: () => true, isReady: () => true }
  return generateStatus(pod, pod.status, seen, { hostIPs }, false).podIPs?.map(({ ip }) => ip).join(' ') ?? ''
}

const statuses: readonly Deviation[] = [
  ...deviating('pkg/kubelet/kubelet_test.go', 'TestGenerateAPIPodStatusWithReasonCache',
    'The runtime keeps one record of a container: another one of that name cannot be told of.',
    told, [
      ['a container in an unknown state, before which one runs', lost(false), expected],
      ['an init container in an unknown state, before which one runs', lost(true), expected],
    ]),
  ...deviating(podsSource, 'Test_generateAPIPodStatus',
    'Containers are not resized in place, so no status tells of resources.',
    ({ phase }: Pick<PodStatus, 'phase'>): ResourceRequirements | undefined =>
      generated({ api: { phase } }).resources, [
      ['a pod that is deleted', { phase: 'Running' }, resources()],
      ['a pod that is not', { phase: 'Running' }, resources('300m', '300Mi')],
      ['a pending pod', { phase: 'Pending' }, resources('100m', '100Mi', twice)],
      ['a running pod', { phase: 'Running' }, resources('100m', '100Mi', twice)],
      ['a pod that has succeeded', { phase: 'Succeeded' }, resources('100m', '100Mi')],
      ['a pod with init containers', { phase: 'Running' }, resources('200m', '200Mi')],
      ['a pod that asks for nothing', { phase: 'Running' }, resources()],
      ['a pod that asks for CPU alone', { phase: 'Running' }, resources('100m')],
      ['a pod that asks for memory alone', { phase: 'Running' }, resources(undefined, '100Mi')],
      ['a pod that asks for none', { phase: 'Running' }, resources('0', '0')],
    ]),
  ...deviating(podsSource, 'TestGenerateAPIPodStatusHostNetworkPodIPs',
    'A sandbox on its node\'s network has no addresses of its own: containerd gives it none.', hostPodIPs, [
      ['one address from the runtime', ['192.168.0.1'], '192.168.0.1 fd01::1234'],
      ['two addresses from the runtime', ['192.168.0.1', '2001:db8::2'], '192.168.0.1 2001:db8::2'],
      ['two addresses in the other order', ['2001:db8::2', '192.168.0.1'], '192.168.0.1 2001:db8::2'],
    ]),
  ...deviating(mergeSource, 'TestStatusEquality',
    'Container statuses are always told in one order, so they are compared as they are.', sameByKubelet, [
      ['their order does not count', [
        { containerStatuses: [status('a', ended(0)), status('b', ended(0))] },
        { containerStatuses: [status('b', ended(0)), status('a', ended(0))] },
      ], true],
    ]),
]

const resized = (is: Parameters<typeof specOf>[1]) => amounts(podRequests(specOf('requests', is)))
const four = { apps: [{ cpu: '4' }] }

const amountsAndPulls: readonly Deviation[] = [
  ...deviating(resourceSource, 'TestPodResourceRequests',
    'Containers are not resized in place: no status tells of other resources than the spec.', resized, [
      ['a resize that cannot be: what it has', four, parsed({ cpu: '2' })],
      ['a resize that cannot be after one that is under way', { apps: [{ cpu: '6' }] }, parsed({ cpu: '4' })],
      ['of spec, what it was granted and what it has, the largest of each',
        { apps: [{ cpu: '30m', memory: '20M', 'ephemeral-storage': '10G' }] },
        parsed({ cpu: '30m', memory: '30M', 'ephemeral-storage': '30G' })],
      ['a resize of a sidecar that cannot be: what it has',
        { inits: [['s', { cpu: '4' }]] }, parsed({ cpu: '2' })],
    ]),
  ...deviating(resourceSource, 'TestPodLevelResourceRequests',
    'The scheduler counts CPU, memory, ephemeral storage and scalar resources; `storage` is none of these.',
    requestsOf, [
      ['a resource that neither the scheduler nor a node counts',
        { apps: [{ storage: '3Mi' }] }, { ...parsed({}), storage: 3 << 20 }],
    ]),
  ...deviating('client-go/util/flowcontrol/backoff_test.go', 'TestAlternateHasExpiredFunc (image pulls)',
    'The back-off of pulls is not forgotten after ten quiet minutes: each image would need a deadline.',
    (_quiet: string) => failedPull(failedPull(undefined, 'no'), 'no').seconds, [
      ['a pull that fails again after that', 'more than 10 min', 10],
    ]),
]

export const deviations: readonly Deviation[] = [...podActions, ...statuses, ...amountsAndPulls]

/**
 * Upstream's tests in the same files of which nothing was rewritten: there is no such decision in our models.
 */
export const leftOut: readonly (readonly [reason: string, tests: readonly string[]])[] = [
  ['resize in place', [
    'kuberuntime_manager_test.go TestComputePodActionsForPodResize',
    'kuberuntime_manager_test.go TestDoPodResizeAction',
    'kuberuntime_manager_test.go TestValidatePodResizeAction',
    'kuberuntime_manager_test.go TestIsPodResizeInProgress',
    'kuberuntime_manager_test.go TestCmpActuatedAllocated',
    'kubelet_pods_test.go TestConvertToAPIContainerStatusesForResources',
    'kubelet_pods_test.go Test_generateAPIPodStatusForInPlaceVPAEnabled',
    'status_manager_test.go TestPodResizeConditions',
  ]],
  ['resource claims',
    ['component-helpers/resource/helpers_test.go TestPodResourceRequestsWithDRANodeAllocatableClaims']],
  ['gates that are off by default', ['worker_test.go TestChangeContainerStatusOnKubeletRestart (gate on)']],
  ['addresses come in the order of the node\'s ranges, one of each family', [
    'kubelet_pods_test.go TestSortPodIPs', 'kubelet_pods_test.go TestGenerateAPIPodStatusPodIPs',
    'kubelet_pods_test.go TestNodeAddressUpdatesGenerateAPIPodStatusHostNetworkPodIPs',
  ]],
  ['image and container ids, users, image volumes and timestamps', [
    'kubelet_pods_test.go TestConvertToAPIContainerStatusesForUser',
    'kubelet_pods_test.go TestConvertToAPIContainerStatusesWithImageVolumeDigest',
    'status_manager_test.go TestStatusNormalizeTimeStamp',
    'status_manager_test.go TestUpdateLastTransitionTime',
  ]],
  ['log files and directories', [
    'kuberuntime_container_test.go TestRestartCountByLogDir', 'kuberuntime_gc_test.go TestPodLogDirectoryGC',
  ]],
  ['what a hook does, as opposed to how long it takes', [
    'handlers_test.go TestRunHandlerExec', 'handlers_test.go TestRunHandlerHttp',
    'handlers_test.go TestRunHTTPHandler',
  ]],
  ['back-off with jitter, which the kubelet does not use', ['backoff_test.go TestBackoffWithJitter']],
  ['limits on pulls for each second', ['image_manager_test.go TestParallelPuller (qps)']],
  ['records of images as such, and their runtime handlers', [
    'image_gc_manager_test.go TestDetectImages…', 'image_gc_manager_test.go TestGarbageCollectCadvisorFailure',
  ]],
  ['whole syncs, which test/models/node runs in a World', [
    'kuberuntime_manager_test.go TestSyncPod…', 'kuberuntime_manager_test.go TestOnPodSandboxReady…',
    'kubelet_pods_test.go TestKubelet_HandlePodCleanups', 'status_manager_test.go TestSetContainerStartup',
    'active_deadline_test.go TestActiveDeadlineHandler',
    'kuberuntime_termination_order_test.go TestTerminationOrderingObeysGrace',
  ]],
  ['what a container sees: environment, hosts file, mounts', [
    'kubelet_pods_test.go TestMakeEnvironmentVariables', 'kubelet_pods_test.go TestManagedHostsFileContent',
  ]],
  ['times of observations, which are deadlines here', [
    'eviction/helpers_test.go TestThresholdsFirstObservedAt', 'eviction/helpers_test.go TestThresholdsMetGracePeriod',
    'eviction/helpers_test.go TestThresholdsUpdatedStats', 'eviction/helpers_test.go TestNodeConditionsLastObservedAt',
    'eviction/helpers_test.go TestNodeConditionsObservedSince',
  ]],
  ['disks of their own for images or containers', ['eviction/helpers_test.go TestAddContainerFsThresholds']],
  ['a phase of no known name',
    ['status_manager_test.go TestTerminatePod_EnsurePodPhaseIsTerminal (SomeUnknownPhase)']],
]
