/** What threads that expand nodes together share: Worlds, lists of choices, and what is known of the nodes. */
import { quadMemoryOf, roomy, SharedQuads } from '../parallel/shared-quads.js'
import type { QuadMemory } from '../parallel/memory.js'
import { arrayOf, partOf } from '../saved.js'
import type { BoundedSpace } from '../bounded-space.js'

export interface CrewMemory {
  readonly quads: QuadMemory
  readonly roots: QuadMemory
  readonly lists: QuadMemory
  /** How many slots a World has a place for. */
  readonly width: number
}

/** How many numbers a thread takes for itself at a time. */
const blocks = { quads: 256, roots: 1024, lists: 64 }

/** For each node that is expanded there has to be room for so many quads, Worlds and lists: it is made when nobody is at work. */
const perNode = { quads: 128, roots: 32, lists: 8 }

/** A memory with all Worlds of a space, to which they are all known by the same numbers. */
export function memoryOf(space: BoundedSpace): CrewMemory {
  const { parts = {} } = space.save()
  const worlds = partOf({ parts }, 'worlds')
  const memory = (saved: Parameters<typeof arrayOf>[0]): QuadMemory => {
    const items = arrayOf(saved, 'items')
    return quadMemoryOf(items, items.length / 4 - 1)
  }
  return {
    quads: memory(partOf(worlds, 'quads')), roots: memory(partOf(worlds, 'roots')),
    lists: memory(partOf(partOf({ parts }, 'sequences'), 'table')), width: space.worlds.width,
  }
}

/** The same with room for what so many nodes may lead to. Nobody may be at work. */
export const withRoom = (memory: CrewMemory, nodes: number): CrewMemory => ({
  ...memory,
  quads: roomy(memory.quads, nodes * perNode.quads),
  roots: roomy(memory.roots, nodes * perNode.roots),
  lists: roomy(memory.lists, nodes * perNode.lists),
})

/** The tables in such a memory, as one thread uses them. */
export class CrewTables {
  readonly quads: SharedQuads
  readonly roots: SharedQuads
  readonly lists: SharedQuads

  constructor({ quads, roots, lists }: CrewMemory) {
    this.quads = new SharedQuads(quads, blocks.quads)
    this.roots = new SharedQuads(roots, blocks.roots)
    this.lists = new SharedQuads(lists, blocks.lists)
    this.roots.seal()
  }

  /** Works on this memory from now on: it holds what the one before did. */
  use({ quads, roots, lists }: CrewMemory): void {
    this.quads.use(quads)
    this.roots.use(roots)
    this.lists.use(lists)
  }
}
