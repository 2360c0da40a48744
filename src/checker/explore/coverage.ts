/**
 * What a random "passed" is worth: which share of the Worlds that were explored, and of the transitions between them, random
 * orders meet in the same time. Worlds are told apart by a hash of their cells and deadlines (53 bits), the search's own
 * budgets and holds aside; a transition is a Step from one to another.
 */
import { combine, exclusiveOr, hashString, hashValue, hex, type Hash } from '#kernel/value'
import { baselineOf, draw } from '../generate.js'
import { runOrder } from '../order.js'
import type { Schedule } from '../schedule.js'
import type { System } from '../system.js'
import { BoundedSearch } from './bounded-search.js'
import { BoundedSpace } from './bounded-space.js'
import type { Bounds } from './bounds.js'
import { deadlineOf, isDeadlineSlot } from './recorder.js'

/** How orders are drawn: as `check` does within the same budgets, or wholly by a sampling strategy. */
export type Sampler = 'check' | 'random' | 'pos' | 'pct'
export const samplers: readonly Sampler[] = ['check', 'random', 'pos', 'pct']

export interface Coverage {
  readonly sampler: Sampler
  readonly orders: number
  readonly steps: number
  /** Of the Worlds and transitions that were explored, how many were met. */
  readonly worlds: number
  readonly transitions: number
  /** Worlds that were met and lie outside the bounds. */
  readonly outside: number
}

/** The Worlds and transitions within bounds, by hash. */
export interface Reach {
  readonly worlds: ReadonlySet<string>
  readonly transitions: ReadonlySet<string>
}

export function reachOf(system: System, bounds: Bounds): Reach {
  const space = new BoundedSpace(system, bounds)
  const hashes: string[] = []
  const worlds = new Set<string>()
  const transitions = new Set<string>()
  const hasher = new Hasher(space)
  const search = new BoundedSearch(space, {
    reached(from, _, world, isNew) {
      if (isNew) worlds.add(hashes[world] = hasher.hash())
      if (hashes[from] !== hashes[world]) transitions.add(`${hashes[from]} ${hashes[world]}`)
    },
  })
  space.worlds.load(1)
  worlds.add(hashes[1] = hasher.hash())
  while (search.next());
  return { worlds, transitions }
}

/** The hash that an interned store would have. */
class Hasher {
  private readonly mixes: Hash[][] = []

  constructor(private readonly space: BoundedSpace) {}

  hash(): string {
    const { slots, worlds } = this.space
    let hash: Hash = 0
    for (let slot = 0; slot < slots.size; slot++) {
      const number = worlds.at(slot)
      if (number !== 0 && !slots.keys[slot]!.startsWith('search|')) hash = exclusiveOr(hash, this.mix(slot, number))
    }
    return hex(hash)
  }

  private mix(slot: number, number: number): Hash {
    const mixes = this.mixes[slot] ??= []
    return mixes[number] ??= this.mixed(slot, number)
  }

  private mixed(slot: number, number: number): Hash {
    const { slots } = this.space
    const key = slots.keys[slot]!
    const value = slots.value(slot, number)
    if (!isDeadlineSlot(key)) return combine(hashString(key), hashValue(value))
    const deadline = deadlineOf(key)
    return /^(search|hold)\|/.test(deadline) ? 0 : combine(hashString(deadline), Number(value))
  }
}

/** Draws orders until `goOn` says no, and counts what of `reach` they meet. */
export function cover(system: System, reach: Reach, bounds: Bounds, sampler: Sampler, seed: number, goOn: (orders: number) => boolean): Coverage {
  const met = new Set<string>()
  const outside = new Set<string>()
  const passed = new Set<string>()
  const baseline = baselineOf(system)
  let steps = 0
  let orders = 0
  for (; goOn(orders); orders++) {
    const schedule: Schedule = sampler === 'check' ? draw(system, baseline, bounds, seed, orders)
      : { deviations: [{ kind: 'shuffle', strategy: sampler, seed: seed + orders, from: 0, to: 1e9 }] }
    let before = ''
    const order = runOrder(system, [], schedule, {
      onEvent(_, world) {
        const hash = world.store.fingerprint()
        if (reach.worlds.has(hash)) met.add(hash)
        else outside.add(hash)
        const passage = `${before} ${hash}`
        if (reach.transitions.has(passage)) passed.add(passage)
        before = hash
      },
    })
    steps += order.steps
  }
  return { sampler, orders, steps, worlds: met.size, transitions: passed.size, outside: outside.size }
}
