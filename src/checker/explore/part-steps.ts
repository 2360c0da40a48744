/**
 * What can be done in each of the four parts of a World's vector, and what that comes to: learned once for
 * all that can stand in a part (part-memo.ts). A Step that reads and writes nothing outside a part is known
 * by what stands there. All other choices concern the World as a whole, and are looked up in the memo of
 * Steps when something changed that they read (freshness.ts).
 */
import { Footprints, readBy } from './footprints.js'
import { FreeSpace, none } from './free-space.js'
import { Freshness } from './freshness.js'
import { PartMemo } from './part-memo.js'
import type { Recorder } from './recorder.js'

export class PartSteps extends FreeSpace {
  readonly footprints = new Footprints()
  protected readonly parts = new PartMemo()
  /** Which choices that concern the World as a whole have to be looked up. */
  protected readonly freshness = new Freshness()

  /**
   * Where the list of a part begins, as it is in the World under work; what is not known yet is worked out.
   */
  protected listOf(part: number): number {
    const at = this.parts.find(part, this.worlds.work[this.worlds.top + part]!)
    return at === 0 ? this.learnPart(part) : at
  }

  /** Brings what a leaf does into the vector under work, and its root up to date. */
  protected does(leaf: number): void {
    const { worlds, effects } = this
    const changes = effects.apply(leaf, worlds.work)
    const { changed } = effects
    for (let i = 0; i < 2 * changes; i += 2) worlds.set(changed[i]!, changed[i + 1]!)
    this.symmetry?.sort(worlds)
    worlds.raise()
  }

  /**
   * Looks a choice up, and works out whatever outcomes its ties have, so that vectors are as wide as they
   * have to be.
   */
  protected override look(choice: number): number {
    const { choices, worlds, effects, freshness } = this
    const { slot, gate } = choices.all[choice]!
    const leaf = choices.isOffered(choice, worlds.work) ? this.leafOf(choice) : none
    const ties = leaf < 0 ? undefined : this.ties[leaf]
    for (let more = ties; more !== undefined && this.nextPicks(more); more = this.ties[this.leafOf(choice)]);
    freshness.looked(choice, leaf, slot, gate)
    if (ties !== undefined) freshness.forget(choice)
    return this.leaves[choice] = leaf < 0 || effects.isClosed(leaf) ? none : leaf
  }

  override learn(tree: number, recorder: Recorder, what: string, isOpen: boolean): number {
    this.footprints.note(tree, recorder, isOpen)
    const leaf = super.learn(tree, recorder, what, isOpen)
    this.freshness.note(leaf, readBy(recorder.asked))
    return leaf
  }

  /** Whether a choice was ever seen to write a slot for which this holds. */
  writesAny(choice: number, holds: (slot: number) => boolean): boolean {
    if (choice < 0 || this.symmetry !== undefined) return true // the clock; things that change places
    for (const slot of this.footprints.writtenBy(this.choices.all[choice]!.tree)) if (holds(slot)) return true
    return false
  }

  /** Works out what can be done in a part as it is in the World under work. */
  private learnPart(part: number): number {
    const { worlds, choices, effects } = this
    const size = worlds.width / 4
    const [first, last] = [part * size, part * size + size - 1]
    const [locals, wholes]: [number[], number[]] = [[], []]
    const quad = worlds.work[worlds.top + part]!
    for (let choice = 0; choice < choices.all.length; choice++) {
      const { slot, isUser, gate } = choices.all[choice]!
      if (slot < first || slot > last || worlds.at(slot) === 0) continue
      if (isUser || this.symmetry !== undefined || (gate >= 0 && (gate < first || gate > last))) wholes.push(choice)
      else if (choices.isOffered(choice, worlds.work)) {
        const leaf = this.leafOf(choice)
        if (worlds.width !== 4 * size) return 0
        if (this.ties[leaf] !== undefined || !this.footprints.isWithin(leaf, first, last)) wholes.push(choice)
        else if (!effects.isClosed(leaf)) {
          this.does(leaf)
          locals.push(choice, worlds.work[worlds.top + part]!)
          worlds.restore()
        }
      }
    }
    for (const choice of wholes) this.freshness.add(choice)
    return this.parts.learn(part, quad, locals, wholes)
  }

  protected override widen(places: number): void {
    super.widen(places)
    this.parts?.clear() // there are none yet while the first World is put together
    this.freshness?.widenTo(this.worlds.width)
  }
}
