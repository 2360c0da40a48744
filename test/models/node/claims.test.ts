import { describe, expect, test } from 'vitest'
import { Judge } from '#checker/judge'
import { kubernetes } from '#models/kubernetes'
import type { Mutant } from '#models/mutants'
import { kubeletDoesNotWait } from '#models/mutants/kubelet-does-not-wait'
import { kubeletForgetsRestarts } from '#models/mutants/kubelet-forgets-restarts'
import { kubeletKeepsDeletedPods } from '#models/mutants/kubelet-keeps-deleted-pods'
import { kubeletLivenessIgnoresStartup } from '#models/mutants/kubelet-liveness-ignores-startup'
import { kubeletNeverKills } from '#models/mutants/kubelet-never-kills'
import { kubeletPhaseGoesBack } from '#models/mutants/kubelet-phase-goes-back'
import { kubeletReadyAtOnce } from '#models/mutants/kubelet-ready-at-once'
import { kubeletRestartResetsReady } from '#models/mutants/kubelet-restart-resets-ready'
import { kubeletSecondSandbox } from '#models/mutants/kubelet-second-sandbox'
import { kubeletSharesAddresses } from '#models/mutants/kubelet-shares-addresses'
import { kubeletSkipsInit } from '#models/mutants/kubelet-skips-init'
import { claims } from '#properties/node/index'
import { createPod, deletePod, oneNode, probe, restartKubelet, type PodOptions } from '../../support/node.js'
import type { Bench } from '../../support/drive.js'

interface Scenario {
  readonly pods: readonly PodOptions[]
  /** What happens after so many seconds. */
  readonly then?: readonly (readonly [seconds: number, act: (bench: Bench) => void])[]
  readonly untilSeconds?: number
}

interface Outcome {
  readonly broken: readonly string[]
  readonly exercised: readonly string[]
  readonly messages: readonly string[]
}

function run({ pods, then = [], untilSeconds = 200 }: Scenario, mutant?: Mutant): Outcome {
  const bench = oneNode(kubernetes(mutant?.apply))
  const { world } = bench
  const judge = new Judge(world, claims, () => false)
  const act = (change: () => void): void => {
    const perform = world.perform.bind(world)
    world.perform = (step) => {
      perform(step)
      judge.after('', 0)
    }
    change()
    world.perform = perform
  }
  const go = (until: number): void => {
    for (let steps = 0; steps < 20_000; steps++) {
      const choice = world.agenda.first()
      if (choice !== undefined) {
        world.take(choice)
        judge.after(choice, steps)
        continue
      }
      const next = Math.min(world.nextDeadline ?? Infinity, judge.nextWake ?? Infinity)
      if (next > until) return
      world.advance(next)
      judge.wake()
    }
  }
  act(() => pods.forEach((pod) => createPod(bench, pod)))
  for (const [seconds, change] of then) {
    go(seconds * 1000)
    act(() => change(bench))
  }
  go(untilSeconds * 1000)
  judge.settled(world.agenda.size === 0 && world.nextDeadline === undefined ? 'quiescent' : 'horizon')
  return {
    broken: [...new Set(judge.violations.map(({ claim }) => claim))],
    exercised: [...judge.exercised.keys()],
    messages: judge.violations.map(({ message }) => message),
  }
}

const scenarios: readonly (readonly [
  claim: string, mutant: Mutant, scenario: Scenario, message: RegExp,
])[] = [
  [
    'one-ip-per-sandbox', kubeletSharesAddresses, { pods: [{ name: 'a' }, { name: 'b' }] },
    /^Pod default\/b on node-1 got address 10\.244\.0\.2, which Pod default\/a on node-1 still has$/,
  ],
  [
    'one-sandbox-per-pod', kubeletSecondSandbox,
    { pods: [{ profile: { exits: { afterSeconds: 2, code: 1, times: 1 } } }] },
    /^Pod default\/web on node-1 got sandbox 1 /,
  ],
  [
    'one-running-container', kubeletDoesNotWait,
    {
      pods: [{
        containers: [{ livenessProbe: probe({ failureThreshold: 1 }) }],
        profile: { exitsAfterSigtermSeconds: 5, probes: { liveness: [{ afterSeconds: 0, answer: 'success' }, { afterSeconds: 15, answer: 'failure' }] } },
      }],
      untilSeconds: 60,
    },
    /^Container app of Pod default\/web was started as number 1 while number 0 ran on node-1$/,
  ],
  [
    'init-before-app', kubeletSkipsInit,
    { pods: [{ init: [{ name: 'setup' }], profile: { containers: { setup: { exits: { afterSeconds: 5 } } } } }] },
    /^Container app of Pod default\/web was started on node-1 though init container setup was still running$/,
  ],
  [
    'pod-phases-legal', kubeletPhaseGoesBack,
    { pods: [{ profile: { exits: { afterSeconds: 2, code: 1 } } }], untilSeconds: 30 },
    /^Pod default\/web went from phase Running to Pending$/,
  ],
  [
    'container-states-legal', kubeletForgetsRestarts,
    { pods: [{ profile: { exits: { afterSeconds: 2, code: 1, times: 1 } } }] },
    /^Container app of Pod default\/web: state went from terminated to running without a restart/,
  ],
  [
    'ready-only-after-probe', kubeletReadyAtOnce,
    { pods: [{ containers: [{ readinessProbe: probe() }], profile: { startSeconds: 20 } }] },
    /^Container app of Pod default\/web \(restart 0\) was told to be ready before its readiness probe could succeed$/,
  ],
  [
    'ready-until-probe-fails', kubeletRestartResetsReady,
    { pods: [{ containers: [{ readinessProbe: probe() }] }], then: [[60, restartKubelet], [90, (bench) => deletePod(bench)]] },
    /^Container app of Pod default\/web was told to be not ready though it runs/,
  ],
  [
    'liveness-waits-for-startup', kubeletLivenessIgnoresStartup,
    {
      pods: [{
        containers: [{ startupProbe: probe({ failureThreshold: 30 }), livenessProbe: probe({ failureThreshold: 2, periodSeconds: 5 }) }],
        profile: {
          startSeconds: 40,
          probes: { liveness: [{ afterSeconds: 0, answer: 'failure' }, { afterSeconds: 50, answer: 'success' }, { afterSeconds: 80, answer: 'failure' }] },
        },
      }],
    },
    /^Container app of Pod default\/web \(restart 0\) was stopped for its liveness before its startup probe could succeed$/,
  ],
  [
    'termination-within-grace', kubeletNeverKills,
    { pods: [{ profile: { ignoresSigterm: true } }], then: [[10, (bench) => deletePod(bench)]] },
    /^Container app of Pod default\/web still runs on node-1, 92\.001 s after its kubelet began to stop it with a grace period of 30 s$/,
  ],
  [
    'deleted-pods-gone', kubeletKeepsDeletedPods, { pods: [{}], then: [[10, (bench) => deletePod(bench)]] },
    /^Pod default\/web on node-1 is to be deleted, and nothing will come of it: its phase is Succeeded$/,
  ],
]

describe.each(scenarios)('%s', (claim, mutant, scenario, message) => {
  test('is exercised, and held by the kubelet as it is', () => {
    const { broken, exercised, messages } = run(scenario)
    expect(messages).toEqual([])
    expect(broken).toEqual([])
    // A claim about the end alone meets its situation only where it is broken.
    if (claim !== 'deleted-pods-gone') expect(exercised).toContain(claim)
  })

  test(`is broken by ${mutant.name}`, () => {
    const { broken, messages } = run(scenario, mutant)
    expect(mutant.breaks).toEqual([claim])
    expect(broken).toContain(claim)
    expect(messages.some((one) => message.test(one)), messages.join('\n')).toBe(true)
  })
})
