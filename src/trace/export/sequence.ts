/**
 * A counterexample as a Mermaid sequence diagram: a lifeline for each component of its story, arrows for requests to the
 * API server and for what watches deliver, notes for what was late, what broke, and the claim. See docs/exporting.md.
 */
import { mermaidText } from '#checker/graph/mermaid-text'
import type { Told } from '../explain.js'
import { deliveries } from './deliveries.js'
import type { Written } from './held.js'

export interface SequenceOptions {
  readonly title: string
  /** Virtual time in words. */
  readonly time: (ms: number) => string
  /** A shorter name for a component, or a sentence that names one. */
  readonly shortly: (text: string) => string
}

const apiServer = 'kube-apiserver'

/** Longer texts take several lines: a diagram is as wide as its widest arrow. */
const columns = 44

function folded(text: string): string {
  const lines = ['']
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1)!
    if (line !== '' && line.length + 1 + word.length > columns) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines.join('\n')
}

/** `fault|lost-events|kube-scheduler nodes` happens to kube-scheduler. */
const targetsOf = (choice: string): readonly string[] => choice.split('|').slice(2).map((target) => target.replace(/ .*$/, ''))

/** Lifelines are declared in the order in which they come up: the API server second, where most arrows end. */
class Lifelines {
  private readonly ids = new Map<string, string>()

  id(name: string): string {
    const known = this.ids.get(name)
    if (known !== undefined) return known
    const id = `p${this.ids.size}`
    this.ids.set(name, id)
    if (this.ids.size === 1) this.id(apiServer)
    return id
  }

  /** Those whose name ends with one of these, else all: what a note stands over. */
  span(targets: readonly string[]): string {
    const all = [...this.ids]
    const found = all.filter(([name]) => targets.some((target) => name === target || name.endsWith(`/${target}`)))
    const ids = (found.length > 0 ? found : all).map(([, id]) => id)
    return ids.length === 1 ? ids[0]! : `${ids[0]},${ids.at(-1)}`
  }

  get declarations(): readonly string[] {
    return [...this.ids].map(([name, id]) => `  participant ${id} as ${mermaidText(name)}`)
  }
}

/** The text of the diagram; `story` is what the digest leaves, without the violation, which comes out of the recording. */
export function toSequence(story: readonly Told[], recording: Written, { title, time, shortly }: SequenceOptions): string {
  const { steps, violation } = recording
  const lifelines = new Lifelines()
  let last = -1
  /** The time is told where it is another than above. */
  const words = (at: number, text: string): string => {
    const when = at === last ? '' : `${time(at)} · `
    last = at
    return mermaidText(folded(`${when}${shortly(text)}`))
  }
  const laneOf = (lane: string): string => lifelines.id(shortly(lane))
  const delivered = (index: number): string => {
    const { process, at, label } = steps[index]!
    const lane = laneOf(process)
    return `  ${lifelines.id(apiServer)}-->>${lane}: ${words(at, label.replace(`${process} learns of `, ''))}`
  }
  // Notes stand over lifelines that may come up later, so all of them are met first.
  for (const { lane, mark } of story) if (lane !== '' && mark !== 'fault') laneOf(lane)
  const news = deliveries(story, recording)
  for (const index of news.flat()) laneOf(steps[index]!.process)
  if (lifelines.declarations.length === 0) lifelines.id(apiServer)

  const arrow = (line: Told): string => {
    const { at, lane, text, mark, step } = line
    const choice = steps[step]?.choice ?? ''
    if (mark === 'fault') return `  Note over ${lifelines.span(targetsOf(choice))}: ${words(at, `⚡ ${text}`)}`
    if (lane === '') return `  Note over ${lifelines.span([])}: ${words(at, text)}`
    const from = laneOf(lane)
    if (mark === 'late') return `  Note over ${from}: ${words(at, `◷ ${text}`)}`
    if (mark === 'user' || choice.startsWith('request|')) return `  ${from}->>${lifelines.id(apiServer)}: ${words(at, text)}`
    return choice.startsWith('response|')
      ? `  ${lifelines.id(apiServer)}-->>${from}: ${words(at, text)}`
      : `  ${from}->>${from}: ${words(at, text)}`
  }
  const rows = story.flatMap((line, index) => [...news[index]!.map(delivered), arrow(line)])
  rows.push(...news.at(-1)!.map(delivered))
  if (violation !== undefined) {
    rows.push(`  Note over ${lifelines.span([])}: ${words(violation.at, `✗ ${violation.claim}: ${violation.message}`)}`)
  }
  return ['sequenceDiagram', `  title ${mermaidText(title)}`, ...lifelines.declarations, ...rows, ''].join('\n')
}
