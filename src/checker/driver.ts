/**
 * Takes one World through one schedule: promptly, but for the deviations. Prompt means that everything enabled
 * happens before the clock moves, in a fair, fixed order, and that the user waits until things have settled.
 */
import type { World } from '#cluster/world'
import type { Early, FaultAt, Hold, Outcome, Schedule, Shuffle } from './schedule.js'
import { chooserFor, type Chooser } from './choosers.js'
import { Holding } from './holding.js'
import { defaultLimits, goesOnForLong, limitsOf, type Limits } from './limits.js'
import { sceneOf, type System } from './system.js'
import type { Ending } from './claim.js'

export { defaultLimits, goesOnForLong, limitsOf, type Limits } from './limits.js'

/** What just happened, for whoever looks on. */
export type Event =
  | { readonly type: 'step'; readonly choice: string; readonly label: string | undefined }
  | { readonly type: 'clock'; readonly to: number }
  | { readonly type: 'fault'; readonly fault: string; readonly target: string; readonly healed: boolean }
  | { readonly type: 'settled'; readonly ending: Ending }

export interface Watching {
  /** Called after each Step, clock move, fault and settling. Labels are computed only on request. */
  after(event: Event): void
  readonly labels?: boolean
  /** When the clock has to stop for who looks on. */
  nextWake?(): number | undefined
}

export class Driver {
  steps = 0
  /** A fault is under way, or upstream is still recovering from one, until this time. */
  disturbedUntil = -1
  /** Offers taken so far, of the channels that some deviation or observer counts. */
  private readonly taken = new Map<string, number>()
  private readonly counted = new Set<string>()
  private readonly countsAll: boolean
  private readonly firsts = new Map<string, Set<number>>()
  private readonly outcomes = new Map<string, Outcome[]>()
  private readonly faults = new Map<string, FaultAt[]>()
  private readonly earlies = new Map<number, Early>()
  private readonly shuffles: readonly Shuffle[]
  private readonly choosers = new Map<Shuffle, Chooser>()
  private readonly held: Holding
  private readonly heals: { readonly at: number; readonly fault: FaultAt }[] = []
  private readonly userPrefix: string
  private userActions = 0
  private lastUserAction = 0
  private instantSteps = 0
  private readonly mostAtOnce: number
  /** The limits for a system of this size. */
  private readonly ownLimits: Limits
  private asks = 0

  constructor(
    readonly world: World,
    private readonly system: System,
    schedule: Schedule,
    private readonly watching: Watching,
    private readonly limits: Limits = defaultLimits,
    countsAll = false,
  ) {
    this.countsAll = countsAll
    this.userPrefix = `${system.user}|`
    this.ownLimits = limitsOf(system, limits)
    this.mostAtOnce = this.ownLimits.instant
    const shuffles: Shuffle[] = []
    const holds: Hold[] = []
    for (const deviation of schedule.deviations) {
      switch (deviation.kind) {
        case 'hold': holds.push(deviation); break
        case 'outcome': push(this.outcomes, deviation.channel, deviation); break
        case 'fault': push(this.faults, deviation.channel, deviation); break
        case 'first': this.firsts.set(deviation.channel, new Set(this.firsts.get(deviation.channel)).add(deviation.nth)); break
        case 'early': this.earlies.set(deviation.nth, deviation); break
        case 'shuffle': shuffles.push(deviation); break
        default: throw new Error(`unknown deviation ${JSON.stringify(deviation satisfies never)}`)
      }
      if ('channel' in deviation) this.counted.add(deviation.channel)
      if (deviation.kind === 'hold' && deviation.before !== undefined) this.counted.add(deviation.before.channel)
    }
    this.shuffles = shuffles
    this.held = new Holding(holds, world, (channel) => this.countOf(channel))
    world.picker = (options, choice) => this.pick(options, choice)
  }

  /** Things have gone on for long, and from here on the prompt order goes on. */
  get isLong(): boolean {
    return goesOnForLong(this.ownLimits, this.world.now - this.lastUserAction, this.instantSteps)
      && this.held.size === 0 && this.heals.length === 0 && this.shuffles.every(({ to }) => this.steps >= to)
  }

  /** How often the channel's offers were taken. */
  countOf(channel: string): number {
    return this.taken.get(channel) ?? 0
  }

  /** Goes on until nothing can happen any more or a limit is met. */
  run(): Ending {
    for (;;) {
      const choice = this.next()
      if (choice !== undefined) {
        this.take(choice)
        if (this.steps >= this.limits.steps) return 'horizon'
        if (2 * this.instantSteps >= this.mostAtOnce && this.isOverdue()) return 'livelock'
        continue
      }
      const ending = this.wait()
      if (ending !== undefined) return ending
    }
  }

  /** The choice to take now; `undefined` where the clock has to move. */
  private next(): string | undefined {
    const { agenda } = this.world
    if (this.firsts.size > 0) {
      for (const choice of agenda) {
        if (this.firsts.get(choice)?.has(this.countOf(choice)) && !this.held.keeps(choice)) return choice
      }
    }
    const shuffle = this.shuffles.length === 0 ? undefined
      : this.shuffles.find(({ from, to }) => this.steps >= from && this.steps < to)
    if (shuffle !== undefined) {
      const open = [...agenda].filter((choice) => !this.isUser(choice) && !this.held.keeps(choice))
      if (open.length > 0) return this.chooserOf(shuffle).choose(open, this.world)
    }
    const first = agenda.first()
    if (first === undefined) return undefined
    if (this.isUser(first)) return undefined
    if (this.held.isEmpty) return first
    for (const choice of agenda) {
      if (this.isUser(choice)) return undefined
      const earlier = this.held.before(choice)
      if (earlier !== undefined) return earlier
      if (!this.held.keeps(choice)) return choice
    }
    return undefined
  }

  private take(choice: string): void {
    const faults = this.faults.get(choice)
    // What comes first may be something else now; the user acts all the same.
    if (faults !== undefined && this.strike(faults, choice) && !(this.isUser(choice) && this.world.isEnabled(choice))) return
    const label = this.watching.labels ? this.world.label(choice) : undefined
    this.asks = 0
    this.steps++
    this.instantSteps++
    this.held.end(choice)
    this.world.take(choice)
    if (this.countsAll || this.counted.has(choice)) this.taken.set(choice, this.countOf(choice) + 1)
    this.watching.after({ type: 'step', choice, label })
  }

  /** Nothing is left to do at this instant: something held is let go, the user acts, or the clock moves. */
  private wait(): Ending | undefined {
    const { world } = this
    if (this.held.letGo(world.now, true)) return undefined
    const user = this.userChoice()
    const early = user === undefined ? undefined : this.earlies.get(this.userActions)
    // Things have settled when none is left of these; who looks on may wait longer, and the user does not wait for that.
    const due = Math.min(world.nextDeadline ?? Infinity, ...this.held.ends().filter((at) => at > world.now),
      ...this.heals.map(({ at }) => at))
    let next = Math.min(due, this.watching.nextWake?.() ?? Infinity)
    if (user !== undefined) {
      const acts = early === undefined ? this.lastUserAction + this.limits.patience : this.lastUserAction + early.ms
      if (due === Infinity || acts <= Math.max(world.now, early === undefined ? next : world.now)) {
        if (early === undefined) this.watching.after({ type: 'settled', ending: due === Infinity ? 'quiescent' : 'horizon' })
        this.userActions++
        this.lastUserAction = world.now
        this.take(user)
        return undefined
      }
      next = Math.min(next, acts)
    } else if (next === Infinity) {
      this.watching.after({ type: 'settled', ending: 'quiescent' })
      return 'quiescent'
    } else if (next > this.lastUserAction + this.limits.patience) {
      this.watching.after({ type: 'settled', ending: 'horizon' })
      return 'horizon'
    }
    this.instantSteps = 0
    world.advance(next)
    this.watching.after({ type: 'clock', to: next })
    this.heal(next)
    this.held.letGo(next)
    return undefined
  }

  /**
   * So much happens at this instant that time hardly passes. For real it would, and delays and faults with it: they end, and
   * only if things go on nevertheless will they do so for ever.
   */
  private isOverdue(): boolean {
    if (this.held.size > 0) this.held.letGo(Infinity, true)
    if (this.heals.length > 0) this.heal(Infinity)
    if (this.instantSteps < this.mostAtOnce) return false
    this.watching.after({ type: 'settled', ending: 'livelock' })
    return true
  }

  private isUser(choice: string): boolean {
    return choice.startsWith(this.userPrefix)
  }

  private userChoice(): string | undefined {
    for (const choice of this.world.agenda) if (this.isUser(choice)) return choice
    return undefined
  }

  private strike(faults: FaultAt[], choice: string): boolean {
    const nth = this.countOf(choice)
    const at = faults.findIndex((fault) => fault.nth === nth)
    if (at < 0) return false
    const [fault] = faults.splice(at, 1)
    const kind = this.system.faults.find(({ name }) => name === fault?.fault)
    if (fault === undefined || kind === undefined || !kind.targets(sceneOf(this.world)).includes(fault.target)) return false
    this.asks = 0
    this.world.perform(() => kind.inject(sceneOf(this.world), fault.target))
    this.steps++
    const lasts = kind.heal === undefined ? 0 : fault.ms
    if (kind.heal !== undefined) this.heals.push({ at: this.world.now + lasts, fault })
    this.disturbedUntil = Math.max(this.disturbedUntil, this.world.now + lasts + kind.recovery)
    this.watching.after({ type: 'fault', fault: fault.fault, target: fault.target, healed: false })
    return true
  }

  private heal(now: number): void {
    for (let i = this.heals.length - 1; i >= 0; i--) {
      const { at, fault } = this.heals[i]!
      if (at > now) continue
      this.heals.splice(i, 1)
      const kind = this.system.faults.find(({ name }) => name === fault.fault)
      this.world.perform(() => kind?.heal?.(sceneOf(this.world), fault.target))
      this.steps++
      this.watching.after({ type: 'fault', fault: fault.fault, target: fault.target, healed: true })
    }
  }

  private pick(options: readonly string[], choice: string): number {
    const ask = this.asks++
    const shuffle = this.shuffles.find(({ from, to }) => this.steps > from && this.steps <= to)
    if (shuffle !== undefined) return this.chooserOf(shuffle).pick(options.length)
    const nth = this.countOf(choice)
    const outcome = this.outcomes.get(choice)?.find((one) => one.nth === nth && one.ask === ask)
    return outcome === undefined ? 0 : outcome.pick % options.length
  }

  private chooserOf(shuffle: Shuffle): Chooser {
    let chooser = this.choosers.get(shuffle)
    if (chooser === undefined) {
      chooser = chooserFor(shuffle.strategy, shuffle.seed)
      this.choosers.set(shuffle, chooser)
    }
    return chooser
  }
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
}
