/** The offers that a schedule holds back: since when, until when, and before which others they are let go. */
import type { World } from '#cluster/world'
import type { Hold } from './schedule.js'

interface Held {
  readonly until: number
  readonly hold: Hold
}

export class Holding {
  /** What was not met yet, by its channel. */
  private readonly waiting = new Map<string, Hold[]>()
  private readonly held = new Map<string, Held>()

  /** `countOf`: how often a channel's offers were taken. */
  constructor(
    private readonly holds: readonly Hold[], private readonly world: World, private readonly countOf: (channel: string) => number,
  ) {
    for (const hold of holds) this.waiting.set(hold.channel, [...this.waiting.get(hold.channel) ?? [], hold])
  }

  /** Whether the schedule holds nothing at all. */
  get isEmpty(): boolean {
    return this.holds.length === 0
  }

  /** How many offers are held. */
  get size(): number {
    return this.held.size
  }

  /** When they end. */
  ends(): readonly number[] {
    return [...this.held.values()].map(({ until }) => until)
  }

  /** Whether the channel's offer is kept back; a hold begins when its offer is first met. */
  keeps(choice: string): boolean {
    if (this.held.size > 0 && this.held.has(choice)) return true
    const at = this.nextOf(choice)
    if (at < 0) return false
    const [hold] = this.waiting.get(choice)!.splice(at, 1)
    if (hold !== undefined) this.held.set(choice, { until: this.world.now + hold.ms, hold })
    return true
  }

  /** What was held until just before this offer is taken, or held back from now on. */
  before(choice: string): string | undefined {
    return this.held.size === 0 || this.held.has(choice) ? undefined : this.until(choice, this.nextOf(choice) >= 0)
  }

  end(choice: string): void {
    this.held.delete(choice)
  }

  /** Lets go what is held until `now`, or until the end of this instant; whether there was anything. */
  letGo(now: number, isEnd = false): boolean {
    let any = false
    const last: Held[] = []
    for (const [choice, held] of this.held) {
      const { until, hold: { atEnd = false } } = held
      if (until > now || (atEnd && !isEnd)) continue
      if (atEnd) last.push(held)
      else any = this.open(choice) || any
    }
    for (const { hold: { channel } } of last.sort((a, b) => this.holds.indexOf(a.hold) - this.holds.indexOf(b.hold))) {
      if (any) break // one after the other, each once nothing else is left
      any = this.open(channel)
    }
    return any
  }

  private open(choice: string): boolean {
    this.held.delete(choice)
    return this.world.isEnabled(choice)
  }

  /** Whatever was held until just before that; and before that what was held until just before it. */
  private until(choice: string, isFirst = false): string | undefined {
    const nth = this.countOf(choice)
    for (const [channel, held] of this.held) {
      const { before } = held.hold
      if (before?.channel !== choice || before.nth !== nth || (isFirst && before.again === true) || !this.world.isEnabled(channel)) continue
      this.held.delete(channel) // lest two that wait for each other are looked at for ever
      const earlier = this.until(channel) ?? channel
      this.held.set(channel, held)
      return earlier
    }
    return undefined
  }

  /** Which of the waiting holds is one of the channel's offer; −1: none. */
  private nextOf(channel: string): number {
    const waiting = this.waiting.get(channel)
    if (waiting === undefined || waiting.length === 0) return -1
    const nth = this.countOf(channel)
    return waiting.findIndex((hold) => hold.nth === nth)
  }
}
