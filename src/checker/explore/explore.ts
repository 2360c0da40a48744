/** Explores every order within bounds, judges every claim, and takes the driver the way to each that is broken. */
import type { Claim } from '../claim.js'
import { limitsOf, type Limits } from '../driver.js'
import { runOrder } from '../order.js'
import { delaysOf, faultsOf, type Schedule } from '../schedule.js'
import { findingKey, type OrderResult } from '../search.js'
import type { Violation } from '../judge.js'
import type { System } from '../system.js'
import { BoundedSearch, type Observer, type Strategy } from './bounded-search.js'
import { BitstateSearch, type Bitstate } from './bitstate-search.js'
import { BoundedSpace } from './bounded-space.js'
import type { Bounds } from './bounds.js'
import { Judgement, type Broken } from './judgement.js'
import type { Told, Views } from './crew/expander.js'
import type { SheetReader } from './crew/sheet.js'
import { isFair } from './fair-loop.js'
import { both } from './observers.js'
import { scheduleOf } from './route.js'
import { partOf, type Saved } from './saved.js'
import type { Spared } from './visitor.js'

export interface ExploreOptions {
  readonly system: System
  readonly claims: readonly Claim[]
  readonly bounds: Bounds
  readonly limits?: Limits
  /** Worlds at most. */
  readonly most?: number
  /** Bytes at most, of Worlds and what leads to them. */
  readonly memory?: number
  /** Breadth first, where absent. */
  readonly strategy?: Strategy
  /** Worlds are told apart by 64 bits of them, and not kept. */
  readonly isCompact?: boolean
  /** Nothing is kept of a World but bits, depth first: what does not fit into memory. */
  readonly bitstate?: Bitstate
  /** Who looks on beside the judgement, made for the space that is explored. */
  readonly observer?: (space: BoundedSpace) => Observer
}

/** How far an exploration has come. */
export interface Progress {
  readonly worlds: number
  readonly transitions: number
  /** Worlds that were expanded. */
  readonly expanded: number
  readonly depth: number
  readonly bytes: number
  /** Steps that ran for real, of all that were looked up. */
  readonly evaluations: number
  readonly found: number
  readonly spared: Readonly<Spared>
  /** How many Worlds were probably taken for others; 0 where all are kept. */
  readonly missed: number
}

/** A claim that is broken, and an order that shows it. */
export interface Counterexample {
  readonly key: string
  readonly order: OrderResult
  readonly violation: Violation
  /** Where it goes on like that for ever: the keys of the choices of the loop, which the order comes to. */
  readonly loop?: readonly string[]
}

export interface Exploration extends Progress {
  /** Every World within the bounds was reached and expanded; otherwise why not. */
  readonly stopped: 'worlds' | 'memory' | 'interrupted' | undefined
  readonly exercised: ReadonlySet<string>
  readonly counterexamples: readonly Counterexample[]
  /** Broken where it was explored, and not in the driver's order: what the claim remembers differs by the way. */
  readonly unconfirmed: readonly Broken[]
}

interface Found {
  readonly broken: Broken
  /** What of the budgets was used, and how many actions led there. */
  readonly cost: readonly [faults: number, delays: number, actions: number]
  /** Where that has to be known early. */
  way?: Way
}

/** What leads to what was found, and the loop there. */
interface Way {
  readonly schedule: Schedule
  readonly loop: readonly string[] | undefined
}

/** Without ways where those are still known. */
type SavedFindings = readonly (readonly [key: string, claim: string, broken: Omit<Broken, 'claim'>, cost: Found['cost'], way: Way | undefined])[]

/** What an explorer found, as plain data for another one of the same. */
export interface Handed {
  readonly progress: Progress
  readonly exercised: readonly string[]
  readonly found: SavedFindings
}

export class Explorer {
  readonly space: BoundedSpace
  readonly search: BoundedSearch
  readonly judgement: Judgement
  private readonly found = new Map<string, Found>()
  /** Whether something was found to which the way was not worked out. */
  private hasFound = false
  private stopped: Exploration['stopped']

  /** `saved`: by an explorer with the same options. */
  constructor(private readonly options: ExploreOptions, saved?: Saved) {
    const { system, claims, bounds, limits, observer, strategy, isCompact, bitstate } = options
    this.space = new BoundedSpace(system, bounds, limitsOf(system, limits))
    this.judgement = new Judgement(this.space, claims, (broken) => this.note(broken))
    const looksOn = observer === undefined ? this.judgement : both(this.judgement, observer(this.space))
    this.search = bitstate === undefined ? new BoundedSearch(this.space, looksOn, strategy, isCompact)
      : new BitstateSearch(this.space, looksOn, bitstate)
    if (saved === undefined) this.judgement.begin()
    else this.load(saved)
  }

  /** All that is known, so that another process can go on from here. */
  save(): Saved {
    return { data: this.findings(), parts: { space: this.space.save(), search: this.search.save(), judgement: this.judgement.save() } }
  }

  private load(saved: Saved): void {
    this.space.load(partOf(saved, 'space'))
    this.search.load(partOf(saved, 'search'))
    this.judgement.load(partOf(saved, 'judgement'))
    this.add(saved.data as SavedFindings) // as saved
  }

  private findings(): SavedFindings {
    return [...this.found].map(([key, { broken: { claim, ...broken }, cost, way }]) => [key, claim.name, broken, cost, way] as const)
  }

  /** Knows of these too, where nothing that takes less is known. */
  private add(findings: SavedFindings): void {
    for (const [key, name, broken, cost, way] of findings) {
      const before = this.found.get(key)
      if (before !== undefined && compare(cost, before.cost) >= 0) continue
      this.found.set(key, { broken: { claim: this.claimNamed(name), ...broken }, cost, ...(way === undefined ? {} : { way }) })
    }
  }

  /** What was found, for another one. */
  hand(): Handed {
    return { progress: this.progress, exercised: [...this.judgement.exercised], found: this.findings() }
  }

  /** Takes what another one found for what was found here. */
  adopt({ exercised, found }: Handed): void {
    this.noteExercised(exercised)
    this.add(found)
  }

  private claimNamed(name: string): Claim {
    const claim = this.options.claims.find((one) => one.name === name)
    if (claim === undefined) throw new Error(`there is no claim ${name}`)
    return claim
  }

  get progress(): Progress {
    const { search, space } = this
    return {
      worlds: search.worlds, transitions: search.transitions, expanded: search.expanded, depth: search.depth,
      bytes: search.bytes + this.judgement.bytes, evaluations: space.evaluations, found: this.found.size,
      spared: { ...space.spared }, missed: search.missed,
    }
  }

  /** All that is known, but nothing of the Worlds that were reached. */
  saveKnown(): Saved {
    return { data: { count: this.space.novelty.count }, parts: { space: this.space.saveKnown(), judgement: this.judgement.saveKnown() } }
  }

  /** What others have to know of nodes to expand them. */
  share(): Views {
    return { ...this.space.nodes.share(), ...this.search.share(), memories: this.judgement.share() }
  }

  /** Takes in what another one found out of the World that is expanded next. */
  take(sheet: SheetReader, told: readonly Told[]): void {
    this.search.take(sheet, (node, memory) => this.judgement.remember(node, memory))
    for (const { claim: name, broken, spent } of told) this.note({ claim: this.claimNamed(name), ...broken }, spent)
  }

  noteExercised(claims: readonly string[]): void {
    for (const name of claims) this.judgement.exercised.add(name)
  }

  /** After something was thrown in mid-course. */
  abandon(): void {
    this.space.abandon()
    this.judgement.abandon()
  }

  /** Grows with everything that may change what expanding a World comes to. */
  get extent(): number {
    const { space: { slots, choices, dependence }, options: { bounds: { faults } } } = this
    return (faults > 0 ? slots.size : 0) + choices.all.length + dependence.seen // faults look at keys
  }

  /** Whether there are as many Worlds as there may be. */
  get isFull(): boolean {
    if (this.search.worlds >= (this.options.most ?? Infinity)) this.stopped = 'worlds'
    return this.stopped !== undefined
  }

  /** Whether they take as much memory as they may. */
  get isTooLarge(): boolean {
    if (this.progress.bytes >= (this.options.memory ?? Infinity)) this.stopped = 'memory'
    return this.stopped !== undefined
  }

  /** Expands up to so many Worlds; whether there is more to do. */
  advance(worlds: number): boolean {
    for (let i = 0; i < worlds; i++) {
      if (!this.search.next()) return false
      if (this.options.bitstate !== undefined) this.tellWays()
      if (this.isFull) return false
    }
    return !this.isTooLarge
  }

  /** What was found. `interrupted`: somebody stopped it while there was more to do. */
  finish(interrupted = false): Exploration {
    const { progress } = this // what is gone through again from here on does not count
    if (this.options.bitstate === undefined) this.judgeLoops()
    const counterexamples: Counterexample[] = []
    const unconfirmed: Broken[] = []
    for (const [key, found] of [...this.found].sort((a, b) => compare(a[1].cost, b[1].cost))) {
      const confirmed = this.confirm(key, found.way ?? this.wayTo(found.broken))
      if (confirmed === undefined) unconfirmed.push(found.broken)
      else counterexamples.push(confirmed)
    }
    return {
      ...progress, evaluations: this.space.evaluations, found: this.found.size, stopped: this.stopped ?? (interrupted ? 'interrupted' : undefined),
      exercised: this.judgement.exercised, counterexamples, unconfirmed,
    }
  }

  /** Works out the ways to what was just found, before they are forgotten. */
  private tellWays(): void {
    this.judgeLoops()
    if (!this.hasFound) return
    for (const found of this.found.values()) found.way ??= this.wayTo(found.broken)
    this.hasFound = false
  }

  private judgeLoops(): void {
    for (const loop of this.search.loops()) {
      if (!isFair(this.search, loop)) continue
      this.judgement.goesRound(loop, this.search.passesTime(loop) ? 'horizon' : 'livelock', (visit) => this.search.around(loop, visit))
    }
  }

  private wayTo(broken: Broken): Way {
    return { schedule: this.scheduleTo(broken), loop: broken.loop === undefined ? undefined : this.loopOf(broken.loop) }
  }

  /** The schedule that leads the driver to where this was found. */
  scheduleTo({ from, action, steps }: Broken): Schedule {
    const { system, bounds } = this.options
    const path = this.search.pathTo(from, action, steps)
    return scheduleOf(path, (choice) => this.space.choices.all[choice]!.key, bounds.maxLag, system.faults)
  }

  private note(broken: Broken, spent: Told['spent'] = this.space.spent()): void {
    const { claim, finding, from, steps } = broken
    const key = findingKey({ ...finding, claim: claim.name, step: 0, at: 0 })
    const cost = [...spent, this.search.actionsTo(from) + steps] as const
    const before = this.found.get(key)
    if (before !== undefined && compare(cost, before.cost) >= 0) return
    this.found.set(key, { broken, cost })
    this.hasFound = true
  }

  private confirm(key: string, { schedule, loop }: Way): Counterexample | undefined {
    const { system, claims, limits } = this.options
    const order = runOrder(system, claims, schedule, limits === undefined ? {} : { limits })
    const violation = order.violations.find((one) => findingKey(one) === key)
    if (violation === undefined) return undefined
    const { steps, violations, exercised } = order
    const result = { index: 0, steps, schedule, violations, exercised: [...exercised] }
    return { key, violation, order: result, ...(loop === undefined ? {} : { loop }) }
  }

  private loopOf(loop: readonly number[]): readonly string[] {
    return this.search.actionsOf(loop).flatMap((action) =>
      ('choice' in action ? [this.space.choices.all[action.choice]!.key] : action.is === 'clock' ? ['clock'] : []))
  }
}

const compare = (a: Found['cost'], b: Found['cost']): number => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]

/** Explores to the end, or to a limit. */
export function explore(options: ExploreOptions, onProgress?: (progress: Progress) => boolean): Exploration {
  const explorer = new Explorer(options)
  while (explorer.advance(4096)) {
    if (onProgress?.(explorer.progress) === false) return explorer.finish(true)
  }
  return explorer.finish()
}

/** How much of the budgets a schedule uses. */
export const costOf = (schedule: Schedule): readonly [faults: number, delays: number] => [faultsOf(schedule), delaysOf(schedule)]
