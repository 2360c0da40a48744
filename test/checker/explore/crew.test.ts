/** Several who explore together come to what one alone comes to, however many they are. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { limitsOf } from '#checker/driver'
import { Crew, type Pace } from '#checker/explore/crew/crew'
import { inTurn } from '#checker/explore/crew/hand'
import { Explorer, type Exploration, type ExploreOptions } from '#checker/explore/explore'
import { defaultMaxLag } from '#checker/system'
import { mutants } from '#models/mutants/index'
import { usualClaims } from '#properties/claims'
import { systemOf } from '#properties/scenario'
import { claimOf, forbidden, machines } from './machines-arbitrary.js'
import { machineSystem, maxLag } from './machines.js'
import { deployment } from './small.js'
import { scenario, smallScenarios } from './small-scenarios.js'

/** All but how much room was made, and the numbers that actions have. */
const told = ({ bytes: _, exercised, unconfirmed, ...rest }: Exploration): string => JSON.stringify({
  ...rest, exercised: [...exercised].sort(),
  unconfirmed: unconfirmed.map(({ claim: { name }, finding, from, steps }) => ({ name, finding, from, steps })),
})

function alone(options: ExploreOptions): string {
  const explorer = new Explorer(options)
  while (explorer.advance(64));
  return told(explorer.finish())
}

async function together(options: ExploreOptions, count: number, pace: Pace = { sample: 30, novelty: Infinity, fewest: 5, most: 100 }): Promise<string> {
  const explorer = new Explorer(options)
  const { system, claims, bounds, limits } = options
  const crew = new Crew(explorer, inTurn({ system, claims, bounds, limits: limitsOf(system, limits) }, count), pace)
  while (await crew.advance());
  await crew.end()
  return told(explorer.finish())
}

describe('Several who explore together', () => {
  it.each(smallScenarios.filter(([name]) => !name.includes('rollout')))('come to what one alone does: %s', async (_name, one, delays, kinds) => {
    const options = { system: systemOf(one), claims: usualClaims, bounds: { delays, faults: kinds.length, kinds, maxLag: defaultMaxLag } }
    const expected = alone(options)
    for (const count of [0, 2]) expect(await together(options, count), `${count} others`).toBe(expected)
  }, 120_000)

  it('come to the same where something is broken, and where it never ends', async () => {
    for (const mutant of ['deployment-status-contested', 'deployment-never-done', 'endpoints-forget-stale-syncs']) {
      const system = systemOf({ ...scenario(1, [deployment(1)]), mutants: [mutant] }, { mutants })
      const options = { system, claims: usualClaims, bounds: { delays: 1, faults: 0, maxLag: defaultMaxLag } }
      expect(await together(options, 2), mutant).toBe(alone(options))
    }
  }, 120_000)

  it('come to the same on generated systems, within any bounds, and up to any number of Worlds', async () => {
    await fc.assert(fc.asyncProperty(
      machines(1), fc.array(forbidden('step', 'always', 'finally'), { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 1 }), fc.integer({ min: 100, max: 2_000 }), fc.integer({ min: 1, max: 3 }),
      async (machine, claims, delays, faults, most, count) => {
        const options: ExploreOptions = {
          system: machineSystem(machine), claims: claims.map((one, at) => claimOf(one, `claim-${at}`)), bounds: { delays, faults, maxLag }, most,
        }
        expect(await together(options, count, { sample: 3, novelty: Infinity, fewest: 2, most: 40 })).toBe(alone(options))
      },
    ), { numRuns: 12 })
  }, 120_000)
})
