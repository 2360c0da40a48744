/** The enabled choices in prompt order: by rank, first come first served within a rank. */
import { rank, type Rank } from '#machine/channel'

/** A first-in first-out queue of keys that can also be removed from the middle (lazily). */
class Fifo {
  private keys: string[] = []
  private head = 0
  private readonly seats = new Map<string, number>() // key → its only valid place

  get size(): number {
    return this.seats.size
  }

  has(key: string): boolean {
    return this.seats.has(key)
  }

  add(key: string): void {
    if (this.seats.has(key)) return
    if (this.keys.length > 64 && this.keys.length > 4 * this.seats.size) this.compact()
    this.seats.set(key, this.keys.push(key) - 1)
  }

  /** Removals leave gaps; where the first is hardly ever asked for, they would only become more. */
  private compact(): void {
    this.keys = [...this]
    this.head = 0
    this.keys.forEach((key, at) => this.seats.set(key, at))
  }

  remove(key: string): boolean {
    return this.seats.delete(key)
  }

  first(): string | undefined {
    while (this.head < this.keys.length) {
      const key = this.keys[this.head]!
      if (this.seats.get(key) === this.head) return key
      this.head++
    }
    if (this.head > 0) {
      this.keys = []
      this.head = 0
    }
    return undefined
  }

  *[Symbol.iterator](): Iterator<string> {
    for (let at = this.head; at < this.keys.length; at++) {
      const key = this.keys[at]!
      if (this.seats.get(key) === at) yield key
    }
  }

  clone(): Fifo {
    const copy = new Fifo()
    for (const key of this) copy.add(key)
    return copy
  }
}

export class Agenda {
  private constructor(private readonly ranks: readonly Fifo[]) {}

  static empty(): Agenda {
    return new Agenda(Object.values(rank).map(() => new Fifo()))
  }

  add(key: string, at: Rank): void {
    this.ranks[at]!.add(key)
  }

  remove(key: string, at: Rank): void {
    this.ranks[at]!.remove(key)
  }

  /** Behind everything else of its rank: a choice that was just taken and is offered again. */
  yield(key: string, at: Rank): void {
    const fifo = this.ranks[at]!
    if (fifo.remove(key)) fifo.add(key)
  }

  /** The next in prompt order; `undefined` where nothing is enabled. */
  first(): string | undefined {
    for (const fifo of this.ranks) {
      if (fifo.size === 0) continue
      const key = fifo.first()
      if (key !== undefined) return key
    }
    return undefined
  }

  get size(): number {
    return this.ranks.reduce((sum, fifo) => sum + fifo.size, 0)
  }

  /** Every enabled choice, in prompt order. */
  *[Symbol.iterator](): Iterator<string> {
    for (const fifo of this.ranks) yield* fifo
  }

  fork(): Agenda {
    return new Agenda(this.ranks.map((fifo) => fifo.clone()))
  }
}
