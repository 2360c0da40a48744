/** An exploration that is stopped, saved and taken up again comes to what it would have come to anyway. */
import { deserialize, serialize } from 'node:v8'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Explorer, type Exploration, type ExploreOptions } from '#checker/explore/explore'
import type { Saved } from '#checker/explore/saved'
import { defaultMaxLag } from '#checker/system'
import { mutants } from '#models/mutants/index'
import { usualClaims } from '#properties/claims'
import { systemOf } from '#properties/scenario'
import { claimOf, forbidden, machines } from './machines-arbitrary.js'
import { machineSystem, maxLag } from './machines.js'
import { deployment } from './small.js'
import { scenario, smallScenarios } from './small-scenarios.js'

/** All but what depends on how much room was made in advance. */
const told = ({ bytes: _, exercised, ...rest }: Exploration): string =>
  JSON.stringify({ ...rest, exercised: [...exercised].sort() })

function whole(options: ExploreOptions): string {
  const explorer = new Explorer(options)
  while (explorer.advance(64));
  return told(explorer.finish())
}

/** As another process would have it. */
const copied = (saved: Saved): Saved => deserialize(serialize(saved)) as Saved // what was serialized

function interrupted(options: ExploreOptions, every: number): string {
  let explorer = new Explorer(options)
  for (let times = 0; explorer.advance(times < 5 ? every : 64); times++) {
    if (times < 5) explorer = new Explorer(options, copied(explorer.save()))
  }
  return told(explorer.finish())
}

describe('An exploration that is taken up again', () => {
  const few = smallScenarios.filter(([name]) => !name.includes('rollout'))
  it.each(few)('comes to the same: %s', (_name, one, delays, kinds) => {
    const options = {
      system: systemOf(one), claims: usualClaims,
      bounds: { delays, faults: kinds.length, kinds, maxLag: defaultMaxLag },
    }
    expect(interrupted(options, 301)).toBe(whole(options))
  }, 60_000)

  it('comes to the same where something is broken, and where it never ends', () => {
    const some = ['deployment-status-contested', 'deployment-never-done', 'endpoints-forget-stale-syncs']
    for (const mutant of some) {
      const system = systemOf({ ...scenario(1, [deployment(1)]), mutants: [mutant] }, { mutants })
      const options = { system, claims: usualClaims, bounds: { delays: 1, faults: 0, maxLag: defaultMaxLag } }
      expect(interrupted(options, 217), mutant).toBe(whole(options))
    }
  }, 60_000)

  it('comes to the same depth first, compact, and with every kind of fault and claim', () => {
    fc.assert(fc.property(
      machines(1), fc.array(forbidden('step', 'always', 'finally'), { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 1, max: 150 }), fc.boolean(), fc.boolean(),
      (machine, claims, every, isDepthFirst, isCompact) => {
        const options: ExploreOptions = {
          system: machineSystem(machine), claims: claims.map((one, at) => claimOf(one, `claim-${at}`)),
          bounds: { delays: 1, faults: 1, maxLag }, most: 2_000, isCompact,
          strategy: isDepthFirst ? 'depth-first' : 'breadth-first',
        }
        expect(interrupted(options, every)).toBe(whole({ ...options }))
      },
    ), { numRuns: 12 })
  }, 120_000)
})
