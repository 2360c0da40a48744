/** Pictures of a small graph: for Graphviz (DOT) and for Mermaid (stateDiagram-v2). */
import { isLeft, left, right, type Either } from 'fp-ts/lib/Either.js'
import { nodesOf, type Graph } from './graph.js'
import { mermaidText } from './mermaid-text.js'

export interface Drawing {
  readonly graph: Graph
  readonly title: string
  /** What a node is called; may have several lines. */
  readonly node: (node: number) => string
  /** What a choice is called, by its number. */
  readonly choice: (choice: number) => string
  /** Nodes that stand out: those of a counterexample. */
  readonly isMarked?: (node: number) => boolean
}

/** Larger pictures cannot be read, and Mermaid itself refuses more edges or characters than these unless told otherwise. */
export const drawingLimit = { nodes: 200, edges: 500, characters: 50_000 } as const

export interface DrawingError {
  readonly code: 'E_GRAPH_TOO_LARGE'
  readonly message: string
  readonly next: string
}

/** Edges between the same two nodes are one arrow, with all their names. */
interface Arrow {
  readonly from: number
  readonly to: number
  readonly names: readonly string[]
}

const tooLarge = (message: string): Either<DrawingError, never> =>
  left({ code: 'E_GRAPH_TOO_LARGE', message, next: 'Bound it more tightly: fewer objects, replicas, nodes, delays or faults.' })

function arrowsOf({ graph, choice }: Drawing): Either<DrawingError, readonly Arrow[]> {
  const { first, to, via } = graph
  const n = nodesOf(graph)
  const { nodes, edges } = drawingLimit
  if (n > nodes) return tooLarge(`the graph has ${n} Worlds, a picture holds at most ${nodes}`)
  const arrows: Arrow[] = []
  for (let from = 0; from < n; from++) {
    const named = new Map<number, Set<string>>()
    for (let edge = first[from]!; edge < first[from + 1]!; edge++) {
      const names = named.get(to[edge]!)
      if (names === undefined) named.set(to[edge]!, new Set([choice(via[edge]!)]))
      else names.add(choice(via[edge]!))
    }
    for (const [target, names] of named) arrows.push({ from, to: target, names: [...names] })
  }
  return arrows.length > edges
    ? tooLarge(`the graph has ${arrows.length} arrows, a picture holds at most ${edges}`)
    : right(arrows)
}

const isTerminal = ({ first }: Graph, node: number): boolean => first[node] === first[node + 1]

/** A quoted string of DOT: only quotes and backslashes mean something in it. */
const quoted = (text: string): string =>
  `"${text.replace(/[\\"]/g, '\\$&').replace(/\r?\n/g, '\\n').replace(/\p{Cc}/gu, ' ')}"`

/** For `dot -Tsvg`. The first World has an arrow from nowhere, one where nothing is left to be done a double border. */
export function toDot(drawing: Drawing): Either<DrawingError, string> {
  const arrows = arrowsOf(drawing)
  if (isLeft(arrows)) return arrows
  const { graph, title, node, isMarked } = drawing
  const nodes = Array.from({ length: nodesOf(graph) }, (_, v) => {
    const border = isTerminal(graph, v) ? ', peripheries=2' : ''
    const fill = isMarked?.(v) === true ? ', style=filled, fillcolor="#f6c5c0"' : ''
    return `  ${v} [label=${quoted(node(v))}${border}${fill}]`
  })
  return right([
    `digraph ${quoted(title)} {`,
    `  label=${quoted(title)}`,
    '  node [shape=box, fontname="sans-serif"]',
    '  edge [fontname="sans-serif", fontsize=10]',
    '  begin [shape=point]',
    ...(nodes.length === 0 ? [] : ['  begin -> 0']),
    ...nodes,
    ...arrows.right.map(({ from, to, names }) => `  ${from} -> ${to} [label=${quoted(names.join('\n'))}]`),
    '}',
    '',
  ].join('\n'))
}

/** For a Markdown page that GitHub or GitLab shows: put it in a block marked `mermaid`. */
export function toMermaid(drawing: Drawing): Either<DrawingError, string> {
  const arrows = arrowsOf(drawing)
  if (isLeft(arrows)) return arrows
  const { graph, title, node, isMarked } = drawing
  const nodes = Array.from({ length: nodesOf(graph) }, (_, v) => v)
  const marked = nodes.filter((v) => isMarked?.(v) === true)
  const text = [
    'stateDiagram-v2',
    `  accTitle: ${mermaidText(title)}`,
    ...nodes.map((v) => `  state "${mermaidText(node(v))}" as w${v}`),
    ...(nodes.length === 0 ? [] : ['  [*] --> w0']),
    ...arrows.right.map(({ from, to, names }) => `  w${from} --> w${to} : ${mermaidText(names.join('\n'))}`),
    ...nodes.filter((v) => isTerminal(graph, v)).map((v) => `  w${v} --> [*]`),
    ...(marked.length === 0 ? [] : [
      '  classDef marked fill:#f6c5c0', `  class ${marked.map((v) => `w${v}`).join(',')} marked`,
    ]),
    '',
  ].join('\n')
  const { characters } = drawingLimit
  return text.length > characters
    ? tooLarge(`the picture has ${text.length} characters, Mermaid draws at most ${characters}`)
    : right(text)
}
