/** What can be reached, and by which shortest way: first through any nodes, then through bad ones alone. */
import { moveOf, nodesOf, type Graph, type Move } from './graph.js'

export interface Reached {
  /** 1 for each bad node that can be reached from a beginning through bad nodes. */
  readonly isIn: Uint8Array
  /** These nodes, the nearest to node 0 first. */
  readonly nearestFirst: Int32Array
  /** The shortest way from node 0 to such a node, by way of a beginning. */
  readonly stemTo: (node: number) => readonly Move[]
}

/** Not reached yet; reached without a move: node 0, or a bad stretch that begins. */
const [unmet, unmoved] = [-2, -1]

/**
 * Breadth first over two copies of the graph: in the first (`v`) the bad stretch has not begun, in the second (`v + n`)
 * it has, and only bad nodes are there. At a beginning one is in the second as soon as in the first.
 */
export function reach(graph: Graph, bad: (node: number) => boolean, begins: (node: number) => boolean): Reached {
  const { first, to } = graph
  const n = nodesOf(graph)
  const isBad = askedOnce(n, bad)
  /** The edge by which each was met first. */
  const by = new Int32Array(2 * n).fill(unmet)
  const queue = new Int32Array(2 * n)
  const isIn = new Uint8Array(n)
  let tail = 0
  const meet = (node: number, edge: number): void => {
    if (by[node] !== unmet) return
    by[node] = edge
    queue[tail++] = node
    if (node >= n) isIn[node - n] = 1
    else if (isBad(node) && begins(node)) meet(node + n, unmoved)
  }
  if (n > 0) meet(0, unmoved)
  for (let head = 0; head < tail; head++) {
    const copy = queue[head]! < n ? 0 : n
    const v = queue[head]! - copy
    for (let edge = first[v]!; edge < first[v + 1]!; edge++) {
      const w = to[edge]!
      if (copy === 0 || isBad(w)) meet(w + copy, edge)
    }
  }
  const stemTo = (node: number): readonly Move[] => {
    const moves: Move[] = []
    for (let at = node + n; at !== 0 || by[at] !== unmoved;) {
      if (by[at] === unmoved) at -= n
      else {
        const move = moveOf(graph, by[at]!)
        moves.push(move)
        at = move.from + (at < n ? 0 : n)
      }
    }
    return moves.reverse()
  }
  return { isIn, nearestFirst: queue.subarray(0, tail).filter((node) => node >= n).map((node) => node - n), stemTo }
}

/** A predicate that may be dear, and is needed for every edge. */
function askedOnce(nodes: number, predicate: (node: number) => boolean): (node: number) => boolean {
  const answers = new Uint8Array(nodes)
  return (node) => (answers[node] ||= predicate(node) ? 2 : 1) === 2
}
