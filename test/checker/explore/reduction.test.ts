/** What is left out changes no verdict, and loses no World in which things have settled. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BoundedSpace } from '#checker/explore/bounded-space'
import type { Bounds } from '#checker/explore/bounds'
import { BoundedSearch } from '#checker/explore/bounded-search'
import { explore } from '#checker/explore/explore'
import { defaultMaxLag, type System } from '#checker/system'
import { mutants } from '#models/mutants/index'
import { claims as allClaims } from '#properties/claims'
import { systemOf } from '#properties/scenario'
import { deployment, nodes, service } from './small.js'

const claims = allClaims.filter(({ optIn }) => optIn !== true)

function settledWorlds(system: System, bounds: Bounds): { readonly settled: ReadonlySet<string>; readonly worlds: number } {
  const space = new BoundedSpace(system, bounds)
  const settled = new Set<string>()
  const search = new BoundedSearch(space, { settled: () => void settled.add(space.describe()) })
  while (search.next()) if (search.worlds > 400_000) throw new Error('too many Worlds for a test')
  return { settled, worlds: search.worlds }
}

const verdict = (system: System, bounds: Bounds): readonly string[] =>
  [...new Set(explore({ system, claims, bounds }).counterexamples.map(({ violation }) => violation.claim))].sort()

const scenario = fc.record({
  replicas: fc.integer({ min: 1, max: 2 }),
  nodes: fc.integer({ min: 1, max: 2 }),
  isServed: fc.boolean(),
  again: fc.constantFrom('image', 'scale', 'nothing'),
  mutant: fc.constantFrom(undefined, 'replicaset-no-expectations', 'endpoints-no-stale-tracker', 'sched-ghost-node'),
  faulty: fc.constantFrom(undefined, 'restart', 'lost-events'),
})

interface Small {
  readonly replicas: number
  readonly nodes: number
  readonly isServed: boolean
  readonly again: string
  readonly mutant: string | undefined
}

function systemFor({ replicas, nodes: count, isServed, again, mutant }: Small): System {
  const objects = [deployment(replicas), ...(isServed ? [service] : [])]
  const then = again === 'image' ? [deployment(replicas, 'example.org/web:2')] : again === 'scale' ? [deployment(replicas + 1)] : undefined
  return systemOf({
    nodes: nodes(count), profiles: {},
    mutants: mutant === undefined ? [] : [mutant],
    script: [{ do: 'apply', objects }, ...(then === undefined ? [] : [{ do: 'apply' as const, objects: then }])],
  }, { mutants })
}

describe('A held choice is let go, and a fault happens, only right after a Step on which it depends', () => {
  it('keeps the verdict and every World in which things have settled', () => {
    let [without, reduced] = [0, 0]
    fc.assert(fc.property(scenario, (one) => {
      const system = systemFor(one)
      const bounds: Bounds = {
        delays: one.faulty === undefined ? 1 : 0, faults: one.faulty === undefined ? 0 : 1, maxLag: defaultMaxLag,
        ...(one.faulty === undefined ? {} : { kinds: [one.faulty] }),
      }
      const all = settledWorlds(system, { ...bounds, reduce: false })
      const fewer = settledWorlds(system, bounds)
      without += all.worlds
      reduced += fewer.worlds
      expect([...fewer.settled].sort()).toEqual([...all.settled].sort())
      expect(verdict(system, bounds)).toEqual(verdict(system, { ...bounds, reduce: false }))
    }), { numRuns: Number(process.env['REDUCTION_RUNS'] ?? 6) })
    if (process.env['SHOW'] !== undefined) console.log({ without, reduced })
    expect(reduced).toBeLessThan(without)
  }, 600_000)
})
