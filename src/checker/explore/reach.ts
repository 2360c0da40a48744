/**
 * The Worlds that an exploration reaches and the transitions between them, by hash: what random orders are measured against.
 * Worlds are told apart by their cells: not by how long is left to deadlines, since what is let go at any time between two
 * Steps differs in that alone, nor by what belongs to the search (agenda, holds, budgets). A transition is from one World to
 * another, whatever leads there.
 */
import type { Store } from '#kernel/store'
import { combine, exclusiveOr, hashString, hashValue, type Hash } from '#kernel/value'
import type { Observer } from './bounded-search.js'
import type { BoundedSpace } from './bounded-space.js'
import { HashSet } from './hash-set.js'
import { isDeadlineSlot } from './recorder.js'

export class Reach implements Observer {
  readonly worlds = new HashSet()
  readonly transitions = new HashSet()
  private readonly hasher: WorkHash
  /** The hash of the World of each node. */
  private hashes = new Float64Array(1 << 10)
  /** The World that is gone on from. */
  private before: Hash = 0

  constructor(space: BoundedSpace) {
    this.hasher = new WorkHash(space)
    space.enter(1)
    this.keep(1, this.hasher.hash())
    this.worlds.add(this.hashes[1]!)
  }

  get bytes(): number {
    return this.worlds.bytes + this.transitions.bytes + this.hashes.byteLength
  }

  step(from: number, _action: number, _leaf: number, nth: number): void {
    if (nth === 1) this.before = this.hashes[from]!
    const hash = this.hasher.hash()
    this.worlds.add(hash)
    if (hash !== this.before) this.transitions.add(passage(this.before, hash))
    this.before = hash
  }

  reached(_from: number, _action: number, node: number): void {
    if (node >= this.hashes.length || this.hashes[node] === 0) this.keep(node, this.before)
  }

  private keep(node: number, hash: Hash): void {
    if (node >= this.hashes.length) {
      const longer = new Float64Array(2 * Math.max(node, this.hashes.length))
      longer.set(this.hashes)
      this.hashes = longer
    }
    this.hashes[node] = hash
  }
}

/** The hash by which a World in a store is told apart here. */
export const hashOf = (store: Store): Hash => exclusiveOr(parseInt(store.fingerprint(), 16), store.deadlines.fingerprint())

/** The hash of a transition. */
export const passage = (from: Hash, to: Hash): Hash => combine(from, to)

/** `hashOf` a store with the World under work, brought up to date by what differs. */
class WorkHash {
  private last: Int32Array = new Int32Array(0)
  private now: Hash = 0
  /** What each number of each slot adds. */
  private readonly mixes: Hash[][] = []

  constructor(private readonly space: BoundedSpace) {}

  hash(): Hash {
    const { slots, worlds: { work, width } } = this.space
    const end = Math.min(slots.size, width)
    if (this.last.length < end) this.lengthen(width)
    const { last } = this
    for (let slot = 0; slot < end; slot++) {
      const number = work[slot]!
      if (number === last[slot]) continue
      this.now = exclusiveOr(this.now, exclusiveOr(this.mix(slot, last[slot]!), this.mix(slot, number)))
      last[slot] = number
    }
    return this.now
  }

  private lengthen(width: number): void {
    const longer = new Int32Array(width)
    longer.set(this.last)
    this.last = longer
  }

  private mix(slot: number, number: number): Hash {
    if (number === 0) return 0
    const mixes = this.mixes[slot] ??= []
    return mixes[number] ??= this.mixed(slot, number)
  }

  private mixed(slot: number, number: number): Hash {
    const { slots } = this.space
    const key = slots.keys[slot]!
    if (key.startsWith('search|')) return 0
    return isDeadlineSlot(key) ? 0 : combine(hashString(key), hashValue(slots.value(slot, number)))
  }
}
