/**
 * A free space (free-space.ts) in which choices are left out that come to the same later
 * (persistent-sets.ts). Every World in which nothing can be done any more is kept, and so is the verdict on
 * what must hold of every World; the way to a World that is wrong may be longer.
 *
 * Round a cycle a choice might be left out for ever; what is done against that is the proviso. It goes by the
 * numbers of Worlds, which are expanded in their order, and so some Step of each cycle leads back to a World
 * expanded before.
 */
import type { Channel } from '#machine/channel'
import type { World } from '#cluster/world'
import { clock } from './free-space.js'
import { Looks } from './looks.js'
import { PersistentSets, type Declared } from './persistent-sets.js'
import { Renaming, type Renamable } from './renaming.js'
import type { Recorder } from './recorder.js'
import { Steps } from './steps.js'
import { Symmetry, type Interchangeable } from './symmetry.js'

/**
 * `loops`: everything is taken where any Step leads back, and where claims may see one of fewer: loops are
 * kept too, as far as claims see them. `worlds`: where all Steps lead back, enough for what must hold of
 * every World (Bošnački and Holzmann, "Improving Spin's partial-order reduction for breadth-first search",
 * 2005). `none`: only Worlds in which nothing can be done any more are kept.
 */
export type Proviso = 'loops' | 'worlds' | 'none'

/** How much was left out. */
export interface Omitted {
  /** Worlds in which some choices were left out, and how many choices in all. */
  worlds: number
  choices: number
  /** Worlds in which they were taken after all, for the proviso. */
  cycles: number
}

export interface ReducedOptions {
  /** What parties and claims read and write; without it nothing is left out. */
  readonly declared?: Declared
  readonly proviso?: Proviso
  /** Things of which it does not matter which is which. */
  readonly interchangeable?: Interchangeable
  /** The same of things that are known by name. */
  readonly renamable?: Renamable
}

/** Told of each World that a Step leads to; it is under work. `choice`: `clock`, or which was taken. */
export type Reached = (world: number, isNew: boolean, choice: number) => void

export class ReducedSpace extends Steps {
  readonly omitted: Omitted = { worlds: 0, choices: 0, cycles: 0 }
  /** The choices that were enabled in the World that was expanded last, taken or not. */
  enabled: readonly number[] = []
  private readonly sets: PersistentSets | undefined
  private readonly looks: Looks
  private readonly proviso: Proviso
  private readonly symmetry: Symmetry | undefined
  private readonly renaming: Renaming | undefined

  constructor(channels: readonly Channel<never>[], user: string, first: World, options: ReducedOptions = {}) {
    super(channels, user)
    const { declared, interchangeable, renamable, proviso = 'worlds' } = options
    if (proviso === 'loops' && (interchangeable ?? renamable) !== undefined) {
      throw new Error('where things may have changed places, a loop of Worlds need be none of any one thing')
    }
    this.proviso = proviso
    this.sets = declared === undefined ? undefined : this.setsOf(declared)
    this.looks = new Looks(this, this.sets)
    this.symmetry = interchangeable === undefined ? undefined : new Symmetry(this.slots, interchangeable)
    this.renaming = renamable === undefined ? undefined
      : new Renaming(this.slots, renamable, () => this.grow())
    this.begin(first)
    this.symmetry?.sort(this.worlds)
    this.renaming?.settle(this.worlds)
    this.worlds.commit()
    this.worlds.settle()
  }

  /**
   * Takes as many Steps in World number `world` as suffice: how many; none, where nothing can be done there.
   */
  expand(world: number, reached: Reached): number {
    this.worlds.load(world)
    const { sets } = this
    const [enabled, users] = this.enabledChoices()
    this.enabled = enabled
    if (enabled.length === 0) return this.pause(users, reached)
    if (sets === undefined) return enabled.reduce((taken, choice) => taken + this.take(choice, reached), 0)
    const looked = this.looks.all()
    const some = sets.sufficient(looked, this.proviso === 'loops')
    const first = new Set(some.map((at) => this.looks.choices[at]!))
    let [ahead, back, taken] = [0, 0, 0]
    for (const choice of first) {
      taken += this.take(choice, (to, ...more) => {
        if (to > world) ahead++ // it was not expanded yet
        else back++
        reached(to, ...more)
      })
    }
    if (first.size === enabled.length) return taken
    if (this.proviso === 'none' || (this.proviso === 'worlds' ? ahead > 0 : back === 0)) {
      this.omitted.worlds++
      this.omitted.choices += enabled.length - first.size
      return taken
    }
    this.omitted.cycles++
    for (const choice of enabled) if (!first.has(choice)) taken += this.take(choice, reached)
    return taken
  }

  /** Every outcome of a choice's ties in the World under work, by its leaf. */
  outcomes(choice: number, tell: (leaf: number) => void): void {
    for (let isMore = true; isMore;) {
      const leaf = this.leafOf(choice)
      tell(leaf)
      const ties = this.ties[leaf]
      isMore = ties !== undefined && this.nextPicks(ties)
    }
  }

  override learn(tree: number, recorder: Recorder, what: string, isOpen: boolean): number {
    const leaf = super.learn(tree, recorder, what, isOpen)
    this.looks.learn(leaf, tree, recorder, what)
    return leaf
  }

  protected setsOf(declared: Declared): PersistentSets {
    return new PersistentSets(declared)
  }

  /** Nothing else can happen: the clock moves, or the user acts. */
  private pause(users: readonly number[], reached: Reached): number {
    const next = this.untilNext()
    if (next === Infinity) {
      this.enabled = users
      return users.reduce((taken, choice) => taken + this.take(choice, reached), 0)
    }
    this.pass(next)
    this.arrive(clock, reached)
    return 1
  }

  /** The choices that can be taken in the World under work: the user's apart. */
  private enabledChoices(): readonly [choices: readonly number[], users: readonly number[]] {
    const [choices, users]: [number[], number[]] = [[], []]
    for (let choice = 0; choice < this.choices.all.length; choice++) { // looking may make more of them
      if (!this.choices.isOffered(choice, this.worlds.work)) continue
      if (this.effects.isClosed(this.leafOf(choice))) continue
      if (this.choices.all[choice]!.isUser) users.push(choice)
      else choices.push(choice)
    }
    return [choices, users]
  }

  private take(choice: number, reached: Reached): number {
    const { worlds, effects } = this
    let taken = 0
    this.outcomes(choice, (leaf) => {
      const changes = effects.apply(leaf, worlds.work)
      for (let i = 0; i < 2 * changes; i += 2) worlds.set(effects.changed[i]!, effects.changed[i + 1]!)
      this.arrive(choice, reached)
      taken++
    })
    return taken
  }

  private arrive(choice: number, reached: Reached): void {
    const { worlds } = this
    this.symmetry?.sort(worlds)
    this.renaming?.settle(worlds)
    const before = worlds.count
    const world = worlds.commit()
    reached(world, worlds.count > before, choice)
    worlds.restore()
  }
}
