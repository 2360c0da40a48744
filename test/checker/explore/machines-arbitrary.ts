/**
 * Generates small systems (machines.ts), each of which comes to an end: what an actor rouses comes after it.
 */
import fc from 'fast-check'
import type { Always, Claim, Finally, Step } from '#checker/claim'
import {
  dataKey, prefixes, type Act, type Actor, type Effect, type Machine, type Trouble,
} from './machines.js'

const data = 4
const gates = 2

const cell = fc.nat({ max: data - 1 })
const value = fc.nat({ max: 2 })
const ms = fc.constantFrom(0, 50, 100, 150)
const whenOf = (cells: fc.Arbitrary<number>): fc.Arbitrary<Act['when']> =>
  fc.option(fc.record({ cell: cells, is: value }), { nil: undefined, freq: 2 })

/** Effects that rouse only actors after `from`, of `count`, and touch only some cells. */
function effect(from: number, count: number, cell: fc.Arbitrary<number>): fc.Arbitrary<Effect> {
  const any = fc.nat({ max: count - 1 })
  const set = fc.record({
    do: fc.constant('set' as const), cell, from: fc.option(cell, { nil: undefined }), add: value,
  })
  const rouse = (actor: fc.Arbitrary<number>): fc.Arbitrary<Effect> =>
    fc.record({ do: fc.constant('rouse' as const), actor, entry: value, ms, keep: fc.boolean() })
  return fc.oneof(
    { weight: 6, arbitrary: set },
    ...(from + 1 < count
      ? [{ weight: 5, arbitrary: rouse(fc.integer({ min: from + 1, max: count - 1 })) }] : []),
    { weight: 1, arbitrary: fc.record({ do: fc.constant('calm' as const), actor: any }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('tie' as const), cell }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('ask' as const), actor: any, cell }) },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('gate' as const), gate: fc.nat({ max: gates - 1 }), shuts: fc.boolean(),
      }),
    },
  )
}

/** A Step asks about deadlines before it arms any. */
const effects = (from: number, count: number, cells = cell): fc.Arbitrary<readonly Effect[]> =>
  fc.array(effect(from, count, cells), { minLength: 1, maxLength: 3, size: 'max' })
    .map((all) => [...all.filter((one) => one.do === 'ask'), ...all.filter((one) => one.do !== 'ask')])

const act = (from: number, count: number, cells = cell): fc.Arbitrary<Act> =>
  fc.record({ when: whenOf(cells), effects: effects(from, count, cells) })

const actor = (at: number, count: number, cells = cell, from = at): fc.Arbitrary<Actor> => fc.record({
  is: fc.constantFrom('program' as const, 'program' as const, 'list' as const, 'timer' as const),
  prefix: fc.constantFrom(...prefixes),
  gate: fc.option(fc.nat({ max: gates - 1 }), { nil: undefined, freq: 1 }),
  acts: fc.array(act(from, count, cells), { minLength: 1, maxLength: 2, size: 'max' }),
  ownFirst: fc.boolean(),
  starts: fc.constantFrom(true, true, false),
})

const trouble = (count: number): fc.Arbitrary<Trouble> => fc.record({
  when: whenOf(cell),
  strikes: effects(-1, count),
  mends: fc.option(effects(-1, count), { nil: undefined }),
  lasts: fc.constantFrom(50, 120),
  recovery: fc.constantFrom(0, 70),
})

/** `troubles`: how many kinds of faults at most; `actors`: at least and at most. */
export const machines = (
  troubles: number, [least, most]: readonly [number, number] = [4, 9],
): fc.Arbitrary<Machine> =>
  fc.constantFrom(...Array.from({ length: most - least + 1 }, (_, more) => least + more))
    .chain((count) => fc.record({
      actors: fc.tuple(...Array.from({ length: count }, (_, at) => actor(at, count))),
      user: fc.array(act(-1, count), { maxLength: 2, size: 'max' }),
      troubles: fc.array(trouble(count), { minLength: Math.min(1, troubles), maxLength: troubles }),
    }))

/**
 * Actors of which each has to do with only two of the cells, and which may rouse each other for ever; without
 * lists, which would grow for ever.
 */
export const loose = (count: number): fc.Arbitrary<Machine> => {
  const own = fc.uniqueArray(fc.nat({ max: 2 * data - 1 }), { minLength: 2, maxLength: 2 })
  const one = (at: number): fc.Arbitrary<Actor> => fc.tuple(own, fc.boolean()).chain(([cells, cycles]) =>
    actor(at, count, fc.constantFrom(...cells), cycles ? -1 : at)
      .map((made) => ({ ...made, is: made.is === 'timer' ? 'timer' : 'program' })))
  return fc.record({
    actors: fc.tuple(...Array.from({ length: count }, (_, at) => one(at))),
    user: fc.array(act(-1, count), { maxLength: 1, size: 'max' }),
    troubles: fc.constant([]),
  })
}

/** A claim as data: broken where both cells have these values. */
export interface Forbidden {
  readonly kind: 'step' | 'always' | 'finally'
  readonly at: { readonly cell: number; readonly is: number }
  readonly and: { readonly cell: number; readonly is: number }
  /** What breaks while a fault is under way is excused. */
  readonly excuses: boolean
}

const place = fc.record({ cell, is: value })
export const forbidden = (...kinds: readonly Forbidden['kind'][]): fc.Arbitrary<Forbidden> =>
  fc.record({ kind: fc.constantFrom(...kinds), at: place, and: place, excuses: fc.boolean() })

export function claimOf({ kind, at, and, excuses }: Forbidden, name: string): Claim {
  const common = { name, title: name, source: 'none' }
  const finding = { message: name, objects: [name] }
  switch (kind) {
    case 'step': return {
      ...common, kind, on: [dataKey(at.cell)],
      check: ({ cells, disturbed }, { after }) => (after !== at.is ? undefined
        : (cells.read(dataKey(and.cell)) ?? 0) === and.is && !(excuses && disturbed) ? finding : 'held'),
    } satisfies Step
    case 'always': return {
      ...common, kind, subjects: () => ['it'],
      check: ({ cells, disturbed }) => ((cells.read(dataKey(at.cell)) ?? 0) !== at.is ? undefined
        : (cells.read(dataKey(and.cell)) ?? 0) === and.is && !(excuses && disturbed) ? finding : 'held'),
    } satisfies Always
    case 'finally': return {
      ...common, kind, subjects: () => ['it'],
      check: ({ cells, disturbed }) => ((cells.read(dataKey(at.cell)) ?? 0) !== at.is ? undefined
        : (cells.read(dataKey(and.cell)) ?? 0) === and.is && !(excuses && disturbed) ? finding : 'held'),
    } satisfies Finally
    default: throw new Error(`unknown ${JSON.stringify(kind satisfies never)}`)
  }
}
