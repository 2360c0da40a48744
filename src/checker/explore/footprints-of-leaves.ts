/** What the Steps at the leaves of the memo read and write, and whether two of them depend on each other. */
import type { Done } from './recorder.js'
import { asks, type Asked } from './step-memo.js'

interface Footprint {
  readonly reads: ReadonlySet<number>
  readonly writes: ReadonlySet<number>
  /** It sets a deadline, or asks about one: the clock matters to it. */
  readonly isTimed: boolean
}

export class LeafFootprints {
  private readonly all: Footprint[] = []
  private readonly known: Map<number, boolean>[] = []

  add(asked: readonly Asked[], done: readonly Done[], isDeadline: (slot: number) => boolean): void {
    const reads = asked.filter(({ is }) => is !== asks.tie).map(({ of }) => of)
    const writes = done.map(({ slot }) => slot)
    this.all.push({
      reads: new Set(reads), writes: new Set(writes),
      isTimed: asked.some(({ is }) => is === asks.pending) || writes.some(isDeadline),
    })
  }

  isTimed(leaf: number): boolean {
    return this.all[leaf]!.isTimed
  }

  /** Whether it may matter which of the two comes first. */
  depend(a: number, b: number): boolean {
    const known = this.known[a] ??= new Map<number, boolean>()
    let depend = known.get(b)
    if (depend === undefined) {
      const [one, other] = [this.all[a]!, this.all[b]!]
      depend = meet(one.writes, other.writes) || meet(one.writes, other.reads) || meet(one.reads, other.writes)
      known.set(b, depend)
    }
    return depend
  }
}

function meet(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  const [fewer, more] = a.size < b.size ? [a, b] : [b, a]
  for (const slot of fewer) if (more.has(slot)) return true
  return false
}
