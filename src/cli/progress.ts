/** One line on a terminal that says how the search goes; nothing elsewhere. */
import pc from 'picocolors'
import { delaysOf, faultsOf, type Schedule } from '#checker/schedule'
import type { Tally } from '#checker/search'
import { plural } from './words.js'

const often = 150

export class Progress {
  private last = -Infinity
  private isShown = false
  private readonly terminal: NodeJS.WriteStream | undefined

  constructor(stream: NodeJS.WriteStream | undefined) {
    this.terminal = stream?.isTTY ? stream : undefined
  }

  /** `elapsed` in milliseconds, `shrunkFor` of which went into shrinking. */
  update(tally: Tally, elapsed: number, shrunkFor: number): void {
    this.show(() => {
      const rate = Math.round(tally.steps / Math.max(0.001, (elapsed - shrunkFor) / 1000)).toLocaleString('en-US')
      const best = [...tally.found.values()].map(({ violation, order }) => `${violation.claim} ${price(order.schedule)}`)
      const found = best.length === 0 ? 'nothing found yet' : `found ${best.length}: ${best.join(', ')}`
      return `${Math.round(elapsed / 1000)}s  ${plural(tally.orders, 'order')}  ${rate} Steps/s  ${found}`
    })
  }

  shrinking(claim: string, tried: number, best: Schedule): void {
    this.show(() => `shrinking ${claim}: ${plural(tried, 'smaller case')} tried, the best ${price(best)}`)
  }

  clear(): void {
    if (this.isShown) this.terminal?.write('\r\u001b[2K')
    this.isShown = false
  }

  private show(text: () => string): void {
    if (this.terminal === undefined || performance.now() - this.last < often) return
    this.last = performance.now()
    this.isShown = true
    this.terminal.write(`\r\u001b[2K${pc.dim(text().slice(0, (this.terminal.columns ?? 100) - 1))}`)
  }
}

const price = (schedule: Schedule): string => {
  const [faults, delays] = [faultsOf(schedule), delaysOf(schedule)]
  if (faults + delays === 0) return 'on the prompt order'
  return `with ${[...faults > 0 ? [plural(faults, 'fault')] : [], ...delays > 0 ? [plural(delays, 'delay')] : []].join(' and ')}`
}
