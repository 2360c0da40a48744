/** What is known of claims' judgements: their trees in the memo, what each leaf says, and what they look at. */
import type { Always, Claim, Step, Verdict } from '../claim.js'
import type { ClaimRecorder } from './claim-recorder.js'
import { partOf, type Saved } from './saved.js'
import { Seen } from './seen.js'
import type { Slots } from './slots.js'
import { asks, type StepMemo } from './step-memo.js'

/** What a judgement comes to. */
export interface Outcome {
  readonly verdict: Verdict
  readonly remembered: readonly (readonly [slot: number, number: number])[]
  readonly wakes: readonly { readonly at: number; readonly key: string }[]
  /** What there is to judge, where that was asked. */
  readonly subjects?: readonly string[]
}

export class Known {
  readonly outcomes: Outcome[] = []
  /** Claims about Worlds whose judgement was ever seen to read a slot. */
  readonly watchers: Always[][] = []
  readonly sight = new Seen()
  /** Claims about Steps that a write to a slot concerns, with their trees. */
  private readonly concerned: (readonly (readonly [claim: Step, tree: number])[])[] = []
  /** Trees by claim, then by subject; `\n`: the list of subjects. */
  private readonly trees = new Map<Claim, Map<string, number>>()

  constructor(
    private readonly claims: readonly Claim[], private readonly space: { readonly slots: Slots; readonly memo: StepMemo },
  ) {}

  concernedBy(slot: number): readonly (readonly [claim: Step, tree: number])[] {
    return this.concerned[slot] ??= this.claims
      .filter((claim) => claim.kind === 'step')
      .filter(({ on }) => on.some((prefix) => this.space.slots.keys[slot]!.startsWith(prefix)))
      .map((claim) => [claim, this.space.memo.plant()] as const)
  }

  treeOf(claim: Claim, subject: string): number {
    let trees = this.trees.get(claim)
    if (trees === undefined) this.trees.set(claim, trees = new Map())
    let tree = trees.get(subject)
    if (tree === undefined) trees.set(subject, tree = this.space.memo.plant())
    return tree
  }

  /** A judgement of Worlds was seen to look at something. */
  follow(claim: Always, tree: number, { asked }: ClaimRecorder): void {
    for (const { is, of } of asked) {
      if (is === asks.tie) continue
      this.sight.noteInWorlds(of, tree)
      const watchers = this.watchers[of] ??= []
      if (!watchers.includes(claim)) watchers.push(claim)
    }
  }

  /** Claims by their numbers here. */
  save(): Saved {
    const number = (claim: Claim): number => this.claims.indexOf(claim)
    const data: Data = {
      outcomes: this.outcomes,
      watchers: this.watchers.map((all) => all.map(number)),
      concerned: this.concerned.map((all) => all.map(([claim, tree]) => [number(claim), tree] as const)),
      trees: [...this.trees].map(([claim, trees]) => [number(claim), trees] as const),
    }
    return { data, parts: { sight: this.sight.save() } }
  }

  load(saved: Saved): void {
    const { outcomes, watchers, concerned, trees } = saved.data as Data // as saved
    const claim = <C extends Claim>(number: number): C => this.claims[number] as C // of the kind that was saved
    outcomes.forEach((outcome, leaf) => { this.outcomes[leaf] = outcome })
    watchers.forEach((all, slot) => { this.watchers[slot] = all.map((number) => claim<Always>(number)) })
    concerned.forEach((all, slot) => { this.concerned[slot] = all.map(([number, tree]) => [claim<Step>(number), tree]) })
    for (const [number, all] of trees) this.trees.set(claim(number), new Map(all))
    this.sight.load(partOf(saved, 'sight'))
  }
}

interface Data {
  readonly outcomes: readonly Outcome[]
  readonly watchers: readonly (readonly number[])[]
  readonly concerned: readonly (readonly (readonly [claim: number, tree: number])[])[]
  readonly trees: readonly (readonly [claim: number, trees: ReadonlyMap<string, number>])[]
}
