import { describe, expect, test } from 'vitest'
import type { Container, ContainerStatus, PodPhase, RestartPolicy } from '#api/types'
import { getPhase } from '#models/node/pod-phase'
import { container, podOn } from '../../support/node.js'

// Tables rewritten from pkg/kubelet/kubelet_pods_test.go (TestPodPhase…).
// A word for each status: r(unning), s(tarted and running), w(aiting), 0 and 1 (terminated with that exit
// code), w0 and w1 (waiting after such an end), - (no status).

const base = (name: string): ContainerStatus =>
  ({ name, state: {}, ready: false, restartCount: 0, image: '' })
const ended = (exitCode: number) => ({ terminated: { exitCode } })
const states: Readonly<Record<string, Partial<ContainerStatus>>> = {
  r: { state: { running: {} } },
  s: { state: { running: {} }, started: true },
  w: { state: { waiting: {} } },
  0: { state: ended(0) },
  1: { state: ended(255) },
  w0: { state: { waiting: {} }, lastState: ended(0) },
  w1: { state: { waiting: {} }, lastState: ended(255) },
}

const statusesOf = (specs: readonly Container[], words: string): readonly ContainerStatus[] =>
  words.split(' ').flatMap((word, index) =>
    (word === '-' || word === '' ? [] : [{ ...base(specs[index]?.name ?? ''), ...states[word] }]))

interface Flags {
  readonly terminal?: boolean
  readonly initialized?: boolean
}

interface Options {
  readonly policy: RestartPolicy
  readonly init?: readonly Partial<Container>[]
  readonly apps?: readonly Partial<Container>[]
}

function phaseOf(options: Options, inits: string, words: string, flags: Flags = {}): PodPhase {
  const { policy, init = [], apps = [{}, {}] } = options
  const named = (prefix: string) => (one: Partial<Container>, index: number): Container =>
    container({ name: `${prefix}${index}`, ...one })
  const containers = { initContainers: init.map(named('init')), containers: apps.map(named('app')) }
  const pod = podOn({ spec: { restartPolicy: policy, ...containers } })
  const statuses = [
    ...statusesOf(pod.spec.initContainers ?? [], inits), ...statusesOf(pod.spec.containers, words),
  ]
  return getPhase(pod, statuses, flags.terminal === true, flags.initialized === true)
}

type Row = readonly [inits: string, apps: string, phase: PodPhase, flags?: Flags]

const table = (title: string, options: Options, rows: readonly Row[]): void => {
  describe(title, () => {
    for (const [inits, apps, phase, flags] of rows) {
      test(`init [${inits}], apps [${apps}] ${Object.keys(flags ?? {}).join(' ')}: ${phase}`, () => {
        expect(phaseOf(options, inits, apps, flags)).toBe(phase)
      })
    }
  })
}

const sidecar = { restartPolicy: 'Always' } as const
const terminal = { terminal: true } as const
const initialized = { initialized: true } as const

table('restart policy Always', { policy: 'Always' }, [
  ['', '', 'Pending'],
  ['', 'r r', 'Running'],
  ['', '0 0', 'Running'],
  ['', '0 0', 'Succeeded', terminal],
  ['', '0 1', 'Failed', terminal],
  ['', 'r 0', 'Running'],
  ['', 'r -', 'Pending'],
  ['', 'r w', 'Pending'],
  ['', 'r w0', 'Running'],
])

table('restart policy Always with an init container', { policy: 'Always', init: [{}] }, [
  ['', '', 'Pending'], ['r', '', 'Pending'], ['1', '', 'Pending'], ['w0', '', 'Pending'],
  ['w1', '', 'Pending'],
  ['w', '', 'Pending'], ['0', 'r r', 'Running'],
])

table('restart policy Always with a sidecar', { policy: 'Always', init: [sidecar] }, [
  ['', '', 'Pending'], ['r', '', 'Pending'], ['0', '', 'Pending'], ['w0', '', 'Pending'],
  ['w1', '', 'Pending'],
  ['w', '', 'Pending'],
  ['s', 'r -', 'Pending', initialized],
  ['s', 'r r', 'Running', initialized],
  ['r', 'r r', 'Running', initialized],
  ['0', 'r r', 'Running', initialized],
  ['w0', 'r r', 'Running', initialized],
  ['1', '0 0', 'Succeeded', { ...terminal, ...initialized }],
  ['0', '0 0', 'Succeeded', { ...terminal, ...initialized }],
  ['r', 'r r', 'Pending'],
])

table('a pod that has run, with an init container and a sidecar', { policy: 'Always', init: [{}, sidecar], apps: [{}] }, [
  ['r r', 'r', 'Pending'],
  ['r r', '0', 'Pending'],
  ['0 r', '0', 'Pending'],
  ['0 r', '0', 'Running', initialized],
  ['0 r', 'r', 'Running', initialized],
])

table('restart policy Never', { policy: 'Never' }, [
  ['', '', 'Pending'], ['', 'r r', 'Running'], ['', '0 0', 'Succeeded'], ['', '1 1', 'Failed'],
  ['', 'r 0', 'Running'],
  ['', 'r -', 'Pending'], ['', 'r w', 'Pending'],
])

table('restart policy Never with an init container', { policy: 'Never', init: [{}] }, [
  ['', '', 'Pending'], ['r', '', 'Pending'], ['1', '', 'Failed'], ['w0', '', 'Pending'], ['w1', '', 'Failed'],
  ['w', '', 'Pending'], ['0', 'r r', 'Running'],
])

table('restart policy Never with a sidecar', { policy: 'Never', init: [sidecar] }, [
  ['', '', 'Pending'], ['r', '', 'Pending'], ['w', '', 'Pending'],
  ['s', 'r -', 'Pending', initialized],
  ['s', '0 0', 'Running', initialized],
  ['r', '0 0', 'Running', initialized],
  ['0', '0 0', 'Succeeded', initialized],
  ['1', '0 0', 'Succeeded', initialized],
  ['w0', '0 0', 'Succeeded', initialized],
  ['w1', '0 0', 'Succeeded', initialized],
])

table('restart policy OnFailure', { policy: 'OnFailure' }, [
  ['', '', 'Pending'], ['', 'r r', 'Running'], ['', '0 0', 'Succeeded'], ['', '1 1', 'Running'],
  ['', 'r 0', 'Running'],
  ['', 'r -', 'Pending'], ['', 'r w', 'Pending'], ['', 'r w0', 'Running'],
])

describe('restart policies of containers', () => {
  const one = (policy: RestartPolicy, apps: readonly RestartPolicy[], words: string): PodPhase =>
    phaseOf({ policy, apps: apps.map((restartPolicy) => ({ restartPolicy })) }, '', words, initialized)

  test('a failed container that is never restarted fails the pod', () => expect(one('Always', ['Never'], '1')).toBe('Failed'))
  test('one that is restarted on failure does not', () => expect(one('Always', ['OnFailure'], '1')).toBe('Running'))
  test('one that is always restarted does not', () => expect(one('Always', ['Always'], '1')).toBe('Running'))
  test('nor does one of several that may be restarted', () => {
    expect(phaseOf({ policy: 'Never', apps: [{ restartPolicy: 'Always' }, {}] }, '', '0 1', initialized))
      .toBe('Running')
  })
  test('none of them restarts: failed', () => expect(one('Always', ['Never', 'OnFailure'], '1 0')).toBe('Failed'))
  test('all succeeded', () => expect(one('Always', ['Never', 'OnFailure'], '0 0')).toBe('Succeeded'))
  test('an init container that is never restarted fails the pod', () => {
    expect(phaseOf({ policy: 'Always', init: [{ restartPolicy: 'Never' }], apps: [{}] }, '1', '', initialized)).toBe('Failed')
  })
  test('an init container that is restarted on failure does not', () => {
    expect(phaseOf({ policy: 'Never', init: [{ restartPolicy: 'OnFailure' }], apps: [{}] }, '1', '', initialized)).toBe('Pending')
  })
})
