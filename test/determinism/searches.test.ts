/** A search depends on its seed alone: not on the store, nor on what else the searcher has run. */
import { describe, expect, it } from 'vitest'
import { Searcher, Tally, type OrderResult } from '#checker/search'
import { PlainStore } from '#kernel/plain-store'
import { readInputs } from '#cli/inputs'
import { claims } from '#properties/claims'
import { systemOf, type SystemOptions } from '#properties/scenario'

const { scenario } = await readInputs({ filename: ['examples/rollout'] }, claims.map(({ name }) => name))

const searcher = (seed: number, options: SystemOptions = {}): Searcher =>
  new Searcher({ system: systemOf(scenario, options), claims, budgets: { delays: 2, faults: 1 }, seed })

const numbers = Array.from({ length: 12 }, (_, index) => index)

describe('The orders of a seed', () => {
  const orders = (options?: SystemOptions): readonly OrderResult[] => {
    const one = searcher(11, options)
    return numbers.map((index) => one.run(index))
  }
  const first = orders()

  it('are the same twice', () => expect(orders()).toEqual(first))

  it('are the same on the plain store', () => expect(orders({ store: () => new PlainStore() })).toEqual(first))

  it('are the same whichever of them are run, and in whatever order: so threads may share them', () => {
    const shares = [[1, 3, 5, 7, 9, 11], [10, 8, 6, 4, 2, 0]]
    const results = shares.flatMap((share) => {
      const one = searcher(11)
      return share.map((index) => one.run(index))
    })
    expect(results.sort((a, b) => a.index - b.index)).toEqual(first)
  })

  it('break claims, and are not those of another seed', () => {
    expect(first.some(({ violations }) => violations.length > 0)).toBe(true)
    expect(searcher(12).run(1).schedule).not.toEqual(first[1]?.schedule)
  })

  it('of a shorter run are the first of a longer one', () => {
    const tallies = [6, 12].map((runs) => {
      const tally = new Tally()
      const seen = first.slice(0, runs).map((result) => tally.add(result).map(({ key }) => key))
      return { steps: tally.steps, seen }
    })
    expect(tallies[1]?.seen.slice(0, 6)).toEqual(tallies[0]?.seen)
  })
})
