/** `orrery logs`: which container, which run, which lines; in kubectl's and the API server's words. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ContainerState, Pod, PodStatus } from '#api/types'
import { containersAsked } from '../../src/cli/logs-containers.js'
import { runAsked } from '../../src/cli/logs-runs.js'
import { shown } from '../../src/cli/logs.js'
import { directory, hazard, orrery } from '../support/cli.js'

const { write } = directory()

beforeAll(() => write({
  'pod.yaml': `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  initContainers: [{ name: prepare, image: example.com/prepare:1 }]
  containers:
    - { name: app, image: example.com/app:1 }
    - { name: absent, image: example.com/absent:1 }
`,
  'orrery.yaml': 'profiles: { "example.com/absent:1": { pullFails: true } }\n',
}))

describe('orrery logs', () => {
  it('says which container it took, and that it wrote nothing', async () => {
    expect(await orrery('logs', 'web', '-f', 'pod.yaml')).toEqual({
      code: 0, stdout: '', stderr: 'Defaulted container "app" out of: app, absent, prepare (init)\ncontainer app wrote nothing that Orrery models\n',
    })
  })

  it('takes pod/NAME, a container after the name, and one that is ended', async () => {
    expect(await orrery('logs', 'pod/web', 'prepare', '-f', 'pod.yaml')).toEqual({
      code: 0, stdout: '', stderr: 'container prepare wrote nothing that Orrery models\n',
    })
  })

  it.each([
    ['a container that waits for its init containers', ['web', '-c', 'app', '--at', '1s'],
      'Error from server (BadRequest): container "app" in pod "web" is waiting to start: PodInitializing', 'E_NO_LOGS'],
    ['a container whose image cannot be had', ['web', '-c', 'absent'],
      'Error from server (BadRequest): container "absent" in pod "web" is waiting to start: trying and failing to pull image', 'E_NO_LOGS'],
    ['a run before the first', ['web', '-c', 'app', '--previous'],
      'Error from server (BadRequest): previous terminated container "app" in pod "web" not found', 'E_NO_LOGS'],
    ['a container that the pod has not', ['web', '-c', 'absnet'], 'container absnet is not valid for pod web out of: app, absent, prepare (init)', 'E_NO_SUCH_CONTAINER'],
    ['all containers and one', ['web', '-c', 'app', '--all-containers'], '--all-containers=true should not be specified with container name app', 'E_USAGE'],
    ['two containers', ['web', 'app', '-c', 'absent'], 'only one of -c or an inline [CONTAINER] arg is allowed', 'E_USAGE'],
    ['no such pod', ['wep'], 'pods "wep" not found', 'E_NO_SUCH_OBJECT'],
    ['a wrong number of lines', ['web', '--tail', '-2'], 'option \'--tail <lines>\' argument \'-2\' is invalid. It has to be a whole number, or -1 for all lines', 'E_USAGE'],
  ])('%s: one sentence, and what to do', async (_, args, message, code) => {
    const printed = await orrery('logs', ...args, '-f', 'pod.yaml')
    expect(printed.stderr).toContain(`orrery logs: ${message} [${code}]\n  `)
    expect(printed).toMatchObject({ code: 2, stdout: '' })
  })

  it('shows what a container logged last, of this run or the one before, with times and places', async () => {
    write({ 'talking.yaml': `
apiVersion: v1
kind: Pod
metadata:
  name: talking
  annotations: { orrery.dev/profile: '{ "exits": { "afterSeconds": 3, "code": 1, "logs": "opening\\nrefused\\n" } }' }
spec: { containers: [{ name: app, image: example.com/app:1 }] }
` })
    const shown = async (...args: readonly string[]): Promise<string> => {
      const { code, stdout, stderr } = await orrery('logs', 'talking', '-f', 'talking.yaml', ...args)
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      return stdout
    }
    expect(await shown('--at', '8s')).toBe('opening\nrefused\n')
    expect(await shown('--at', '8s', '--timestamps', '--tail', '1')).toBe('2026-01-01T00:00:07.000000000Z refused\n')
    expect(await shown('--at', '5s', '--previous', '--prefix')).toBe('[pod/talking/app] opening\n[pod/talking/app] refused\n')
    expect((await orrery('logs', 'talking', '-f', 'talking.yaml', '--at', '5s')).stderr).toBe('container app wrote nothing that Orrery models\n')
  })

  it('takes one of the pods of a Deployment, a ReplicaSet or a Service, as kubectl chooses it', async () => {
    write({ 'web.yaml': hazard, 'apply.yaml': 'steps: [{ apply: [web.yaml] }]\n' })
    const inputs = ['-f', 'web.yaml', '--scenario', 'apply.yaml'] as const
    const first = await orrery('logs', 'web#1-0', ...inputs)
    expect(first.code).toBe(0)
    for (const name of ['deploy/web', 'rs/web#1', 'svc/web']) {
      expect(await orrery('logs', name, ...inputs)).toMatchObject({ code: 0, stderr: `Found 2 pods, using pod/web#1-0\n${first.stderr}` })
    }
    expect((await orrery('logs', 'deploy/wep', ...inputs)).stderr).toContain('deployments "wep" not found [E_NO_SUCH_OBJECT]\n  Did you mean web?')
    expect((await orrery('logs', 'deploy/web', ...inputs, '--step', '15')).stderr).toContain('has no pod at this moment [E_NO_LOGS]')
    expect((await orrery('logs', 'no/node-1', ...inputs)).stderr).toContain('cannot get the logs from nodes [E_UNKNOWN_RESOURCE]')
  })

  it('of a pod without a node is nothing', async () => {
    write({ 'homeless.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: { name: homeless }\nspec: { nodeSelector: { disk: fast }, containers: [{ name: a, image: a }] }\n' })
    expect(await orrery('logs', 'homeless', '-f', 'homeless.yaml')).toEqual({ code: 0, stdout: '', stderr: '' })
  })
})

describe('the run that is read', () => {
  // pkg/kubelet/kubelet_test.go, TestValidateContainerLogStatus; a container without an id is one that was lost.
  const kept: ContainerState = { terminated: { exitCode: 1, reason: 'Error' } }
  const lost: ContainerState = { terminated: { exitCode: 137, reason: 'ContainerStatusUnknown' } }
  const running: ContainerState = { running: {} }
  const waits = (reason?: string): ContainerState => ({ waiting: reason === undefined ? {} : { reason } })
  it.each<[ContainerState, ContainerState | undefined, number | string, number | string]>([
    [running, kept, 3, 2],
    [running, undefined, 3, 'previous terminated container "x" in pod "p" not found'],
    [lost, undefined, 'container "x" in pod "p" is terminated', 'previous terminated container "x" in pod "p" not found'],
    [kept, undefined, 3, 'previous terminated container "x" in pod "p" not found'],
    [lost, lost, 'container "x" in pod "p" is terminated', 'previous terminated container "x" in pod "p" not found'],
    [lost, kept, 2, 2],
    [waits(), undefined, 'container "x" in pod "p" is waiting to start - no logs yet', 'previous terminated container "x" in pod "p" not found'],
    [waits('ErrImagePull'), undefined, 'container "x" in pod "p" is waiting to start: image can\'t be pulled', 'previous terminated container "x" in pod "p" not found'],
    [waits('ImagePullBackOff'), undefined, 'container "x" in pod "p" is waiting to start: trying and failing to pull image', 'previous terminated container "x" in pod "p" not found'],
    [waits('CrashLoopBackOff'), kept, 3, 3],
    [waits('CrashLoopBackOff'), lost, 'container "x" in pod "p" is terminated', 'previous terminated container "x" in pod "p" not found'],
  ])('of %j after %j is %j, the one before %j', (state, lastState, now, before) => {
    const status: PodStatus = {
      phase: 'Running', containerStatuses: [{ name: 'x', image: 'x', ready: false, restartCount: 3, state, ...(lastState === undefined ? {} : { lastState }) }],
    }
    const read = (container: string, previous: boolean): number | string => {
      const run = runAsked('p', status, container, previous)
      return isLeft(run) ? run.left.message : run.right
    }
    expect([read('x', false), read('x', true), read('blah', false)]).toEqual([now, before, 'container "blah" in pod "p" is not available'])
  })
})

describe('the container that is read', () => {
  // kubectl pkg/polymorphichelpers/logsforobject_test.go, TestLogsForObject, as far as it is about one pod.
  const pod = (annotations: Readonly<Record<string, string>>, inits: readonly string[], apps: readonly string[]): Pod => ({
    metadata: { name: 'p', annotations },
    spec: { initContainers: inits.map((name) => ({ name })), containers: apps.map((name) => ({ name })) },
  } as unknown as Pod) // as far as it is looked at
  const preset = 'kubectl.kubernetes.io/default-container'
  it.each<[string, Pod, Parameters<typeof containersAsked>[1], unknown]>([
    ['the only one', pod({}, [], ['c1']), {}, { containers: ['c1'], notes: [] }],
    ['the first', pod({}, ['i1'], ['c1', 'c2']), {}, { containers: ['c1'], notes: ['Defaulted container "c1" out of: c1, c2, i1 (init)'] }],
    ['that of the annotation', pod({ [preset]: 'c2' }, [], ['c1', 'c2']), {}, { containers: ['c2'], notes: [] }],
    ['the first, where that of the annotation is not there', pod({ [preset]: 'c9' }, [], ['c1', 'c2']), {},
      { containers: ['c1'], notes: ['Default container name "c9" not found in pod p', 'Defaulted container "c1" out of: c1, c2'] }],
    ['the one named, whatever the annotation', pod({ [preset]: 'c2' }, [], ['c1', 'c2']), { container: 'c1' }, { containers: ['c1'], notes: [] }],
    ['all of them, init containers first', pod({}, ['i1', 'i2'], ['c1', 'c2']), { allContainers: true }, { containers: ['i1', 'i2', 'c1', 'c2'], notes: [] }],
  ])('is %s', (_, one, asked, expected) => expect(containersAsked(one, asked)).toMatchObject({ _tag: 'Right', right: expected }))
})

describe('the lines that are shown', () => {
  const all = [[0, 'one'], [1_500, 'two'], [9_000, 'three'], [20_000, 'later']].map(([at, text], n) => ({ at: Number(at), n, text: String(text) }))
  const moment = { moment: { steps: 2, now: 10_000 } }
  it.each([
    ['all until the moment', {}, ['one', 'two', 'three']],
    ['the last ones', { tail: 2 }, ['two', 'three']],
    ['none', { tail: 0 }, []],
    ['those of the last seconds', { since: 2_000 }, ['three']],
    ['with their times', { timestamps: true, tail: 2 }, ['2026-01-01T00:00:01.500000000Z two', '2026-01-01T00:00:09.000000000Z three']],
  ])('are %s', (_, options, expected) => expect(shown(all, moment, { filename: [], ...options })).toEqual(expected))
})
