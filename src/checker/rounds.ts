/**
 * Notices, along one order that goes on for long, that things go round in a loop: the same World comes again, and from there
 * on the prompt order does the same for ever. What lies before is not looked at, since most orders end long before. Claims
 * about the end are then judged in each World of the next round.
 */
import { equal } from '#kernel/value'
import type { Value } from '#kernel/cells'
import type { World } from '#cluster/world'
import type { Ending } from './claim.js'
import type { Event } from './driver.js'
import { stillBroken, type Judge, type Loop, type Round } from './judge.js'

/** The World that those after it are compared with. */
interface Base {
  readonly at: number
  readonly agenda: readonly string[]
  readonly deadlines: ReadonlyMap<string, number>
  /** Cells that changed since, with what they held then. */
  readonly changed: Map<string, Value>
  /** One of them that held something else when that was last looked at. */
  other: string
  /** How many events came since. */
  events: number
  /** How often it was compared; after `most` times the World of that time becomes the base. */
  looks: number
  readonly most: number
}

/** Where no time passes for so many Steps, each of them may be where a round ends; otherwise only where time has passed. */
const atOneInstant = 1_000

/** One more time round. */
interface Lap {
  readonly ms: number
  readonly ending: Ending
  readonly round: ReadonlySet<string>
  left: number
  readonly does: string[]
  broken: readonly Round[] | undefined
}

/** A loop has no beginning; it is told from where time has passed. */
function afterClock(does: readonly string[]): readonly string[] {
  const clock = does.indexOf('clock')
  return clock < 0 ? does : [...does.slice(clock), ...does.slice(0, clock)]
}

export class Rounds {
  private base: Base | undefined
  private lap: Lap | undefined
  /** Steps since time passed. */
  private sinceClock = 0

  constructor(private readonly world: World, private readonly judge: Judge, private readonly isLong: () => boolean) {}

  /** Labels are asked for. */
  get isGoingRound(): boolean {
    return this.lap !== undefined && this.lap.left > 0
  }

  /** Known once a whole round was judged. */
  get loop(): Loop | undefined {
    const { lap } = this
    return lap === undefined || lap.left > 0 ? undefined : { ms: lap.ms, does: afterClock(lap.does) }
  }

  after(event: Exclude<Event, { readonly type: 'settled' }>): void {
    this.sinceClock = event.type === 'clock' ? 0 : this.sinceClock + 1
    if (!this.isLong()) {
      this.base = undefined
      this.lap = undefined
      return
    }
    if (this.lap !== undefined) return this.goRound(this.lap, event)
    const { base } = this
    if (base !== undefined) this.note(base)
    if (this.sinceClock > 0 && this.sinceClock < atOneInstant) return
    if (base === undefined) this.begin(1)
    else this.compare(base)
  }

  settled(): void {
    const { loop, lap } = this
    if (loop !== undefined) this.judge.goesRound(lap?.broken ?? [], loop)
    this.base = undefined
    this.lap = undefined
  }

  private begin(most: number): void {
    const { store, agenda, now } = this.world
    this.base = {
      at: now, agenda: [...agenda], deadlines: new Map(store.deadlines.entries()), changed: new Map(), other: '', events: 0, looks: 0, most,
    }
  }

  private note(base: Base): void {
    const { touched, before, store } = this.world
    base.events++
    for (let i = 0; i < touched.length; i++) {
      const key = touched[i]!
      if (!base.changed.has(key) && touched.indexOf(key) === i && !equal(before[i], store.get(key))) base.changed.set(key, before[i])
    }
  }

  private compare(base: Base): void {
    const ms = this.world.now - base.at
    base.looks++
    if (this.isBack(base)) {
      this.lap = {
        ms, ending: ms > 0 ? 'horizon' : 'livelock', round: new Set(base.changed.keys()), left: base.events, does: [], broken: undefined,
      }
    } else if (base.looks === base.most) this.begin(2 * base.most)
  }

  private isBack(base: Base): boolean {
    const { store, agenda } = this.world
    const isAsThen = (key: string): boolean => equal(store.get(key), base.changed.get(key))
    if (base.other !== '' && !isAsThen(base.other)) return false
    for (const key of base.changed.keys()) {
      if (isAsThen(key)) continue
      base.other = key
      return false
    }
    const now = [...agenda]
    if (now.length !== base.agenda.length || now.some((choice, at) => choice !== base.agenda[at])) return false
    const pending = store.deadlines.entries()
    return pending.length === base.deadlines.size && pending.every(([key, left]) => base.deadlines.get(key) === left)
  }

  private goRound(lap: Lap, event: Exclude<Event, { readonly type: 'settled' }>): void {
    if (lap.left === 0) return
    lap.left--
    if (event.type === 'step') lap.does.push(event.label ?? event.choice)
    else if (event.type === 'clock') lap.does.push('clock')
    lap.broken = stillBroken(lap.broken, this.judge.inRound(lap.ending, lap.round))
  }
}
