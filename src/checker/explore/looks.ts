/**
 * What the choices of a World read and write there, or what keeps them from being taken: what persistent sets
 * are made of. The user's are no part of it, who acts only where nothing else can happen.
 */
import type { Looked, PersistentSets } from './persistent-sets.js'
import { deadlineOf, isDeadlineSlot, type Recorder } from './recorder.js'
import type { ReducedSpace } from './reduced-space.js'
import { asks } from './step-memo.js'

interface Touched {
  readonly reads: readonly string[]
  readonly writes: readonly string[]
}

export class Looks {
  /** The choices that `all` looked at last, in its order. */
  readonly choices: number[] = []
  /** Keys that each leaf's Step reads and writes. */
  private readonly touched: Touched[] = []
  /** What is known of each choice, by how it stands. */
  private readonly known: Map<string | number, Looked>[] = []
  private readonly owners: number[] = []
  private count = 0

  constructor(private readonly space: ReducedSpace, private readonly sets: PersistentSets | undefined) {}

  /** Takes down what a new leaf's Step, or claim, reads and writes. */
  learn(leaf: number, tree: number, { asked, done }: Recorder, what: string): void {
    if (this.sets === undefined) return
    const touched = {
      reads: asked.filter(({ is }) => is !== asks.tie).map(({ of }) => this.keyOf(of)),
      writes: done.map(({ slot }) => this.keyOf(slot)),
    }
    this.touched[leaf] = touched
    const choice = this.space.choices.withTree(tree)
    if (choice === undefined) this.sets.checkClaim(what, touched.reads)
    else if (!this.space.choices.all[choice]!.isUser) this.sets.check(what, touched.reads, touched.writes)
  }

  /** Every choice as it stands in the World under work. */
  all(): readonly Looked[] {
    const { choices: { all } } = this.space
    const looked: Looked[] = []
    this.choices.length = 0
    for (let choice = 0; choice < all.length; choice++) {
      if (all[choice]!.isUser || this.ownerOf(choice) < 0) continue
      looked.push(this.look(choice))
      this.choices.push(choice)
    }
    return looked
  }

  private look(choice: number): Looked {
    const { choices, worlds, effects, slots, ties } = this.space
    const { slot, gate } = choices.all[choice]!
    if (!choices.offersAs(choice, worlds.work[slot]!)) return this.as(choice, 'not there', false, () => none)
    if (gate >= 0 && worlds.work[gate] !== 0) {
      return this.as(choice, 'shut', false, () => ({ reads: [slots.keys[gate]!], writes: [] }))
    }
    const leaf = this.space.leafOf(choice)
    const gates = gate < 0 ? [] : [slots.keys[gate]!]
    const { reads, writes } = this.touched[leaf]!
    if (effects.isClosed(leaf)) return this.as(choice, leaf, false, () => ({ reads, writes: [] }))
    if (ties[leaf] === undefined) {
      return this.as(choice, leaf, true, () => ({ reads: [...reads, ...gates], writes }))
    }
    const leaves: number[] = []
    this.space.outcomes(choice, (one) => void leaves.push(one))
    return this.as(choice, leaves.join(), true, () => ({
      reads: [...leaves.flatMap((one) => this.touched[one]!.reads), ...gates],
      writes: leaves.flatMap((one) => this.touched[one]!.writes),
    }))
  }

  /** The choice stands so: its own cell counts as read and, where it is taken, as written. */
  private as(choice: number, how: string | number, isEnabled: boolean, touches: () => Touched): Looked {
    const known = this.known[choice] ??= new Map()
    let looked = known.get(how)
    if (looked === undefined) {
      const { key } = this.space.choices.all[choice]!
      const { reads, writes } = touches()
      looked = {
        party: this.ownerOf(choice), id: this.count++, isEnabled,
        reads: how === 'shut' ? reads : [key, ...reads], writes: isEnabled ? [key, ...writes] : [],
      }
      known.set(how, looked)
    }
    return looked
  }

  private ownerOf(choice: number): number {
    return this.owners[choice] ??= this.sets?.ownerOf(this.space.choices.all[choice]!.key) ?? -1
  }

  private keyOf(slot: number): string {
    const key = this.space.slots.keys[slot]!
    return isDeadlineSlot(key) ? deadlineOf(key) : key
  }
}

const none: Touched = { reads: [], writes: [] }
