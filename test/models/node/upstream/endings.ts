import type { Container as Spec, Pod, PodCondition, PodPhase, PodStatus } from '#api/types'
import { isRestartableInitContainer } from '#api/pods'
import { applyPatch } from '#models/control-plane/patch'
import { effectiveGracePeriod, terminationGracePeriod } from '#models/node/grace-periods'
import type { KillReason } from '#models/node/pod-actions'
import { endsAfter } from '#models/node/pod-effects'
import { isHeldBack, isSameByKubelet, statusPatch, withoutEarlyDisruption } from '#models/node/status-patch'
import { container, podOn, probe } from '../../../support/node.js'
import { table, type Table } from './table.js'

const [short, medium, long] = [10, 30, 60]

interface Grace {
  readonly pod?: number
  readonly startup?: number
  readonly liveness?: number
  readonly reason: KillReason
}

const grace = ({ pod, startup, liveness, reason }: Grace): number => {
  const spec = container({
    ...(startup === undefined ? {} : { startupProbe: probe({ terminationGracePeriodSeconds: startup }) }),
    ...(liveness === undefined ? {} : { livenessProbe: probe({ terminationGracePeriodSeconds: liveness }) }),
  })
  return terminationGracePeriod(
    pod === undefined ? undefined : podOn({ spec: { terminationGracePeriodSeconds: pod } }), spec, reason,
  )
}

const graces =
  table('pkg/kubelet/kuberuntime/kuberuntime_container_test.go', 'TestKillContainerGracePeriod', grace, [
  ['nothing is known of the pod', { reason: 'Unknown' }, 2],
  ["the pod's own", { pod: long, reason: 'Unknown' }, long],
  ["that of a failed liveness probe stands in place of the pod's",
    { pod: long, liveness: short, reason: 'LivenessProbe' }, short],
  ["that of a failed startup probe stands in place of the pod's",
    { pod: long, startup: short, reason: 'StartupProbe' }, short],
  ['that of a failed startup probe may be longer',
    { pod: short, startup: long, reason: 'StartupProbe' }, long],
  ['that of a failed liveness probe may be longer',
    { pod: short, liveness: long, reason: 'LivenessProbe' }, long],
  ['no liveness probe has failed', { pod: long, liveness: short, reason: 'Unknown' }, long],
  ['no startup probe has failed', { pod: long, startup: short, reason: 'Unknown' }, long],
  ['of three, no probe has failed', { pod: long, startup: short, liveness: medium, reason: 'Unknown' }, long],
  ['of three, the startup probe has failed',
    { pod: long, startup: short, liveness: medium, reason: 'StartupProbe' }, short],
  ['of three, the liveness probe has failed',
    { pod: long, startup: short, liveness: medium, reason: 'LivenessProbe' }, medium],
])

interface Effective {
  readonly spec: number
  readonly deletion?: number
  readonly override?: number
}

const effective = ({ spec, deletion, override }: Effective): number => effectiveGracePeriod(podOn({
  spec: { terminationGracePeriodSeconds: spec },
  ...(deletion === undefined ? {} : { metadata: { deletionGracePeriodSeconds: deletion } }),
}), override)

const effectives = table('pkg/kubelet/pod_workers_test.go', 'Test_calculateEffectiveGracePeriod', effective, [
  ["the pod's own where nothing else is said", { spec: 30 }, 30],
  ['that of its deletion', { spec: 30, deletion: 5 }, 5],
  ['that of an eviction', { spec: 30, deletion: 5, override: 2 }, 2],
  ['a deletion at once is given a second', { spec: 30, deletion: 0 }, 1],
  ['so is an eviction at once', { spec: 30, deletion: 5, override: 0 }, 1],
])

interface Ordered {
  readonly sidecars: readonly string[]
  readonly name: string
}

/** Everything that has to be gone before one is stopped, if each takes a second: how long that is. */
function secondsUntilTurn({ sidecars, name }: Ordered): number {
  const init = sidecars.map((each) => ({ name: each, restartPolicy: 'Always' as const }))
  const pod: Pod = podOn({ init, containers: [{ name: 'main' }] })
  const isSidecar = (each: string): boolean =>
    pod.spec.initContainers?.some((one: Spec) => one.name === each
      && isRestartableInitContainer(one)) === true
  const after = isSidecar(name) ? endsAfter(pod, name, true) : []
  return Math.max(0, ...after.map((each) => 1 + secondsUntilTurn({ sidecars, name: each })))
}

const three = ['sc1', 'sc2', 'sc3']
const ordering: readonly Table[] = [
  table('pkg/kubelet/kuberuntime/kuberuntime_termination_order_test.go',
    'TestTerminationOrderingSidecarStopAfterMain',
    secondsUntilTurn, [
      ['a sidecar waits for the app container', { sidecars: ['init'], name: 'init' }, 1],
      ['the app container waits for nothing', { sidecars: ['init'], name: 'main' }, 0],
    ]),
  table('pkg/kubelet/kuberuntime/kuberuntime_termination_order_test.go',
    'TestTerminationOrderingSidecarsInReverseOrder',
    secondsUntilTurn, [
      ['the first sidecar waits for all others', { sidecars: three, name: 'sc1' }, 3],
      ['the second waits for the third and the app container', { sidecars: three, name: 'sc2' }, 2],
      ['the last waits for the app container', { sidecars: three, name: 'sc3' }, 1],
      ['the app container waits for nothing', { sidecars: three, name: 'main' }, 0],
    ]),
]

interface Merged {
  readonly from: PodPhase
  readonly to: PodPhase
  readonly couldRun: boolean
}

const held = ({ from, to, couldRun }: Merged): boolean => {
  const told = (phase: PodPhase): PodStatus => ({ phase })
  return isHeldBack(told(from), told(to), couldRun)
}

const merging = table('pkg/kubelet/status/status_manager_test.go', 'TestMergePodStatus (phases)', held, [
  ['no change', { from: 'Running', to: 'Running', couldRun: false }, false],
  ['a pod that has failed, and of which nothing runs, is told so',
    { from: 'Running', to: 'Failed', couldRun: false }, false],
  ['it is not while something may run', { from: 'Running', to: 'Failed', couldRun: true }, true],
])

interface Conditions {
  /** `Ready=True DisruptionTarget=True:why`, besides what both begin with. */
  readonly old?: string
  readonly own?: string
  readonly ownPhase?: PodPhase
}

const conditionsOf = (text: string): readonly PodCondition[] => {
  const all = new Map<string, PodCondition>()
  for (const word of `Ready=True PodScheduled=True ${text}`.trim().split(' ')) {
    const [type = '', rest = ''] = word.split('=')
    const [is, reason] = rest.split(':')
    const condition: PodCondition = { type, status: is === 'True' ? 'True' : 'False' }
    all.set(type, reason === undefined ? condition : { ...condition, reason })
  }
  return [...all.values()]
}

/** What the API has once the kubelet's status was sent. */
export function merged({ old = '', own = '', ownPhase = 'Running' }: Conditions): string {
  const before: PodStatus = { phase: 'Running', conditions: conditionsOf(old) }
  const status = withoutEarlyDisruption(before, { phase: ownPhase, conditions: conditionsOf(own) }, false)
  const patch = statusPatch([before], status)
  const pod = { ...podOn(), status: before }
  const result = patch === undefined ? undefined : applyPatch(pod, patch)
  const after = result?.ok === true ? result.value as Pod : pod // a patch of a pod makes a pod
  const words = (after.status.conditions ?? []).map(({ type, status, reason }) =>
    `${type}=${status}${reason === undefined ? '' : `:${reason}`}`)
  return `${after.status.phase}: ${words.sort().join(' ')}`
}

export const mergeSource = 'pkg/kubelet/status/status_manager_test.go'
const conditions = table(mergeSource, 'TestMergePodStatus (conditions)', merged, [
  ['no change', {}, 'Running: PodScheduled=True Ready=True'],
  ["a disruption that somebody else has told stays", { old: 'DisruptionTarget=True:TerminationByKubelet' },
    'Running: DisruptionTarget=True:TerminationByKubelet PodScheduled=True Ready=True'],
  ['it is not told otherwise while the pod runs',
    { old: 'DisruptionTarget=True:EvictedByEvictionAPI', own: 'DisruptionTarget=True:TerminationByKubelet' },
    'Running: DisruptionTarget=True:EvictedByEvictionAPI PodScheduled=True Ready=True'],
  ['it is told with the end of the pod',
    { own: 'DisruptionTarget=True:TerminationByKubelet Ready=False', ownPhase: 'Failed' },
    'Failed: DisruptionTarget=True:TerminationByKubelet PodScheduled=True Ready=False'],
  ['then it takes the place of what somebody else has told', {
    old: 'DisruptionTarget=True:EvictedByEvictionAPI', ownPhase: 'Failed',
    own: 'DisruptionTarget=True:TerminationByKubelet Ready=False',
  }, 'Failed: DisruptionTarget=True:TerminationByKubelet PodScheduled=True Ready=False'],
  ['readiness changes', { own: 'Ready=False' }, 'Running: PodScheduled=True Ready=False'],
  ["somebody else's condition stays", { old: 'example.com/feature=True' },
    'Running: PodScheduled=True Ready=True example.com/feature=True'],
  ["somebody else's condition stays while readiness changes",
    { old: 'example.com/feature=True', own: 'Ready=False' },
    'Running: PodScheduled=True Ready=False example.com/feature=True'],
  ["somebody else's condition is not the kubelet's to change",
    { old: 'example.com/feature=True', own: 'example.com/feature=False' },
    'Running: PodScheduled=True Ready=True example.com/feature=True'],
])

export const sameByKubelet = ([a, b]: readonly [Partial<PodStatus>, Partial<PodStatus>]): boolean =>
  isSameByKubelet({ phase: 'Running', ...a }, { phase: 'Running', ...b })

const equality = table(mergeSource, 'TestStatusEquality', sameByKubelet, [
  ["somebody else's conditions do not count",
    [{ conditions: conditionsOf('example.com/feature=True') },
      { conditions: conditionsOf('example.com/feature=False') }], true],
  ['nor do resource claims', [{ resourceClaimStatuses: [{ name: 'my-claim' }] }, {}], true],
])

export const endings: readonly Table[] = [
  graces, effectives, ...ordering, merging, conditions, equality,
]
