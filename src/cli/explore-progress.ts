/** One line on a terminal that says how an exploration goes; nothing elsewhere. */
import type { Progress } from '#checker/explore/explore'
import { bytes, percent, remembered } from './explore-words.js'
import { ProgressLine } from './progress-line.js'
import { plural } from './words.js'

/** Longer than this ago does not count for the rate, in milliseconds. */
const recently = 5_000

const count = (value: number): string => Math.round(value).toLocaleString('en-US')

export class ExploreProgress {
  private readonly line: ProgressLine
  private readonly samples: { readonly at: number; readonly worlds: number; readonly transitions: number }[] = []

  constructor(stream: NodeJS.WriteStream | undefined) {
    this.line = new ProgressLine(stream)
  }

  /** `elapsed` in milliseconds. */
  update(progress: Progress, elapsed: number): void {
    this.line.show(() => this.textOf(progress, elapsed), elapsed)
  }

  clear(): void {
    this.line.clear()
  }

  private textOf(progress: Progress, elapsed: number): string {
    const { worlds, expanded, depth, found, transitions } = progress
    const { samples } = this
    samples.push({ at: elapsed, worlds, transitions })
    while (samples.length > 2 && elapsed - samples[0]!.at > recently) samples.shift()
    const first = samples.length > 1 ? samples[0]! : { at: 0, worlds: 0, transitions: 0 }
    const seconds = Math.max(0.001, (elapsed - first.at) / 1000)
    return [
      `${Math.round(elapsed / 1000)}s`, plural(worlds, 'World'), `frontier ${count(worlds - expanded)}`,
      found === 0 ? 'nothing found yet' : `found ${found} (Ctrl-C shows)`,
      `${count((worlds - first.worlds) / seconds)}/s, ${count((transitions - first.transitions) / seconds)} transitions/s`,
      `depth ${count(depth)}`, bytes(progress.bytes), `${percent(remembered(progress))} remembered`,
    ].join('  ')
  }
}
