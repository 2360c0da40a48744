/**
 * What never comes right is still found where choices are left out: some fair loop of Worlds in which it is
 * wrong remains.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Proviso, ReducedSpace } from '#checker/explore/reduced-space'
import { components } from '#checker/graph/components'
import { fairComponents } from '#checker/graph/fairness'
import { graphOf, type Move } from '#checker/graph/graph'
import { datumIs, spaceOf, TooLarge } from './declared-search.js'
import { forbidden, loose, type Forbidden } from './machines-arbitrary.js'
import { declaredOf } from './machines-declared.js'
import type { Act, Actor, Effect, Machine } from './machines.js'

const runs = Number(process.env['SOUNDNESS_RUNS'] ?? 150)
const most = 5_000

interface Looped {
  readonly isLoop: boolean
  readonly worlds: number
}

/**
 * Whether it may be so for ever, in fair turns, that the cell has not the value: whether there is a fair way
 * round among Worlds that are wrong. Worlds are numbered from 1, nodes from 0.
 */
function looped(space: ReducedSpace, at: Forbidden['at']): Looped {
  const moves: Move[] = []
  const enabled: (readonly number[])[] = []
  const isWrong: boolean[] = []
  for (let world = 1; world <= space.worlds.count; world++) {
    if (world > most) throw new TooLarge()
    space.expand(world, (to, _, choice) => void moves.push({ from: world - 1, choice, to: to - 1 }))
    enabled.push(space.enabled)
    space.worlds.load(world)
    isWrong.push(!datumIs(space.recorder(), at))
  }
  const graph = graphOf(space.worlds.count, moves)
  const parts = components(graph, Uint8Array.from(isWrong, Number))
  const fair = fairComponents(graph, parts, (node) => enabled[node]!)
  // Where things rest in a World there is no way round.
  const isLoop = moves.some(({ from, to }) => parts.of[from] === parts.of[to] && fair[parts.of[from]!] === 1)
  return { isLoop, worlds: space.worlds.count }
}

const reduced = (machine: Machine, at: Forbidden['at'], proviso: Proviso): Looped =>
  looped(spaceOf(machine, { declared: declaredOf(machine, [at.cell]), proviso }), at)

const program = (...acts: readonly Act[]): Actor =>
  ({ is: 'program', prefix: 'work', gate: undefined, ownFirst: true, starts: true, acts })
const machine = (...actors: readonly Actor[]): Machine => ({ actors, user: [], troubles: [] })

const again: Effect = { do: 'rouse', actor: 0, entry: 0, ms: 0, keep: false }
/** Goes round for ever, and nobody sees it. */
const round = program({ when: undefined, effects: [again] })
/** Goes round for as long as a tie falls one way. */
const maybe = program(
  { when: { cell: 3, is: 0 }, effects: [{ do: 'tie', cell: 3 }, again] }, { when: undefined, effects: [] },
)
/** Has one thing to do, after which cell 0 is as wrong as before. */
const once = program({ when: undefined, effects: [{ do: 'set', cell: 0, from: undefined, add: 0 }] })

describe('A loop that goes on for ever once everybody else is done', () => {
  const at = { cell: 0, is: 1 }
  it.each([
    [
      'is missed without a proviso: the loop is taken alone, and others wait',
      'none' as const, machine(round, once),
    ],
    ['is missed where one way out of the loop is enough', 'worlds' as const, machine(maybe, once)],
  ])('%s', (_, proviso, one) => {
    expect(looped(spaceOf(one), at).isLoop).toBe(true)
    expect(reduced(one, at, proviso).isLoop).toBe(false)
    expect(reduced(one, at, 'loops').isLoop).toBe(true)
  })
})

describe('Whether things may go on for ever without coming right', () => {
  it('is the same where choices are left out that commute', () => {
    const sum = { loops: 0, without: 0, reduced: 0 }
    fc.assert(fc.property(fc.constantFrom(3, 4, 5).chain(loose), forbidden('always'), (one, { at }) => {
      try {
        const all = looped(spaceOf(one), at)
        const fewer = reduced(one, at, 'loops')
        expect(fewer.isLoop).toBe(all.isLoop)
        if (all.isLoop) sum.loops++
        sum.without += all.worlds
        sum.reduced += fewer.worlds
      } catch (thrown) {
        if (!(thrown instanceof TooLarge)) throw thrown
        fc.pre(false)
      }
    }), { numRuns: 2 * runs })
    if (process.env['SHOW'] !== undefined) console.log(sum)
    expect(sum.loops).toBeGreaterThan(0)
    expect(sum.reduced).toBeLessThan(sum.without)
  }, 600_000)

  it('is not asked where things change places: a loop of Worlds need be none of any one thing', () => {
    const things = [['work|0'], ['work|1']]
    expect(() => spaceOf(machine(once, once), { proviso: 'loops', interchangeable: things }))
      .toThrow('changed places')
    expect(() => spaceOf(machine(once, once), { proviso: 'loops', renamable: { things } }))
      .toThrow('changed places')
  })
})
