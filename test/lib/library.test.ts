import * as fc from 'fast-check'
import { isRight } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import {
  always, assertProperty, changeCalls, check, eventually, onWrite, orders, parse, parseManifests, property, prompt, readManifests,
  replay, runOrder, scenarios, systemOf, usualClaims, type Mutant, type Property, type PropertyOptions,
} from 'kube-orrery'

const web = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { terminationGracePeriodSeconds: 0, containers: [{ name: web, image: 'web:1' }] }
`

const scaled = (options: Partial<PropertyOptions>): Property =>
  property({ manifests: web, nodes: 1, scenario: [{ scale: { deployment: 'web', replicas: 3 } }], faults: 0, ...options })

const neverThree = eventually('never-three', {
  title: 'web never ends with three replicas', of: 'deployments', check: ({ status }) => status.replicas < 3,
})

describe('manifests', () => {
  it('are read from text and from files', async () => {
    expect(parseManifests(web).objects.map(({ kind }) => kind)).toEqual(['Deployment'])
    const { objects } = await readManifests('examples/rollout')
    expect(objects.map(({ kind }) => kind)).toContain('Service')
  })

  it('that are wrong are refused with a code, a place and a next step', () => {
    expect(() => parseManifests(web.replace('replicas: 2', 'replicas: -1')))
      .toThrow(/^manifests\.yaml:6:\d+: .*must be greater than or equal to 0.* \[E_INVALID\]\n {2}/)
  })

  it('may bring their own nodes', () => {
    const manifests = `${web}---\n{ apiVersion: v1, kind: Node, metadata: { name: big }, status: { capacity: { cpu: '64' } } }`
    const { scenario } = property({ manifests })
    expect(scenario.nodes.map(({ metadata, status }) => [metadata.name, status.capacity?.['cpu']])).toEqual([['big', '64']])
  })
})

describe('a property', () => {
  it('says what it does not know', () => {
    expect(() => scaled({ claims: ['no-such-claim'] })).toThrow('there is no built-in claim called "no-such-claim" [E_UNKNOWN_NAME]')
    expect(() => scaled({ mutants: ['no-such-mutant'] })).toThrow('there is no built-in mutant called "no-such-mutant"')
    expect(() => scaled({ scenario: [{ scalee: 'deployment/web' }] })).toThrow(/did you mean "scale"\? \[E_SCENARIO\]/)
  })

  it('goes through what every application goes through, unless it says otherwise', () => {
    const { scenario, claims } = property({ manifests: web })
    expect(scenario.script.map((action) => action.do)).toEqual(['apply', 'restart', 'scale', 'scale', 'delete', 'drain', 'uncordon'])
    expect(scenario.nodes).toHaveLength(3)
    expect(claims).toEqual(usualClaims)
  })
})

describe('check', () => {
  it('passes where every claim holds, and counts how often each was exercised', async () => {
    const verdict = await check(scaled({ claims: ['desired-state-reached', 'no-misdelivery'] }), { runs: 3 })
    expect(verdict).toMatchObject({ verdict: 'pass', orders: 3, seed: 1, violations: [] })
    expect(verdict.claims.map(({ claim, exercised }) => [claim, exercised > 0])).toEqual([
      ['desired-state-reached', true], ['no-misdelivery', false],
    ])
  })

  it('is inconclusive where no claim was exercised', async () => {
    expect((await check(scaled({ claims: ['no-misdelivery'] }), { runs: 1 })).verdict).toBe('inconclusive')
  })

  it('gives the same verdict for the same seed', async () => {
    const run = () => check(scaled({ claims: [neverThree] }), { runs: 5, seed: 7 })
    expect(await run()).toEqual(await run())
  })

  it('gives a trace that replays to the same violation', async () => {
    const found = await check(scaled({ claims: [neverThree] }))
    const trace = parse(found.violations[0]!.trace)
    if (!isRight(trace)) throw new Error('the trace cannot be read')
    const replayed = replay(systemOf(found.violations[0]!.scenario), [neverThree], trace.right)
    expect(isRight(replayed) && replayed.right.violations.map(({ claim }) => claim)).toEqual(['never-three'])
  })
})

describe('assertProperty', () => {
  it('rejects with the counterexample as a person reads it', async () => {
    await expect(assertProperty(scaled({ claims: [neverThree] }))).rejects.toThrow(
      /^broken after 1 order of events, seed 1\n\n✗ never-three {2}on the prompt order, after \d+ Steps\n {2}Deployment default\/web: it is not so/)
  })

  it('rejects where a claim of the property was never exercised', async () => {
    const idle = always('idle', { title: 'no Service has a name', of: 'services', check: () => false })
    await expect(assertProperty(scaled({ claims: ['desired-state-reached', idle] }), { runs: 1 }))
      .rejects.toThrow('idle was never exercised after 1 order of events, seed 1')
  })

  it('rejects where a mutant goes unnoticed', async () => {
    const harmless: Mutant = {
      name: 'harmless', title: 'Nothing is wrong', breaks: ['desired-state-reached'],
      apply: changeCalls('kubelet', (call) => call),
    }
    await expect(assertProperty(scaled({ claims: ['desired-state-reached'], mutants: [harmless] }), { runs: 2 }))
      .rejects.toThrow('the mutant harmless (Nothing is wrong) does not break desired-state-reached')
  })

  it('takes built-in claims and mutants by name', async () => {
    const { verdict } = await assertProperty(
      scaled({ claims: ['desired-state-reached'], mutants: ['replicaset-misses-deletions'], scenario: [{ delete: { 'pod-of': 'deployment/web' } }] }),
      { runs: 3 })
    expect(verdict).toBe('pass')
  })
})

describe('claims of your own', () => {
  it('speak of every write', async () => {
    const grows = onWrite('replicas-grow', {
      title: 'spec.replicas of a ReplicaSet only grows', of: 'replicasets',
      check: (before, after) => {
        if (before === undefined || after === undefined || before.spec.replicas === after.spec.replicas) return undefined
        return after.spec.replicas > before.spec.replicas || `it went from ${before.spec.replicas} to ${after.spec.replicas}`
      },
    })
    expect((await check(scaled({ claims: [grows] }), { runs: 2 })).verdict).toBe('pass')
    const { violations } = await check(scaled({ claims: [grows], scenario: [{ scale: { deployment: 'web', replicas: 1 } }] }))
    expect(violations[0]?.violation).toMatchObject({ message: 'it went from 2 to 1', objects: ['ReplicaSet default/web#1'] })
  })

  it('can be checked over scenarios that fast-check draws', () => {
    const named = always('named', { title: 'every pod has a name', of: 'pods', check: ({ metadata }) => metadata.name !== '' })
    const drawn = orders(scenarios({ applications: 1, nodes: 1, actions: 1 }))
    fc.assert(fc.property(drawn, ({ scenario, schedule }) => {
      expect(runOrder(systemOf(scenario), [named], schedule).violations).toEqual([])
    }), { seed: 1, numRuns: 3 })
    expect(prompt.deviations).toEqual([])
  })
})
