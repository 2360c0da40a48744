/**
 * Whether Steps keep to what is declared: a process says which kinds of cells (the first part of their keys) its Steps may
 * read and write. Reduction and causes rest on it, so tests look at every Step.
 */
import { prefixOf } from '#kernel/cells'
import type { World } from '#cluster/world'

/** Prefixes of cells. */
export interface Footprint {
  readonly reads: readonly string[]
  readonly writes: readonly string[]
}

/** What was touched and not declared: `kubelet writes listener`. */
export interface Excess {
  readonly who: string
  readonly does: 'reads' | 'writes'
  readonly prefix: string
  /** The label of the Step at which it was met first. */
  readonly step: string
}

export class Footprints {
  private readonly found = new Map<string, Excess>()
  private readonly met = new Map<string, { readonly reads: Set<string>; readonly writes: Set<string> }>()

  /** `who` names the party that a choice's Step belongs to, `declared` what it may do. */
  constructor(
    private readonly who: (choice: string, process: string) => string,
    private readonly declared: (who: string) => Footprint | undefined,
  ) {}

  /** Looks at the Step that was just taken; the World has to be tracking. */
  after(world: World, choice: string, label: string): void {
    const who = this.who(choice, world.processOf(choice))
    const { reads = [], writes = [] } = this.declared(who) ?? {}
    let met = this.met.get(who)
    if (met === undefined) this.met.set(who, met = { reads: new Set(), writes: new Set() })
    for (const key of world.readKeys) this.note(who, 'reads', prefixOf(key), reads, met.reads, label)
    for (const key of world.touched) this.note(who, 'writes', prefixOf(key), writes, met.writes, label)
  }

  get excess(): readonly Excess[] {
    return [...this.found.values()]
  }

  /** What was declared and never touched, by who was met at all: `kubelet writes images`. */
  get unused(): readonly string[] {
    return [...this.met].flatMap(([who, met]) => {
      const { reads = [], writes = [] } = this.declared(who) ?? {}
      return [
        ...reads.filter((prefix) => !met.reads.has(prefix)).map((prefix) => `${who} reads ${prefix}`),
        ...writes.filter((prefix) => !met.writes.has(prefix)).map((prefix) => `${who} writes ${prefix}`),
      ]
    })
  }

  private note(
    who: string, does: Excess['does'], prefix: string, declared: readonly string[], met: Set<string>, step: string,
  ): void {
    if (met.has(prefix)) return
    met.add(prefix)
    if (!declared.includes(prefix)) this.found.set(`${who} ${does} ${prefix}`, { who, does, prefix, step })
  }
}
