/**
 * Judges claims on numbers, along the way by which each World was reached first. A claim's judgement has a memo like a Step's.
 * What a claim remembers lies beside the World and does not tell Worlds apart: a World that is reached in two ways is judged
 * further with what was remembered on the first.
 */
import type { Value } from '#kernel/cells'
import type { Always, Claim, Ending, Finally, Finding, Judging, Step, Verdict, Write } from '../claim.js'
import { grown } from './arrays.js'
import type { Observer } from './bounded-search.js'
import type { BoundedSpace } from './bounded-space.js'
import { ClaimRecorder, now as pseudo } from './claim-recorder.js'
import { Slots } from './slots.js'
import { asks } from './step-memo.js'
import { VectorSet } from './vector-set.js'

/** Where a claim was found broken: after `action` in World `from`, or, with no action, in World `from` itself. */
export interface Broken {
  readonly claim: Claim
  readonly finding: Finding
  readonly from: number
  readonly action: number | undefined
  /** Where things go round for ever: the Worlds of the loop, `from` the first. */
  readonly loop?: readonly number[]
}

interface Outcome {
  readonly verdict: Verdict
  readonly remembered: readonly (readonly [slot: number, number: number])[]
  readonly wakes: readonly { readonly at: number; readonly key: string }[]
  /** What there is to judge, where that was asked. */
  readonly subjects?: readonly string[]
}

interface Wake {
  readonly at: number
  readonly claim: string
  readonly key: string
}

const emptyPlaces = 4 // of what is there for one judgement only; it never becomes part of a vector

export class Judgement implements Observer {
  /** Claims that met the situation that they speak of. */
  readonly exercised = new Set<string>()
  private readonly beside = new Slots()
  private readonly memories = new VectorSet(4)
  /** What is remembered at each World, as a number of `memories`. */
  private atWorld: Int32Array = new Int32Array(1 << 10)
  private readonly steps: readonly Step[]
  private readonly always: readonly Always[]
  private readonly finals: readonly Finally[]
  /** Claims about Steps that a write to a slot concerns, with their trees. */
  private readonly concerned: (readonly (readonly [claim: Step, tree: number])[])[] = []
  /** Trees by claim, then by subject; `\n`: the list of subjects. */
  private readonly trees = new Map<Claim, Map<string, number>>()
  private readonly outcomes: Outcome[] = []
  /** Claims about Worlds whose judgement was ever seen to read a slot. */
  private readonly watchers = new Map<number, Set<Always>>()
  private readonly timeSlot: number
  private readonly wakesSlot: number

  constructor(private readonly space: BoundedSpace, claims: readonly Claim[], private readonly tell: (broken: Broken) => void) {
    this.steps = claims.filter((claim) => claim.kind === 'step')
    this.always = claims.filter((claim) => claim.kind === 'always')
    this.finals = claims.filter((claim) => claim.kind === 'finally')
    for (let slot = 0; slot < emptyPlaces; slot++) this.beside.slot(`judged|${slot}`)
    this.beside.number(pseudo.disturbed, true)
    this.timeSlot = this.beside.slot('time')
    this.wakesSlot = this.beside.slot('wakes')
    this.memories.widen(this.beside.size)
    this.setTime(0)
    space.worlds.load(1)
    for (const claim of this.always) this.judgeAll(claim, 1, undefined)
    this.atWorld[1] = this.commit()
    this.memories.settle()
  }

  get bytes(): number {
    return this.memories.bytes + this.atWorld.byteLength + this.space.memo.bytes
  }

  reached(from: number, action: number, world: number, isFirst: boolean, leaf: number): void {
    const isNew = isFirst || this.atWorld[world] === 0 // or it was reached, and not judged to the end
    this.memories.load(this.atWorld[from]!)
    const did = this.space.actions.all[action]!
    if (did.is === 'clock') this.moveClock(did.ms, from, action)
    if (leaf >= 0 || did.is === 'clock') {
      const choice = did.is === 'take' || did.is === 'release' || did.is === 'user' ? did.choice : -1
      this.judgeWrites(choice, from, action)
      if (isNew) this.judgeWorld(from, action)
    }
    if (isNew) {
      if (world >= this.atWorld.length) this.atWorld = grown(this.atWorld, world + 1)
      this.atWorld[world] = this.commit()
    }
    this.memories.restore()
  }

  settled(world: number, ending: Ending): void {
    for (const [claim, , verdict] of this.finally(world, ending)) this.record(claim, verdict, world, undefined)
  }

  /** Judges what things come to where they go round a loop for ever: broken is what is so in each of its Worlds. */
  goesRound(loop: readonly number[], ending: Ending): void {
    const [first, ...others] = loop
    if (first === undefined) return
    this.space.worlds.load(first)
    let broken = this.finally(first, ending).filter(([, , verdict]) => isFinding(verdict))
    for (const world of others) {
      if (broken.length === 0) return
      this.space.worlds.load(world)
      const here = this.finally(world, ending).filter(([, , verdict]) => isFinding(verdict))
      broken = broken.filter(([claim, subject]) => here.some((other) => other[0] === claim && other[1] === subject))
    }
    for (const [claim, , verdict] of broken) this.record(claim, verdict, first, undefined, loop)
  }

  /** What the claims about the end say of World `world`, which is under work. */
  private finally(world: number, ending: Ending): readonly (readonly [claim: Finally, subject: string, verdict: Verdict])[] {
    this.memories.load(this.atWorld[world]!)
    const said = this.finals.flatMap((claim) => this.subjectsOf(claim).map((subject) => {
      const { verdict } = this.outcome(this.treeOf(claim, `${ending} ${subject}`), claim,
        (recorder) => ({ verdict: claim.check(this.judging(recorder), subject, ending) }))
      return [claim, subject, verdict] as const
    }))
    this.memories.restore()
    return said
  }

  private judgeWrites(choice: number, from: number, action: number): void {
    const { slotsChanged, numbersBefore, worlds } = this.space
    for (let i = 0; i < slotsChanged.length; i++) {
      const slot = slotsChanged[i]!
      const before = numbersBefore[i]!
      if (before === worlds.work[slot] || slotsChanged.indexOf(slot) !== i) continue
      for (const [claim, tree] of this.concernedBy(slot)) {
        this.memories.work[pseudo.before] = before
        this.memories.work[pseudo.choice] = choice + 1
        const { verdict } = this.outcome(tree, claim,
          (recorder) => ({ verdict: claim.check(this.judging(recorder), this.write(recorder, slot)) }))
        this.record(claim, verdict, from, action)
      }
    }
  }

  private write(recorder: ClaimRecorder, slot: number): Write {
    const { slots, choices } = this.space
    const choice = (): number => recorder.numberBeside(pseudo.choice) - 1
    return {
      key: slots.keys[slot]!,
      get before() { return slots.value(slot, recorder.numberBeside(pseudo.before)) },
      get after() { return recorder.own(slot) },
      get choice() { return choices.all[choice()]?.key ?? '' },
      get process() {
        const one = choices.all[choice()]
        return one?.channel.process(one.key) ?? ''
      },
    }
  }

  private judgeWorld(from: number, action: number): void {
    const doubted = new Set<Always>()
    for (const slot of this.space.slotsChanged) for (const claim of this.watchers.get(slot) ?? []) doubted.add(claim)
    for (const claim of doubted) this.judgeAll(claim, from, action)
  }

  private judgeAll(claim: Always, from: number, action: number | undefined): void {
    for (const subject of this.subjectsOf(claim)) {
      const { verdict } = this.outcome(this.treeOf(claim, subject), claim,
        (recorder) => ({ verdict: claim.check(this.judging(recorder), subject) }))
      this.record(claim, verdict, from, action)
    }
  }

  /** The clock moves on: claims that asked for it are woken. */
  private moveClock(ms: number, from: number, action: number): void {
    const time = this.time() + ms
    const wakes = (this.beside.value(this.wakesSlot, this.memories.at(this.wakesSlot)) ?? []) as readonly Wake[] // put there below
    const due = wakes.filter(({ at }) => at <= time)
    if (due.length > 0) this.setBeside(this.wakesSlot, wakes.filter(({ at }) => at > time))
    for (const { at, claim: name, key } of due) {
      const claim = this.steps.find((one) => one.name === name)
      this.setTime(at)
      if (claim?.due === undefined) continue
      const { verdict } = this.outcome(this.treeOf(claim, `\n${key}`), claim,
        (recorder) => ({ verdict: claim.due?.(this.judging(recorder), key) }))
      this.record(claim, verdict, from, action)
    }
    this.setTime(time)
  }

  /** What a judgement comes to in the World under work, with what is remembered; what it remembers from then on is kept. */
  private outcome(
    tree: number, claim: Claim, judge: (recorder: ClaimRecorder) => { readonly verdict?: Verdict; readonly subjects?: readonly string[] },
  ): Outcome {
    const { space, memories } = this
    memories.work[pseudo.disturbed] = space.isDisturbed ? 1 : 0
    let leaf = space.memo.find(tree, space.worlds.work, space.picks, memories.work)
    if (leaf < 0) {
      const recorder = new ClaimRecorder(space.slots, (slot) => space.worlds.at(slot), space.picks,
        { slots: this.beside, at: (slot) => memories.at(slot) }, claim.name)
      const { verdict, subjects } = judge(recorder)
      if (recorder.done.length > 0) throw new Error(`claim ${claim.name} writes: a claim only looks`)
      leaf = space.learn(tree, recorder, `claim ${claim.name}`, true)
      this.outcomes[leaf] = {
        verdict, remembered: [...recorder.remembered], wakes: recorder.wakes, ...(subjects === undefined ? {} : { subjects }),
      }
      if (claim.kind === 'always') this.follow(claim, recorder)
      if (this.beside.size > memories.width) memories.widen(this.beside.size)
    }
    const outcome = this.outcomes[leaf]!
    for (const [slot, number] of outcome.remembered) memories.set(slot, number)
    if (outcome.wakes.length > 0) this.wake(claim, outcome.wakes)
    return outcome
  }

  private follow(claim: Always, { asked }: ClaimRecorder): void {
    for (const { is, of } of asked) {
      if (is === asks.tie) continue
      const watchers = this.watchers.get(of)
      if (watchers === undefined) this.watchers.set(of, new Set([claim]))
      else watchers.add(claim)
    }
  }

  private wake({ name }: Claim, wakes: Outcome['wakes']): void {
    const before = (this.beside.value(this.wakesSlot, this.memories.at(this.wakesSlot)) ?? []) as readonly Wake[] // put there here
    this.setBeside(this.wakesSlot, [...before, ...wakes.map((one) => ({ ...one, claim: name }))])
  }

  private judging(recorder: ClaimRecorder): Judging {
    return {
      cells: recorder,
      memory: recorder,
      get now() { return (recorder.valueBeside('time') ?? 0) as number }, // milliseconds
      get disturbed() { return recorder.numberBeside(pseudo.disturbed) === 1 },
      wake: (key, at) => void recorder.wakes.push({ at, key }),
    }
  }

  private record(claim: Claim, verdict: Verdict, from: number, action: number | undefined, loop?: readonly number[]): void {
    if (verdict === undefined) return
    this.exercised.add(claim.name)
    if (isFinding(verdict)) this.tell({ claim, finding: verdict, from, action, ...(loop === undefined ? {} : { loop }) })
  }

  private concernedBy(slot: number): readonly (readonly [claim: Step, tree: number])[] {
    return this.concerned[slot] ??= this.steps
      .filter(({ on }) => on.some((prefix) => this.space.slots.keys[slot]!.startsWith(prefix)))
      .map((claim) => [claim, this.space.memo.plant()] as const)
  }

  private subjectsOf(claim: Always | Finally): readonly string[] {
    return this.outcome(this.treeOf(claim, '\n'), claim, (recorder) => ({ subjects: claim.subjects(recorder) })).subjects ?? []
  }

  private treeOf(claim: Claim, subject: string): number {
    let trees = this.trees.get(claim)
    if (trees === undefined) this.trees.set(claim, trees = new Map())
    let tree = trees.get(subject)
    if (tree === undefined) trees.set(subject, tree = this.space.memo.plant())
    return tree
  }

  private time(): number {
    return Number(this.beside.value(this.timeSlot, this.memories.at(this.timeSlot)))
  }

  private setTime(ms: number): void {
    this.setBeside(this.timeSlot, ms)
  }

  private setBeside(slot: number, value: Value): void {
    this.memories.set(slot, this.beside.number(slot, value))
  }

  /** What is remembered now, as a number. */
  private commit(): number {
    this.memories.work.fill(0, 0, emptyPlaces)
    return this.memories.commit()
  }
}

const isFinding = (verdict: Verdict): verdict is Finding => typeof verdict === 'object'
