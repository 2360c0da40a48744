import { describe, expect, test } from 'vitest'
import type { Deployment } from '#api/types'
import {
  getReplicaSetProportion, isSaturated, maxSurge, maxUnavailable, newRSNewReplicas, planScale, resolveFenceposts,
  withReplicasAnnotations,
} from '#models/workloads/deployment-sizes'
import { recreate, replicaSet, rolling } from './cluster.js'

// Table: util/deployment_util_test.go, TestResolveFenceposts
describe('Surge is rounded up, unavailability down, and one pod may always go', () => {
  test.each([
    ['0%', '0%', 0, 0, 1],
    ['39%', '39%', 10, 4, 3],
    [0, '39%', 10, 0, 3],
    ['39%', 0, 10, 4, 0],
    [0, 0, 10, 0, 1],
    ['0%', '1%', 2, 0, 1],
    ['1%', '25%', 2, 1, 0],
    ['25%', '25%', 3, 1, 0],
  ])('maxSurge %s and maxUnavailable %s of %i: %i and %i', (most, least, replicas, surge, unavailable) => {
    expect(resolveFenceposts(rolling(replicas, most, least))).toEqual({ surge, unavailable })
  })
})

// Table: util/deployment_util_test.go, TestMaxUnavailable
describe('No more may be unavailable than there are replicas', () => {
  test.each([
    [10, 5, 5], [10, 10, 10], [5, 10, 5], [0, 10, 0], [10, '50%', 5], [10, '100%', 10], [5, '100%', 5],
  ])('of %i replicas with maxUnavailable %s: %i', (replicas, least, expected) => {
    expect(maxUnavailable(rolling(replicas, 1, least))).toBe(expected)
  })
  test('a Deployment that is recreated has neither surge nor a bound', () => {
    expect([maxUnavailable(recreate(3)), maxSurge(recreate(3))]).toEqual([0, 0])
  })
})

// Table: util/deployment_util_test.go, TestNewRSNewReplicas
describe('The new set grows as far as the surge allows', () => {
  const five = replicaSet('old', 5)
  test.each([
    ['cannot grow', rolling(1, 1, 1), 5, 5],
    ['grows to all replicas, not beyond', rolling(6, 10, 1), 2, 6],
    ['has all at once when recreated', recreate(3), 1, 3],
  ])('%s', (_, d: Deployment, size, expected) => {
    expect(newRSNewReplicas(d, [five], replicaSet('new', size))).toBe(expected)
  })
})

// Table: util/deployment_util_test.go, TestGetReplicaSetFraction; what is to be added is not the bound here
describe('A set gets its share of a rescale by what it was scaled for last', () => {
  const share = (replicas: number, surge: number, size: number, most: string | undefined, reported: number): number => {
    const d = rolling(replicas, surge, 1)
    const set = replicaSet('web', size, {}, most === undefined ? undefined : { 'deployment.kubernetes.io/max-replicas': most })
    const toAdd = replicas === 0 || (most !== undefined && Number(most) > replicas + surge) ? -1000 : 1000
    return getReplicaSetProportion(set, { ...d, status: { ...d.status, replicas: reported } }, toAdd, 0)
  }
  test.each([
    [0, 0, 10, undefined, 0, -10],
    [10, 0, 5, undefined, 0, 0],
    [10, 0, 5, '0', 0, 0],
    [120, 0, 50, undefined, 100, 10],
    [120, 0, 50, '0', 100, 10],
    [120, 0, 50, '100', 0, 10],
    [120, 10, 50, '110', 0, 9],
    [10, 0, 6, '12', 0, -1],
    [100, 10, 50, '130', 0, -8],
  ])('replicas %i and a surge of %i, size %i, max-replicas %s, %i reported: %i', (replicas, surge, size, most, reported, expected) => {
    expect(share(replicas, surge, size, most, reported)).toBe(expected)
  })
})

// Table: sync_test.go, TestScale. Sets are listed oldest first; the last is the new one unless it is said that there is none.
describe('A rescale is spread over the sets in proportion', () => {
  const cases: readonly [string, Deployment, Deployment, readonly number[], readonly number[], 'none'?][] = [
    ['one set: 10 → 12', rolling(12), rolling(10), [10], [12]],
    ['one set: 10 → 5', rolling(5), rolling(10), [10], [5]],
    ['5 → 10', rolling(10), rolling(5), [3, 2], [6, 4]],
    ['5 → 3', rolling(3), rolling(5), [3, 2], [2, 1]],
    ['9 → 4', rolling(4), rolling(9), [1, 8], [0, 4]],
    ['7 → 10', rolling(10), rolling(7), [2, 3, 2], [3, 4, 3]],
    ['13 → 8', rolling(8), rolling(13), [3, 8, 2], [2, 5, 1]],
    ['what is left over goes to the newest: 3 → 4', rolling(4), rolling(3), [1, 1, 1], [1, 1, 2]],
    ['what is left over is taken from the oldest: 3 → 2', rolling(2), rolling(3), [1, 1, 1], [0, 1, 1]],
    ['without a new set: 4 → 5', rolling(5), rolling(4), [2, 2], [2, 3], 'none'],
    ['to nothing: 6 → 0', rolling(0), rolling(6), [1, 2, 3], [0, 0, 0]],
    ['from nothing: 0 → 6', rolling(6), rolling(6), [0, 0, 0], [0, 0, 6]],
    ['with a surge of 2', rolling(20, 2), rolling(10, 2), [6, 6], [11, 11]],
    ['with another surge', rolling(50, 6), rolling(10, 3), [8, 5], [34, 22]],
    ['another size and another template', rolling(14), rolling(10), [3, 7], [4, 10], 'none'],
    ['a new set that is complete but broken leaves the old one alone', rolling(2, 1, 1), rolling(2, 1, 1), [1, 2], [1, 2]],
  ]
  test.each(cases)('%s', (_, d, before, from, to, newSet) => {
    const sets = from.map((size, i) => withReplicasAnnotations(replicaSet(`web#${i + 1}`, size), before))
    const sizes = new Map(sets.map(({ metadata, spec }) => [metadata.name, spec.replicas]))
    for (const { set, replicas } of planScale(d, newSet === 'none' ? undefined : sets.at(-1), sets)) {
      sizes.set(set.metadata.name, replicas)
    }
    expect([...sizes.values()]).toEqual(to)
  })

  test('a set that was missed by the last rescale is brought up', () => {
    const done = rolling(5)
    const missed = withReplicasAnnotations(replicaSet('web#2', 1), rolling(3))
    const [one, three] = [replicaSet('web#1', 1), replicaSet('web#3', 2)].map((set) => withReplicasAnnotations(set, done))
    const plan = planScale(done, three, [one!, missed, three!])
    expect(plan.find(({ set }) => set === missed)?.replicas).toBe(2)
  })

  test('a new set that has all replicas available ends the old ones', () => {
    const d = rolling(3, 1, 1)
    const newSet = withReplicasAnnotations(replicaSet('web#2', 3, { availableReplicas: 3 }), d)
    expect(isSaturated(d, newSet)).toBe(true)
    expect(planScale(d, newSet, [replicaSet('web#1', 1), newSet]).map(({ replicas }) => replicas)).toEqual([0])
  })
})
