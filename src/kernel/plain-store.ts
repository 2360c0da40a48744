import type { Value } from './cells.js'
import { Deadlines } from './deadlines.js'
import type { Store } from './store.js'
import { combine, exclusiveOr, hashString, hashValue, hex, type Hash } from './value.js'

/** Where one cell's value is kept. It stays when the cell goes: the same cells come and go all the time. */
interface Place {
  value: Value | undefined
}

/** So many empty places are kept without looking whether that is too many. */
const spare = 1024

/** The mutable store: a map. Its fingerprint costs nothing until someone asks for it. */
export class PlainStore implements Store {
  private readonly places = new Map<string, Place>()
  private empty = 0
  private hashes = new Map<string, Hash>()
  private changed: Set<string> | undefined
  private hash: Hash = 0

  constructor(readonly deadlines: Deadlines = new Deadlines()) {}

  get(key: string): Value | undefined {
    return this.places.get(key)?.value
  }

  set(key: string, value: Value | undefined): void {
    this.swap(key, value)
  }

  swap(key: string, value: Value | undefined): Value | undefined {
    this.changed?.add(key)
    const place = this.places.get(key)
    if (place === undefined) {
      if (value !== undefined) this.places.set(key, { value })
      return undefined
    }
    const before = place.value
    place.value = value
    if (value === undefined) {
      if (before !== undefined) this.vacate()
    } else if (before === undefined) this.empty--
    return before
  }

  *keys(): Iterable<string> {
    for (const [key, { value }] of this.places) if (value !== undefined) yield key
  }

  fingerprint(): string {
    for (const key of this.changed ?? this.places.keys()) {
      const value = this.get(key)
      const before = this.hashes.get(key)
      if (before !== undefined) this.hash = exclusiveOr(this.hash, before)
      if (value === undefined) this.hashes.delete(key)
      else {
        const after = combine(hashString(key), hashValue(value))
        this.hashes.set(key, after)
        this.hash = exclusiveOr(this.hash, after)
      }
    }
    this.changed = new Set()
    return hex(exclusiveOr(this.hash, this.deadlines.fingerprint()))
  }

  fork(): PlainStore {
    const copy = new PlainStore(this.deadlines.fork())
    for (const [key, { value }] of this.places) if (value !== undefined) copy.places.set(key, { value })
    return copy
  }

  /** One more place is empty; where most are, they are given up. */
  private vacate(): void {
    this.empty++
    if (this.empty < spare || this.empty * 2 < this.places.size) return
    for (const [key, { value }] of this.places) if (value === undefined) this.places.delete(key)
    this.empty = 0
  }
}
