import type { Container, ContainerStatus, PodPhase, RestartPolicy } from '#api/types'
import { getPhase } from '#models/node/pod-phase'
import { container, podOn } from '../../../support/node.js'
import { removedStatus, ruled } from './restart-all.js'
import { table, type Line, type Table } from './table.js'

export const source = 'pkg/kubelet/kubelet_pods_test.go'

// A word for each status: r(unning), s(tarted and running), w(aiting), 0, 1 and 42 (terminated with that exit
// code), w0 and w1 (waiting after such an end), x (removed to be restarted in place), - (no status).
const ended = (exitCode: number) => ({ terminated: { exitCode } })
const states: Readonly<Record<string, Partial<ContainerStatus>>> = {
  r: { state: { running: {} } },
  s: { state: { running: {} }, started: true },
  w: { state: { waiting: {} } },
  0: { state: ended(0) },
  1: { state: ended(255) },
  42: { state: ended(42) },
  w0: { state: { waiting: {} }, lastState: ended(0) },
  w1: { state: { waiting: {} }, lastState: ended(255) },
  x: removedStatus,
}

interface Case {
  readonly policy: RestartPolicy
  readonly init?: readonly Container[]
  readonly apps?: readonly Container[]
  /** Of the init containers, and of the app containers. */
  readonly words: readonly [init: string, apps: string]
  readonly terminal?: boolean
  readonly initialized?: boolean
}

const statusesOf = (specs: readonly Container[], words: string): readonly ContainerStatus[] =>
  words.split(' ').flatMap((word, index) => {
    const name = specs[index]?.name
    return word === '-' || word === '' || name === undefined
      ? []
      : [{ name, state: {}, ready: false, restartCount: 0, image: '', ...states[word] }]
  })

const two = ['containerA', 'containerB'].map((name) => container({ name }))

export function phaseOf(one: Case): PodPhase {
  const { policy, init = [], apps = two, words, terminal = false, initialized = false } = one
  const pod = podOn({ spec: { restartPolicy: policy, initContainers: init, containers: apps } })
  return getPhase(pod, [...statusesOf(init, words[0]), ...statusesOf(apps, words[1])], terminal, initialized)
}

type Short = readonly [sentence: string, init: string, apps: string, phase: PodPhase, flags?: Partial<Case>]

const phases = (test: string, given: Omit<Case, 'words'>, rows: readonly Short[]): Table =>
  table(source, test, phaseOf, rows.map(([sentence, init, apps, phase, flags]): Line<Case, PodPhase> =>
    [sentence, { ...given, words: [init, apps], ...flags }, phase]))

const plain = [container({ name: 'containerX' })]
const sidecar = [container({ name: 'containerX', restartPolicy: 'Always' })]
const both = [...plain, container({ name: 'containerY', restartPolicy: 'Always' })]
const terminal = { terminal: true }
const initialized = { initialized: true }

const beforeAll = (failed: PodPhase): readonly Short[] => [
  ['nothing is known', '', '', 'Pending'],
  ['the init container runs', 'r', '', 'Pending'],
  ['the init container has failed', '1', '', failed],
  ['the init container waits after a success', 'w0', '', 'Pending'],
  ['the init container waits after a failure', 'w1', '', failed],
  ['the init container waits and never ran', 'w', '', 'Pending'],
  ['the init container has succeeded', '0', 'r r', 'Running'],
]

const whileSidecar: readonly Short[] = [
  ['nothing is known', '', '', 'Pending'],
  ['the sidecar runs', 'r', '', 'Pending'],
  ['the sidecar has ended', '0', '', 'Pending'],
  ['the sidecar waits after a success', 'w0', '', 'Pending'],
  ['the sidecar waits after a failure', 'w1', '', 'Pending'],
  ['the sidecar waits and never ran', 'w', '', 'Pending'],
  ['the sidecar has started, one of two app containers runs', 's', 'r -', 'Pending', initialized],
]

const one = (restartPolicy: RestartPolicy) => [container({ name: 'failed', restartPolicy })]
const pair = (a: RestartPolicy | undefined, b: RestartPolicy | undefined) => [
  container({ name: 'containerA', ...(a === undefined ? {} : { restartPolicy: a }) }),
  container({ name: 'containerB', ...(b === undefined ? {} : { restartPolicy: b }) }),
]

const ruledApp = { apps: [ruled('container', 'Never')] }
const regular = [container({ name: 'regular' })]
const init = container({ name: 'init' })
const ruledInit = { init: [ruled('container', 'Never')], apps: regular }
const ruledSide = { init: [ruled('container', 'Always')], apps: regular }
const ruledPair = { init: [ruled('container', 'Always'), init], apps: regular }
const afterInit = { init: [init], ...ruledApp }

export const podPhase: readonly Table[] = [
  phases('TestPodPhaseWithRestartAlways', { policy: 'Always' }, [
    ['nothing is known', '', '', 'Pending'],
    ['all run', '', 'r r', 'Running'],
    ['all have ended, and are started again', '', '0 0', 'Running'],
    ['all have succeeded, and none is started again', '', '0 0', 'Succeeded', terminal],
    ['one has failed, and none is started again', '', '0 1', 'Failed', terminal],
    ['one of them has ended', '', 'r 0', 'Running'],
    ['of one nothing is known', '', 'r -', 'Pending'],
    ['one waits', '', 'r w', 'Pending'],
    ['one is held back after its end', '', 'r w0', 'Running'],
  ]),
  phases('TestPodPhaseWithRestartAlwaysInitContainers', { policy: 'Always', init: plain },
    beforeAll('Pending')),
  phases('TestPodPhaseWithRestartAlwaysRestartableInitContainers', { policy: 'Always', init: sidecar }, [
    ...whileSidecar,
    ['the sidecar has started, all app containers run', 's', 'r r', 'Running', initialized],
    ['the sidecar runs again, all app containers run', 'r', 'r r', 'Running', initialized],
    ['the sidecar has ended, all app containers run', '0', 'r r', 'Running', initialized],
    ['the sidecar is held back, all app containers run', 'w0', 'r r', 'Running', initialized],
    ['none is started again: a sidecar that failed does not count', '1', '0 0', 'Succeeded',
      { ...terminal, ...initialized }],
    ['none is started again: all have succeeded', '0', '0 0', 'Succeeded', { ...terminal, ...initialized }],
    ['in a new sandbox the pod initializes again', 'r', 'r r', 'Pending'],
  ]),
  phases('TestPodPhaseWithRestartAlwaysAndPodHasRun',
    { policy: 'Always', init: both, apps: [container({ name: 'containerA' })] }, [
      ['all of them run', 'r r', 'r', 'Pending'],
      ['the app container has ended, the others run', 'r r', '0', 'Pending'],
      ['in a new sandbox the sidecar runs, and the app container of the old one has ended',
        '0 r', '0', 'Pending'],
      ['the app container has ended beside its sidecar', '0 r', '0', 'Running', initialized],
      ['the app container runs beside its sidecar', '0 r', 'r', 'Running', initialized],
    ]),
  phases('TestPodPhaseWithRestartNever', { policy: 'Never' }, [
    ['nothing is known', '', '', 'Pending'],
    ['all run', '', 'r r', 'Running'],
    ['all have succeeded', '', '0 0', 'Succeeded'],
    ['all have failed', '', '1 1', 'Failed'],
    ['one of them has succeeded', '', 'r 0', 'Running'],
    ['of one nothing is known', '', 'r -', 'Pending'],
    ['one waits', '', 'r w', 'Pending'],
  ]),
  phases('TestPodPhaseWithRestartNeverInitContainers', { policy: 'Never', init: plain }, beforeAll('Failed')),
  phases('TestPodPhaseWithRestartNeverRestartableInitContainers', { policy: 'Never', init: sidecar }, [
    ...whileSidecar,
    ['the sidecar has started, all app containers have succeeded', 's', '0 0', 'Running', initialized],
    ['the sidecar runs again, all app containers have succeeded', 'r', '0 0', 'Running', initialized],
    ['all have succeeded', '0', '0 0', 'Succeeded', initialized],
    ['the sidecar has failed, all app containers have succeeded', '1', '0 0', 'Succeeded', initialized],
    ['the sidecar is held back after a success', 'w0', '0 0', 'Succeeded', initialized],
    ['the sidecar is held back after a failure', 'w1', '0 0', 'Succeeded', initialized],
  ]),
  phases('TestPodPhaseWithRestartOnFailure', { policy: 'OnFailure' }, [
    ['nothing is known', '', '', 'Pending'],
    ['all run', '', 'r r', 'Running'],
    ['all have succeeded', '', '0 0', 'Succeeded'],
    ['all have failed, and are started again', '', '1 1', 'Running'],
    ['one of them has succeeded', '', 'r 0', 'Running'],
    ['of one nothing is known', '', 'r -', 'Pending'],
    ['one waits', '', 'r w', 'Pending'],
    ['one is held back after its end', '', 'r w0', 'Running'],
  ]),
  phases('TestPodPhaseWithContainerRestartPolicy', { policy: 'Always', ...initialized }, [
    ['a failed container that is never restarted fails the pod', '', '1', 'Failed', { apps: one('Never') }],
    ['one that is restarted on failure does not', '', '1', 'Running', { apps: one('OnFailure') }],
    ['one that is always restarted does not', '', '1', 'Running', { apps: one('Always') }],
    ['one of several is started again',
      '', '0 1', 'Running', { policy: 'Never', apps: pair('Always', undefined) }],
    ['none of them is started again', '', '1 0', 'Failed', { apps: pair('Never', 'OnFailure') }],
    ['all have succeeded, and none is started again',
      '', '0 0', 'Succeeded', { apps: pair('Never', 'OnFailure') }],
  ]),
  phases('TestPodPhaseWithContainerRestartPolicyInitContainers',
    { policy: 'Never', apps: regular, ...initialized }, [
    ['an init container that is never restarted fails the pod', '1', '', 'Failed',
      { policy: 'Always', init: one('Never') }],
    ['one that is restarted on failure does not', '1', '', 'Pending', { init: one('OnFailure') }],
    ['a sidecar does not', '1', '', 'Pending', { init: one('Always') }],
  ]),
  phases('TestPodPhaseWithRestartAllContainers', { policy: 'Never', ...initialized }, [
    ['an app container has ended as its rule says', '', '42', 'Running', ruledApp],
    ['an init container has ended as its rule says, and no app container is known', '42', '', 'Pending',
      { ...ruledInit, apps: [] }],
    ['a sidecar has ended as its rule says', '42', 'w', 'Pending', ruledSide],
    ['a sidecar has ended as its rule says before an init container began',
      '42 w', 'w', 'Pending', ruledPair],
    ['the app container was removed', '', 'x', 'Running', ruledApp],
    ['the init container was removed, and no app container is known',
      'x', '', 'Pending', { ...ruledInit, apps: [] }],
    ['the sidecar was removed', 'x', 'w', 'Pending', ruledSide],
    ['the sidecar was removed, of the init container nothing is known', 'x -', 'w', 'Pending', ruledPair],
    ['the app container was removed, the init container has succeeded again', '0', 'x', 'Running', afterInit],
    ['the app container was removed, the init container has failed', '1', 'x', 'Failed', afterInit],
    ['the init container has ended as its rule says once more', '42', 'w', 'Pending', ruledInit],
    ['the init container has succeeded', '0', 'w', 'Pending', ruledInit],
    ['the sidecar and the app container were removed', 'x', 'x', 'Running', ruledSide],
    ['the sidecar runs again, the app container was removed', 'r', 'x', 'Running', ruledSide],
    ['the sidecar runs again, of the init container nothing is known', 'r -', 'w', 'Pending', ruledPair],
  ]),
]
