import { describe, expect, it } from 'vitest'
import type { Action } from '#checker/explore/actions'
import { BoundedSearch } from '#checker/explore/bounded-search'
import { BoundedSpace } from '#checker/explore/bounded-space'
import { scheduleOf } from '#checker/explore/route'
import { runOrder } from '#checker/order'
import { defaultMaxLag, type System } from '#checker/system'
import { systemOf } from '#properties/scenario'
import { deployment, nodes } from './small.js'

/** What was done, as the driver would tell it. */
const told = (
  actions: readonly Action[], keyOf: (choice: number) => string,
): readonly string[] => actions.flatMap((action) => {
  switch (action.is) {
    case 'take': case 'user': case 'release': return [keyOf(action.choice)]
    case 'fault': return [`${action.fault} ${action.target}`, ...(action.user ? [keyOf(action.next)] : [])]
    default: return []
  }
})

/** Takes the driver the way to every n-th World of the space, and compares what it did. */
function compare(
  system: System, delays: number, faults: number, kinds: readonly string[], every: number,
): number {
  const space = new BoundedSpace(system, { delays, faults, maxLag: defaultMaxLag, kinds })
  const search = new BoundedSearch(space)
  for (let worlds = 0; worlds < 60_000 && search.next(); worlds++);
  const keyOf = (choice: number): string => space.choices.all[choice]!.key
  let compared = 0
  for (let world = every; world <= search.worlds; world += every) {
    const path = search.pathTo(world)
    const expected = told(path, keyOf)
    const took: string[] = []
    runOrder(system, [], scheduleOf(path, keyOf, defaultMaxLag, system.faults), {
      onEvent(event) {
        if (event.type === 'step') took.push(event.choice)
        else if (event.type === 'fault' && !event.healed) took.push(`${event.fault} ${event.target}`)
      },
    })
    expect(took.slice(0, expected.length)).toEqual(expected)
    compared++
  }
  return compared
}

const small = systemOf({
  nodes: nodes(1), script: [{ do: 'apply', objects: [deployment(1)] }], profiles: {}, mutants: [],
})
const rollout = systemOf({
  nodes: nodes(2), profiles: {}, mutants: [],
  script: [
    { do: 'apply', objects: [deployment(2)] }, { do: 'apply', objects: [deployment(2, 'example.org/web:2')] },
  ],
})

describe('The driver goes the way by which a World was explored', () => {
  it('with no deviation', () => expect(compare(rollout, 0, 0, [], 2)).toBeGreaterThan(5))
  it('with one delay', () => expect(compare(small, 1, 0, [], 13)).toBeGreaterThan(100))
  it('with one delay in a rollout', () => expect(compare(rollout, 1, 0, [], 197)).toBeGreaterThan(50))
  it('with two delays', () => expect(compare(small, 2, 0, [], 497)).toBeGreaterThan(50))
  it('with a process that restarts', () => expect(compare(small, 0, 1, ['restart'], 3)).toBeGreaterThan(50))
  const kinds = ['restart', 'lag', 'broken-watch', 'lost-events', 'partition', 'power-loss']
  it('with any fault', () => expect(compare(small, 0, 1, kinds, 17))
    .toBeGreaterThan(50))
  it('with a delay and a fault', () =>
    expect(compare(small, 1, 1, ['restart', 'lost-events'], 397)).toBeGreaterThan(50))
})
