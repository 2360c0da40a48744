/**
 * How many Worlds small scenarios have: any drift of meaning shows here first. What changes is explained in
 * CHANGELOG.md.
 */
import { describe, expect, it } from 'vitest'
import { BoundedSearch } from '#checker/explore/bounded-search'
import { BoundedSpace } from '#checker/explore/bounded-space'
import { BreadthFirst } from '#checker/explore/breadth-first'
import { FreeSpace } from '#checker/explore/free-space'
import { Verdicts } from '#checker/explore/verdicts'
import { defaultMaxLag } from '#checker/system'
import { systemOf } from '#properties/scenario'
import { interchangeable, reference } from '../../../bench/reference/model.js'
import { smallScenarios } from './small-scenarios.js'

interface Change {
  readonly isSafe?: boolean
  readonly expects?: boolean
}

const explored = (
  replicas: number, maxSurge: number, maxUnavailable: number, change: Change = {}, isReduced = false,
) => {
  const parameters = { replicas, maxSurge, maxUnavailable, isSafe: true, expects: true, ...change }
  const system = reference(parameters)
  const space = new FreeSpace(
    system.channels, 'user', system.begin(), isReduced ? interchangeable(parameters) : undefined,
  )
  const search = new BreadthFirst(space, new Verdicts(space, system.claims))
  const { worlds, transitions, depth, wrong } = search.run()
  return wrong === undefined ? [worlds, transitions, depth] : search.pathTo(wrong).length
}

describe('The reference rollout has exactly the Worlds, transitions and depth that other tools find', () => {
  it.each([
    [1, 1, 1, 584, 1_701, 19],
    [2, 1, 1, 6_268, 21_416, 35],
    [3, 1, 1, 22_670, 81_147, 51],
    [3, 2, 1, 156_625, 729_922, 47],
  ])('with %i replicas, maxSurge %i, maxUnavailable %i', (replicas, maxSurge, maxUnavailable, ...counts) => {
    expect(explored(replicas, maxSurge, maxUnavailable)).toEqual(counts)
  })
  it('and the shortest counterexample where surge is counted from what is planned', () => {
    expect([explored(2, 1, 0, { isSafe: false }), explored(3, 1, 1, { isSafe: false })]).toEqual([14, 7])
  })
  it('and where the ReplicaSet controller has no expectations', () =>
    expect(explored(3, 1, 1, { expects: false })).toBe(4))
})

describe('Where it does not matter which slot is which', () => {
  it.each([
    [1, 1, 1, 474, 1_426, 18],
    [2, 1, 1, 2_500, 8_746, 30],
    [3, 1, 1, 4_956, 17_880, 41],
    [3, 2, 1, 27_301, 127_483, 39],
  ])('with %i replicas, maxSurge %i, maxUnavailable %i there are fewer Worlds', (
    replicas, maxSurge, maxUnavailable, ...counts
  ) => {
    expect(explored(replicas, maxSurge, maxUnavailable, {}, true)).toEqual(counts)
  })
  it('the shortest counterexamples are as long', () => {
    expect([
      explored(2, 1, 0, { isSafe: false }, true), explored(3, 1, 1, { isSafe: false }, true),
      explored(3, 1, 1, { expects: false }, true),
    ]).toEqual([14, 7, 4])
  })
})

describe('The real models have as many Worlds and transitions as before', () => {
  it.each(smallScenarios)('%s', (name, one, delays, kinds) => {
    const space = new BoundedSpace(
      systemOf(one), { delays, faults: kinds.length, maxLag: defaultMaxLag, kinds, pass: false },
    )
    const search = new BoundedSearch(space)
    while (search.next());
    expect({ worlds: search.worlds, transitions: search.transitions, depth: search.depth }).toMatchSnapshot()
  }, 60_000)
})
