import type { Value } from './cells.js'
import { Deadlines } from './deadlines.js'
import type { Store } from './store.js'
import { combine, equal, exclusiveOr, hashString, hashValue, hex, type Hash } from './value.js'

/**
 * What the Worlds of one exploration share: a dense number for each cell key, and for each distinct value.
 * Equal values get the same number, so comparing two cells is comparing two integers.
 */
export class Interning {
  private readonly cellIds = new Map<string, number>()
  readonly keys: string[] = []
  private readonly byHash = new Map<Hash, number[]>()
  readonly values: Value[] = [undefined] // number 0: no value
  private readonly mixes: Map<number, Hash>[] = []
  private readonly lists = new Map<number, Map<number, number>>()
  // Numbers of values met before, by identity: a cache in front of the content hash.
  private readonly byIdentity = new WeakMap<object, number>()

  cell(key: string): number {
    let id = this.cellIds.get(key)
    if (id === undefined) {
      id = this.keys.push(key) - 1
      this.cellIds.set(key, id)
      this.mixes.push(new Map())
    }
    return id
  }

  lookup(key: string): number | undefined {
    return this.cellIds.get(key)
  }

  value(value: Value): number {
    if (value === undefined) return 0
    if (typeof value === 'object' && value !== null) {
      const met = this.byIdentity.get(value)
      if (met !== undefined) return met
      const id = this.intern(value)
      this.byIdentity.set(value, id)
      return id
    }
    return this.intern(value)
  }

  /** The number of list `list` with entry `entry` at its end, both by number; `undefined` where that is new. */
  longer(list: number, entry: number): number | undefined {
    return this.lists.get(list)?.get(entry)
  }

  /** Remembers what the list with that entry is. */
  lengthen(list: number, entry: number, longer: Value): number {
    let known = this.lists.get(list)
    if (known === undefined) this.lists.set(list, known = new Map())
    const id = this.value(longer)
    known.set(entry, id)
    return id
  }

  /** What cell `cell` with value `value` adds to a World's fingerprint. */
  mix(cell: number, value: number): Hash {
    const mixes = this.mixes[cell]!
    let hash = mixes.get(value)
    if (hash === undefined) {
      hash = combine(hashString(this.keys[cell]!), hashValue(this.values[value]))
      mixes.set(value, hash)
    }
    return hash
  }

  private intern(value: Value): number {
    const hash = hashValue(value)
    const bucket = this.byHash.get(hash)
    if (bucket !== undefined) {
      for (const id of bucket) if (equal(this.values[id], value)) return id
    }
    const id = this.values.push(value) - 1
    if (bucket === undefined) this.byHash.set(hash, [id])
    else bucket.push(id)
    return id
  }
}

/** A World as a vector of small integers: equality, hashing and forking never touch JSON. */
export class InternedStore implements Store {
  constructor(
    readonly interning: Interning = new Interning(),
    private ids: Int32Array = new Int32Array(256),
    /** The hash of the cells, kept up to date from when it is first asked for. */
    private hash: Hash | undefined = undefined,
    readonly deadlines: Deadlines = new Deadlines(),
  ) {}

  get(key: string): Value | undefined {
    const cell = this.interning.lookup(key)
    if (cell === undefined || cell >= this.ids.length) return undefined
    return this.interning.values[this.ids[cell]!]
  }

  set(key: string, value: Value | undefined): void {
    this.swap(key, value)
  }

  swap(key: string, value: Value | undefined): Value | undefined {
    const before = this.swapId(this.interning.cell(key), this.interning.value(value))
    return this.interning.values[before]
  }

  /** The number of the value in cell number `cell`; 0 for none. */
  idAt(cell: number): number {
    return cell < this.ids.length ? this.ids[cell]! : 0
  }

  /** Puts value number `after` into cell number `cell`; hands out the number of the one before. */
  swapId(cell: number, after: number): number {
    if (cell >= this.ids.length) {
      const larger = new Int32Array(Math.max(this.ids.length * 2, cell + 1))
      larger.set(this.ids)
      this.ids = larger
    }
    const before = this.ids[cell]!
    if (before === after) return before
    this.ids[cell] = after
    if (this.hash !== undefined) this.hash = exclusiveOr(this.hash, exclusiveOr(this.mix(cell, before), this.mix(cell, after)))
    return before
  }

  *keys(): Iterable<string> {
    for (let cell = 0; cell < this.ids.length; cell++) {
      if (this.ids[cell] !== 0) yield this.interning.keys[cell]!
    }
  }

  fingerprint(): string {
    if (this.hash === undefined) {
      this.hash = 0
      for (let cell = 0; cell < this.ids.length; cell++) this.hash = exclusiveOr(this.hash, this.mix(cell, this.ids[cell]!))
    }
    return hex(exclusiveOr(this.hash, this.deadlines.fingerprint()))
  }

  fork(): InternedStore {
    return new InternedStore(this.interning, this.ids.slice(), this.hash, this.deadlines.fork())
  }

  private mix(cell: number, value: number): Hash {
    return value === 0 ? 0 : this.interning.mix(cell, value)
  }
}
