/** Worlds of which nothing is kept but bits: the same is found where the table is large, and never anything that is not so. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Explorer, type Exploration, type ExploreOptions } from '#checker/explore/explore'
import { Filter } from '#checker/explore/filter'
import { defaultMaxLag } from '#checker/system'
import { mutants } from '#models/mutants/index'
import { usualClaims } from '#properties/claims'
import { systemOf } from '#properties/scenario'
import { claimOf, forbidden, machines } from './machines-arbitrary.js'
import { machineSystem, maxLag } from './machines.js'
import { deployment } from './small.js'
import { scenario, smallScenarios } from './small-scenarios.js'

const large = { bytes: 1 << 22, seed: 0 } as const

/** What two depth-first searches have in common where both reach every World. */
const told = ({ worlds, transitions, expanded, depth, spared, exercised, counterexamples, unconfirmed }: Exploration): string => JSON.stringify({
  worlds, transitions, expanded, depth, spared, exercised: [...exercised].sort(),
  unconfirmed: unconfirmed.map(({ claim, finding }) => [claim.name, finding]),
}) + found({ counterexamples })

const found = ({ counterexamples }: Pick<Exploration, 'counterexamples'>): string =>
  JSON.stringify(counterexamples.map(({ key, order: { schedule }, loop }) => ({ key, schedule, loop })))

/** What is broken, and what was met, by whatever way. */
const verdict = ({ exercised, counterexamples, unconfirmed }: Exploration): string => JSON.stringify({
  exercised: [...exercised].sort(), broken: [...counterexamples.map(({ key }) => key), ...unconfirmed.map(({ claim }) => claim.name)].sort(),
})

/** `forgetting`: the Worlds that are not on the way are forgotten again and again, as in an exploration of millions. */
function explored(options: ExploreOptions, forgetting = false): Exploration {
  const explorer = new Explorer(options)
  if (forgetting) Object.defineProperty(explorer.search, 'most', { get: () => 20, set: () => {} })
  while (explorer.advance(64));
  return explorer.finish()
}

const exactly = { subsume: false } as const // off the way a World is the same only with as much left

describe('A bitstate exploration', () => {
  it.each(smallScenarios.filter(([name]) => !name.includes('rollout')))('comes to the same: %s', (_name, one, delays, kinds) => {
    const bounds = { delays, faults: kinds.length, kinds, maxLag: defaultMaxLag, ...exactly }
    const options = { system: systemOf(one), claims: usualClaims, bounds }
    expect(told(explored({ ...options, bitstate: large }, true))).toBe(told(explored({ ...options, strategy: 'depth-first' })))
  }, 60_000)

  it('finds the same loops where it never ends', () => {
    for (const mutant of ['deployment-status-contested', 'deployment-never-done', 'endpoints-forget-stale-syncs']) {
      const system = systemOf({ ...scenario(1, [deployment(1)]), mutants: [mutant] }, { mutants })
      const options = { system, claims: usualClaims, bounds: { delays: 1, faults: 0, maxLag: defaultMaxLag, ...exactly } }
      const [bits, all] = [explored({ ...options, bitstate: large }, true), explored({ ...options, strategy: 'depth-first' })]
      expect(verdict(bits), mutant).toBe(verdict(all))
      expect(found(bits), mutant).toBe(found(all))
    }
  }, 60_000)

  it('comes to the same verdict on generated systems in every order, with whatever is left out', () => {
    fc.assert(fc.property(
      machines(1), fc.array(forbidden('step', 'always', 'finally'), { minLength: 1, maxLength: 3 }), fc.integer({ min: 0, max: 2 }), fc.nat(3), fc.boolean(),
      (machine, claims, delays, seed, subsume) => {
        const options: ExploreOptions = {
          system: machineSystem(machine), claims: claims.map((one, at) => claimOf(one, `claim-${at}`)),
          bounds: { delays, faults: 1, maxLag, subsume }, most: 3_000,
        }
        const exact = explored({ ...options, strategy: 'depth-first' })
        fc.pre(exact.stopped === undefined)
        expect(verdict(explored({ ...options, bitstate: { ...large, seed } }, true))).toBe(verdict(exact))
      },
    ), { numRuns: 12 })
  }, 120_000)

  it('goes on from where it was stopped', () => {
    const options = { system: systemOf(scenario(1, [deployment(1)])), claims: usualClaims, bounds: { delays: 1, faults: 0, maxLag: defaultMaxLag }, bitstate: { ...large, seed: 1 } }
    const first = new Explorer(options)
    first.advance(500)
    const second = new Explorer(options, structuredClone(first.save()))
    while (second.advance(64));
    expect(told(second.finish())).toBe(told(explored(options)))
  })

  it('with a table that is too small misses Worlds, says how many, and finds nothing that is not there', () => {
    const options = { system: systemOf(scenario(1, [deployment(1)])), claims: usualClaims, bounds: { delays: 1, faults: 0, maxLag: defaultMaxLag } }
    const [all, some] = [explored(options), explored({ ...options, bitstate: { bytes: 1 << 10, seed: 0 } })]
    expect(some.worlds).toBeLessThan(all.worlds)
    expect(some.missed).toBeGreaterThan(1)
    expect(some.counterexamples).toEqual([])
  })

  it('in several orders meets what it misses in one', () => {
    const options = { system: systemOf(scenario(1, [deployment(1)])), claims: usualClaims, bounds: { delays: 1, faults: 0, maxLag: defaultMaxLag } }
    const counts = [0, 1, 2].map((seed) => explored({ ...options, bitstate: { bytes: 1 << 10, seed } }).worlds)
    expect(new Set(counts).size).toBe(3)
  })
})

describe('A table of bits', () => {
  const left = { delays: 1, faults: 0, last: 0, disturbed: 0 }
  const vectorAt = (i: number): Int32Array => Int32Array.of(i & 1023, 7, i >> 10)

  it('knows what it met, and tells apart what is left', () => {
    const filter = new Filter(1 << 16, 0)
    expect([filter.add(vectorAt(5), 3, left), filter.add(vectorAt(5), 3, left)]).toEqual([true, false])
    expect(filter.add(vectorAt(5), 3, { ...left, delays: 0 })).toBe(true)
    expect(filter.add(vectorAt(5), 3, { ...left, last: 3 })).toBe(true)
    expect(filter.add(vectorAt(5), 3, { ...left, disturbed: 3 })).toBe(true)
    expect(filter.add(vectorAt(5), 3, { ...left, faults: 1 })).toBe(true)
  })

  it('says about as many as it takes for others', () => {
    for (const seed of [0, 1, 2]) {
      const filter = new Filter(1 << 16, seed)
      let taken = 0
      for (let i = 0; i < 100_000; i++) if (!filter.add(vectorAt(i), 3, left)) taken++
      expect(taken / filter.missed).toBeGreaterThan(0.93)
      expect(taken / filter.missed).toBeLessThan(1.07)
    }
  })

  it('of another seed takes others for each other', () => {
    const takenWith = (seed: number): string => {
      const filter = new Filter(1 << 12, seed)
      return Array.from({ length: 3_000 }, (_, i) => (filter.add(vectorAt(i), 3, left) ? '' : i)).join(' ')
    }
    expect(takenWith(1)).not.toBe(takenWith(2))
    expect(takenWith(1)).toBe(takenWith(1))
  })
})
