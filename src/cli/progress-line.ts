/** One line on a terminal that is written again and again; nothing elsewhere. */
import { pc } from './colours.js'

const often = 150 // milliseconds

export class ProgressLine {
  private last = -Infinity
  private isShown = false
  private readonly terminal: NodeJS.WriteStream | undefined

  constructor(stream: NodeJS.WriteStream | undefined) {
    this.terminal = stream?.isTTY ? stream : undefined
  }

  /** Shows the text, unless that was done just before. `now` in milliseconds, by a clock that is always the same. */
  show(text: () => string, now = performance.now()): void {
    if (this.terminal === undefined || now - this.last < often) return
    this.last = now
    this.isShown = true
    this.terminal.write(`\r\u001b[2K${pc.dim(text().slice(0, (this.terminal.columns ?? 100) - 1))}`)
  }

  clear(): void {
    if (this.isShown) this.terminal?.write('\r\u001b[2K')
    this.isShown = false
  }
}
