import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FreeSystem } from '#checker/explore/free-system'
import type { Layout } from '#checker/explore/layout'
import { PartedSearch } from '#checker/explore/parted-search'
import {
  cameOf, counterKey, freely, plainly, rollout, surprising, systems, type Came,
} from './free-systems.js'

function inParts(system: FreeSystem, layout?: Layout): Came {
  const search = new PartedSearch(system, layout)
  return cameOf(search.run(), search)
}

describe('A search part by part finds what plain breadth first finds', () => {
  const sizes = [[1, 1, 1], [2, 1, 0], [2, 1, 1], [3, 1, 1]] as const
  it.each(sizes)('in the rollout of %i, maxSurge %i, maxUnavailable %i', (
    replicas, maxSurge, maxUnavailable,
  ) => {
    for (const isReduced of [false, true]) {
      const system = rollout(replicas, maxSurge, maxUnavailable, { isReduced })
      expect(inParts(system)).toEqual(plainly(system))
    }
  })

  it('with the shortest counterexample, where there is one', () => {
    for (const isReduced of [false, true]) {
      expect(inParts(rollout(2, 1, 0, { isSafe: false, isReduced }))).toBe(14)
      expect(inParts(rollout(3, 1, 1, { isSafe: false, isReduced }))).toBe(7)
      expect(inParts(rollout(3, 1, 1, { expects: false, isReduced }))).toBe(4)
    }
  })

  it('in generated systems, with deadlines, ties, gates and a user', () => {
    fc.assert(fc.property(systems(3_000), (system) => {
      expect(inParts(system)).toEqual(plainly(system))
    }), { numRuns: 150 })
  })

  it('where one actor shuts the gate of another, whose Steps do not look at it', () => {
    const common = { is: 'program', prefix: 'work', ownFirst: false, starts: true } as const
    const set = (cell: number) => ({ do: 'set', cell, from: undefined, add: 1 }) as const
    const acts = [true, false].map((shuts) =>
      ({ when: undefined, effects: [{ do: 'gate', gate: 0, shuts } as const] }))
    const system = freely({
      actors: [
        { ...common, gate: undefined, acts },
        { ...common, gate: 0, acts: [{ when: undefined, effects: [set(0), set(1), set(2), set(3)] }] },
      ],
      user: [], troubles: [],
    }, [])
    const apart = [
      'cut|0', undefined, undefined, undefined, 'work|1', undefined, undefined, undefined, 'data|0',
    ]
    for (const layout of [undefined, [], apart]) {
      expect(inParts(system, layout)).toEqual(plainly(system))
    }
  })

  it('where slots are laid out as they come, and vectors become wider on the way', () => {
    fc.assert(fc.property(systems(3_000), (system) => {
      expect(inParts(system, [])).toEqual(plainly(system))
    }), { numRuns: 150 })
    expect(inParts(rollout(2, 1, 1), [])).toEqual([6_268, 21_416, 35])
    expect(inParts(surprising([3_000], 70))).toEqual([3_001, 3_000, 3_000])
    const apart = [0, 1, 2, 3]
      .flatMap((counter) => [counterKey(counter), undefined, undefined, undefined]).slice(0, -3)
    const system = surprising([2, 4, 4, 4], 70)
    expect(inParts(system, apart)).toEqual(plainly(system))
  })

  it('in any layout', () => {
    const keys = ['data|0', 'data|1', 'data|2', 'data|3', 'work|0', 'call|1', 'left|timer|2', 'get|3']
    const layouts = fc.shuffledSubarray(keys)
      .chain((keys) => fc.array(fc.nat(3), { minLength: keys.length, maxLength: keys.length })
        .map((gaps): Layout => keys.flatMap((one, at) =>
          [...Array.from({ length: gaps[at]! }, () => undefined), one])))
    fc.assert(fc.property(systems(1_000), layouts, (system, layout) => {
      expect(inParts(system, layout)).toEqual(plainly(system))
    }), { numRuns: 150 })
  })

  it('in less than 60 bytes a World, the ways to Worlds included', () => {
    const search = new PartedSearch(rollout(3, 2, 1))
    expect(search.bytes / search.run().worlds).toBeLessThan(60)
    expect(search.bytes / search.space.worlds.count).toBeLessThan(60)
  })
})
