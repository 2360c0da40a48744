/** Worlds that are told apart by 64 bits of them, and not kept: the same is found, in less memory. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Digests, probablyMissed } from '#checker/explore/digests'
import { Explorer, type Exploration, type ExploreOptions } from '#checker/explore/explore'
import { defaultMaxLag } from '#checker/system'
import { chanceOfMiss } from '#cli/explore-verdict'
import { mutants } from '#models/mutants/index'
import { usualClaims } from '#properties/claims'
import { systemOf } from '#properties/scenario'
import { claimOf, forbidden, machines } from './machines-arbitrary.js'
import { machineSystem, maxLag } from './machines.js'
import { deployment } from './small.js'
import { scenario, smallScenarios } from './small-scenarios.js'

const told = ({ bytes: _, missed: _missed, exercised, ...rest }: Exploration): string => JSON.stringify({ ...rest, exercised: [...exercised].sort() })

/** `forgetting`: Worlds that were expanded are forgotten again and again, as in an exploration of millions. */
function explored(options: ExploreOptions, forgetting = false): string {
  const explorer = new Explorer(options)
  if (forgetting) Object.defineProperty(explorer.search, 'most', { get: () => 20, set: () => {} })
  while (explorer.advance(64));
  return told(explorer.finish())
}

describe('A compact exploration', () => {
  it.each(smallScenarios.filter(([name]) => !name.includes('rollout')))('comes to the same: %s', (_name, one, delays, kinds) => {
    const options = { system: systemOf(one), claims: usualClaims, bounds: { delays, faults: kinds.length, kinds, maxLag: defaultMaxLag } }
    expect(explored({ ...options, isCompact: true }, true)).toBe(explored(options))
  }, 60_000)

  it('comes to the same where something is broken, and where it never ends', () => {
    for (const mutant of ['deployment-status-contested', 'deployment-never-done', 'endpoints-forget-stale-syncs']) {
      const system = systemOf({ ...scenario(1, [deployment(1)]), mutants: [mutant] }, { mutants })
      const options = { system, claims: usualClaims, bounds: { delays: 1, faults: 0, maxLag: defaultMaxLag } }
      expect(explored({ ...options, isCompact: true }, true), mutant).toBe(explored(options))
    }
  }, 60_000)

  it('comes to the same on generated systems, breadth first and depth first', () => {
    fc.assert(fc.property(
      machines(1), fc.array(forbidden('step', 'always', 'finally'), { minLength: 1, maxLength: 3 }), fc.integer({ min: 0, max: 2 }), fc.boolean(),
      (machine, claims, delays, isDepthFirst) => {
        const options: ExploreOptions = {
          system: machineSystem(machine), claims: claims.map((one, at) => claimOf(one, `claim-${at}`)),
          bounds: { delays, faults: 1, maxLag }, strategy: isDepthFirst ? 'depth-first' : 'breadth-first', most: 2_000,
        }
        expect(explored({ ...options, isCompact: true }, true)).toBe(explored(options))
      },
    ), { numRuns: 12 })
  }, 120_000)
})

describe('A digest', () => {
  it('is another one for every one of a million vectors, and the same for the same', () => {
    const digests = new Digests()
    const vectorAt = (i: number): Int32Array => Int32Array.of(i & 1023, 7, i >> 10)
    for (let i = 0; i < 1 << 20; i++) digests.of(vectorAt(i), 3)
    expect(digests.count).toBe(1 << 20)
    expect([0, 1, 4711, (1 << 20) - 1].map((i) => digests.of(vectorAt(i), 3))).toEqual([1, 2, 4712, 1 << 20])
  })

  it('of a slot that nothing is in counts for nothing, so that new slots change none', () => {
    const digests = new Digests()
    expect(digests.of(Int32Array.of(1, 2), 2)).toBe(digests.of(Int32Array.of(1, 2, 0, 0), 4))
  })

  it('is as likely to be that of another one as 64 bits are', () => {
    expect(probablyMissed(1)).toBe(0)
    expect(chanceOfMiss(probablyMissed(1e8))).toBeCloseTo(1e16 / 2 ** 65, 6)
    expect(chanceOfMiss(probablyMissed(1e12))).toBeGreaterThan(0.99)
  })
})
