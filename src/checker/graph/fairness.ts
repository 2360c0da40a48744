/**
 * Which components hold a fair cycle, under weak fairness per choice: a choice that stays enabled for ever is taken again
 * and again. It is enough to look at a component as a whole. A cycle through all of its nodes and edges owes only the
 * choices that are enabled at every one of its nodes, which every smaller cycle owes as well, and takes all that any cycle
 * in it can take; so if that one is unfair, by a choice that is owed and not taken, each smaller one is unfair by the same.
 */
import type { Components } from './components.js'
import type { Graph, Move } from './graph.js'

/** The choices enabled at a node that are owed fairness, by number; faults and the search's own liberties are not. */
export type EnabledAt = (node: number) => readonly number[]

/** The nodes of each component, one component after the other; where each begins. */
function members({ of, count }: Components): { readonly begin: Int32Array; readonly nodes: Int32Array } {
  const begin = new Int32Array(count + 1)
  for (const component of of) if (component >= 0) begin[component + 1]!++
  for (let i = 0; i < count; i++) begin[i + 1]! += begin[i]!
  const next = begin.slice()
  const nodes = new Int32Array(begin[count]!)
  for (let v = 0; v < of.length; v++) {
    const component = of[v]!
    if (component >= 0) nodes[next[component]!++] = v
  }
  return { begin, nodes }
}

/**
 * 1 for each component in which something can go on fairly for ever. A node without successors rests for ever, which
 * is fair where nothing is enabled; where something is, the node was only not looked into.
 */
export function fairComponents(graph: Graph, parts: Components, enabledAt: EnabledAt): Uint8Array {
  const { first } = graph
  const { begin, nodes } = members(parts)
  const fair = new Uint8Array(parts.count)
  for (let component = 0; component < parts.count; component++) {
    const [from, to] = [begin[component]!, begin[component + 1]!]
    const taken = takenIn(graph, parts, nodes.subarray(from, to))
    const v = nodes[from]!
    if (taken === undefined && first[v] !== first[v + 1]) continue // no cycle, and it goes on elsewhere
    let owed = enabledAt(v).filter((choice) => taken?.has(choice) !== true)
    for (let i = from + 1; i < to && owed.length > 0; i++) {
      const enabled = enabledAt(nodes[i]!)
      owed = owed.filter((choice) => enabled.includes(choice))
    }
    fair[component] = owed.length === 0 ? 1 : 0
  }
  return fair
}

/** The choices of the edges within a component; undefined where there is no such edge, and so no cycle. */
function takenIn({ first, to, via }: Graph, { of }: Components, nodes: Int32Array): ReadonlySet<number> | undefined {
  let taken: Set<number> | undefined
  for (const v of nodes) {
    for (let edge = first[v]!; edge < first[v + 1]!; edge++) {
      if (of[to[edge]!] === of[v]) (taken ??= new Set()).add(via[edge]!)
    }
  }
  return taken
}

/** Whether going round these moves for ever is fair; no moves: resting at `at` for ever. */
export function isFairLoop(at: number, loop: readonly Move[], enabledAt: EnabledAt): boolean {
  const nodes = loop.length === 0 ? [at] : loop.map(({ to }) => to)
  const always = nodes.map(enabledAt).reduce((all, enabled) => all.filter((choice) => enabled.includes(choice)))
  return always.every((choice) => loop.some((move) => move.choice === choice))
}
