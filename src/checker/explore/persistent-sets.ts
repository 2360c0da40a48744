/**
 * Partial order: which of the choices that are enabled suffice, since what is left out comes to the same
 * later (strong stubborn sets: Valmari, "Stubborn sets for reduced state space generation", 1989). It follows
 * from what parties declare that they may read and write, and from what their choices read and write in this
 * very World.
 *
 * A party's choices are closed under three rules. With one that is enabled goes whoever may ever write what
 * it reads or writes, or read what it writes: what is left out commutes with what is taken. With one that is
 * not enabled goes whoever may write what keeps it so. And where a Step is taken that writes what a claim
 * reads, whoever else may do so goes with it.
 */

/**
 * Whoever takes Steps, with keys of cells or beginnings of them: `store` stands for all of `store|…`,
 * `store|rs` for a part.
 */
export interface Party {
  /** Keys of its choices. */
  readonly owns: readonly string[]
  /** It has one choice at most: `owns` is the key of it. */
  readonly isSingle?: boolean
  /** What its Steps read, and what says whether they can be taken. */
  readonly reads: readonly string[]
  readonly writes: readonly string[]
}

/** What is declared of a system. */
export interface Declared {
  readonly parties: readonly Party[]
  /** What claims read. */
  readonly visible: readonly string[]
}

/** A choice in this World. */
export interface Looked {
  readonly party: number
  /** The same number: the same of everything else. */
  readonly id: number
  readonly isEnabled: boolean
  /**
   * What its Step reads, whatever the outcome of its ties; where it cannot be taken, what has to change
   * before it can.
   */
  readonly reads: readonly string[]
  readonly writes: readonly string[]
}

/** Whether the key is named by the beginning, as a whole or by whole parts. */
const covers = (beginning: string, key: string): boolean =>
  key.startsWith(beginning) && (key.length === beginning.length || key[beginning.length] === '|')

const coversAny = (beginnings: readonly string[], key: string): boolean =>
  beginnings.some((one) => covers(one, key))

const meet = (a: readonly string[], b: readonly string[]): boolean =>
  a.some((one) => b.some((other) => covers(one, other) || covers(other, one)))

export class PersistentSets {
  /** Parties that may make a choice for each party that was never there before. */
  private readonly makers: readonly (readonly number[])[]
  private readonly writers = new Map<string, readonly number[]>()
  private readonly users = new Map<string, readonly number[]>()
  /** Parties that go with a choice, by its id. */
  private readonly companions: (readonly number[])[] = []
  /** Parties whose Steps a claim may see. */
  private readonly seen: readonly number[]
  private readonly inside: Uint8Array

  constructor(private readonly declared: Declared) {
    const { parties, visible } = declared
    this.makers = parties.map(({ owns }) => which(parties, ({ writes }) => meet(writes, owns)))
    this.seen = which(parties, ({ writes }) => meet(writes, visible))
    this.inside = new Uint8Array(parties.length)
  }

  /** The party that owns a choice; −1 where nobody does, since it is never there. */
  ownerOf(key: string): number {
    return this.declared.parties.findIndex(({ owns }) => coversAny(owns, key))
  }

  /** Everything rests on what is declared: a Step that does anything else is an error. */
  check(choice: string, read: readonly string[], written: readonly string[]): void {
    const party = this.declared.parties[this.ownerOf(choice)]
    if (party === undefined) throw new Error(`no party is declared that owns ${choice}`)
    const { owns, reads, writes } = party
    const other = read.find((key) => !coversAny(reads, key) && !coversAny(owns, key))
    if (other !== undefined) throw new Error(`${choice} reads ${other}, which is not declared`)
    const more = written.find((key) => !coversAny(writes, key))
    if (more !== undefined) throw new Error(`${choice} writes ${more}, which is not declared`)
  }

  /** The same of what a claim reads. */
  checkClaim(claim: string, read: readonly string[]): void {
    const other = read.find((key) => !coversAny(this.declared.visible, key))
    if (other === undefined) return
    throw new Error(`claim ${claim} reads ${other}, which is not declared to be visible`)
  }

  /**
   * As few of the enabled choices as suffice, by their places in `choices`: all, where nothing can be left
   * out. `unseen`: no claim may see any of them, unless it is all.
   */
  sufficient(choices: readonly Looked[], unseen = false): readonly number[] {
    const all = choices.flatMap(({ isEnabled }, at) => (isEnabled ? [at] : []))
    let fewest: readonly number[] = all
    const tried = new Set<number>()
    for (const at of all) {
      if (fewest.length === 1) break
      const { party } = choices[at]!
      if (tried.has(party)) continue
      tried.add(party)
      const some = this.closed(party, choices, fewest.length)
      if (some !== undefined && !(unseen && some.some((one) => this.isSeen(choices[one]!)))) fewest = some
    }
    return fewest
  }

  isSeen({ writes }: Looked): boolean {
    return writes.some((key) => coversAny(this.declared.visible, key))
  }

  /**
   * What has to be taken together with the choices of a party; `undefined` where that is not fewer than
   * `most`.
   */
  private closed(seed: number, choices: readonly Looked[], most: number): readonly number[] | undefined {
    const { inside } = this
    inside.fill(0)
    const todo: number[] = []
    const add = (party: number): void => {
      if (inside[party] === 1) return
      inside[party] = 1
      todo.push(party)
    }
    const taken: number[] = []
    add(seed)
    for (let party = todo.pop(); party !== undefined; party = todo.pop()) {
      let own = 0
      for (let at = 0; at < choices.length; at++) {
        const choice = choices[at]!
        if (choice.party !== party) continue
        own++
        if (choice.isEnabled && taken.push(at) >= most) return undefined
        this.companionsOf(choice).forEach(add)
      }
      const hasAll = own > 0 && this.declared.parties[party]!.isSingle === true // it gets no other one
      if (!hasAll) this.makers[party]!.forEach(add)
    }
    return taken
  }

  private companionsOf(choice: Looked): readonly number[] {
    return this.companions[choice.id] ??= this.companionsOfNew(choice)
  }

  private companionsOfNew(choice: Looked): readonly number[] {
    const all = new Set(choice.reads.flatMap((key) => this.writersOf(key)))
    if (!choice.isEnabled) return [...all]
    for (const key of choice.writes) for (const party of this.usersOf(key)) all.add(party)
    if (this.isSeen(choice)) for (const party of this.seen) all.add(party)
    return [...all]
  }

  private writersOf(key: string): readonly number[] {
    return remembered(this.writers, key, () =>
      which(this.declared.parties, ({ writes }) => coversAny(writes, key)))
  }

  private usersOf(key: string): readonly number[] {
    return remembered(this.users, key, () => which(this.declared.parties, ({ owns, reads, writes }) =>
      coversAny(owns, key) || coversAny(reads, key) || coversAny(writes, key)))
  }
}

function which(parties: readonly Party[], holds: (party: Party) => boolean): readonly number[] {
  return parties.flatMap((party, at) => (holds(party) ? [at] : []))
}

function remembered<V>(known: Map<string, V>, key: string, make: () => V): V {
  let value = known.get(key)
  if (value === undefined) known.set(key, value = make())
  return value
}
