/**
 * What never ends, or ends short of what was promised, is found by where the Worlds lead, not by how long an
 * order is.
 */
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '#api/types'
import type { Claim } from '#checker/claim'
import { explore, type Exploration } from '#checker/explore/explore'
import { defaultMaxLag } from '#checker/system'
import { mutants } from '#models/mutants/index'
import { usualClaims } from '#properties/claims'
import { systemOf } from '#properties/scenario'
import { deployment, service } from './small.js'
import { scenario, smallScenarios } from './small-scenarios.js'
import { eventually, leadsTo, onWrite, quiescent } from '../../../src/library/claims.js'

function explored(
  on: readonly string[], objects: readonly JsonObject[], delays = 0, claims: readonly Claim[] = usualClaims,
): Exploration {
  const system = systemOf({ ...scenario(1, objects), mutants: on }, { mutants })
  return explore({ system, claims, bounds: { delays, faults: 0, maxLag: defaultMaxLag } })
}

const broken = ({ counterexamples, unconfirmed }: Exploration): readonly string[] => {
  expect(unconfirmed).toEqual([])
  return counterexamples.map(({ violation }) => violation.claim)
}

describe('Things that never come to rest', () => {
  const nothing = explored(['deployment-never-done'], [deployment(1)])
  const contested = explored(['deployment-status-contested'], [deployment(1)])

  it('are a loop: a controller that takes a key up again as soon as it is done with it', () => {
    const found = nothing.counterexamples.find(({ violation }) => violation.claim === 'comes-to-rest')
    expect(found?.loop).toContain('queue|kube-controller-manager/deployment')
    expect(found?.loop).not.toContain('clock') // all of it happens at one instant
    expect(found?.violation.loop?.ms).toBe(0)
  })

  it('are a loop through which time passes: two controllers that undo each other’s status', () => {
    expect(broken(contested)).toEqual(['writes-end'])
    const [found] = contested.counterexamples
    expect(found?.loop).toContain('clock')
    expect(found?.violation.loop?.ms).toBe(10_000)
    expect(found?.violation.loop?.does.filter((label) => label.startsWith('kube-apiserver: '))).toEqual([
      'kube-apiserver: status-counter update deployments/status default/web',
      'kube-apiserver: kube-controller-manager/deployment update deployments/status default/web',
    ])
  })

  it('are told by the loop that the driver comes to as well', () => {
    for (const { violation, loop } of contested.counterexamples) {
      expect(violation.loop?.does.length).toBe(loop?.length)
    }
  })
})

describe('A user who waits for things to settle', () => {
  it('acts at last where they go round for ever', () => {
    const scaled = scenario(1, [deployment(1)], [deployment(2)])
    const system = systemOf({ ...scaled, mutants: ['deployment-status-contested'] }, { mutants })
    const claim = onWrite('one', {
      title: 'nobody asks for two', of: 'deployments', check: (_before, after) => after?.spec.replicas !== 2,
    })
    const { counterexamples, unconfirmed } = explore({
      system, claims: [claim], bounds: { delays: 0, faults: 0, maxLag: defaultMaxLag },
    })
    expect([counterexamples.length, unconfirmed]).toEqual([1, []])
  })
})

describe('A controller that forgets to come back to what it could not do', () => {
  const found = explored(['endpoints-forget-stale-syncs'], [deployment(1), service], 1)

  it('leaves things short of what was asked for, for ever: '
    + 'nothing that is about one World or one Step shows it', () => {
    expect(broken(found)).toEqual(['slices-converge', 'endpoint-ready-is-routed'])
    const kinds = new Set(found.counterexamples.map(({ violation }) =>
      usualClaims.find(({ name }) => name === violation.claim)?.kind))
    expect([...kinds]).toEqual(['finally'])
  })

  it('does nothing of the sort where it does come back', () =>
    expect(broken(explored([], [deployment(1), service], 1))).toEqual([]))
}, 60_000)

describe('Claims of a user’s own about the end', () => {
  const counts = eventually('counts', {
    title: 'all replicas are reported', of: 'deployments',
    check: ({ spec, status }) => status.availableReplicas === spec.replicas,
  })
  const counted = eventually('nothing-unavailable', {
    title: 'no replica is reported unavailable', of: 'deployments',
    check: ({ status }) => status.unavailableReplicas === 0,
  })
  const never = eventually('three', {
    title: 'there are three', of: 'deployments', check: ({ status }) => status.availableReplicas === 3,
  })
  const runs = leadsTo('made-pods-run', {
    title: 'a pod that is bound runs', of: 'pods',
    when: ({ spec }) => spec.nodeName !== undefined, then: ({ status }) => status.phase === 'Running',
  })
  const ends = leadsTo('run-pods-end', {
    title: 'a pod that runs ends', of: 'pods',
    when: ({ status }) => status.phase === 'Running', then: ({ status }) => status.phase === 'Succeeded',
  })
  const still = quiescent('deployments-rest', { title: 'Deployments are left alone', of: 'deployments' })
  const resting = quiescent('pods-rest', { title: 'pods are left alone', of: 'pods' })
  const claims = [counts, counted, never, runs, ends, still, resting]

  it('are judged where things have settled', () => {
    const found = explored([], [deployment(1)], 0, claims)
    expect([...broken(found)].sort()).toEqual(['run-pods-end', 'three'])
    expect([...found.exercised].sort()).toEqual(claims.map(({ name }) => name).sort())
  })

  it('are judged in every World of a loop: what becomes so in one of them does, again and again', () => {
    const found = explored(['deployment-status-contested'], [deployment(1)], 0, claims)
    expect([...broken(found)].sort()).toEqual(['deployments-rest', 'run-pods-end', 'three'])
    for (const { loop } of found.counterexamples) expect(loop).toContain('clock')
  })

  it('are judged in a loop at one instant too', () => {
    expect([...broken(explored(['deployment-never-done'], [deployment(1)], 0, claims))]).toContain('three')
  })

  it('owe nothing for an object that may go on: an exception', () => {
    const but = quiescent('deployments-rest', {
      title: 'others are left alone', of: 'deployments', unless: ({ metadata }) => metadata.name === 'web',
    })
    expect(broken(explored(['deployment-status-contested'], [deployment(1)], 0, [but]))).toEqual([])
  })

  it('hold with a delay where they hold promptly', () => {
    expect(broken(explored([], [deployment(1)], 1, [counts, counted, runs, still, resting]))).toEqual([])
  }, 60_000)
})

describe('The models as they are go round in no loop that they should not, '
  + 'and settle where they should', () => {
  const claims = usualClaims.filter(({ kind }) => kind === 'finally')
  it.each(smallScenarios)('%s', (_, one, delays, kinds) => {
    const found = explore({
      system: systemOf(one), claims, bounds: { delays, faults: kinds.length, maxLag: defaultMaxLag, kinds },
    })
    expect({ broken: broken(found), stopped: found.stopped }).toEqual({ broken: [], stopped: undefined })
    expect(found.exercised).toContain('writes-end')
  }, 120_000)
})
