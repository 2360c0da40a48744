import type { ContainerState, ContainerStatus, PodPhase, PodStatus } from '#api/types'
import { terminatedStatus } from '#models/node/pod-status'
import { podOn } from '../../../support/node.js'
import { ended, running, status } from './container-statuses.js'
import { table, type Table } from './table.js'

const source = 'pkg/kubelet/status/status_manager_test.go'

interface Ending {
  readonly inits?: readonly (readonly [state: ContainerState, last?: ContainerState])[]
  readonly apps?: readonly (readonly [state: ContainerState, last?: ContainerState])[]
  /** What the API has, where that is something else. */
  readonly stale?: Partial<PodStatus>
  readonly phase: PodPhase
}

const waits: ContainerState = { waiting: {} }
const statusesOf = (prefix: string, list: Ending['apps'] = []): readonly ContainerStatus[] =>
  list.map(([state, lastState], index) =>
    status(`${prefix}${index}`, state, lastState === undefined ? {} : { lastState }))

const word = ({ state: { terminated, waiting } }: ContainerStatus): string =>
  (terminated !== undefined
    ? `${terminated.reason === 'ContainerStatusUnknown' ? 'lost' : 'exit'} ${terminated.exitCode}`
    : waiting !== undefined ? 'waits' : 'nothing')

/** `Failed: init0, init1; app0` */
function terminate({ inits = [], apps = [], phase, stale }: Ending): string {
  const pod = podOn({
    spec: { restartPolicy: 'Never' }, containers: apps.map((_, index) => ({ name: `${index}` })),
    ...(inits.length === 0 ? {} : { init: inits.map((_, index) => ({ name: `init-${index}` })) }),
  })
  const told: PodStatus = {
    phase, containerStatuses: statusesOf('', apps),
    ...(inits.length === 0 ? {} : { initContainerStatuses: statusesOf('init-', inits) }),
  }
  const after = terminatedStatus({ ...pod, status: { ...told, ...stale } }, told)
  const list = (all: readonly ContainerStatus[] | undefined): string => (all ?? []).map(word).join(', ')
  return `${after.phase}: ${list(after.initContainerStatuses)}; ${list(after.containerStatuses)}`
}

const allRan: Partial<PodStatus> = {
  phase: 'Running', initContainerStatuses: statusesOf('init-', [[ended(0)], [ended(0)], [ended(0)]]),
  containerStatuses: statusesOf('', [[running], [running], [running]]),
}

const terminated = table(source, 'TestTerminatePod, TestTerminatePodWaiting', terminate, [
  ['what has ended stays so, what is not known of is lost', {
    phase: 'Failed', stale: allRan, inits: [[{}], [ended(0)], [ended(3)]],
    apps: [[{}], [ended(2)], [ended(0)]],
  }, 'Failed: lost 137, exit 0, exit 3; lost 137, exit 2, exit 0'],
  ['what waits is lost as well, but for the last init container', {
    phase: 'Failed', stale: allRan, inits: [[{}], [ended(0)], [waits]], apps: [[{}], [ended(2)], [waits]],
  }, 'Failed: lost 137, exit 0, waits; lost 137, exit 2, lost 137'],
])

const unknown = table(source, 'TestTerminatePod_DefaultUnknownStatus', terminate, [
  ['a pod that has failed stays so', { phase: 'Failed' }, 'Failed: ; '],
  ['a pod that ran has failed', { phase: 'Running' }, 'Failed: ; '],
  ['a container that has ended keeps its exit code',
    { phase: 'Running', apps: [[ended(2)]] }, 'Failed: ; exit 2'],
  ['one that waits after an end is lost',
    { phase: 'Running', apps: [[waits, ended(2)]] }, 'Failed: ; lost 137'],
  ['one that waits is lost', { phase: 'Running', apps: [[waits]] }, 'Failed: ; lost 137'],
  ['in a pod that has not initialized the first init container is lost',
    { phase: 'Pending', inits: [[waits]], apps: [[waits]] }, 'Failed: lost 137; waits'],
  ['only the first is',
    { phase: 'Pending', inits: [[waits], [waits]], apps: [[waits]] }, 'Failed: lost 137, waits; waits'],
  ['and those before one that ran', {
    phase: 'Pending', inits: [[waits], [waits], [ended(1)], [waits]], apps: [[waits]],
  }, 'Failed: lost 137, lost 137, exit 1, waits; waits'],
  ['a pod whose last init container failed has not initialized',
    { phase: 'Pending', inits: [[waits], [waits], [ended(1)]], apps: [[waits]] },
    'Failed: lost 137, lost 137, exit 1; waits'],
  ['a pod whose last init container succeeded has',
    { phase: 'Running', inits: [[waits], [waits], [ended(0)]], apps: [[waits]] },
    'Failed: lost 137, lost 137, exit 0; lost 137'],
  ['so has one whose last init container succeeded before',
    { phase: 'Running', inits: [[waits], [waits], [waits, ended(0)]], apps: [[waits]] },
    'Failed: lost 137, lost 137, lost 137; lost 137'],
  ['an app container that runs proves it',
    { phase: 'Running', inits: [[waits]], apps: [[running]] }, 'Failed: lost 137; lost 137'],
  ['so does one that has ended',
    { phase: 'Running', inits: [[waits]], apps: [[ended(0)]] }, 'Failed: lost 137; exit 0'],
  ['so does one that had ended before',
    { phase: 'Running', inits: [[waits]], apps: [[{}, ended(0)]] }, 'Failed: lost 137; lost 137'],
])

const phases = table(source, 'TestTerminatePod_EnsurePodPhaseIsTerminal',
  (phase: PodPhase) => terminate({ phase }), [
    ['a pending pod', 'Pending', 'Failed: ; '],
    ['a running pod', 'Running', 'Failed: ; '],
    ['a pod that has succeeded', 'Succeeded', 'Succeeded: ; '],
    ['a pod that has failed', 'Failed', 'Failed: ; '],
    ['a pod whose phase is Unknown', 'Unknown', 'Failed: ; '],
  ])

export const terminations: readonly Table[] = [terminated, unknown, phases]
