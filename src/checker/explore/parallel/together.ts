/**
 * Breadth first by several threads: level by level, everybody takes from what is left of the level. Worlds,
 * transitions and depth are those that one alone finds; so is the verdict, and where a World is wrong the way
 * to it is found again by one alone, so that the counterexample does not depend on how many there were, nor
 * on who was quicker.
 */
import type { Explored } from '../breadth-first.js'
import type { Layout } from '../layout.js'
import { PartedSearch } from '../parted-search.js'
import { clock } from '../free-space.js'
import type { FreeSystem } from '../free-system.js'
import { layoutFor } from '../pilot.js'
import { blocks, Hand } from './hand.js'
import { bytesOf, enlarged, sharedMemory, withTables, type QuadMemory, type SharedMemory } from './memory.js'
import { hasNoRoom } from './shared-quads.js'
import type { Gather, Team } from './team.js'

export interface ExploredTogether extends Omit<Explored, 'wrong'> {
  readonly bytes: number
  readonly evaluations: number
  /** The keys of the choices that lead to the first wrong World; `''` for the clock. */
  readonly counterexample?: readonly string[]
}

/** Worlds that are taken at a time, at most. */
const most = 256

export async function exploreTogether(
  system: FreeSystem, gather: Gather, places = 1 << 16,
): Promise<ExploredTogether> {
  let layout = layoutFor(system)
  for (;;) {
    const memory = sharedMemory(places)
    const first = new Hand(system, layout, memory).takeFresh()
    const team = await gather(layout, memory)
    try {
      const done = await expandAll(team, memory, first)
      if (done === 'wrong') return alone(system, layout)
      if (done !== 'too narrow') return done
    } finally {
      await team.end()
    }
    layout = wider(layout)
  }
}

/** A layout for vectors of four times the width. */
function wider(layout: Layout): Layout {
  let width = 4
  while (width < layout.length) width *= 4
  return Array.from({ length: width + 1 }, (_, at) => layout[at])
}

async function expandAll(
  team: Team, begun: SharedMemory, first: readonly number[],
): Promise<ExploredTogether | 'wrong' | 'too narrow'> {
  let memory = begun
  let [worlds, transitions, depth, evaluations] = [1, 0, 0, 0]
  for (let level = first; ; depth++) {
    const next: number[] = []
    for (let left = chunksOf(level); left.length > 0;) {
      const cursor = new SharedArrayBuffer(4)
      const all = await team.expand({ chunks: left, cursor, memory })
      if (all.some(({ isTooNarrow }) => isTooNarrow)) return 'too narrow'
      if (all.some(({ isWrong }) => isWrong)) return 'wrong'
      evaluations = 0
      for (const done of all) {
        worlds += done.worlds
        transitions += done.transitions
        evaluations += done.evaluations
        for (const one of done.fresh) next.push(one)
      }
      const given = all.flatMap((done) => (done.left === undefined ? [] : [done.left]))
      const untouched = left.slice(2 * new Int32Array(cursor)[0]!)
      left = [...given.flatMap((chunk) => left.slice(2 * chunk, 2 * chunk + 2)), ...untouched]
      memory = withTables(memory, await withRoom(team, memory.quads, blocks.quads), await withRoom(team, memory.roots, blocks.roots))
    }
    if (next.length === 0) return { worlds, transitions, depth, evaluations, bytes: bytesOfAll(memory) }
    level = next
  }
}

/** The same quads in a memory that has room. */
async function withRoom(team: Team, before: QuadMemory, block: number): Promise<QuadMemory> {
  if (!hasNoRoom(before, block)) return before
  const after = enlarged(before)
  await team.move({ before, after })
  return withRoom(team, after, block)
}

/** Ranges cut into pieces that are worth taking one by one. */
function chunksOf(ranges: readonly number[]): readonly number[] {
  const chunks: number[] = []
  for (let i = 0; i < ranges.length; i += 2) {
    const to = ranges[i + 1]!
    for (let from = ranges[i]!; from < to; from += most) chunks.push(from, Math.min(from + most, to))
  }
  return chunks
}

const bytesOfAll = ({ quads, roots, ways }: SharedMemory): number => ways.byteLength + bytesOf(quads) + bytesOf(roots)

function alone(system: FreeSystem, layout: Layout): ExploredTogether {
  const search = new PartedSearch(system, layout)
  const { wrong, ...explored } = search.run()
  const { space } = search
  return {
    ...explored, bytes: search.bytes, evaluations: space.evaluations,
    ...(wrong === undefined ? {} : {
      counterexample: search.pathTo(wrong).map((choice) =>
        (choice === clock ? '' : space.choices.all[choice]!.key)),
    }),
  }
}
