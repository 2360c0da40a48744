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

/** One line of the timeline that a person reads. */
export interface Told {
  /** Virtual time in milliseconds. */
  readonly at: number
  /** Who did it: a component. */
  readonly lane: string
  readonly text: string
  /** Why this line stands out: a deviation from the prompt order, or the violation itself. */
  readonly mark?: 'late' | 'fault' | 'user' | 'broken'
}

/** Puts a change of one cell into words; `undefined` where nobody wants to know. */
export type Narrator = (change: { readonly key: string; readonly before: unknown; readonly after: unknown }, step: Recorded) =>
  string | undefined

/** The timeline of the causes: what changed, in words, one line a Step that changed something worth telling. */
export function tell(recording: Recording, causes: readonly number[], narrate: Narrator): readonly Told[] {
  const told: Told[] = []
  for (const index of causes) {
    const step = recording.steps[index]!
    const texts = step.changes.flatMap((change) => narrate(change, step) ?? [])
    const mark = step.process === 'fault' ? 'fault' as const : step.choice.startsWith('user|') ? 'user' as const : undefined
    if (texts.length === 0 && mark === undefined) continue
    told.push({
      at: step.at,
      lane: step.process,
      text: texts.length === 0 ? step.label : texts.join('; '),
      ...(mark === undefined ? {} : { mark }),
    })
  }
  return told
}
