/**
 * Systems that are explored in every order, and what plain breadth first finds in them: what quicker searches
 * are measured by.
 */
import fc from 'fast-check'
import { key, type Key } from '#kernel/cells'
import { InternedStore } from '#kernel/interned-store'
import { rank, type Channel } from '#machine/channel'
import { World } from '#cluster/world'
import { BreadthFirst, type Explored } from '#checker/explore/breadth-first'
import { FreeSpace } from '#checker/explore/free-space'
import type { FreeSystem } from '#checker/explore/free-system'
import { Verdicts, type Invariant } from '#checker/explore/verdicts'
import { freeSystem } from '../../../bench/reference/model.js'
import { forbidden, machines, type Forbidden } from './machines-arbitrary.js'
import { dataKey, machineSystem, type Machine } from './machines.js'

/**
 * What two searches have to agree on: counts where nothing is wrong, else the length of the counterexample.
 */
export type Came = readonly [worlds: number, transitions: number, depth: number] | number

interface Search {
  pathTo(world: number): readonly number[]
}

export const cameOf = ({ worlds, transitions, depth, wrong }: Explored, search: Search): Came =>
  (wrong === undefined ? [worlds, transitions, depth] : search.pathTo(wrong).length)

export function plainly(system: FreeSystem): Came {
  const space = new FreeSpace(system.channels, system.user, system.begin(), system.interchangeable)
  const search = new BreadthFirst(space, new Verdicts(space, system.claims))
  return cameOf(search.run(), search)
}

/** Whether a system has no more Worlds than that, all claims aside. */
export function isSmall({ channels, user, begin }: FreeSystem, most: number): boolean {
  const space = new FreeSpace(channels, user, begin())
  for (let at = 1; at <= space.worlds.count; at++) {
    if (at > most) return false
    space.expand(at, { step() {} })
  }
  return true
}

const invariant = ({ at, and }: Forbidden, which: number): Invariant => ({
  name: `claim-${which}`,
  holds: (cells) =>
    (cells.read(dataKey(at.cell)) ?? 0) !== at.is || (cells.read(dataKey(and.cell)) ?? 0) !== and.is,
})

export function freely(machine: Machine, claims: readonly Forbidden[]): FreeSystem {
  const { channels, user, boot } = machineSystem(machine)
  return {
    channels, user, claims: claims.map(invariant),
    begin() {
      const world = boot()
      world.perform((cells) => cells.write(key('data', 'always'), true)) // no World is empty
      return world
    },
  }
}

/** Small systems with claims, some of which do not hold. */
export const systems = (most: number): fc.Arbitrary<FreeSystem> =>
  fc.tuple(machines(0, [2, 5]), fc.array(forbidden('always'), { maxLength: 2 }))
    .map(([machine, claims]) => freely(machine, claims))
    .filter((system) => isSmall(system, most))

interface Change {
  readonly isSafe?: boolean
  readonly expects?: boolean
  readonly isReduced?: boolean
}

/** The reference rollout (bench/reference). */
export const rollout = (
  replicas: number, maxSurge: number, maxUnavailable: number, change: Change = {},
): FreeSystem =>
  freeSystem({ replicas, maxSurge, maxUnavailable, isSafe: true, expects: true, isReduced: false, ...change })

export const counterKey = (counter: number): Key<number> => key('work', String(counter))

/** Counters that count down side by side; the first writes so many cells at its end that nobody knew of. */
export function surprising(counts: readonly number[], cells: number): FreeSystem {
  const channels = [{
    prefix: 'work', rank: rank.work,
    offers: () => true,
    process: (cell) => cell,
    take(handle, cell, left) {
      handle.write(cell, left - 1 || undefined)
      if (left > 1 || cell !== counterKey(0)) return
      for (let at = 0; at < cells; at++) handle.write(dataKey(at), 1)
    },
    label: (cell) => cell,
  } satisfies Channel<number>] as readonly Channel<never>[] // as a list of channels of many types
  return {
    channels, user: 'user', claims: [],
    begin() {
      const world = World.over(new InternedStore(), channels)
      world.perform((handle) => {
        counts.forEach((count, counter) => handle.write(counterKey(counter), count))
        handle.write(key('data', 'always'), true) // no World is empty
      })
      return world
    },
  }
}
