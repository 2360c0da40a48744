import type { Probe } from '#api/types'
import type { Container } from '#models/node/cells'
import { convertContainerStatuses } from '#models/node/container-statuses'
import { afterAnswer, freshMemory, type ProbeMemory } from '#models/node/probe-decisions'
import { doProbe, type Probed } from '#models/node/probe-worker'
import { probeKinds } from '#models/node/probe-wakes'
import type { ProbeKind } from '#models/node/profile'
import { containerShouldRestart } from '#api/pods'
import { container, podOn, probe } from '../../../support/node.js'
import { ruled } from './restart-all.js'
import { table, type Line, type Table } from './table.js'

const source = 'pkg/kubelet/prober/worker_test.go'
const managerSource = 'pkg/kubelet/prober/prober_manager_test.go'

interface Look extends Partial<Probed> {
  readonly kind: ProbeKind
}

/** `stops`, `goes on`, `asks`, and what is set before. */
function look({ kind, ...some }: Look): string {
  const { goesOn, asks, sets } = doProbe(kind, {
    state: 'running', isAnother: true, isFromBefore: false, isSidecar: false, started: kind !== 'startup',
    comesBack: false, isDeleted: false, isDelayOver: true, isOnHold: false, ...some,
  })
  const does = asks ? 'asks' : goesOn ? 'goes on' : 'stops'
  return sets === undefined ? does : `${does}, ${sets}`
}

const each = (
  lines: (kind: ProbeKind) =>
    readonly (readonly [sentence: string, some: Partial<Probed>, expected: string])[],
): readonly Line<Look, string>[] => probeKinds.flatMap((kind) =>
  lines(kind).map(([sentence, some, expected]): Line<Look, string> =>
    [`${kind}: ${sentence}`, { kind, ...some }, expected]))

const initial: Readonly<Record<ProbeKind, string>> =
  { liveness: 'success', readiness: 'failure', startup: 'unknown' }
const phase = 'Running'

const ticks = table(source, 'TestDoProbe', look, each((kind) => [
  ['nothing is told of the pod', {}, 'goes on'],
  ['the pod has failed', { phase: 'Failed' }, 'stops'],
  ['the pod is deleted',
    { phase, isDeleted: true }, kind === 'readiness' ? 'asks, failure' : 'stops, success'],
  ['nothing is told of the container', { phase, state: 'missing' }, 'goes on'],
  ['the container waits', { phase, state: 'waiting' }, 'goes on, failure'],
  ['the container has ended', { phase, state: 'terminated' }, 'stops, failure'],
  ['the container runs', { phase }, `asks, ${initial[kind]}`],
]))

const delayed = table(source, 'TestInitialDelay', look, each((kind) => [
  ['the initial delay is not over', { phase, isDelayOver: false }, `goes on, ${initial[kind]}`],
  ['it is', { phase, isAnother: false }, 'asks'],
]))

const comesBack = (exitCode: number, of: Parameters<typeof container>[0]): boolean =>
  containerShouldRestart(container(of), podOn().spec, exitCode)
const rule = (value: number) =>
  [{ action: 'Restart', exitCodes: { operator: 'In', values: [value] } }] as const

const ended = table(source, 'TestDoProbeWithContainerRestartRules', look, each(() => ([
  ['it has failed, and is restarted on failure', 1, { restartPolicy: 'OnFailure' }, true],
  ['it has succeeded, and is restarted on failure', 0, { restartPolicy: 'OnFailure' }, false],
  ['it has failed, and is always restarted', 1, { restartPolicy: 'Always' }, true],
  ['it has succeeded, and is always restarted', 0, { restartPolicy: 'Always' }, true],
  ['it has failed, and is never restarted', 1, { restartPolicy: 'Never' }, false],
  ['it has succeeded, and is never restarted', 0, { restartPolicy: 'Never' }, false],
  ['it has ended as its rule says', 1, { restartPolicy: 'Never', restartPolicyRules: rule(1) }, true],
  ['it has ended otherwise than its rule says',
    1, { restartPolicy: 'Never', restartPolicyRules: rule(99) }, false],
] as const).map(([sentence, exitCode, of, goesOn]) => [
  sentence, { phase, state: 'terminated', comesBack: comesBack(exitCode, of) },
  `${goesOn ? 'goes on' : 'stops'}, failure`,
])))

const inPlace = table(source, 'TestDoProbeWithContainerRestartAllContainers', look, each(() => [
  ['its end restarts all containers',
    { phase, state: 'terminated', comesBack: comesBack(42, ruled('app', 'Never')) }, 'goes on, failure'],
  ['another one restarts all containers',
    { phase, state: 'terminated', comesBack: true }, 'goes on, failure'],
  ['it was removed to be restarted', { phase: 'Pending', state: 'waiting' }, 'goes on, failure'],
]))

const never = table(source, 'TestDoProbe_Terminated…WithRestartPolicyNever', look, [
  ['a sidecar that has ended comes back whatever its pod does',
    { kind: 'startup', phase, state: 'terminated', isSidecar: true, comesBack: true }, 'goes on, failure'],
  ['an app container does not', { kind: 'startup', phase, state: 'terminated' }, 'stops, failure'],
])

const before = { phase, isFromBefore: true, isDelayOver: false } as const
const restarted = table(source, 'TestChangeContainerStatusOnKubeletRestart (gate off, as by default)', look, [
  ...each((kind) => [
    ['a container that ran before the kubelet keeps its result', before, 'goes on'],
    ['one that was started after it begins anew',
      { ...before, isFromBefore: false }, `goes on, ${initial[kind]}`],
  ]),
  ...each((kind) => [
    ['a sidecar that had started before the kubelet', { ...before, isSidecar: true, started: true },
      kind === 'startup' ? 'goes on, success' : 'goes on'],
  ]),
])

const gated = table(source, 'TestLivenessProbeDisabledByStarted, TestStartupProbeDisabledByStarted', look, [
  ['liveness waits for the startup probe', { kind: 'liveness', phase, started: false }, 'goes on, success'],
  ['liveness begins once it has succeeded', { kind: 'liveness', phase, isAnother: false }, 'asks'],
  ['startup goes on until it has succeeded', { kind: 'startup', phase, isAnother: false }, 'asks'],
  ['startup is over then', { kind: 'startup', phase, isAnother: false, started: true }, 'goes on'],
])

interface Sequence {
  readonly kind: ProbeKind
  readonly probe: Partial<Probe>
  /** `+` is a success, `-` a failure. */
  readonly answers: string
}

const words: Readonly<Record<ProbeMemory['value'], string>> = { success: 'S', failure: 'F', unknown: 'U' }

/**
 * The result after each answer, how often in a row the last one came, and `!` where no more are asked for.
 */
function results({ kind, probe: of, answers }: Sequence): string {
  const spec = probe(of)
  let memory = freshMemory(kind, 0)
  let told = ''
  for (const answer of answers) {
    memory = afterAnswer(memory, kind, spec, answer === '+' ? 'success' : 'failure')
    told += words[memory.value]
  }
  return `${told} ${memory.run}${memory.hold === true ? '!' : ''}`
}

const sequence = (test: string, lines: readonly Line<Sequence, string>[]): Table =>
  table(source, test, results, lines)
const readiness = { kind: 'readiness', probe: { successThreshold: 1, failureThreshold: 3 } } as const
const startup = { kind: 'startup', probe: { successThreshold: 1, failureThreshold: 3 } } as const
const liveness = { kind: 'liveness', probe: { successThreshold: 1, failureThreshold: 3 } } as const
const patient = { kind: 'readiness', probe: { successThreshold: 3, failureThreshold: 1 } } as const

const thresholds: readonly Table[] = [
  sequence('TestFailureThreshold', [
    ['successes', { ...readiness, answers: '+++' }, 'SSS 1'],
    ['two failures do not count', { ...readiness, answers: '+++--' }, 'SSSSS 2'],
    ['the third and all that follow do', { ...readiness, answers: '+++-----' }, 'SSSSSFFF 3'],
    ['and so it is the second time',
      { ...readiness, answers: '+++-----+++-----' }, 'SSSSSFFFSSSSSFFF 3'],
  ]),
  sequence('TestSuccessThreshold', [
    ['two successes do not count', { ...patient, answers: '++' }, 'FF 2'],
    ['the third and all that follow do', { ...patient, answers: '+++++' }, 'FFSSS 3'],
    ['one failure does', { ...patient, answers: '+++++-' }, 'FFSSSF 1'],
    ['and so it is the second time', { ...patient, answers: '+++++-+++++-' }, 'FFSSSFFFSSSF 1'],
  ]),
  sequence('TestStartupProbeSuccessThreshold', [
    ['after a success no more is asked, and the count begins anew', { ...startup, answers: '+' }, 'S 0!'],
  ]),
  sequence('TestStartupProbeFailureThreshold, TestResultRunOnStartupCheckFailure', [
    ['one failure does not count', { ...startup, answers: '-' }, 'U 1'],
    ['nor does a second', { ...startup, answers: '--' }, 'UU 2'],
    ['after the third no more is asked, and the count begins anew', { ...startup, answers: '---' }, 'UUF 0!'],
  ]),
  sequence('TestResultRunOnLivenessCheckFailure', [
    ['a success', { ...liveness, answers: '+' }, 'S 1'],
    ['one failure does not count', { ...liveness, answers: '+-' }, 'SS 1'],
    ['nor does a second', { ...liveness, answers: '+--' }, 'SSS 2'],
    ['after the third no more is asked, and the count begins anew',
      { ...liveness, answers: '+---' }, 'SSSF 0!'],
  ]),
  sequence('TestOnHoldOnLivenessOrStartupCheckFailure', [
    ['a failure of liveness ends the questions',
      { kind: 'liveness', probe: { failureThreshold: 1 }, answers: '-' }, 'F 0!'],
    ['so does one of startup', { kind: 'startup', probe: { failureThreshold: 1 }, answers: '-' }, 'F 0!'],
    ['another container is asked: liveness goes on',
      { kind: 'liveness', probe: { failureThreshold: 1 }, answers: '+' }, 'S 1'],
    ['another container is asked: startup is through',
      { kind: 'startup', probe: { failureThreshold: 1 }, answers: '+' }, 'S 0!'],
  ]),
]

const onHold = table(source, 'TestOnHoldOnLivenessOrStartupCheckFailure (ticks)', look, [
  ['liveness on hold does nothing', { kind: 'liveness', phase, isAnother: false, isOnHold: true }, 'goes on'],
  ['startup on hold does nothing', { kind: 'startup', phase, isAnother: false, isOnHold: true }, 'goes on'],
  ['another container ends the hold of liveness',
    { kind: 'liveness', phase, isOnHold: true }, 'asks, success'],
  ['another container ends the hold of startup', { kind: 'startup', phase, isOnHold: true }, 'asks, unknown'],
])

interface Updated {
  readonly state: 'running' | 'exited'
  readonly readiness?: 'success' | 'failure' | 'none yet'
  readonly startup?: 'success' | 'none yet'
  /** As an init container, or a sidecar. */
  readonly as?: 'init' | 'sidecar'
}

/** `started ready`, where it is either. */
function updated({ state, readiness: result, startup: up, as: kind }: Updated): string {
  const spec = container({
    ...(result === undefined ? {} : { readinessProbe: probe() }),
    ...(up === undefined ? {} : { startupProbe: probe() }),
    ...(kind === 'sidecar' ? { restartPolicy: 'Always' } : {}),
  })
  const found: Container = { attempt: 0, image: 'img', sandbox: 0, state, exitCode: 0 }
  const pod =
    podOn(kind === undefined ? { containers: [spec] } : { init: [spec], containers: [{ name: 'other' }] })
  const seen = {
    sandbox: undefined, container: (name: string) => (name === spec.name ? found : undefined), reasons: {},
    isStarted: () => up === undefined || up === 'success', isReady: () => result === 'success',
  }
  const [told] = convertContainerStatuses(pod, [spec], undefined, seen, kind !== undefined)
  const words = [told?.started === true ? 'started' : '', told?.ready === true ? 'ready' : '']
  return words.filter(Boolean).join(' ')
}

const run = { state: 'running' } as const
const updates: readonly Table[] = [
  table<Updated, string>(managerSource, 'TestUpdatePodStatus', updated, [
    ['a container without a readiness probe', run, 'started ready'],
    ['one that is ready', { ...run, readiness: 'success' }, 'started ready'],
    ['one whose readiness is not known yet', { ...run, readiness: 'none yet' }, 'started'],
    ['one that is not ready', { ...run, readiness: 'failure' }, 'started'],
    ['one that has not started', { ...run, startup: 'none yet' }, ''],
    ['one that has started', { ...run, startup: 'success' }, 'started ready'],
    ['one that has ended', { state: 'exited', readiness: 'success' }, ''],
  ]),
  table<Updated, string>(managerSource, 'TestUpdatePodStatusWithInitContainers', updated, [
    ['an init container that has not started', { ...run, as: 'init', startup: 'none yet' }, ''],
    ['an init container that has started', { ...run, as: 'init', startup: 'success' }, 'started'],
    ['an init container that has succeeded', { state: 'exited', as: 'init' }, 'ready'],
    ['a sidecar that has not started', { ...run, as: 'sidecar', startup: 'none yet' }, ''],
    ['a sidecar that has started', { ...run, as: 'sidecar', startup: 'success' }, 'started ready'],
    ['a sidecar that has ended', { state: 'exited', as: 'sidecar' }, ''],
  ]),
]

export const probes: readonly Table[] = [
  ticks, delayed, ended, inPlace, never, restarted, gated, ...thresholds, onHold, ...updates,
]
