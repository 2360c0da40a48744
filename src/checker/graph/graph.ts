/**
 * An explored graph in typed arrays (compressed sparse rows): Worlds are nodes 0 to n - 1, 0 the first one; what can be
 * done in node `v` are the edges `first[v]` to `first[v + 1] - 1`, in a fixed order.
 */
export interface Graph {
  /** Where the edges of each node begin; n + 1 entries. */
  readonly first: Int32Array
  /** Where each edge leads. */
  readonly to: Int32Array
  /** The number of the choice that each edge takes. */
  readonly via: Int32Array
}

/** One edge, taken. */
export interface Move {
  readonly from: number
  readonly choice: number
  readonly to: number
}


/** The same from a list, which may be in any order: for tests and small graphs. */
export function graphOf(nodes: number, moves: readonly Move[]): Graph {
  const first = new Int32Array(nodes + 1)
  for (const { from } of moves) first[from + 1]!++
  for (let v = 0; v < nodes; v++) first[v + 1]! += first[v]!
  const next = first.slice()
  const to = new Int32Array(moves.length)
  const via = new Int32Array(moves.length)
  for (const move of moves) {
    const edge = next[move.from]!++
    to[edge] = move.to
    via[edge] = move.choice
  }
  return { first, to, via }
}

export const nodesOf = ({ first }: Graph): number => first.length - 1

/** The node that an edge begins at: the last one whose edges do not begin after it. */
export function sourceOf({ first }: Graph, edge: number): number {
  let [low, high] = [0, first.length - 1]
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (first[middle]! <= edge) low = middle
    else high = middle
  }
  return low
}

export const moveOf = (graph: Graph, edge: number): Move =>
  ({ from: sourceOf(graph, edge), choice: graph.via[edge]!, to: graph.to[edge]! })
