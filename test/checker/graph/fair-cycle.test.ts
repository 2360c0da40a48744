/** Liveness on an explored graph: what can go on fairly for ever, and what cannot. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { againAndAgain, eventually, fairLasso, leadsTo, type Lasso } from '#checker/graph/fair-cycle'
import { isFairLoop } from '#checker/graph/fairness'
import { graphOf, type Graph } from '#checker/graph/graph'
import { asked, cases, shortestStem, wrongWith, type Asked, type Case } from './brute-force.js'

type Find = (asked: Asked) => Lasso | undefined

const find: Find = ({ graph, promised, enabledAt }) => fairLasso(graph, promised, enabledAt)

/** A search is right if it finds a lasso where there is one, a true one, by a shortest stem. */
const isRight = (search: Find) => (one: Case): boolean => {
  const lasso = search(asked(one))
  const best = shortestStem(one)
  return lasso === undefined ? best === undefined : lasso.stem.length === best && wrongWith(lasso, one) === undefined
}

const runs = { numRuns: 3_000 }

/** The edges of a graph as `[from, choice, to]`, and everything that has an edge is enabled. */
function small(nodes: number, ...edges: readonly (readonly [from: number, choice: number, to: number])[]) {
  const graph = graphOf(nodes, edges.map(([from, choice, to]) => ({ from, choice, to })))
  return { graph, enabledAt: enabledIn(graph) }
}

const enabledIn = ({ first, via }: Graph) => (node: number): readonly number[] => [...new Set(via.subarray(first[node]!, first[node + 1]!))]

const never = (): boolean => false
const at = (...nodes: readonly number[]) => (node: number): boolean => nodes.includes(node)

describe('the search for a fair lasso', () => {
  it('agrees with trying every set of nodes, on small graphs', () => {
    fc.assert(fc.property(cases, (one) => {
      const lasso = find(asked(one))
      const best = shortestStem(one)
      expect(lasso?.stem.length).toBe(best)
      if (lasso === undefined) return
      expect(wrongWith(lasso, one)).toBeUndefined()
      expect(isFairLoop(lasso.entry, lasso.loop, asked(one).enabledAt)).toBe(true)
    }), runs)
  })

  it.each<[string, Find]>([
    ['takes any cycle for a fair one', ({ graph, promised }) => fairLasso(graph, promised, () => [])],
    ['wants every choice that is enabled anywhere to be taken', ({ graph, promised, enabledAt }) => {
      const lasso = fairLasso(graph, promised, enabledAt)
      const round = lasso?.loop.map(({ to }) => to) ?? []
      return round.flatMap(enabledAt).every((choice) => lasso?.loop.some((move) => move.choice === choice)) ? lasso : undefined
    }],
    ['lets the loop leave the bad nodes', ({ graph, promised, enabledAt }) => fairLasso(graph, { ...promised, isBad: () => true }, enabledAt)],
    ['begins anywhere', ({ graph, promised, enabledAt }) => fairLasso(graph, { ...promised, begins: () => true }, enabledAt)],
    ['begins at the first node alone', ({ graph, promised, enabledAt }) => fairLasso(graph, { ...promised, begins: (node) => node === 0 }, enabledAt)],
    ['forgets what rests for ever', (one) => { const lasso = find(one); return lasso?.loop.length === 0 ? undefined : lasso }],
    ['takes what was not looked into for rest', ({ graph, promised, enabledAt }) =>
      fairLasso(graph, promised, (node) => (graph.first[node] === graph.first[node + 1] ? [] : enabledAt(node)))],
    ['goes the shortest way round, whatever is owed', (one) => {
      const lasso = find(one)
      return lasso === undefined ? undefined : { ...lasso, loop: fairLasso(one.graph, one.promised, () => [])?.loop ?? [] }
    }],
  ])('that %s is told apart', (_, wrong) => {
    expect(fc.check(fc.property(cases, isRight(wrong)), runs).failed).toBe(true)
  })

  it('finds no cycle that starves a choice which stays enabled', () => {
    // A conflict loop between 0 and 1; choice 2, always enabled, leads out of it.
    const { graph, enabledAt } = small(3, [0, 0, 1], [1, 1, 0], [0, 2, 2], [1, 2, 2])
    expect(fairLasso(graph, eventually(at(2)), enabledAt)).toBeUndefined()
  })

  it('finds one where the choice is taken away again and again: weak fairness owes it nothing', () => {
    const { graph, enabledAt } = small(3, [0, 0, 1], [1, 1, 0], [0, 2, 2])
    expect(fairLasso(graph, eventually(at(2)), enabledAt)).toEqual({
      stem: [], entry: 0, loop: [{ from: 0, choice: 0, to: 1 }, { from: 1, choice: 1, to: 0 }],
    })
  })

  it('goes round by way of every choice that is owed', () => {
    // At 0 three choices stay enabled, each going round on its own.
    const { graph, enabledAt } = small(1, [0, 0, 0], [0, 1, 0], [0, 2, 0])
    expect(fairLasso(graph, eventually(never), enabledAt)?.loop.map(({ choice }) => choice)).toEqual([0, 1, 2])
  })

  it('makes no round that it can do without', () => {
    // Choice 0 is owed at 0 alone: going by 1, where it is not enabled, nothing is owed any more.
    const { graph, enabledAt } = small(2, [0, 0, 0], [0, 1, 1], [1, 2, 0])
    expect(fairLasso(graph, eventually(never), enabledAt)?.loop.map(({ choice }) => choice)).toEqual([1, 2])
  })

  it('tells a World in which nothing is left to be done as a loop without moves', () => {
    const { graph, enabledAt } = small(2, [0, 0, 1])
    expect(fairLasso(graph, eventually(never), enabledAt)).toEqual({ stem: [{ from: 0, choice: 0, to: 1 }], entry: 1, loop: [] })
    expect(fairLasso(graph, eventually(at(1)), enabledAt)).toBeUndefined()
  })

  it('says nothing of a World that was not looked into', () => {
    const { graph } = small(2, [0, 0, 1])
    expect(fairLasso(graph, eventually(never), () => [0])).toBeUndefined()
  })

  it('judges eventually from the beginning, leads-to from its cause, again-and-again in the long run', () => {
    // 0 → 1 → 2, where things rest: p holds in 1 alone.
    const { graph, enabledAt } = small(3, [0, 0, 1], [1, 0, 2])
    const p = at(1)
    expect(fairLasso(graph, eventually(p), enabledAt)).toBeUndefined()
    expect(fairLasso(graph, leadsTo(at(0), p), enabledAt)).toBeUndefined()
    expect(fairLasso(graph, leadsTo(at(2), p), enabledAt)?.entry).toBe(2)
    expect(fairLasso(graph, leadsTo(p, at(2)), enabledAt)).toBeUndefined()
    expect(fairLasso(graph, againAndAgain(p), enabledAt)?.stem.length).toBe(2)
  })

  it('goes a million nodes deep', () => {
    const n = 1_000_000
    const last = n - 1
    const first = Int32Array.from({ length: n + 1 }, (_, node) => node)
    const to = Int32Array.from({ length: n }, (_, node) => (node === last ? n - 10 : node + 1))
    const graph = { first, to, via: new Int32Array(n) }
    const lasso = fairLasso(graph, eventually(never), enabledIn(graph))
    expect({ stem: lasso?.stem.length, loop: lasso?.loop.length }).toEqual({ stem: n - 10, loop: 10 })
  }, 20_000)

  it('has nothing to say of no graph at all', () => {
    const graph = { first: new Int32Array(1), to: new Int32Array(0), via: new Int32Array(0) }
    expect(fairLasso(graph, eventually(never), () => [])).toBeUndefined()
  })
})
