/** The KubeEvents at the foot of a description. */
import type { Paper } from './paper.js'
import { age } from './times.js'

/** A KubeEvent as the API has it, its times in milliseconds of virtual time. */
export interface SeenEvent {
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  /** The component that tells it. */
  readonly from: string
  /** The part of the object that it is about: `spec.containers{web}`. */
  readonly fieldPath?: string
  readonly count: number
  readonly first: number
  readonly last: number
  /** Told by the newer API: it has no last time that kubectl sorts by. */
  readonly isNew?: true
}

function interval({ count, first, last }: SeenEvent, now: number): string {
  return count > 1 ? `${age(now - last)} (x${count} over ${age(now - first)})` : age(now - first)
}

/** Sorted by when they were last told; those of the newer API come first. */
const rank = ({ last, isNew }: SeenEvent): number => (isNew === true ? -1 : last)

export function events(paper: Paper, all: readonly SeenEvent[], now: number): void {
  if (all.length === 0) return paper.write(0, 'Events:\t<none>\n')
  paper.write(0, 'Events:\n  Type\tReason\tAge\tFrom\tMessage\n')
  paper.write(1, '----\t------\t----\t----\t-------\n')
  for (const event of [...all].sort((a, b) => rank(a) - rank(b))) {
    const { type, reason, from, message, fieldPath } = event
    const text = `${fieldPath === undefined ? '' : `${fieldPath}: `}${message.trim()}`
    paper.write(1, `${type}\t${reason}\t${interval(event, now)}\t${from}\t${text}\n`)
  }
}
