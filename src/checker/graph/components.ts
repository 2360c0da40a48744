/** Strongly connected components, without recursion: a graph may be millions of nodes deep. */
import { nodesOf, type Graph } from './graph.js'

export interface Components {
  /** The component of each node, from 0; -1 for nodes that were left out. A component comes after those it leads to. */
  readonly of: Int32Array
  readonly count: number
}

/**
 * The components of the part of the graph whose nodes `isIn` marks with 1. Source: R. Tarjan, Depth-first search and
 * linear graph algorithms, SIAM J. Comput. 1 (1972); the calls are kept on a stack of our own.
 */
export function components(graph: Graph, isIn: Uint8Array): Components {
  const { first, to } = graph
  const n = nodesOf(graph)
  const of = new Int32Array(n).fill(-1)
  /** When a node was met, from 1; 0 where it was not yet. */
  const met = new Int32Array(n)
  const low = new Int32Array(n)
  /** The next edge to look at, of each node that is under way. */
  const next = new Int32Array(n)
  /** The path that is under way, and the nodes that have no component yet. */
  const path = new Int32Array(n)
  const open = new Int32Array(n)
  let [clock, depth, opened, count] = [0, 0, 0, 0]

  const enter = (v: number): void => {
    met[v] = low[v] = ++clock
    next[v] = first[v]!
    path[depth++] = v
    open[opened++] = v
  }
  const leave = (v: number): void => {
    depth--
    if (depth > 0) low[path[depth - 1]!] = Math.min(low[path[depth - 1]!]!, low[v]!)
    if (low[v] !== met[v]) return
    let w: number
    do {
      w = open[--opened]!
      of[w] = count
    } while (w !== v)
    count++
  }

  for (let root = 0; root < n; root++) {
    if (isIn[root] === 0 || met[root] !== 0) continue
    enter(root)
    while (depth > 0) {
      const v = path[depth - 1]!
      const edge = next[v]!
      if (edge === first[v + 1]) {
        leave(v)
        continue
      }
      next[v] = edge + 1
      const w = to[edge]!
      if (isIn[w] === 0) continue
      if (met[w] === 0) enter(w)
      else if (of[w] === -1) low[v] = Math.min(low[v]!, met[w]!)
    }
  }
  return { of, count }
}
