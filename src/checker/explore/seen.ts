/** What claims were ever seen to look at. */
import type { Sight } from './dependence.js'
import type { Saved } from './saved.js'

export class Seen implements Sight {
  size = 0
  private readonly writes: (Set<number> | undefined)[] = []
  private readonly worlds: (Set<number> | undefined)[] = []

  onWrite(slot: number): ReadonlySet<number> | undefined {
    return this.writes[slot]
  }

  inWorlds(slot: number): ReadonlySet<number> | undefined {
    return this.worlds[slot]
  }

  /** The judgement of a write to a slot reads another. */
  noteOnWrite(slot: number, read: number): void {
    this.note(this.writes[slot] ??= new Set(), read)
  }

  /** A judgement of Worlds, by its tree, reads a slot. */
  noteInWorlds(slot: number, tree: number): void {
    this.note(this.worlds[slot] ??= new Set(), tree)
  }

  save(): Saved {
    return { data: { writes: this.writes, worlds: this.worlds } }
  }

  load({ data }: Saved): void {
    const { writes, worlds } = data as Record<'writes' | 'worlds', readonly (ReadonlySet<number> | undefined)[]> // as saved
    writes.forEach((all, slot) => all?.forEach((read) => this.noteOnWrite(slot, read)))
    worlds.forEach((all, slot) => all?.forEach((tree) => this.noteInWorlds(slot, tree)))
  }

  private note(all: Set<number>, one: number): void {
    if (all.has(one)) return
    all.add(one)
    this.size++
  }
}
