/**
 * Those who expand Worlds together: threads (node:worker_threads), or, where only how they work together
 * matters, nobody else.
 */
import { Worker } from 'node:worker_threads'
import type { FreeSystem } from '../free-system.js'
import type { Layout } from '../layout.js'
import { Hand, type Done, type Share } from './hand.js'
import type { SharedMemory } from './memory.js'
import type { Source } from './source.js'
import { moveTo, type Move } from './shared-quads.js'
import type { Begin, Moving } from './worker.js'

export interface Team {
  expand(share: Share): Promise<readonly Done[]>
  /** Puts quads into a larger index, while nobody does anything else. */
  move(move: Move): Promise<void>
  end(): Promise<void>
}

export type Gather = (layout: Layout, memory: SharedMemory) => Promise<Team>

export const threads = (source: Source, count: number): Gather => async (layout, memory) => {
  const workerData: Begin = { source, layout, memory }
  const all = Array.from({ length: count }, () =>
    new Worker(new URL('./worker.js', import.meta.url), { workerData }))
  /** What each says next. */
  const answers = <T>(): Promise<T[]> => Promise.all(all.map((thread) => new Promise<T>((resolve, reject) => {
    thread.once('error', reject)
    thread.once('message', (answer: T) => {
      thread.off('error', reject)
      resolve(answer)
    })
  })))
  const end = async (): Promise<void> => void await Promise.all(all.map((thread) => thread.terminate()))
  try {
    await answers()
  } catch (error) {
    await end()
    throw error
  }
  return {
    expand: (share) => {
      const done = answers<Done>()
      for (const thread of all) thread.postMessage(share)
      return done
    },
    move: async (move) => {
      const done = answers<'moved'>()
      all.forEach((thread, part) => thread.postMessage({ move, part, parts: all.length } satisfies Moving))
      await done
    },
    end,
  }
}

/** Hands that work one after the other, chunk by chunk. */
export const inTurn = (system: FreeSystem, count: number): Gather => async (layout, memory) => {
  const hands = Array.from({ length: count }, () => new Hand(system, layout, memory))
  return {
    expand: async (share) => hands.map((hand) => hand.expand({ ...share, atMost: 1 })),
    move: async (move) => hands.forEach((_, part) => moveTo(move, part, hands.length)),
    end: async () => {},
  }
}
