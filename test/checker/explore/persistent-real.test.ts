/**
 * Persistent sets on the real models: every order of what follows the scheduler's decision about a pod. What
 * each process is said to read and write is what its Steps were seen to, told by so many parts of the keys.
 */
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '#api/types'
import type { Declared } from '#checker/explore/persistent-sets'
import { deadlineOf, isDeadlineSlot, type Recorder } from '#checker/explore/recorder'
import { ReducedSpace, type ReducedOptions } from '#checker/explore/reduced-space'
import { asks } from '#checker/explore/step-memo'
import type { World } from '#cluster/world'
import { systemOf } from '#properties/scenario'
import { describing } from './described.js'
import { nodes } from './small.js'

const pod: JsonObject = {
  apiVersion: 'v1', kind: 'Pod', metadata: { name: 'one', namespace: 'default' },
  spec: { containers: [{ name: 'web', image: 'example.org/web:1' }] },
}
const system = systemOf({
  nodes: nodes(1), script: [{ do: 'apply', objects: [pod] }], profiles: {}, mutants: [],
})
const channels = system.channels
  .filter(({ prefix }) => ['schedule', 'request', 'cache', 'watch'].includes(prefix))

function scheduling(): World {
  const world = system.boot()
  const next = (): string | undefined => world.agenda.first()
  for (let choice = next(); choice !== undefined && !choice.startsWith('schedule|'); choice = next()) {
    world.take(choice)
  }
  return world
}

/** Takes down what the Steps of each choice read and write. */
class Noting extends ReducedSpace {
  private readonly noted = new Map<string, { readonly reads: string[]; readonly writes: string[] }>()

  override learn(tree: number, recorder: Recorder, what: string, isOpen: boolean): number {
    const keyOf = (slot: number): string => {
      const key = this.slots.keys[slot]!
      return isDeadlineSlot(key) ? deadlineOf(key) : key
    }
    const { reads, writes } = this.noted.get(what) ?? { reads: [], writes: [what] }
    reads.push(...recorder.asked.filter(({ is }) => is !== asks.tie).map(({ of }) => keyOf(of)))
    if (isOpen) writes.push(...recorder.done.map(({ slot }) => keyOf(slot)))
    this.noted.set(what, { reads, writes })
    return super.learn(tree, recorder, what, isOpen)
  }

  /** The same for all choices of a process in a channel; of each key its first `parts`. */
  declared(parts: number): Declared {
    const cut = (key: string, end: number): string => key.split('|').slice(0, end).join('|')
    const owners = [...new Set([...this.noted.keys()].map((key) => cut(key, 2)))]
    const all = (owner: string, which: 'reads' | 'writes'): readonly string[] => [...new Set(
      [...this.noted].filter(([key]) => cut(key, 2) === owner)
        .flatMap(([, noted]) => noted[which].map((one) => cut(one, parts))))]
    return {
      visible: [],
      parties: owners.map((owner) =>
        ({ owns: [owner], reads: all(owner, 'reads'), writes: all(owner, 'writes') })),
    }
  }
}

const spaceOf = (options: ReducedOptions = {}): Noting =>
  new Noting(channels, system.user, scheduling(), options)

/** Worlds in which nothing can be done any more. */
function endsOf(space: ReducedSpace): readonly string[] {
  const ends: string[] = []
  const told = describing(space)
  for (let world = 1; world <= space.worlds.count; world++) {
    if (space.expand(world, () => {}) === 0) ends.push(told())
  }
  return ends.sort()
}

describe('What follows the binding of a pod comes to the same in every order', () => {
  const all = spaceOf()
  const ends = endsOf(all)
  it.each([
    ['is all explored where processes say only what kinds of cells they touch', 1, 1],
    ['is in a few orders where they say of which resource or process too', 2, 50],
    ['is in fewer where they say more', 3, 75],
  ])('%s', (_, parts, times) => {
    const fewer = spaceOf({ declared: all.declared(parts) })
    expect(endsOf(fewer)).toEqual(ends)
    if (process.env['SHOW'] !== undefined) console.log(parts, all.worlds.count, fewer.worlds.count)
    expect(all.worlds.count / fewer.worlds.count).toBeGreaterThanOrEqual(times)
  })
})
