/**
 * What a persistent set leaves out changes no verdict on Worlds, and loses no World in which nothing can be
 * done any more.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PersistentSets, type Declared } from '#checker/explore/persistent-sets'
import { ReducedSpace, type ReducedOptions } from '#checker/explore/reduced-space'
import { reference } from '../../../bench/reference/model.js'
import { explored, invariantOf, spaceOf, TooLarge, type Space } from './declared-search.js'
import { forbidden, loose, machines, type Forbidden } from './machines-arbitrary.js'
import { declaredOf } from './machines-declared.js'
import type { Machine } from './machines.js'
import { declaredReference } from './reference-declared.js'

const runs = Number(process.env['SOUNDNESS_RUNS'] ?? 150)
const most = 20_000

const declare = (machine: Machine, claims: readonly Forbidden[]): Declared =>
  declaredOf(machine, claims.flatMap(({ at, and }) => [at.cell, and.cell]))

const some = fc.array(forbidden('always'), { maxLength: 2 })

/** What must come out of both searches; `undefined` where there is too much to compare. */
function compared(
  machine: Machine, claimed: readonly Forbidden[], options: Omit<ReducedOptions, 'declared'> = {}, Of?: Space,
) {
  const claims = claimed.map(invariantOf)
  try {
    const all = explored(spaceOf(machine), claims, most)
    const space = spaceOf(machine, { ...options, declared: declare(machine, claimed) }, Of)
    return { all, fewer: explored(space, claims, 2 * most), saved: space.omitted }
  } catch (thrown) {
    if (thrown instanceof TooLarge) return undefined
    throw thrown
  }
}

const kinds = [
  ['of systems that come to an end', machines(0, [3, 6])],
  ['of systems that may go on for ever', loose(4)],
  ['of larger ones', loose(6)],
] as const

describe('Choices that commute with what is taken are left out', () => {
  it.each(kinds)('%s', (_, arbitrary) => {
    const sum = { without: 0, reduced: 0, worlds: 0, choices: 0, cycles: 0 }
    fc.assert(fc.property(arbitrary, some, (machine, claims) => {
      const both = compared(machine, claims)
      fc.pre(both !== undefined)
      const { all, fewer, saved } = both
      expect({ ends: fewer.ends, broken: fewer.broken }).toEqual({ ends: all.ends, broken: all.broken })
      expect(fewer.worlds).toBeLessThanOrEqual(all.worlds)
      sum.without += all.worlds
      sum.reduced += fewer.worlds
      for (const one of ['worlds', 'choices', 'cycles'] as const) sum[one] += saved[one]
    }), { numRuns: runs })
    if (process.env['SHOW'] !== undefined) console.log(sum)
    expect(sum.reduced).toBeLessThan(sum.without)
  }, 600_000)
})

/** Knows less than was declared, and does not mind. */
const knowing = (of: (declared: Declared) => Declared): Space => class extends ReducedSpace {
  protected override setsOf(declared: Declared): PersistentSets {
    return new (class extends PersistentSets {
      override check(): void {}
      override checkClaim(): void {}
    })(of(declared))
  }
}

const parties = (of: (one: Declared['parties'][number]) => Partial<Declared['parties'][number]>) =>
  (declared: Declared): Declared =>
    ({ ...declared, parties: declared.parties.map((one) => ({ ...one, ...of(one) })) })

describe('That test notices a reduction', () => {
  it.each<readonly [name: string, options: Omit<ReducedOptions, 'declared'>, Of: Space | undefined]>([
    ['that ignores what is declared to be read', {}, knowing(parties(() => ({ reads: [] })))],
    ['that ignores what is declared to be written', {}, knowing(parties(({ owns }) => ({ writes: owns })))],
    [
      'to which no cell that claims read is visible', {},
      knowing((declared) => ({ ...declared, visible: [] })),
    ],
    ['that lets a cycle leave out what it likes', { proviso: 'none' }, undefined],
  ])('%s', (_, options, Of) => {
    const { failed } = fc.check(fc.property(loose(4), some, (machine, claims) => {
      const both = compared(machine, claims, options, Of)
      if (both === undefined) return true
      const { all, fewer } = both
      return JSON.stringify([all.ends, all.broken]) === JSON.stringify([fewer.ends, fewer.broken])
    }), { numRuns: 10_000, seed: 1, endOnFailure: true })
    expect(failed).toBe(true)
  }, 600_000)
})

describe('What is declared is held against every Step and every claim', () => {
  const set = (cell: number, from: number | undefined = undefined) =>
    ({ do: 'set' as const, cell, from, add: 1 })
  const machine: Machine = {
    actors: [{
      is: 'program', prefix: 'work', gate: undefined, ownFirst: false, starts: true,
      acts: [{ when: undefined, effects: [set(1, 2)] }],
    }],
    user: [], troubles: [],
  }
  const declared = declare(machine, [])
  const claim = invariantOf({
    kind: 'always', at: { cell: 3, is: 1 }, and: { cell: 3, is: 1 }, excuses: false,
  })
  const without = (member: 'reads' | 'writes', key: string): Declared => ({
    ...declared,
    parties: declared.parties.map((one) =>
      ({ ...one, [member]: one[member].filter((other) => other !== key) })),
  })
  it.each([
    ['work|0 reads data|2, which is not declared', without('reads', 'data|2'), []],
    ['work|0 writes data|1, which is not declared', without('writes', 'data|1'), []],
    ['no party is declared that owns work|0', { ...declared, parties: [] }, []],
    ['claim never both reads data|3, which is not declared to be visible', declared, [claim]],
  ])('%s', (message, wrong, claims) => {
    expect(() => explored(spaceOf(machine, { declared: wrong }), claims)).toThrow(message)
  })
})

describe('Of the reference rollout nothing can be left out', () => {
  const parameters = { replicas: 2, maxSurge: 1, maxUnavailable: 1, isSafe: true, expects: true }
  const system = reference(parameters)
  const worlds = (options: ReducedOptions, claims = system.claims): number =>
    explored(new ReducedSpace(system.channels, 'user', system.begin(), options), claims).worlds

  it('since a sync reads every cached pod and writes every pod, '
    + 'even where cells are declared one by one', () => {
    expect(worlds({ declared: declaredReference(parameters) })).toBe(worlds({}))
    expect(worlds({ declared: declaredReference(parameters, false) }, [])).toBe(worlds({}))
  })
})
