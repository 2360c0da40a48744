/** One line on a terminal that says how the search goes; nothing elsewhere. */
import pc from 'picocolors'
import type { Tally } from '#checker/search'

export class Progress {
  private last = 0
  private readonly terminal: NodeJS.WriteStream | undefined

  constructor(stream: NodeJS.WriteStream | undefined) {
    this.terminal = stream?.isTTY ? stream : undefined
  }

  update(tally: Tally, elapsed: number): void {
    if (this.terminal === undefined || elapsed - this.last < 200) return
    this.last = elapsed
    const rate = Math.round(tally.steps / Math.max(1, elapsed / 1000)).toLocaleString('en-US')
    const found = [...tally.found.values()].map(({ violation }) => violation.claim)
    const best = found.length === 0 ? 'nothing found' : `found ${found.length}: ${[...new Set(found)].join(', ')}`
    const line = `${tally.orders} orders, ${rate} Steps/s, ${Math.round(elapsed / 1000)} s, ${best}`
    this.terminal.write(`\r\u001b[2K${pc.dim(line.slice(0, (this.terminal.columns ?? 100) - 1))}`)
  }

  clear(): void {
    this.terminal?.write('\r\u001b[2K')
  }
}
