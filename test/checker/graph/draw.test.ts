/** Pictures of explored graphs, as Graphviz and Mermaid read them. */
import fc from 'fast-check'
import { isRight, type Either } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { drawingLimit, toDot, toMermaid, type Drawing, type DrawingError } from '#checker/graph/draw'
import { graphOf } from '#checker/graph/graph'

const names = ['watch', 'sync', 'watch']

/** Two Worlds and a way back; the third is the end. */
const drawing: Drawing = {
  title: 'rollout, 1 delay',
  graph: graphOf(3, [
    { from: 0, choice: 0, to: 1 }, { from: 0, choice: 1, to: 1 }, { from: 0, choice: 2, to: 1 }, { from: 1, choice: 1, to: 0 }, { from: 1, choice: 0, to: 2 },
  ]),
  node: (node) => `World ${node}`,
  choice: (choice) => names[choice]!,
  isMarked: (node) => node === 2,
}

const drawn = (picture: Either<DrawingError, string>): string => {
  if (isRight(picture)) return picture.right
  throw new Error(picture.left.message)
}

/** Each line a statement of stateDiagram-v2; texts hold nothing that means something to Mermaid. */
const text = /(?:[^"#$%&*:;<>@[\\\]^`{|}~\p{Cc}]|#\d+;|<br\/>)+/u.source
const statements = [
  /stateDiagram-v2/, new RegExp(`  accTitle: ${text}`, 'u'), new RegExp(`  state "${text}" as w\\d+`, 'u'), /  \[\*\] --> w0/,
  new RegExp(`  w\\d+ --> w\\d+ : ${text}`, 'u'), /  w\d+ --> \[\*\]/, /  classDef marked fill:#\w+/, /  class w\d+(,w\d+)* marked/,
].map(({ source }) => new RegExp(`^${source}$`, 'u'))

const isMermaid = (picture: string): boolean =>
  picture.endsWith('\n') && picture.trimEnd().split('\n').every((line) => statements.some((statement) => statement.test(line)))
  && !/direction\s+(TB|BT|RL|LR)/i.test(picture)

/** Each line a statement of DOT, every string closed where it should be. */
const string = /"(?:[^"\\\p{Cc}]|\\["\\n])*"/u.source
const isDot = (picture: string): boolean => {
  const bare = picture.replace(new RegExp(string, 'gu'), 'S')
  return /^digraph S \{\n(  [\w =[\],-]+(?:->)?[\w =[\],S]*\n)*\}\n$/.test(bare) && !bare.includes('"')
}

const nasty = fc.oneof(
  fc.constantFrom('', '"', '\\', '"; 0 -> 1 [label="', 'a\nb', '<<fork>>', '%% gone', ': ;', 'direction LR', '-->', 'end note', '}', '#quot;', '[*]'),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
)
const pictures = fc.record({ title: nasty.map((name) => `t${name}`), node: nasty, choice: nasty })
  .map(({ title, node, choice }): Drawing => ({ ...drawing, title, node: () => node, choice: () => choice }))

describe('DOT', () => {
  it('has an arrow into the first World, a double border where nothing is left to be done, and names each arrow once', () => {
    expect(drawn(toDot(drawing))).toBe(`digraph "rollout, 1 delay" {
  label="rollout, 1 delay"
  node [shape=box, fontname="sans-serif"]
  edge [fontname="sans-serif", fontsize=10]
  begin [shape=point]
  begin -> 0
  0 [label="World 0"]
  1 [label="World 1"]
  2 [label="World 2", peripheries=2, style=filled, fillcolor="#f6c5c0"]
  0 -> 1 [label="watch\\nsync"]
  1 -> 0 [label="sync"]
  1 -> 2 [label="watch"]
}
`)
  })

  it('stays DOT whatever Worlds and choices are called', () => {
    fc.assert(fc.property(pictures, (one) => isDot(drawn(toDot(one)))))
  })

  it('would not, were names not escaped', () => {
    const raw = ({ node }: Drawing): string => drawn(toDot(drawing)).replace('World 0', node(0))
    expect(fc.check(fc.property(pictures, (one) => isDot(raw(one)))).failed).toBe(true)
  })
})

describe('Mermaid', () => {
  it('is a state diagram with its beginning and its ends', () => {
    expect(drawn(toMermaid(drawing))).toBe(`stateDiagram-v2
  accTitle: rollout, 1 delay
  state "World 0" as w0
  state "World 1" as w1
  state "World 2" as w2
  [*] --> w0
  w0 --> w1 : watch<br/>sync
  w1 --> w0 : sync
  w1 --> w2 : watch
  w2 --> [*]
  classDef marked fill:#f6c5c0
  class w2 marked
`)
  })

  it('stays Mermaid whatever Worlds and choices are called', () => {
    fc.assert(fc.property(pictures, (one) => isMermaid(drawn(toMermaid(one)))))
  })

  it('would not, were names not escaped', () => {
    const raw = ({ node }: Drawing): string => drawn(toMermaid(drawing)).replace('World 0', node(0))
    expect(fc.check(fc.property(pictures, (one) => isMermaid(raw(one)))).failed).toBe(true)
  })
})

describe('a graph that is too large to be looked at', () => {
  const line = (nodes: number): Drawing =>
    ({ ...drawing, graph: graphOf(nodes, Array.from({ length: nodes - 1 }, (_, from) => ({ from, choice: 0, to: from + 1 }))) })
  const dense = graphOf(30, Array.from({ length: 900 }, (_, edge) => ({ from: edge % 30, choice: 0, to: Math.floor(edge / 30) })))

  it.each([toDot, toMermaid])('is refused by what it has too many of: %o', (draw) => {
    expect(isRight(draw(line(drawingLimit.nodes)))).toBe(true)
    expect(draw(line(drawingLimit.nodes + 1))).toMatchObject({
      left: { code: 'E_GRAPH_TOO_LARGE', message: 'the graph has 201 Worlds, a picture holds at most 200', next: expect.stringMatching(/^Bound it/) },
    })
    expect(draw({ ...drawing, graph: dense })).toMatchObject({ left: { message: 'the graph has 900 arrows, a picture holds at most 500' } })
  })

  it('is refused by Mermaid for its many words, and drawn by Graphviz', () => {
    const wordy = { ...line(100), node: () => 'word '.repeat(200) }
    expect(toMermaid(wordy)).toMatchObject({ left: { code: 'E_GRAPH_TOO_LARGE', message: expect.stringMatching(/characters, Mermaid draws at most 50000/) } })
    expect(isRight(toDot(wordy))).toBe(true)
  })
})
