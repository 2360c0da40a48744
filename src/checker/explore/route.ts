/** The schedule that takes the driver the way by which a search came to a World. */
import { prefixOf } from '#kernel/cells'
import type { Anchor, Deviation, FaultAt, Hold, Schedule } from '../schedule.js'
import type { FaultKind, MaxLag } from '../system.js'
import type { Action } from './actions.js'

/** `keyOf`: the key of a choice, by its number. */
export function scheduleOf(
  actions: readonly Action[], keyOf: (choice: number) => string, maxLag: MaxLag, kinds: readonly FaultKind[],
): Schedule {
  const route = new Route(keyOf, maxLag, kinds)
  for (const action of actions) route.add(action)
  return { deviations: route.deviations }
}

/** A deviation that may still be changed, since what comes later says where it belongs. */
interface Held {
  hold: Hold
  readonly since: number
}

interface Struck {
  fault: FaultAt
  next: number
}

/** What broke waits for whatever comes next. */
const anything = -2

class Route {
  private readonly done: (Held | Struck | { readonly other: Deviation })[] = []
  private readonly counts = new Map<string, number>()
  private readonly held = new Map<string, Held>()
  /** Offers that were held back, as text. */
  private readonly heldOnce = new Set<string>()
  private now = 0
  private users = 0
  private lastUser = 0
  /** The release that came last before each offer. */
  private readonly released = new Map<string, Held>()
  /** The faults since something was taken. */
  private struck: Struck[] = []

  constructor(
    private readonly keyOf: (choice: number) => string, private readonly maxLag: MaxLag, private readonly kinds: readonly FaultKind[],
  ) {}

  get deviations(): readonly Deviation[] {
    return this.done.map((one) => ('hold' in one ? one.hold : 'fault' in one ? one.fault : one.other))
  }

  add(action: Action): void {
    switch (action.is) {
      case 'clock': this.now += action.ms; this.struck = []; break
      case 'hold': return this.hold(action.choice)
      case 'release': return this.release(action.choice, action.next, action.picks)
      case 'fault': return this.fault(action)
      case 'take': return this.take(action.choice, action.picks)
      case 'user':
        if (action.early) this.done.push({ other: { kind: 'early', nth: this.users + 1, ms: this.now - this.lastUser } })
        return this.act(action.choice)
      default: throw new Error(`unknown ${JSON.stringify(action satisfies never)}`)
    }
  }

  private hold(choice: number): void {
    const at = this.anchor(choice)
    const held: Held = { hold: { kind: 'hold', ...at, ms: this.lagOf(at.channel) }, since: this.now }
    this.done.push(held)
    this.held.set(at.channel, held)
    this.heldOnce.add(textOf(at))
    for (const one of this.struck) if (one.next === choice) one.next = anything
  }

  private release(choice: number, next: number, picks: readonly number[]): void {
    const at = this.anchor(choice)
    const held = this.held.get(at.channel)!
    this.held.delete(at.channel)
    if (next >= 0) this.releaseBefore(held, this.anchor(next))
    else {
      held.hold = { ...held.hold, ms: this.now - held.since, atEnd: true }
      this.done.push(...this.done.splice(this.done.indexOf(held), 1)) // in the order in which they are let go
    }
    for (const one of this.struck) if (one.next === next) one.next = anything
    this.take(choice, picks)
  }

  private releaseBefore(held: Held, next: Anchor): void {
    const isAgain = this.heldOnce.has(textOf(next))
    held.hold = { ...held.hold, before: isAgain ? { ...next, again: true } : next }
    const other = this.released.get(textOf(next))
    if (other !== undefined) other.hold = { ...other.hold, before: { ...anchorOf(held.hold), again: true } } // that one first
    this.released.set(textOf(next), held)
  }

  private fault({ fault, target, next, user, picks }: Extract<Action, { is: 'fault' }>): void {
    this.outcomes({ channel: '', nth: 0 }, picks)
    const kind = this.kinds.find(({ name }) => name === fault)
    const ms = kind?.heal === undefined ? 0 : kind.lasts[0]
    const struck: Struck = { fault: { kind: 'fault', ...this.anchor(next), fault, target, ms }, next }
    this.struck.push(struck)
    this.done.push(struck)
    if (user) this.act(next)
  }

  private take(choice: number, picks: readonly number[]): void {
    const at = this.anchor(choice)
    // What broke before something else was let go, or held back, broke before this.
    for (const one of this.struck) if (one.next === anything) one.fault = { ...one.fault, ...at }
    this.struck = []
    this.outcomes(at, picks)
    this.counts.set(at.channel, at.nth + 1)
  }

  private act(choice: number): void {
    this.users++
    this.lastUser = this.now
    this.take(choice, [])
  }

  private outcomes(at: Anchor, picks: readonly number[]): void {
    picks.forEach((pick, ask) => { if (pick !== 0) this.done.push({ other: { kind: 'outcome', ...at, ask, pick } }) })
  }

  private anchor(choice: number): Anchor {
    const channel = this.keyOf(choice)
    return { channel, nth: this.counts.get(channel) ?? 0 }
  }

  private lagOf(channel: string): number {
    return this.maxLag[prefixOf(channel)] ?? 0
  }
}

const anchorOf = ({ channel, nth }: Anchor): Anchor => ({ channel, nth })
const textOf = ({ channel, nth }: Anchor): string => `${channel}#${nth}`
