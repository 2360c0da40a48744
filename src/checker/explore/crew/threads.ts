/** Hands that are threads (node:worker_threads). */
import { Worker } from 'node:worker_threads'
import type { Saved } from '../saved.js'
import type { Gather } from './crew.js'
import type { Part } from './expander.js'
import type { Explored } from './hand.js'
import type { CrewMemory } from './memory.js'

/** Where what is explored comes from: functions cannot be handed to a thread, so that each makes its own. */
export interface Source {
  /** The URL of a module that exports `explored(argument)`. */
  readonly module: string
  /** Plain data. */
  readonly argument: unknown
}

/** What a thread begins with. */
export interface Begin {
  readonly source: Source
  readonly known: Saved
  readonly memory: CrewMemory
}

export async function exploredBy({ module, argument }: Source): Promise<Explored> {
  const found = await import(module) as { readonly explored?: (argument: unknown) => Explored } // see `Source`
  if (found.explored === undefined) throw new Error(`${module} exports no explored`)
  return found.explored(argument)
}

export const threads = (source: Source, count: number): Gather => async (known, memory) => {
  const workerData: Begin = { source, known, memory }
  const all = Array.from({ length: count }, () => new Worker(new URL('./worker.js', import.meta.url), { workerData }))
  /** What each says next. */
  const answers = <T>(): Promise<T[]> => Promise.all(all.map((thread) => new Promise<T>((resolve, reject) => {
    const failed = (error: unknown): void => {
      thread.off('message', answered)
      reject(error)
    }
    const answered = (answer: T): void => {
      thread.off('error', failed)
      resolve(answer)
    }
    thread.once('error', failed)
    thread.once('message', answered)
  })))
  const end = async (): Promise<void> => void await Promise.all(all.map((thread) => thread.terminate()))
  try {
    await answers()
  } catch (error) {
    await end()
    throw error
  }
  return {
    count,
    expand: (share) => {
      const parts = answers<Part>()
      for (const thread of all) thread.postMessage(share)
      return parts
    },
    end,
  }
}
