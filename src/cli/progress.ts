/** One line on a terminal that says how the search goes; nothing elsewhere. */
import { delaysOf, faultsOf, type Schedule } from '#checker/schedule'
import type { Tally } from '#checker/search'
import { ProgressLine } from './progress-line.js'
import { plural } from './words.js'

export class Progress {
  private readonly line: ProgressLine

  constructor(stream: NodeJS.WriteStream | undefined) {
    this.line = new ProgressLine(stream)
  }

  /** `elapsed` in milliseconds, `shrunkFor` of which went into shrinking. */
  update(tally: Tally, elapsed: number, shrunkFor: number): void {
    this.line.show(() => {
      const rate = Math.round(tally.steps / Math.max(0.001, (elapsed - shrunkFor) / 1000)).toLocaleString('en-US')
      const best = [...tally.found.values()].map(({ violation, order }) => `${violation.claim} ${price(order.schedule)}`)
      const found = best.length === 0 ? 'nothing found yet' : `found ${best.length}: ${best.join(', ')}`
      return `${Math.round(elapsed / 1000)}s  ${plural(tally.orders, 'order')}  ${rate} Steps/s  ${found}`
    })
  }

  shrinking(claim: string, tried: number, best: Schedule): void {
    this.line.show(() => `shrinking ${claim}: ${plural(tried, 'smaller case')} tried, the best ${price(best)}`)
  }

  clear(): void {
    this.line.clear()
  }
}

const price = (schedule: Schedule): string => {
  const [faults, delays] = [faultsOf(schedule), delaysOf(schedule)]
  if (faults + delays === 0) return 'on the prompt order'
  return `with ${[...faults > 0 ? [plural(faults, 'fault')] : [], ...delays > 0 ? [plural(delays, 'delay')] : []].join(' and ')}`
}
