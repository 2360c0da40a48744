import { describe, expect, test } from 'vitest'
import type { World } from '#cluster/world'
import { deploymentForgetsOldSets } from '#models/mutants/deployment-forgets-old-sets'
import { deploymentHistoryPrunedTooFar } from '#models/mutants/deployment-history-pruned-too-far'
import { deploymentMaxUnavailableRoundedUp } from '#models/mutants/deployment-max-unavailable-rounded-up'
import { deploymentProgressDeadlineNeverChecked } from '#models/mutants/deployment-progress-deadline-never-checked'
import { deploymentRecreateDoesNotWait } from '#models/mutants/deployment-recreate-does-not-wait'
import { deploymentRescaleForgetsAnnotations } from '#models/mutants/deployment-rescale-forgets-annotations'
import { deploymentScalesDownBeforeReady } from '#models/mutants/deployment-scales-down-before-ready'
import { deploymentSurgeIgnoresOldSets } from '#models/mutants/deployment-surge-ignores-old-sets'
import { deploymentTimesOutAfterSuccess } from '#models/mutants/deployment-times-out-after-success'
import { replicaSetMissesDeletions } from '#models/mutants/replicaset-misses-deletions'
import { replicaSetNoExpectations } from '#models/mutants/replicaset-no-expectations'
import type { Mutant } from '#models/mutants'
import { nameOf } from '#machine/objects'
import {
  apply, change, deployment, pods, recreate, request, rolling, setImage, setReady, type Imagined,
} from '../../models/workloads/cluster.js'
import { killedAt, storm, type Storm } from './storm.js'

type Action = (world: World) => void

const scale = (replicas: number): Action => (world) => change(world, { replicas })
const image = (tag: string): Action => (world) => setImage(world, `web:${tag}`)
const pause = (paused: true | null): Action => (world) => change(world, { paused })
const deletePod: Action = (world) => {
  const [pod] = pods(world)
  if (pod !== undefined) request(world, { verb: 'delete', resource: 'pods', key: nameOf(pod), body: {} })
}
const loseReadiness: Action = (world) => {
  const pod = pods(world).at(-1)
  if (pod !== undefined) setReady(world, pod, 'False')
}

const life = (d = deployment()): readonly Action[] => [
  (world) => apply(world, d), image('2'), deletePod, scale(5), image('3'), scale(2), pause(true), image('1'), scale(4), pause(null),
  loseReadiness, image('4'),
]

const scenarios: readonly (readonly [string, Storm])[] = [
  ['the defaults', { actions: life() }],
  ['no surge', { actions: life(rolling(3, 0, 1)) }],
  ['twice the pods', { actions: life(rolling(3, '100%', 0)) }],
  ['half of the pods', { actions: life(rolling(6, '50%', '50%')) }],
  ['recreated', { actions: life(recreate(3)) }],
  ['a short history', { actions: life(deployment({ revisionHistoryLimit: 0 })) }],
  ['minReadySeconds', { actions: life(deployment({ minReadySeconds: 5 })) }],
  ['restarts of the controllers', { actions: life(), restarts: 4 }],
]

describe('Upstream keeps every claim about workloads', () => {
  test.each(scenarios)('with %s, under every order', (_, scenario) => {
    const exercised = new Map<string, number>()
    for (let seed = 0; seed < 12; seed++) {
      const outcome = storm(scenario, seed)
      // A rescale in the middle of a rollout is what upstream does not always finish.
      const violations = outcome.violations.filter(({ claim }) => claim !== 'rescale-finishes').map(({ message }) => message)
      expect({ seed, violations }).toEqual({ seed, violations: [] })
      for (const [claim, count] of outcome.exercised) exercised.set(claim, (exercised.get(claim) ?? 0) + count)
    }
    expect([...exercised.keys()]).toEqual(expect.arrayContaining(
      ['planned-replicas', 'replicas-not-exceeded', 'rollout-completes', 'desired-state-reached', 'rollout-arrows-legal']))
  })
})

const newPodsStay: Imagined = { becomesReady: ({ metadata }) => metadata.name.startsWith('web#1') }
const rollout = (d = deployment()): Storm => ({ actions: [(world) => apply(world, d), image('2')] })
const deletions: Storm = { actions: [(world) => apply(world, deployment()), deletePod], waits: true }

describe('A mutant breaks the claim that it is for', () => {
  const mutants: readonly (readonly [Mutant, Storm])[] = [
    [replicaSetNoExpectations, rollout()],
    [deploymentMaxUnavailableRoundedUp, rollout()],
    [deploymentSurgeIgnoresOldSets, rollout()],
    [deploymentScalesDownBeforeReady, rollout()],
    [deploymentRecreateDoesNotWait, rollout(recreate(3))],
    [deploymentForgetsOldSets, rollout()],
    [deploymentHistoryPrunedTooFar, { actions: [...rollout(deployment({ revisionHistoryLimit: 1 })).actions, image('3')], waits: true }],
    [deploymentProgressDeadlineNeverChecked, { ...rollout(), imagined: newPodsStay, waits: true }],
    [deploymentTimesOutAfterSuccess, { actions: [(world) => apply(world, deployment()), loseReadiness], waits: true }],
    [replicaSetMissesDeletions, deletions],
    [deploymentRescaleForgetsAnnotations, { actions: [(world) => apply(world, deployment()), scale(5), image('2')], waits: true }],
  ]
  test.each(mutants)('$name', (mutant, scenario) => {
    const [claim = ''] = mutant.breaks
    expect(killedAt(scenario, mutant, claim)).toBeDefined()
    for (let seed = 0; seed < 5; seed++) {
      expect(storm(scenario, seed).violations.map(({ message }) => message)).toEqual([])
    }
  })
})
