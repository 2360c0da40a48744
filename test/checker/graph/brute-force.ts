/** Fair lassos the slow way: every set of nodes that a cycle may go through, one after the other. */
import fc from 'fast-check'
import { graphOf, type Graph, type Move } from '#checker/graph/graph'
import type { Lasso, Promised } from '#checker/graph/fair-cycle'

export interface Case {
  readonly nodes: number
  readonly moves: readonly Move[]
  /** Choices that are enabled at a node though their edge leads nowhere that was looked into, by node. */
  readonly unseen: readonly (readonly number[])[]
  /** Per node: is it bad, does the bad stretch begin there. */
  readonly bad: readonly boolean[]
  readonly begins: readonly boolean[]
}

const most = 5
const choices = 3

/** Small graphs: up to five nodes, three choices; some with nodes that were not looked into. */
export const cases: fc.Arbitrary<Case> = fc.integer({ min: 1, max: most }).chain((nodes) => {
  const node = fc.integer({ min: 0, max: nodes - 1 })
  const perNode = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> => fc.array(one, { minLength: nodes, maxLength: nodes })
  const choice = fc.integer({ min: 0, max: choices - 1 })
  return fc.record({
    nodes: fc.constant(nodes),
    moves: fc.array(fc.record({ from: node, choice, to: node }), { maxLength: 10 }),
    unseen: perNode(fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(choice, { maxLength: 1 }) })),
    bad: perNode(fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) })),
    begins: perNode(fc.boolean()),
  })
})

export interface Asked {
  readonly graph: Graph
  readonly promised: Promised
  readonly enabledAt: (node: number) => readonly number[]
}

export function asked({ nodes, moves, unseen, bad, begins }: Case): Asked {
  return {
    graph: graphOf(nodes, moves),
    promised: { isBad: (node) => bad[node]!, begins: (node) => begins[node]! },
    enabledAt: (node) => [...new Set([...moves.filter(({ from }) => from === node).map(({ choice }) => choice), ...unseen[node]!])],
  }
}

/** How far each node is from where one is, through nodes that may be entered; Infinity where there is no way. */
function distances(nodes: number, moves: readonly Move[], start: readonly number[], may: (node: number) => boolean): number[] {
  const far = Array.from({ length: nodes }, (_, node) => start[node] ?? Infinity)
  for (let round = 0; round < nodes; round++) {
    for (const { from, to } of moves) if (may(to)) far[to] = Math.min(far[to]!, far[from]! + 1)
  }
  return far
}

const within = (moves: readonly Move[], set: readonly number[]): readonly Move[] =>
  moves.filter(({ from, to }) => set.includes(from) && set.includes(to))

/** Whether some closed way goes through exactly these nodes, taking every edge between them. */
function isRound(nodes: number, moves: readonly Move[], set: readonly number[]): boolean {
  const inner = within(moves, set)
  if (inner.length === 0) return false
  return set.every((node) => {
    const far = distances(nodes, inner, Array.from({ length: nodes }, (_, v) => (v === node ? 0 : Infinity)), () => true)
    return set.every((other) => far[other]! < Infinity)
  })
}

/** The length of the shortest stem of any fair lasso; undefined where there is none. */
export function shortestStem(one: Case): number | undefined {
  const { nodes, moves } = one
  const { promised: { isBad, begins }, enabledAt } = asked(one)
  const free = distances(nodes, moves, [0], () => true)
  const begun = free.map((far, node) => (begins(node) && isBad(node) ? far : Infinity))
  const far = distances(nodes, moves, begun, isBad)
  let best = Infinity
  for (let bits = 1; bits < 2 ** nodes; bits++) {
    const set = Array.from({ length: nodes }, (_, node) => node).filter((node) => (bits >> node) % 2 === 1)
    if (!set.every(isBad)) continue
    const rests = set.length === 1 && !moves.some(({ from }) => from === set[0]) && enabledAt(set[0]!).length === 0
    const taken = within(moves, set).map(({ choice }) => choice)
    const owed = enabledAt(set[0]!).filter((choice) => set.every((node) => enabledAt(node).includes(choice)))
    const goesOn = isRound(nodes, moves, set) && owed.every((choice) => taken.includes(choice))
    if (rests || goesOn) best = Math.min(best, ...set.map((node) => far[node]!))
  }
  return best === Infinity ? undefined : best
}

/** What is wrong with a lasso, in a sentence; undefined where nothing is. */
export function wrongWith({ stem, entry, loop }: Lasso, one: Case): string | undefined {
  const { moves } = one
  const { promised: { isBad, begins }, enabledAt } = asked(one)
  const isMove = (move: Move): boolean => moves.some(({ from, choice, to }) => from === move.from && choice === move.choice && to === move.to)
  const isWay = (way: readonly Move[], from: number, to: number): boolean =>
    way.every((move, index) => isMove(move) && move.from === (way[index - 1]?.to ?? from)) && (way.at(-1)?.to ?? from) === to
  if (!isWay(stem, 0, entry)) return 'the stem is no way from the first node to the loop'
  if (!isWay(loop, entry, entry)) return 'the loop does not come back'
  const visited = [0, ...stem.map(({ to }) => to)]
  const from = visited.findLastIndex((node, index) => begins(node) && visited.slice(index).every(isBad))
  if (from < 0) return 'the stem does not go through a beginning and then bad nodes alone'
  const round = loop.length === 0 ? [entry] : loop.map(({ to }) => to)
  if (!round.every(isBad)) return 'the loop leaves the bad nodes'
  if (loop.length === 0 && moves.some((move) => move.from === entry)) return 'it rests where something can be done'
  const owed = enabledAt(entry).filter((choice) => round.every((node) => enabledAt(node).includes(choice)))
  return owed.every((choice) => loop.some((move) => move.choice === choice)) ? undefined : 'the loop is unfair'
}
