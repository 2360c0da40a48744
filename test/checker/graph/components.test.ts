/** Strongly connected components against mutual reachability. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { components } from '#checker/graph/components'
import { graphOf, moveOf, type Graph, type Move } from '#checker/graph/graph'

interface Case {
  readonly nodes: number
  readonly moves: readonly Move[]
  readonly isIn: readonly boolean[]
}

const cases: fc.Arbitrary<Case> = fc.integer({ min: 1, max: 7 }).chain((nodes) => {
  const node = fc.integer({ min: 0, max: nodes - 1 })
  return fc.record({
    nodes: fc.constant(nodes),
    moves: fc.array(fc.record({ from: node, choice: fc.integer({ min: 0, max: 2 }), to: node }), { maxLength: 14 }),
    isIn: fc.array(fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
      { minLength: nodes, maxLength: nodes }),
  })
})

/** Whether there is a way from one node to another, of any length, none included. */
function waysOf({ nodes, moves, isIn }: Case): (from: number, to: number) => boolean {
  const way = Array.from({ length: nodes }, (_, a) => Array.from({ length: nodes }, (_, b) => a === b
    || (isIn[a]! && isIn[b]! && moves.some(({ from, to }) => from === a && to === b))))
  for (let via = 0; via < nodes; via++) {
    for (const row of way) for (let b = 0; b < nodes; b++) row[b] ||= row[via]! && way[via]![b]!
  }
  return (from, to) => way[from]![to]!
}

type Find = (graph: Graph, isIn: Uint8Array) => Int32Array

const isRight = (find: Find) => (one: Case): boolean => {
  const { nodes, moves, isIn } = one
  const of = find(graphOf(nodes, moves), Uint8Array.from(isIn, Number))
  const isWay = waysOf(one)
  return isIn.every((a, from) => isIn.every((b, to) => {
    if (!a || !b) return (of[from] === -1) === !a
    const together = isWay(from, to) && isWay(to, from)
    return (of[from] === of[to]) === together && (!isWay(from, to) || of[to]! <= of[from]!)
  }))
}

describe('components', () => {
  it('are the nodes that lead to each other, those that are led to first', () => {
    fc.assert(fc.property(cases, isRight((graph, isIn) => components(graph, isIn).of)), { numRuns: 2_000 })
  })

  it.each<[string, Find]>([
    ['goes through nodes that were left out', (graph, isIn) => components(graph, isIn.map(() => 1)).of.map((one, node) => (isIn[node] === 1 ? one : -1))],
    ['puts each node alone', (_, isIn) => Int32Array.from(isIn, (one, node) => (one === 1 ? node : -1))],
    ['puts together what is joined either way', (graph, isIn) => {
      const both = Array.from(graph.to, (_, edge) => moveOf(graph, edge)).flatMap((move) => [move, { ...move, from: move.to, to: move.from }])
      return components(graphOf(graph.first.length - 1, both), isIn).of
    }],
  ])('that a search %s is told', (_, wrong) => {
    expect(fc.check(fc.property(cases, isRight(wrong)), { numRuns: 2_000 }).failed).toBe(true)
  })

  it('a list of moves becomes rows, and each edge is found again', () => {
    fc.assert(fc.property(cases, ({ nodes, moves }) => {
      const graph = graphOf(nodes, moves)
      const sorted = moves.toSorted((a, b) => a.from - b.from)
      expect(sorted.map((_, edge) => moveOf(graph, edge))).toEqual(sorted)
    }))
  })
})
