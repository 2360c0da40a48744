/**
 * Judges claims along one order of events. A claim about Worlds is judged anew only when a cell that its last
 * judgement read has changed.
 */
import type { Cells, DeadlineKey, Key, Projection } from '#kernel/cells'
import { prefixOf } from '#kernel/cells'
import { flat, type List } from '#kernel/list'
import type { World } from '#cluster/world'
import type { Always, Claim, Ending, Finally, Finding, Judging, Step, Verdict, Write } from './claim.js'

export interface Violation extends Finding {
  readonly claim: string
  /** The Step after which it was found (from 1). */
  readonly step: number
  /** Virtual time in milliseconds. */
  readonly at: number
}

/** Reads a World and remembers what it read. */
class Reading implements Cells {
  readonly keys = new Set<string>()

  constructor(private readonly world: World) {}

  read<T>(key: Key<T>): T | undefined {
    this.keys.add(key)
    return flat(this.world.store.get(key)) as T | undefined // as in World
  }

  list<T>(key: Key<List<T>>): List<T> | undefined {
    this.keys.add(key)
    return this.world.store.get(key) as List<T> | undefined // as in World
  }

  project<T, R>(key: Key<T>, projection: Projection<T, R>): R {
    return projection.of(this.read(key))
  }

  pending(key: DeadlineKey): boolean {
    this.keys.add(key)
    return (this.world.store.deadlines.left(key) ?? 0) > 0
  }

  write(): void { throw new Error('a claim only looks') }
  append(): void { throw new Error('a claim only looks') }
  add(): void { throw new Error('a claim only looks') }
  arm(): void { throw new Error('a claim only looks') }
  disarm(): void { throw new Error('a claim only looks') }
  choose(): number { throw new Error('a claim only looks') }
}

/** One claim about one subject, or (with an empty subject) the list of a claim's subjects. */
interface Instance {
  readonly claim: Always
  readonly subject: string | undefined
  reads: ReadonlySet<string>
  violated: boolean
  gone: boolean
}

export class Judge {
  readonly violations: Violation[] = []
  /** How often each claim met the situation that it speaks of. */
  readonly exercised = new Map<string, number>()
  private readonly always: readonly Always[]
  private readonly finals: readonly Finally[]
  private readonly steps = new Map<string, Step[]>()
  private readonly readers = new Map<string, Set<Instance>>()
  private readonly subjects = new Map<Always, Map<string, Instance>>()
  private readonly memories = new Map<string, Map<string, unknown>>()
  private readonly wakes: { readonly at: number; readonly claim: Step; readonly key: string }[] = []
  private readonly stale = new Set<Instance>()
  private step = 0
  private readonly seen = new Set<string>()

  constructor(private readonly world: World, claims: readonly Claim[], private readonly disturbed: () => boolean) {
    this.always = claims.filter((claim) => claim.kind === 'always')
    this.finals = claims.filter((claim) => claim.kind === 'finally')
    for (const claim of claims) {
      this.memories.set(claim.name, new Map())
      if (claim.kind !== 'step') continue
      for (const on of claim.on) {
        const prefix = prefixOf(on)
        this.steps.set(prefix, [...this.steps.get(prefix) ?? [], claim])
      }
    }
    for (const claim of this.always) {
      const instance = this.instance(claim, undefined)
      this.subjects.set(claim, new Map())
      this.stale.add(instance)
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
      if (readers !== undefined) for (const instance of readers) this.stale.add(instance)
      const claims = this.steps.get(prefixOf(key))
      if (claims !== undefined && touched.indexOf(key) === i) this.judgeWrite(claims, key, before[i], choice)
    }
    if (this.stale.size > 0) this.rejudge()
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
      this.record(claim, claim.due?.(this.judging(claim, new Reading(this.world)), key))
    }
  }

  /** Things have settled, or gone on for too long. */
  settled(ending: Ending): void {
    for (const claim of this.finals) {
      for (const subject of claim.subjects(new Reading(this.world))) {
        this.record(claim, claim.check(this.judging(claim, new Reading(this.world)), subject, ending))
      }
    }
  }

  private judgeWrite(claims: readonly Step[], key: string, before: unknown, choice: string): void {
    const write: Write = { key, before, after: this.world.store.get(key), choice, process: this.world.processOf(choice) }
    if (write.before === write.after) return
    for (const claim of claims) {
      if (!claim.on.some((prefix) => key.startsWith(prefix))) continue
      this.record(claim, claim.check(this.judging(claim, new Reading(this.world)), write))
    }
  }

  private rejudge(): void {
    for (const instance of this.stale) {
      if (instance.gone) continue
      const reading = new Reading(this.world)
      if (instance.subject === undefined) this.relist(instance.claim, instance.claim.subjects(reading))
      else {
        const verdict = instance.claim.check(this.judging(instance.claim, reading), instance.subject)
        // Reported once for as long as it lasts.
        if (isFinding(verdict) && instance.violated) this.count(instance.claim.name)
        else this.record(instance.claim, verdict)
        instance.violated = isFinding(verdict)
      }
      this.follow(instance, reading.keys)
    }
    this.stale.clear()
  }

  /** New subjects are judged at once, those that are gone are forgotten. */
  private relist(claim: Always, subjects: readonly string[]): void {
    const known = this.subjects.get(claim)!
    const listed = new Set(subjects)
    for (const [subject, instance] of known) {
      if (listed.has(subject)) continue
      known.delete(subject)
      instance.gone = true
      this.follow(instance, new Set())
    }
    for (const subject of listed) {
      if (known.has(subject)) continue
      const instance = this.instance(claim, subject)
      known.set(subject, instance)
      this.stale.add(instance)
    }
  }

  private follow(instance: Instance, keys: ReadonlySet<string>): void {
    for (const key of instance.reads) {
      if (keys.has(key)) continue
      const readers = this.readers.get(key)
      readers?.delete(instance)
      if (readers?.size === 0) this.readers.delete(key)
    }
    for (const key of keys) {
      const readers = this.readers.get(key)
      if (readers === undefined) this.readers.set(key, new Set([instance]))
      else readers.add(instance)
    }
    instance.reads = keys
  }

  private instance(claim: Always, subject: string | undefined): Instance {
    return { claim, subject, reads: new Set(), violated: false, gone: false }
  }

  private judging(claim: Claim, cells: Cells): Judging {
    return {
      cells,
      now: this.world.now,
      disturbed: this.disturbed(),
      memory: this.memories.get(claim.name)!,
      wake: (key, at) => {
        if (claim.kind === 'step') this.wakes.push({ at, claim, key })
      },
    }
  }

  private record(claim: Claim, verdict: Verdict): void {
    if (verdict === undefined) return
    this.count(claim.name)
    if (!isFinding(verdict)) return
    const same = `${claim.name} ${verdict.message}`
    if (this.seen.has(same)) return
    this.seen.add(same)
    this.violations.push({ ...verdict, claim: claim.name, step: this.step, at: this.world.now })
  }

  private count(claim: string): void {
    this.exercised.set(claim, (this.exercised.get(claim) ?? 0) + 1)
  }
}

const isFinding = (verdict: Verdict): verdict is Finding => typeof verdict === 'object'
