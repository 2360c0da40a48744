/**
 * Each reduction keeps every verdict, every World in which things have settled, and the cost of the cheapest
 * counterexample.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Bounds } from '#checker/explore/bounds'
import { claimOf, forbidden, machines, type Forbidden } from './machines-arbitrary.js'
import { machineSystem, maxLag, type Machine } from './machines.js'
import { cameTo, off, settings, TooLarge } from './soundness.js'

const runs = Number(process.env['SOUNDNESS_RUNS'] ?? 100)

const budgets = [[0, 0], [1, 0], [2, 0], [0, 1], [1, 1], [0, 2], [2, 1]] as const

function same(
  machine: Machine, claims: Parameters<typeof cameTo>[1], bounds: Bounds,
  saved: Map<string, [number, number]>,
): void {
  const system = machineSystem(machine)
  try {
    const all = cameTo(system, claims, { ...bounds, ...off })
    for (const [name, setting] of settings) {
      const fewer = cameTo(system, claims, { ...bounds, ...setting })
      const of = `${name}, ${bounds.delays} delays, ${bounds.faults} faults`
      expect({ of, ...fewer, worlds: 0, unconfirmed: 0 }).toEqual({ of, ...all, worlds: 0, unconfirmed: 0 })
      const [without, reduced] = saved.get(name) ?? [0, 0]
      saved.set(name, [without + all.worlds, reduced + fewer.worlds])
    }
  } catch (thrown) {
    if (!(thrown instanceof TooLarge)) throw thrown
    fc.pre(false)
  }
}

describe('A reduction changes nothing but how many Worlds are explored', () => {
  it.each(budgets)('with %i delays and %i faults', (delays, faults) => {
    const saved = new Map<string, [number, number]>()
    const kinds = (process.env['KINDS'] ?? 'step,always,finally').split(',') as Forbidden['kind'][]
    const some = fc.array(forbidden(...kinds), { minLength: 1, maxLength: 3 })
    const seed = process.env['SEED']
    fc.assert(fc.property(machines(Math.min(1, faults)), some, (machine, claims) => {
      same(machine, claims.map((one, at) => claimOf(one, `claim-${at}`)), { delays, faults, maxLag }, saved)
    }), { numRuns: runs, ...(seed === undefined ? {} : { seed: Number(seed) }) })
    if (process.env['SHOW'] !== undefined) console.log({ delays, faults, ...Object.fromEntries(saved) })
  }, 600_000)
})
