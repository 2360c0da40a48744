/**
 * Judges claims along one order of events. A claim about Worlds is judged anew only when a cell that its last
 * judgement read has changed.
 */
import type { Cells } from '#kernel/cells'
import { Looking } from '#cluster/looking'
import type { World } from '#cluster/world'
import {
  isFinding, watchersOf, type Always, type Claim, type Ending, type Finally, type Finding, type Judging,
  type Step, type Verdict, type Write,
} from './claim.js'

export interface Violation extends Finding {
  readonly claim: string
  /** The Step after which it was found (from 1). */
  readonly step: number
  /** Virtual time in milliseconds. */
  readonly at: number
  /** Where things go round for ever: what is done on the way round. */
  readonly loop?: Loop
}

export interface Loop {
  /** How long one round takes, in milliseconds of virtual time; 0: all of it happens at one instant. */
  readonly ms: number
  /** Labels of the Steps of one round, in order; `clock` where time passes. */
  readonly does: readonly string[]
}

/** What a claim about the end finds in one World of a loop. */
export interface Round {
  readonly claim: Finally
  readonly subject: string
  readonly finding: Finding
}

/**
 * What is broken in each World of a loop so far: of what is broken `here`, what was so in those before, if
 * there were any.
 */
export const stillBroken = (before: readonly Round[] | undefined, here: readonly Round[]): readonly Round[] =>
  before?.filter(({ claim, subject }) =>
    here.some((one) => one.claim === claim && one.subject === subject)) ?? here

/** One claim about one subject, or (without a subject) the list of a claim's subjects. */
interface Instance {
  readonly claim: Always
  readonly subject: string | undefined
  /** Every cell that some judgement of it has read: a cell too many only means one judgement too many. */
  readonly reads: Set<string>
  readonly cells: Cells
  stale: boolean
  violated: boolean
  gone: boolean
}

/** Which claims about Steps a write to a cell concerns. */
class Concerned {
  private readonly steps: readonly Step[]
  private readonly byKey = new Map<string, readonly Step[]>()

  constructor(claims: readonly Claim[]) {
    this.steps = claims.filter((claim) => claim.kind === 'step')
  }

  by(key: string): readonly Step[] {
    let claims = this.byKey.get(key)
    if (claims === undefined) {
      if (this.byKey.size > mostKeys) this.byKey.clear()
      claims = this.steps.filter(({ on }) => on.some((prefix) => key.startsWith(prefix)))
      this.byKey.set(key, claims)
    }
    return claims
  }
}

/** So many keys are remembered at most. */
const mostKeys = 200_000

// A cache of a pure function of an immutable list.
const concerned = new WeakMap<readonly Claim[], Concerned>()

function concernedOf(claims: readonly Claim[]): Concerned {
  let known = concerned.get(claims)
  if (known === undefined) concerned.set(claims, known = new Concerned(claims))
  return known
}

/** The same as `Judging`, to be filled in. */
type Seat = { -readonly [member in keyof Judging]: Judging[member] }

export class Judge {
  readonly violations: Violation[] = []
  /** How often each claim met the situation that it speaks of. */
  readonly exercised = new Map<string, number>()
  private readonly always: readonly Always[]
  private readonly finals: readonly Finally[]
  private readonly concerned: Concerned
  private readonly readers = new Map<string, Instance[]>()
  private readonly subjects = new Map<Always, Map<string, Instance>>()
  /** By the names of claims. */
  private readonly judgings = new Map<string, Seat>()
  private readonly wakes: { readonly at: number; readonly claim: Step; readonly key: string }[] = []
  /** Instances to be judged anew, in the order in which that became known. */
  private readonly stale: Instance[] = []
  private readonly looking: Cells
  private step = 0
  private readonly seen = new Set<string>()

  constructor(private readonly world: World, claims: readonly Claim[], private readonly disturbed: () => boolean) {
    this.always = [...claims.filter((claim) => claim.kind === 'always'), ...watchersOf(claims)]
    this.finals = claims.filter((claim) => claim.kind === 'finally')
    this.concerned = concernedOf(claims)
    this.looking = new Looking(world.store)
    for (const claim of this.always) {
      this.subjects.set(claim, new Map())
      this.doubt(this.instance(claim, undefined))
    }
    this.rejudge()
  }

  /** After a Step, a fault or a move of the clock. */
  after(choice: string, step: number): void {
    this.step = step
    const { touched, before } = this.world
    for (let i = 0; i < touched.length; i++) {
      const key = touched[i]!
      const readers = this.readers.get(key)
      if (readers !== undefined) for (const instance of readers) this.doubt(instance)
      const claims = this.concerned.by(key)
      if (claims.length > 0 && touched.indexOf(key) === i) this.judgeWrite(claims, key, before[i], choice)
    }
    if (this.stale.length > 0) this.rejudge()
  }

  /** When the clock has to stop for a claim that asked to be woken. */
  get nextWake(): number | undefined {
    return this.wakes.length === 0 ? undefined : Math.min(...this.wakes.map(({ at }) => at))
  }

  /** The clock has moved. */
  wake(): void {
    for (let i = 0; i < this.wakes.length; i++) {
      const { at, claim, key } = this.wakes[i]!
      if (at > this.world.now) continue
      this.wakes.splice(i--, 1)
      this.record(claim, claim.due?.(this.judging(claim, this.looking), key))
    }
  }

  /** Things have settled, or gone on for too long; `loop`: they are known to go round for ever. */
  settled(ending: Ending, loop?: Loop): void {
    for (const claim of this.finals) {
      for (const subject of claim.subjects(this.looking)) {
        this.record(claim, claim.check(this.judging(claim, this.looking), subject, ending), loop)
      }
    }
  }

  /** What is broken in this World as one of a loop in which these cells change. */
  inRound(ending: Ending, round: ReadonlySet<string>): readonly Round[] {
    return this.finals.flatMap((claim) => claim.subjects(this.looking).flatMap((subject) => {
      const finding = claim.check(this.judging(claim, this.looking, round), subject, ending)
      return isFinding(finding) ? [{ claim, subject, finding }] : []
    }))
  }

  /** This was broken in each World of a loop. */
  goesRound(broken: readonly Round[], loop: Loop): void {
    for (const { claim, finding } of broken) this.record(claim, finding, loop)
  }

  private judgeWrite(claims: readonly Step[], key: string, before: unknown, choice: string): void {
    const after = this.world.store.get(key)
    if (before === after) return
    const write: Write = { key, before, after, choice, process: this.world.processOf(choice) }
    for (const claim of claims) this.record(claim, claim.check(this.judging(claim, this.looking), write))
  }

  private doubt(instance: Instance): void {
    if (instance.stale || instance.gone) return
    instance.stale = true
    this.stale.push(instance)
  }

  private rejudge(): void {
    for (let i = 0; i < this.stale.length; i++) {
      const instance = this.stale[i]!
      const { claim, subject, cells } = instance
      instance.stale = false
      if (instance.gone) continue
      if (subject === undefined) {
        this.relist(claim, claim.subjects(cells))
        continue
      }
      const verdict = claim.check(this.judging(claim, cells), subject)
      // Reported once for as long as it lasts.
      if (isFinding(verdict) && instance.violated) this.count(claim.name)
      else this.record(claim, verdict)
      instance.violated = isFinding(verdict)
    }
    this.stale.length = 0
  }

  /** New subjects are judged at once, those that are gone are forgotten. */
  private relist(claim: Always, subjects: readonly string[]): void {
    const known = this.subjects.get(claim)!
    const listed = new Set(subjects)
    for (const [subject, instance] of known) {
      if (listed.has(subject)) continue
      known.delete(subject)
      this.forget(instance)
    }
    for (const subject of listed) {
      if (known.has(subject)) continue
      const instance = this.instance(claim, subject)
      known.set(subject, instance)
      this.doubt(instance)
    }
  }

  private instance(claim: Always, subject: string | undefined): Instance {
    const reads = new Set<string>()
    const follow = (key: string): void => {
      if (reads.has(key)) return
      reads.add(key)
      const readers = this.readers.get(key)
      if (readers === undefined) this.readers.set(key, [instance])
      else readers.push(instance)
    }
    const cells = new Looking(this.world.store, follow)
    const instance: Instance = { claim, subject, reads, cells, stale: false, violated: false, gone: false }
    return instance
  }

  private forget(instance: Instance): void {
    instance.gone = true
    for (const key of instance.reads) {
      const readers = this.readers.get(key) ?? []
      if (readers.length > 1) readers.splice(readers.indexOf(instance), 1)
      else this.readers.delete(key)
    }
  }

  /** Where the claim stands now: one object for each claim, told anew for each judgement. */
  private judging(claim: Claim, cells: Cells, round?: ReadonlySet<string>): Judging {
    let seat = this.judgings.get(claim.name)
    if (seat === undefined) {
      const wake = (key: string, at: number): void => {
        if (claim.kind === 'step') this.wakes.push({ at, claim, key })
      }
      seat = { cells, now: 0, disturbed: false, memory: new Map(), wake }
      this.judgings.set(claim.name, seat)
    }
    seat.cells = cells
    seat.now = this.world.now
    seat.disturbed = this.disturbed()
    seat.round = round
    return seat
  }

  private record(claim: Claim, verdict: Verdict, loop?: Loop): void {
    if (verdict === undefined) return
    this.count(claim.name)
    if (!isFinding(verdict)) return
    const same = `${claim.name} ${verdict.message}`
    if (this.seen.has(same)) return
    this.seen.add(same)
    this.violations.push({
      ...verdict, claim: claim.name, step: this.step, at: this.world.now, ...(loop === undefined ? {} : { loop }),
    })
  }

  private count(claim: string): void {
    this.exercised.set(claim, (this.exercised.get(claim) ?? 0) + 1)
  }
}
