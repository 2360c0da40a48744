/** Counterexamples as Mermaid sequence diagrams. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Told } from '#trace/explain'
import { toSequence } from '#trace/export/sequence'
import { made, story } from './made.js'
import { example, type Example } from './recordings.js'

const options = { title: 'a story', time: (ms: number) => `${ms / 1000}s`, shortly: (text: string) => text.replace(/kube-controller-manager\/([a-z-]+)/g, '$1 controller') }
const diagram = ({ story: told, recording }: Example): string => toSequence(told, recording, options)

/** What Mermaid's grammar takes as the rest of a statement, with none of what we escape. */
const text = /(?:[^"#$%&*:;<>@[\\\]^`{|}~\p{Cc}]|#\d+;|<br\/>)+/u.source
const statements = [
  /sequenceDiagram/, new RegExp(`  title ${text}`, 'u'), new RegExp(`  participant (?<declared>p\\d+) as ${text}`, 'u'),
  new RegExp(`  (?<from>p\\d+)(?:->>|-->>)(?<to>p\\d+): ${text}`, 'u'), new RegExp(`  Note over (?<first>p\\d+)(?:,(?<last>p\\d+))?: ${text}`, 'u'),
].map(({ source }) => new RegExp(`^${source}$`, 'u'))

/** Everything that is wrong with a diagram; empty where nothing is. */
function problemsIn(picture: string): readonly string[] {
  const declared = new Set<string>()
  const rows = picture.split('\n')
  return [
    ...(rows[0] === 'sequenceDiagram' && rows.at(-1) === '' ? [] : ['it does not begin or end as a diagram']),
    ...rows.slice(0, -1).flatMap((row) => {
      const groups = statements.map((statement) => statement.exec(row)).find((match) => match !== null)
      if (groups === undefined || groups === null) return [`no statement: ${row}`]
      const { declared: name, ...used } = groups.groups ?? {}
      if (name !== undefined) declared.add(name)
      return Object.values(used).filter((one) => one !== undefined && !declared.has(one)).map((one) => `${one} is not declared`)
    }),
  ]
}

/** What a person reads: names for lifelines, signs for their numbers, one line each. */
function readable(picture: string): readonly string[] {
  const names = new Map([...picture.matchAll(/participant (p\d+) as (.*)/g)].map(([, id = '', name = '']) => [id, name]))
  return picture.trimEnd().split('\n').filter((row) => !/^ {2}participant|^seq|^ {2}title/.test(row)).map((row) => row.trim()
    .replace(/\bp\d+\b(?=->>|-->>|:|,)/g, (id) => names.get(id) ?? id).replace(/(?<=>>)p\d+/, (id) => names.get(id) ?? id)
    .replaceAll('<br/>', ' ').replace(/#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code))))
}

describe('a counterexample as a sequence diagram', () => {
  it.each(['nw1-stale-slices', 'nl1-stale-taint', 'sc1-ghost-node', 'ro2-no-pre-stop', 'pl6-slow-starter'])('is well formed, and short: %s', (name) => {
    const picture = diagram(example(name))
    expect(problemsIn(picture)).toEqual([])
    expect(picture.split('\n').length).toBeLessThan(50)
  })

  it('has arrows for requests and for what watches deliver, and notes for what was late and what broke', () => {
    expect(readable(toSequence(story, made, options))).toEqual([
      'kubectl->>kube-apiserver: 0s · apply -f shop',
      'kubelet/node-1->>kube-apiserver: 1s · Pod shop/a is Ready',
      'kube-apiserver-->>endpointslice controller: MODIFIED pods shop/a',
      'endpointslice controller->>kube-apiserver: EndpointSlice shop/s lists a',
      'Note over kube-proxy/node-1: ◷ 2s late: learns of MODIFIED endpointslices shop/s',
      'Note over kubectl,kube-proxy/node-1: ⚡ the watch of nodes by kube-scheduler delivers nothing any more',
      'kubelet/node-1->>kubelet/node-1: 2s · container main of Pod shop/a starts',
      'Note over kubectl,kube-proxy/node-1: 2.5s · ⚡ kube-scheduler lists nodes again',
      'kube-apiserver-->>kube-proxy/node-1: 3s · MODIFIED endpointslices shop/s',
      'Note over kubectl,kube-proxy/node-1: ✗ routed: the pod is ready; nobody knows',
    ])
  })

  it('has one lifeline a component, the API server second', () => {
    expect(toSequence(story, made, options).match(/participant .*/g)).toEqual([
      'participant p0 as kubectl', 'participant p1 as kube-apiserver', 'participant p2 as kubelet/node-1',
      'participant p3 as endpointslice controller', 'participant p4 as kube-proxy/node-1',
    ])
  })

  it('has notes for faults over whom they befall, where that is told of', () => {
    const scheduled: Told = { ...story[1]!, lane: 'kube-scheduler', cells: [] }
    expect(readable(toSequence([scheduled, ...story], made, options)).filter((row) => row.includes('⚡'))).toEqual([
      'Note over kube-scheduler: ⚡ the watch of nodes by kube-scheduler delivers nothing any more',
      'Note over kube-scheduler: 2.5s · ⚡ kube-scheduler lists nodes again',
    ])
  })

  it('shows no news of what no line tells', () => {
    const rows = readable(toSequence(story.filter((_, index) => index !== 1), made, options))
    expect(rows.filter((row) => row.startsWith('kube-apiserver-->>'))).toEqual(['kube-apiserver-->>kube-proxy/node-1: 3s · MODIFIED endpointslices shop/s'])
  })

  it('stays Mermaid whatever a line says', () => {
    const nasty = fc.oneof(
      fc.constantFrom('', ';', '#', 'end', 'a: b', '->>', '%% no', 'Note over p9: x', 'participant p9', 'as', 'x\ny', '#quot;', 'wrap:', '<b>'),
      fc.string({ unit: 'grapheme', maxLength: 60 }),
    )
    const change = (line: Told, said: string): Told => ({ ...line, lane: line.lane === 'kubectl' ? `kubectl ${said}` : line.lane, text: said })
    fc.assert(fc.property(nasty, nasty, (said, title) => {
      expect(problemsIn(toSequence(story.map((line) => change(line, said)), made, { ...options, title }))).toEqual([])
    }))
    const raw = (said: string): string => toSequence(story, made, options).replace('apply', said)
    expect(fc.check(fc.property(nasty, (said) => problemsIn(raw(said)).length === 0)).failed).toBe(true)
  })

  it('is a diagram with the claim alone where there is nothing to tell', () => {
    expect(problemsIn(toSequence([], made, options))).toEqual([])
    expect(readable(toSequence([], made, options)).at(-1)).toMatch(/✗ routed/)
  })
})
