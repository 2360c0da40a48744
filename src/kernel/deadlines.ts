/**
 * Pending deadlines on virtual time, in milliseconds. Part of a World like its cells; what counts for
 * equality is how much is left, so that the same situation at another time is the same World.
 */
import type { DeadlineKey } from './cells.js'
import { combine, exclusiveOr, hashString, type Hash } from './value.js'

interface Entry {
  readonly at: number
  readonly key: DeadlineKey
}

export class Deadlines {
  now = 0
  private armed = new Map<DeadlineKey, Entry>()
  // A binary heap by (time, key), so that what was armed first does not matter; entries that were replaced or disarmed are dropped when met.
  private heap: Entry[] = []

  has(key: DeadlineKey): boolean {
    return this.armed.has(key)
  }

  get size(): number {
    return this.armed.size
  }

  /** How much is left, at least 0; `undefined` where it is not armed. */
  left(key: DeadlineKey): number | undefined {
    const entry = this.armed.get(key)
    return entry === undefined ? undefined : Math.max(0, entry.at - this.now)
  }

  arm(key: DeadlineKey, ms: number): void {
    if (!(ms >= 0) || !Number.isFinite(ms)) throw new Error(`deadline ${key} armed with ${ms} ms`)
    const entry = { at: this.now + ms, key }
    this.armed.set(key, entry)
    this.push(entry)
  }

  disarm(key: DeadlineKey): boolean {
    return this.armed.delete(key)
  }

  /** When the next deadline that is not yet due ends; `undefined` where none is pending. */
  next(): number | undefined {
    this.trim()
    return this.heap[0]?.at
  }

  /** Moves the clock and hands out what is due by then, earliest first, by key at one time; they stay armed until taken. */
  advance(to: number): DeadlineKey[] {
    this.now = to
    const due: DeadlineKey[] = []
    for (;;) {
      this.trim()
      const top = this.heap[0]
      if (top === undefined || top.at > to) return due
      this.pop()
      due.push(top.key)
    }
  }

  /** Every armed key, sorted, with what is left of it. */
  entries(): (readonly [DeadlineKey, number])[] {
    return [...this.armed.values()]
      .map((entry) => [entry.key, Math.max(0, entry.at - this.now)] as const)
      .sort((a, b) => (a[0] < b[0] ? -1 : 1))
  }

  fingerprint(): Hash {
    let hash: Hash = 0
    for (const entry of this.armed.values()) {
      hash = exclusiveOr(hash, combine(hashString(entry.key), Math.max(0, entry.at - this.now)))
    }
    return hash
  }

  fork(): Deadlines {
    const copy = new Deadlines()
    copy.now = this.now
    copy.armed = new Map(this.armed)
    copy.heap = this.heap.slice()
    return copy
  }

  private trim(): void {
    for (let top = this.heap[0]; top !== undefined && this.armed.get(top.key) !== top; top = this.heap[0]) this.pop()
  }

  private push(entry: Entry): void {
    const heap = this.heap
    let at = heap.push(entry) - 1
    while (at > 0) {
      const up = (at - 1) >> 1
      const parent = heap[up]!
      if (!before(entry, parent)) break
      heap[at] = parent
      at = up
    }
    heap[at] = entry
  }

  private pop(): void {
    const heap = this.heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let at = 0
    for (;;) {
      let down = 2 * at + 1
      if (down >= heap.length) break
      if (down + 1 < heap.length && before(heap[down + 1]!, heap[down]!)) down++
      if (!before(heap[down]!, last)) break
      heap[at] = heap[down]!
      at = down
    }
    heap[at] = last
  }
}

const before = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.key < b.key)
