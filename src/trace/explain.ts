/** Why it came to this: walks back from the cells that a violation is about to the Steps that wrote them, and on. */
import type { Recorded, Recording } from './record.js'

/** The indices into `recording.steps` of the Steps that the violation depends on, in order. */
export function causesOf(recording: Recording, cells: readonly string[]): readonly number[] {
  const wanted = new Set(cells)
  const causes: number[] = []
  for (let index = recording.steps.length - 1; index >= 0; index--) {
    const step = recording.steps[index]!
    const writes = step.changes.filter(({ key }) => wanted.has(key))
    if (writes.length === 0) continue
    causes.push(index)
    for (const { key } of writes) wanted.delete(key)
    for (const read of step.reads) wanted.add(read)
  }
  return causes.reverse()
}

/** One change of one cell in words: `Pod shop/web#1-0` `is Ready`. */
export interface Telling {
  readonly subject: string
  readonly says: string
  /** What it is about, where the subject alone does not tell: later tellings about the same replace earlier ones. */
  readonly about?: string
  /** Named for each thing where several are told in one line, and it is not the same: a node. */
  readonly where?: string
  /** A count or a condition that only follows from what else is told. */
  readonly minor?: true
  /** Told though nothing else depends on it: a reason. */
  readonly always?: true
}

/** One line of the timeline that a person reads. */
export interface Told {
  /** Virtual time in milliseconds. */
  readonly at: number
  /** Who did it: a component. */
  readonly lane: string
  readonly text: string
  /** Why this line stands out: a deviation from the prompt order, or the violation itself. */
  readonly mark?: 'late' | 'fault' | 'user' | 'broken'
  /** The Step that did it, by its place in the recording. */
  readonly step: number
  readonly telling?: Telling
  /** The cells whose changes it tells. */
  readonly cells: readonly string[]
}

/** Puts a change of one cell into words; `undefined` where nobody wants to know. */
export type Narrator = (change: { readonly key: string; readonly before: unknown; readonly after: unknown }, step: Recorded) =>
  Telling | undefined

const markOf = ({ process, choice }: Recorded): 'fault' | 'user' | undefined =>
  (process === 'fault' ? 'fault' : choice.startsWith('user|') ? 'user' : undefined)

/**
 * The timeline of the causes in words, one line a Step that changed something worth telling. What the user did and what
 * broke is told in any case.
 */
export function tell(recording: Recording, causes: readonly number[], narrate: Narrator): readonly Told[] {
  const wanted = new Set(causes)
  return recording.steps.flatMap((step, index): readonly Told[] => {
    const mark = markOf(step)
    if (mark !== undefined) {
      return [{ at: step.at, lane: step.process, text: step.label.replace(/^(user: (kubectl )?|fault: )/, ''), mark, step: index, cells: [] }]
    }
    const found = step.changes.flatMap((change) => {
      const telling = narrate(change, step)
      return telling === undefined || (telling.always !== true && !wanted.has(index)) ? [] : [{ telling, key: change.key }]
    })
    const major = found.filter(({ telling }) => telling.minor !== true)
    const shown = major.length > 0 ? major : found
    const [first] = shown
    if (first === undefined) return []
    const text = shown.map(({ telling }) => `${telling.subject} ${telling.says}`).join('; ')
    const telling = shown.length === 1 ? first.telling : { ...first.telling, says: text.slice(first.telling.subject.length + 1) }
    return [{ at: step.at, lane: step.process, text, telling, step: index, cells: shown.map(({ key }) => key) }]
  })
}
