/** The picture of an exploration: its Worlds and the actions between them, where they are few. */
import { writeFileSync } from 'node:fs'
import { isLeft } from 'fp-ts/lib/Either.js'
import type { InputError } from '#api/manifests/input-error'
import type { Action } from '#checker/explore/actions'
import type { Edges } from '#checker/explore/edges'
import { drawingLimit, toDot, toMermaid, type Drawing } from '#checker/graph/draw'
import { graphOf, nodesOf, type Graph, type Move } from '#checker/graph/graph'
import { duration, plural } from './words.js'
import type { ReportedError } from './verdict.js'

/** More Worlds than this are not even looked at: too many are left where chains are drawn as one arrow. */
export const mostWorlds = 20_000

function describe(action: Action, edges: Edges): string {
  const outcome = (picks: readonly number[]): string => (picks.length === 0 ? '' : `, outcome ${picks.join(' ')}`)
  const key = (about: Extract<Action, { readonly choice: number }>): string => edges.key(about).replaceAll('|', ' ')
  switch (action.is) {
    case 'take': return `${key(action)}${outcome(action.picks)}`
    case 'hold': return `held back: ${key(action)}`
    case 'release': return `at last: ${key(action)}${outcome(action.picks)}`
    case 'fault': return `fault: ${action.fault} ${action.target}${outcome(action.picks)}`
    case 'clock': return `${duration(action.ms)} pass`
    case 'user': return action.early ? 'the user acts early' : 'the user acts'
    default: throw new Error(`unknown ${JSON.stringify(action satisfies never)}`)
  }
}

/** A graph without the nodes that have one way in and one way out: what leads over them is one arrow. */
export interface Contracted {
  readonly graph: Graph
  /** The number in the whole graph of each node that is left. */
  readonly nodes: readonly number[]
  /** How many moves each arrow stands for, and the first of their choices, by the arrow's choice. */
  readonly chains: readonly { readonly choice: number; readonly moves: number }[]
}

export function contract(graph: Graph): Contracted {
  const { first, to, via } = graph
  const count = nodesOf(graph)
  const waysIn = new Int32Array(count)
  for (const node of to) waysIn[node]!++
  const isKept = (node: number): boolean => node === 0 || waysIn[node] !== 1 || first[node + 1]! - first[node]! !== 1
  const nodes = Array.from({ length: count }, (_, node) => node).filter(isKept)
  const numbers = new Map(nodes.map((node, index) => [node, index]))
  const chains: { readonly choice: number; readonly moves: number }[] = []
  const moves: Move[] = []
  for (const [from, node] of nodes.entries()) {
    for (let edge = first[node]!; edge < first[node + 1]!; edge++) {
      let [at, length] = [to[edge]!, 1]
      for (; !numbers.has(at); length++) at = to[first[at]!]!
      moves.push({ from, choice: chains.push({ choice: via[edge]!, moves: length }) - 1, to: numbers.get(at)! })
    }
  }
  return { graph: graphOf(nodes.length, moves), nodes, chains }
}

/** As DOT or Mermaid, by the file's name; why not, where it cannot be drawn or written. */
export function drawGraph(file: string, title: string, edges: Edges): ReportedError | undefined {
  const { graph, spent } = edges
  const label = (action: number): string => describe(edges.action(action), edges)
  const name = (world: number): string => {
    const [faults, delays] = spent[world]!
    const used = [...(delays > 0 ? [plural(delays, 'delay')] : []), ...(faults > 0 ? [plural(faults, 'fault')] : [])]
    return [`World ${world + 1}`, ...used].join('\n')
  }
  const draw = (drawing: Drawing): ReturnType<typeof toDot> => (file.endsWith('.dot') ? toDot(drawing) : toMermaid(drawing))
  let drawn = draw({ graph, title, node: name, choice: label })
  if (isLeft(drawn)) {
    const { graph: short, nodes, chains } = contract(graph)
    drawn = draw({
      graph: short, title, node: (node) => name(nodes[node]!),
      choice(chain) {
        const { choice, moves } = chains[chain]!
        return `${label(choice)}${moves === 1 ? '' : `\n… ${moves - 1} more`}`
      },
    })
    if (isLeft(drawn)) {
      const { code, message, next } = drawn.left
      return { code, file, message: `${message}, even without the Worlds where only one thing can be done`, next }
    }
  }
  try {
    writeFileSync(file, drawn.right)
    return undefined
  } catch (error) {
    return unwritableGraph(file, error)
  }
}

export const unwritableGraph = (file: string, error: unknown): InputError => ({
  code: 'E_UNWRITABLE', file, message: `the graph could not be written: ${error instanceof Error ? error.message : String(error)}`,
  next: 'Give --graph a path in a directory that can be written.',
})

/** Why there is no picture of what was explored; undefined where there may be one. */
export function noPicture(file: string, worlds: number, isComplete: boolean): ReportedError | undefined {
  if (isComplete && worlds <= mostWorlds) return undefined
  const message = isComplete ? `the graph has ${plural(worlds, 'World')}, a picture holds at most ${drawingLimit.nodes}`
    : 'the graph was not explored to its end'
  return { code: 'E_GRAPH_TOO_LARGE', file, message, next: 'Bound it more tightly: fewer objects, replicas, nodes, delays or faults.' }
}
