/** What an order held back: from which Step to which. */
import { part } from '#kernel/cells'
import type { Hold } from '#checker/schedule'
import type { Recorded, Recording } from '../record.js'

/** What an export needs of a recording. */
export type Written = Pick<Recording, 'trace' | 'steps' | 'violation'>

export interface Held {
  readonly hold: Hold
  /** The Step after which the offer was there; -1: from the beginning. An index into `recording.steps`. */
  readonly offered: number
  /** Since when it was held, in milliseconds of virtual time. */
  readonly since: number
  /** The Step that took it; undefined where the order ended before. */
  readonly taken: number | undefined
  /** Whom it was held back from. */
  readonly process: string
}

/** The delays of an order that came about in it. */
export function heldIn({ steps, trace }: Written): readonly Held[] {
  return trace.header.schedule.deviations.filter((deviation) => deviation.kind === 'hold').map((hold) => {
    const takings = steps.flatMap(({ choice }, index) => (choice === hold.channel ? [index] : []))
    const taken = takings[hold.nth]
    const from = hold.nth === 0 ? 0 : takings[hold.nth - 1] ?? steps.length
    // The Step that took the offer before may leave more of them, or none: then the cell is empty until one comes.
    const offered = steps.findIndex(({ changes }, index) => index >= from && (taken === undefined || index < taken)
      && changes.some(({ key, after }) => key === hold.channel && (after !== undefined || isDeadline(key))))
    // A deadline is offered when it ends, which no Step does.
    const since = Math.max(steps[offered]?.at ?? 0, taken === undefined ? 0 : steps[taken]!.at - hold.ms)
    return { hold, offered, since, taken, process: processOf(hold.channel, steps) }
  })
}

/** The first parts of a cell's name say whose it is, not always by its full name. */
const processOf = (channel: string, steps: readonly Recorded[]): string =>
  steps.find(({ choice }) => choice === channel)?.process ?? part(channel, 1)

const isDeadline = (key: string): boolean => key.startsWith('timer|') || key.startsWith('elapsed|')
