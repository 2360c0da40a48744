/**
 * Judges what must hold of every World, on numbers: a claim is a function of the cells that it reads, so it
 * has a memo too.
 */
import type { Cells } from '#kernel/cells'
import type { Steps } from './steps.js'

/** What must hold of every World. */
export interface Invariant {
  readonly name: string
  readonly holds: (cells: Cells) => boolean
}

export class Verdicts {
  private readonly trees: number[]
  /** What each leaf says, by its number in the memo. */
  private readonly held = new Map<number, boolean>()
  /** Slots that a claim was ever seen to read, by claim. */
  private readonly reads: Uint8Array[]

  constructor(private readonly space: Steps, private readonly claims: readonly Invariant[]) {
    this.trees = claims.map(() => space.memo.plant())
    this.reads = claims.map(() => new Uint8Array(64))
  }

  /** Whether the World under work breaks a claim; what is read in it is watched from now on. */
  isWrongAtFirst(): boolean {
    return this.trees.some((_, which) => !this.holds(which))
  }

  /** Whether the World under work breaks a claim that held before its last `changes` numbers changed. */
  isWrong(changed: Int32Array, changes: number): boolean {
    for (let which = 0; which < this.trees.length; which++) {
      if (this.concerns(which, changed, changes) && !this.holds(which)) return true
    }
    return false
  }

  /**
   * Whether the World under work breaks a claim that held before numbers changed in the first `count` slots
   * of `moved`.
   */
  isWrongAfter(moved: Int32Array, count: number): boolean {
    for (let which = 0; which < this.trees.length; which++) {
      const reads = this.reads[which]!
      let concerns = false
      for (let i = 0; i < count && !concerns; i++) concerns = reads[moved[i]!] === 1
      if (concerns && !this.holds(which)) return true
    }
    return false
  }

  /** Whether a claim was ever seen to read the slot. */
  looksAt(slot: number): boolean {
    return this.reads.some((reads) => reads[slot] === 1)
  }

  holds(which: number): boolean {
    const { worlds, memo } = this.space
    const leaf = memo.find(this.trees[which]!, worlds.work, this.space.picks)
    return leaf < 0 ? this.judge(which) : this.held.get(leaf)!
  }

  private concerns(which: number, changed: Int32Array, changes: number): boolean {
    const reads = this.reads[which]!
    for (let i = 0; i < changes; i++) if (reads[changed[2 * i]!] === 1) return true
    return false
  }

  private judge(which: number): boolean {
    const recorder = this.space.recorder()
    const { name, holds } = this.claims[which]!
    const verdict = holds(recorder)
    if (recorder.done.length > 0) throw new Error(`claim ${name} writes: a claim only looks`)
    this.held.set(this.space.learn(this.trees[which]!, recorder, name, true), verdict)
    for (const { of } of recorder.asked) {
      if (of >= this.reads[which]!.length) {
        const longer = new Uint8Array(2 * of)
        longer.set(this.reads[which]!)
        this.reads[which] = longer
      }
      this.reads[which]![of] = 1
    }
    return verdict
  }
}
