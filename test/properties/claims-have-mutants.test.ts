import { describe, expect, it } from 'vitest'
import { mutants } from '#models/mutants/index'
import { claims } from '#properties/claims'
import { smalls } from '#properties/kill/baselines'
import { kill, observe } from '#properties/kill/kill'

/** The situation that they speak of is there only where they are broken. */
const onlyWhereBroken: ReadonlySet<string> = new Set(['deleted-pods-gone'])

/** What a user's own manifests break there, with upstream as it is: what these scenarios are for. */
const hazards: Readonly<Record<string, readonly string[]>> = {
  'drain-that-is-refused': ['drain-completes'],
  'node-falls-silent': ['running-pods-within-surge'],
  'service-of-a-rollout': ['running-pods-within-surge'],
}

const observed = smalls.map((small) => observe(small, claims, 0))

describe('Upstream keeps every claim', () => {
  it.each(observed.map((one) => [one.small.name, one] as const))('in the scenario %s', (name, { broken }) => {
    expect([...broken].filter(([claim]) => hazards[name]?.includes(claim) !== true)).toEqual([])
  })
})

const names = claims.map(({ name }) => name)

describe('Every claim', () => {
  it.each(names.filter((name) => !onlyWhereBroken.has(name)))('%s is exercised by a scenario in which it holds', (name) => {
    expect(observed.filter(({ held }) => held.has(name)).map(({ small }) => small.name)).not.toEqual([])
  })

  it.each(names)('%s is broken by one of its mutants', (name) => {
    const [mutant] = mutants.filter(({ breaks }) => breaks.includes(name))
    expect(mutant, 'no mutant is meant to break it').toBeDefined()
    const options = { drawn: 3, claims: [name], anyhow: false }
    const likely = observed.filter(({ held }) => held.has(name))
    expect(kill(mutant!, likely, options) ?? kill(mutant!, observed, options)).toMatchObject({ by: name })
  })
})
