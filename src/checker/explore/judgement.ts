/**
 * Judges claims on numbers, along the way by which each World was reached first. A claim's judgement has a memo like a Step's.
 * What a claim remembers lies beside the World and does not tell Worlds apart: a World that is reached in two ways is judged
 * further with what was remembered on the first.
 */
import {
  isFinding, watchersOf, type Always, type Claim, type Ending, type Finally, type Finding, type Step,
  type Verdict,
} from '../claim.js'
import { stillBroken, type Round } from '../judge.js'
import { grown, shared } from './arrays.js'
import type { Observer } from './bounded-search.js'
import type { BoundedSpace } from './bounded-space.js'
import { ClaimRecorder, now as pseudo } from './claim-recorder.js'
import { Known, type Outcome } from './known.js'
import { isDeadlineSlot } from './recorder.js'
import { Remembered } from './remembered.js'
import { arrayOf, partOf, type Saved } from './saved.js'
import { asks, besides } from './step-memo.js'
import { judgingOf, writeOf } from './told.js'

/** Where: in the World to which `action` in that of node `from`, and then more Steps, lead; with no action, in that of `from` itself. */
interface Place {
  from: number
  action: number | undefined
  /** The action itself counts. */
  steps: number
}

/** A claim that was found broken, and where. */
export interface Broken extends Readonly<Place> {
  readonly claim: Claim
  readonly finding: Finding
  /** Where things go round for ever: the nodes of the loop, `from` the first. */
  readonly loop?: readonly number[]
}

/** What a claim about the end says. */
interface Said {
  readonly claim: Finally
  readonly subject: string
  readonly verdict: Verdict
}

export class Judgement implements Observer {
  /** Claims that met the situation that they speak of. */
  readonly exercised = new Set<string>()
  private readonly remembered: Remembered
  /** Where what is judged is on the way. */
  private readonly place: Place = { from: 1, action: undefined, steps: 0 }
  /** What is remembered at each node, as a number. */
  private atNode: Int32Array = new Int32Array(1 << 10)
  private readonly steps: readonly Step[]
  private readonly always: readonly Always[]
  private readonly finals: readonly Finally[]
  private readonly known: Known
  /** Those of which the last Step wrote something that they read. */
  private readonly doubted = new Set<Always>()
  /** What is judged now is asked in vain: only what it remembers counts. */
  private isMuted = false

  /** `tell`: who is told of what is broken. */
  constructor(private readonly space: BoundedSpace, claims: readonly Claim[], public tell: (broken: Broken) => void) {
    this.remembered = new Remembered(space.novelty)
    this.steps = claims.filter((claim) => claim.kind === 'step')
    this.always = [...claims.filter((claim) => claim.kind === 'always'), ...watchersOf(claims)]
    this.finals = claims.filter((claim) => claim.kind === 'finally')
    this.known = new Known([...this.steps, ...this.always, ...this.finals], space)
    space.dependence.seenBy(this.known.sight)
  }

  /** Judges the first World. */
  begin(): void {
    this.space.enter(1)
    for (const claim of this.always) this.judgeAll(claim)
    this.atNode[1] = this.remembered.commit()
    this.remembered.settle()
  }

  save(): Saved {
    const { parts = {} } = this.saveKnown()
    return { data: [...this.exercised], arrays: { atNode: this.atNode.subarray(0, this.space.nodes.count + 1) }, parts }
  }

  /** All that is known, but not of the nodes. */
  saveKnown(): Saved {
    const { remembered, known } = this
    return { data: [], parts: { remembered: remembered.save(), known: known.save() } }
  }

  /** Instead of `begin`. */
  load(saved: Saved): void {
    for (const name of saved.data as readonly string[]) this.exercised.add(name) // as saved
    this.remembered.load(partOf(saved, 'remembered'))
    this.known.load(partOf(saved, 'known'))
    if (saved.arrays !== undefined) this.atNode = arrayOf(saved, 'atNode')
  }

  /** What is remembered at each node, where threads can read it from now on. */
  share(): Int32Array {
    return this.atNode = shared(this.atNode)
  }

  /** Has what another thread remembers; nothing more is remembered here. */
  use(atNode: Int32Array): void {
    this.atNode = atNode
  }

  get bytes(): number {
    return this.remembered.bytes + this.atNode.byteLength + this.space.memo.bytes
  }

  step(from: number, action: number, leaf: number, nth: number): void {
    if (nth === 1) {
      this.remembered.take(this.atNode[from]!)
      this.place.from = from
      this.place.action = action
    }
    this.place.steps = nth
    const did = this.space.actions.all[action]!
    if (did.is === 'clock') this.moveClock(did.ms)
    if (leaf < 0 && did.is !== 'clock') return
    this.judgeWrites(did.is === 'take' || did.is === 'release' || did.is === 'user' ? did.choice : -1)
    this.judgeWorld()
  }

  reached(_from: number, _action: number, node: number, isFirst: boolean): void {
    const memory = this.remembered.commit()
    if (node > 0 && (isFirst || node >= this.atNode.length || this.atNode[node] === 0)) { // or it was reached, and not judged to the end
      this.remember(node, memory)
    }
    this.remembered.restore()
  }

  forgot(nodes: number): void {
    this.remembered.keepOnly(this.atNode.subarray(1, nodes + 1))
  }

  /** The World under work, and what is remembered there, are those of a node. */
  remember(node: number, memory: number): void {
    if (node >= this.atNode.length) this.atNode = grown(this.atNode, node + 1)
    this.atNode[node] = memory
  }

  /** What is remembered in the World under work, as a number; it is taken back. */
  memory(): number {
    const memory = this.remembered.commit()
    this.remembered.restore()
    return memory
  }

  /** After something was thrown in mid-course. */
  abandon(): void {
    this.remembered.abandon()
  }

  settled(node: number, ending: Ending): void {
    this.stay(node)
    this.remembered.take(this.atNode[node]!)
    for (const { claim, verdict } of this.finally(ending)) this.record(claim, verdict)
    this.remembered.discard()
  }

  /**
   * Judges what things come to where they go round a loop for ever: broken is what is so in each of its Worlds. `around` comes
   * by each of them: once to see what changes and what claims remember of that, and once more to judge.
   */
  goesRound(loop: readonly number[], ending: Ending, around: (visit: () => void) => void): void {
    this.remembered.take(this.atNode[loop[0]!]!)
    const changing = new Set<number>()
    this.isMuted = true
    around(() => {
      this.judgeWorld()
      this.noteChanges(changing)
    })
    const keys = this.space.slots.keys
    const round = this.remembered.slots.number(pseudo.round, [...changing].map((slot) => keys[slot]!).sort())
    let broken: readonly Round[] | undefined
    around(() => {
      this.judgeWorld()
      if (broken?.length === 0) return
      broken = stillBroken(broken, this.finally(ending, round).flatMap(({ claim, subject, verdict }) =>
        (isFinding(verdict) ? [{ claim, subject, finding: verdict }] : [])))
    })
    this.isMuted = false
    this.remembered.discard()
    this.stay(loop[0]!)
    for (const { claim, finding } of broken ?? []) this.record(claim, finding, loop)
  }

  /** Slots, no deadlines, in which the last Step changed the number. */
  private noteChanges(changing: Set<number>): void {
    const { slots, slotsChanged, numbersBefore, changes, worlds } = this.space
    slotsChanged.subarray(0, changes).forEach((slot, i) => {
      if (slotsChanged.indexOf(slot) === i && numbersBefore[i] !== worlds.work[slot] && !isDeadlineSlot(slots.keys[slot]!)) changing.add(slot)
    })
  }

  /** What the claims about the end say of the World under work; `round`: in a loop in which these cells change. */
  private finally(ending: Ending, round = 0): readonly Said[] {
    this.remembered.work[pseudo.round] = round
    const said = this.finals.flatMap((claim) => this.subjectsOf(claim).map((subject) => {
      const { verdict } = this.outcome(this.known.treeOf(claim, `${ending} ${subject}`), claim,
        (recorder) => ({ verdict: claim.check(judgingOf(recorder, this.remembered.slots), subject, ending) }))
      return { claim, subject, verdict }
    }))
    this.remembered.work[pseudo.round] = 0
    return said
  }

  private judgeWrites(choice: number): void {
    const { slotsChanged, numbersBefore, changes, worlds } = this.space
    for (let i = 0; i < changes; i++) {
      const slot = slotsChanged[i]!
      const before = numbersBefore[i]!
      if (before === worlds.work[slot] || slotsChanged.indexOf(slot) !== i) continue
      for (const [claim, tree] of this.known.concernedBy(slot)) {
        this.remembered.work[pseudo.before] = before
        this.remembered.work[pseudo.choice] = choice + 1
        const { verdict } = this.outcome(tree, claim, (recorder) => {
          const write = writeOf(recorder, slot, this.space)
          const said = claim.check(judgingOf(recorder, this.remembered.slots), write)
          for (const { is, of } of recorder.asked) if (is !== asks.tie && of < besides) this.known.sight.noteOnWrite(slot, of)
          return { verdict: said }
        })
        this.record(claim, verdict)
      }
    }
  }

  private judgeWorld(): void {
    const { slotsChanged, changes } = this.space
    const { watchers: all } = this.known
    this.doubted.clear()
    for (let i = 0; i < changes; i++) {
      const watchers = all[slotsChanged[i]!]
      if (watchers !== undefined) for (let j = 0; j < watchers.length; j++) this.doubted.add(watchers[j]!)
    }
    if (this.doubted.size > 0) for (const claim of this.doubted) this.judgeAll(claim)
  }

  private judgeAll(claim: Always): void {
    for (const subject of this.subjectsOf(claim)) {
      const { verdict } = this.outcome(this.known.treeOf(claim, subject), claim,
        (recorder) => ({ verdict: claim.check(judgingOf(recorder, this.remembered.slots), subject) }))
      this.record(claim, verdict)
    }
  }

  /** The clock moves on: claims that asked for it are woken. */
  private moveClock(ms: number): void {
    const { remembered } = this
    const time = remembered.time + ms
    for (const { at, claim: name, key } of remembered.dueBy(time)) {
      const claim = this.steps.find((one) => one.name === name)
      remembered.time = at
      if (claim?.due === undefined) continue
      const { verdict } = this.outcome(this.known.treeOf(claim, `\n${key}`), claim,
        (recorder) => ({ verdict: claim.due?.(judgingOf(recorder, this.remembered.slots), key) }))
      this.record(claim, verdict)
    }
    remembered.time = time
  }

  /** What a judgement comes to in the World under work, with what is remembered; what it remembers from then on is kept. */
  private outcome(
    tree: number, claim: Claim, judge: (recorder: ClaimRecorder) => { readonly verdict?: Verdict; readonly subjects?: readonly string[] },
  ): Outcome {
    const { space, remembered } = this
    remembered.work[pseudo.disturbed] = space.isDisturbed ? 1 : 0
    let leaf = space.memo.find(tree, space.worlds.work, space.picks, remembered.work)
    if (leaf < 0) {
      space.novelty.met()
      const at = (slot: number): number => space.worlds.at(slot)
      const recorder = new ClaimRecorder(space.slots, at, space.picks, remembered, claim.name)
      const { verdict, subjects } = judge(recorder)
      if (recorder.done.length > 0) throw new Error(`claim ${claim.name} writes: a claim only looks`)
      leaf = space.learn(tree, recorder, `claim ${claim.name}`, true)
      this.known.outcomes[leaf] = {
        verdict, remembered: [...recorder.remembered], wakes: recorder.wakes, ...(subjects === undefined ? {} : { subjects }),
      }
      if (claim.kind === 'always') this.known.follow(claim, tree, recorder)
      remembered.grow()
    }
    const outcome = this.known.outcomes[leaf]!
    for (const [slot, number] of outcome.remembered) remembered.write(slot, number)
    if (outcome.wakes.length > 0) remembered.wake(claim.name, outcome.wakes)
    return outcome
  }

  /** What is judged next is what the World of a node comes to. */
  private stay(node: number): void {
    this.place.from = node
    this.place.action = undefined
    this.place.steps = 0
  }

  private record(claim: Claim, verdict: Verdict, loop?: readonly number[]): void {
    if (verdict === undefined || this.isMuted) return
    this.exercised.add(claim.name)
    if (isFinding(verdict)) this.tell({ claim, finding: verdict, ...this.place, ...(loop === undefined ? {} : { loop }) })
  }

  private subjectsOf(claim: Always | Finally): readonly string[] {
    return this.outcome(this.known.treeOf(claim, '\n'), claim, (recorder) => ({ subjects: claim.subjects(recorder) })).subjects ?? []
  }
}
