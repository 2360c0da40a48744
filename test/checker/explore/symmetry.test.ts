/**
 * Where some actors differ by nothing but their number, one World for all that come from each other by
 * changing places is enough.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Cells } from '#kernel/cells'
import { BreadthFirst } from '#checker/explore/breadth-first'
import { FreeSpace } from '#checker/explore/free-space'
import { ReducedSpace } from '#checker/explore/reduced-space'
import type { Steps } from '#checker/explore/steps'
import { Verdicts } from '#checker/explore/verdicts'
import { interchangeable, reference } from '../../../bench/reference/model.js'
import { declaredOf } from './machines-declared.js'
import {
  choiceKey, dataKey, machineSystem, type Act, type Actor, type Effect, type Machine,
} from './machines.js'

const runs = Number(process.env['SOUNDNESS_RUNS'] ?? 150)

/** Cells that all share, and the first of those that the copies have of their own. */
const [shared, own] = [2, 10]

const value = fc.nat({ max: 2 })
/** `own` stands for the cell of the copy. */
const cellOf = (isCopy: boolean): fc.Arbitrary<number> =>
  (isCopy ? fc.constantFrom(0, 1, own) : fc.nat({ max: shared - 1 }))

const effect = (isCopy: boolean, copies: number): fc.Arbitrary<Effect> => fc.oneof(
  fc.record({
    do: fc.constant('set' as const), cell: cellOf(isCopy),
    from: fc.option(cellOf(isCopy), { nil: undefined }), add: value,
  }),
  fc.record({ do: fc.constant('tie' as const), cell: cellOf(isCopy) }),
  ...(isCopy ? [] : [fc.record({
    do: fc.constant('pick' as const), cell: fc.constant(own), among: fc.constant(copies),
    is: value, becomes: value,
  })]),
)

const act = (isCopy: boolean, copies: number): fc.Arbitrary<Act> => fc.record({
  when: fc.option(fc.record({ cell: cellOf(isCopy), is: value }), { nil: undefined, freq: 2 }),
  effects: fc.array(effect(isCopy, copies), { minLength: 1, maxLength: 2, size: 'max' }),
})

const actor = (isCopy: boolean, copies: number): fc.Arbitrary<Actor> => fc.record({
  is: fc.constantFrom('program' as const, 'program' as const, 'timer' as const),
  prefix: fc.constant('work' as const), gate: fc.constant(undefined),
  acts: fc.array(act(isCopy, copies), { minLength: 1, maxLength: 2, size: 'max' }),
  ownFirst: fc.boolean(), starts: isCopy ? fc.boolean() : fc.constant(true),
})

/** The same with the cell of copy number `at`. */
const renamed = (at: number, { when, effects }: Act): Act => {
  const name = (cell: number): number => (cell === own ? own + at : cell)
  return {
    when: when === undefined ? undefined : { ...when, cell: name(when.cell) },
    effects: effects.map((one) => (one.do === 'set'
      ? { ...one, cell: name(one.cell), from: one.from === undefined ? undefined : name(one.from) }
      : one.do === 'tie' ? { ...one, cell: name(one.cell) } : one)),
  }
}

interface Alike {
  readonly machine: Machine
  readonly copies: number
}

const alike: fc.Arbitrary<Alike> = fc.constantFrom(2, 3).chain((copies) =>
  fc.tuple(actor(true, copies), fc.array(actor(false, copies), { minLength: 1, maxLength: 2, size: 'max' }))
    .filter(([{ is }, others]) => is !== 'timer' || !others.some(({ acts }) => acts.some(({ effects }) =>
      effects.some(({ do: does }) => does === 'pick'))))
    .map(([template, others]) => ({
      copies,
      machine: {
        actors: [
          ...Array.from({ length: copies }, (_, at) =>
            ({ ...template, acts: template.acts.map((one) => renamed(at, one)) })),
          ...others,
        ],
        user: [], troubles: [],
      },
    })))

type Places = readonly (readonly string[])[]

/** For each copy its cells: what may change places. */
const places = ({ machine, copies }: Alike): Places => Array.from({ length: copies }, (_, at) => {
  const choice = choiceKey(machine, at)
  return [machine.actors[at]!.is === 'timer' ? `left|${choice}` : choice, dataKey(own + at)]
})

/** A World as text, whoever has changed places with whom. */
function orbit({ slots, worlds }: Steps, group: readonly (readonly string[])[]): string {
  const valueOf = (key: string): string => {
    const slot = slots.slot(key)
    return JSON.stringify(slots.value(slot, worlds.at(slot)) ?? null)
  }
  const things = group.map((keys) => keys.map(valueOf).join()).sort()
  const others = slots.keys.filter((key, slot) => worlds.at(slot) !== 0 && !group.flat().includes(key))
  return [...things, ...others.map((key) => `${key} ${valueOf(key)}`).sort()].join('\n')
}

type Holds = (cells: Pick<Cells, 'read'>) => boolean

/** What must not be: that many copies with this value, while a cell that all share has that one. */
const claim = fc.record({
  copies: fc.integer({ min: 0, max: 3 }), are: value, cell: fc.nat({ max: shared - 1 }), is: value,
})

interface Counted {
  readonly copies: number
  readonly are: number
  readonly cell: number
  readonly is: number
}

const holdsOf = (alike: Alike, { copies, are, cell, is }: Counted): Holds =>
  (cells) => {
    const read = (one: number): number => cells.read(dataKey(one)) ?? 0
    const all = Array.from({ length: alike.copies }, (_, at) => read(own + at))
    const count = all.filter((one) => one === are).length
    return count !== copies || read(cell) !== is
  }

interface Came {
  readonly ends: readonly string[]
  readonly broken: boolean
  readonly worlds: number
}

const most = 8_000

class TooLarge extends Error {}

/** Whether nothing can be done any more in the World under work. */
const isOver = (space: Steps): boolean => {
  const { choices, worlds, effects } = space
  return choices.all.every((_, choice) =>
    !choices.isOffered(choice, worlds.work) || effects.isClosed(space.leafOf(choice)))
    && choices.deadlines.every((slot) => worlds.at(slot) <= 1)
}

/** What all Worlds of a space come to, after each was expanded. */
function came(space: Steps, group: readonly (readonly string[])[], holds: Holds): Came {
  const ends = new Set<string>()
  let broken = false
  for (let world = 1; world <= space.worlds.count; world++) {
    space.worlds.load(world)
    broken ||= !holds(space.recorder())
    if (isOver(space)) ends.add(orbit(space, group))
  }
  return { ends: [...ends].sort(), broken, worlds: space.worlds.count }
}

function free(one: Alike, holds: Holds, isSymmetric: boolean): Came {
  const { channels, user, boot } = machineSystem(one.machine)
  const space = new FreeSpace(channels, user, boot(), isSymmetric ? places(one) : undefined)
  new BreadthFirst(space, new Verdicts(space, [])).run()
  return came(space, places(one), holds)
}

/** The same by name: the keys of its cells are what it is called. */
const names = (one: Alike): readonly (readonly string[])[] =>
  places(one).map((keys) => keys.map((key) => key.replace('left|', '')))

function reduced(one: Alike, holds: Holds, isReduced: boolean, isSymmetric: boolean, isByName = false): Came {
  const { channels, user, boot } = machineSystem(one.machine)
  const visible = [
    ...Array.from({ length: shared }, (_, at) => at),
    ...Array.from({ length: one.copies }, (_, at) => own + at),
  ]
  const space = new ReducedSpace(channels, user, boot(), {
    ...(isSymmetric ? { interchangeable: places(one) } : {}),
    ...(isByName ? { renamable: { things: names(one) } } : {}),
    ...(isReduced ? { declared: declaredOf(one.machine, visible) } : {}),
  })
  for (let world = 1; world <= space.worlds.count; world++) {
    space.expand(world, () => {})
    if (world > most) throw new TooLarge()
  }
  return came(space, places(one), holds)
}

describe('Of Worlds in which things have only changed places one is kept', () => {
  it('and the verdict, and every World in which nothing can be done any more', () => {
    const sum = { without: 0, symmetric: 0, reduced: 0 }
    fc.assert(fc.property(alike, claim, (one, claimed) => {
      const holds = holdsOf(one, claimed)
      try {
        const unreduced = reduced(one, holds, false, false) // throws where it is too large
        const all = free(one, holds, false)
        expect(unreduced).toEqual(all)
        const fewer = free(one, holds, true)
        const fewest = reduced(one, holds, true, true)
        expect({ ...fewer, worlds: 0 }).toEqual({ ...all, worlds: 0 })
        expect({ ...fewest, worlds: 0 }).toEqual({ ...all, worlds: 0 })
        expect(reduced(one, holds, false, true)).toEqual(fewer)
        expect(reduced(one, holds, false, false, true)).toEqual(fewer)
        expect({ ...reduced(one, holds, true, false, true), worlds: 0 }).toEqual({ ...all, worlds: 0 })
        sum.without += all.worlds
        sum.symmetric += fewer.worlds
        sum.reduced += fewest.worlds
      } catch (thrown) {
        if (!(thrown instanceof TooLarge)) throw thrown
        fc.pre(false)
      }
    }), { numRuns: runs })
    if (process.env['SHOW'] !== undefined) console.log(sum)
    expect(sum.symmetric).toBeLessThan(sum.without)
  }, 600_000)
})

// It deletes the pods of the lowest numbers among those that look alike to it, though they may differ: that
// no World is lost by that does not follow from the rule, so it is tested.
describe('The slots of the reference rollout', () => {
  it.each([
    [1, 1, 1, {}], [2, 1, 1, {}], [2, 2, 0, {}],
    [1, 1, 1, { isSafe: false }], [2, 1, 0, { isSafe: false }], [2, 1, 1, { isSafe: false }],
  ])('may change places: %i replicas, maxSurge %i, maxUnavailable %i, %j', (
    replicas, maxSurge, maxUnavailable, change,
  ) => {
    const parameters = { replicas, maxSurge, maxUnavailable, isSafe: true, expects: true, ...change }
    const { channels, begin } = reference(parameters)
    const group = interchangeable(parameters)
    interface Orbits {
      readonly found: ReadonlySet<string>
      readonly worlds: number
    }
    const orbits = (isSymmetric: boolean): Orbits => {
      const space = new FreeSpace(channels, 'user', begin(), isSymmetric ? group : undefined)
      new BreadthFirst(space, new Verdicts(space, [])).run()
      const found = new Set<string>()
      for (let world = 1; world <= space.worlds.count; world++) {
        space.worlds.load(world)
        found.add(orbit(space, group))
      }
      return { found, worlds: space.worlds.count }
    }
    const [all, fewer] = [orbits(false), orbits(true)]
    expect(fewer.found).toEqual(all.found)
    expect(fewer.worlds).toBe(all.found.size)
  }, 60_000)
})
