/** A short way round within a fair component that owes nothing. */
import type { Components } from './components.js'
import { isFairLoop, type EnabledAt } from './fairness.js'
import { moveOf, nodesOf, type Graph, type Move } from './graph.js'

/** Finds the shortest way from a node, within its component, whose last edge is wanted. */
type Nearest = (from: number, isWanted: (edge: number) => boolean) => readonly Move[]

function nearestIn(graph: Graph, { of }: Components): Nearest {
  const { first, to } = graph
  const by = new Int32Array(nodesOf(graph)).fill(-1)
  const queue: number[] = []
  const wayTo = (from: number, edge: number): readonly Move[] => {
    const moves = [moveOf(graph, edge)]
    for (let at = moves[0]!.from; at !== from; at = moves.at(-1)!.from) moves.push(moveOf(graph, by[at]!))
    return moves.reverse()
  }
  const search: Nearest = (from, isWanted) => {
    queue.push(from)
    for (let head = 0; head < queue.length; head++) {
      const v = queue[head]!
      for (let edge = first[v]!; edge < first[v + 1]!; edge++) {
        const w = to[edge]!
        if (of[w] !== of[from]) continue
        if (isWanted(edge)) return wayTo(from, edge)
        if (w === from || by[w] !== -1) continue
        by[w] = edge
        queue.push(w)
      }
    }
    throw new Error(`component ${of[from]} is no fair one: what is owed at node ${from} is never done`)
  }
  return (from, isWanted) => {
    const way = search(from, isWanted)
    for (const node of queue) by[node] = -1
    queue.length = 0
    return way
  }
}

/**
 * From `entry` and back to it. Goes each time to what is nearest of what is still owed: an edge that takes a choice owed,
 * or a node at which one is not enabled. Going back only adds nodes and edges, and so owes nothing new. Rounds that turn
 * out to be needless are cut out. Mostly, not always, the shortest loop there is: that one takes exponential time to find.
 */
export function loopAt(graph: Graph, parts: Components, entry: number, enabledAt: EnabledAt): readonly Move[] {
  const { first, to, via } = graph
  if (first[entry] === first[entry + 1]) return []
  const nearest = nearestIn(graph, parts)
  const loop: Move[] = []
  let owed = enabledAt(entry)
  const go = (way: readonly Move[]): void => {
    for (const move of way) {
      const enabled = enabledAt(move.to)
      owed = owed.filter((choice) => choice !== move.choice && enabled.includes(choice))
      loop.push(move)
    }
  }
  const here = (): number => loop.at(-1)?.to ?? entry
  while (owed.length > 0) {
    go(nearest(here(), (edge) => {
      if (owed.includes(via[edge]!)) return true
      const enabled = enabledAt(to[edge]!)
      return owed.some((choice) => !enabled.includes(choice))
    }))
  }
  if (loop.length === 0 || here() !== entry) go(nearest(here(), (edge) => to[edge] === entry))
  return loop.length > longestToShorten ? loop : shortened(loop, entry, enabledAt)
}

/** Longer loops stay as they are: looking at every round within one takes the cube of its length. */
const longestToShorten = 60

/** Without the rounds, the largest first, that the loop is fair without. */
function shortened(loop: readonly Move[], entry: number, enabledAt: EnabledAt): readonly Move[] {
  for (let size = loop.length - 1; size > 0; size--) {
    for (let begin = 0; begin + size <= loop.length; begin++) {
      if (loop[begin]!.from !== loop[begin + size - 1]!.to) continue
      const rest = loop.filter((_, index) => index < begin || index >= begin + size)
      if (isFairLoop(entry, rest, enabledAt)) return shortened(rest, entry, enabledAt)
    }
  }
  return loop
}
