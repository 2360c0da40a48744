/** Tries batches of pods one after the other, here or on worker threads; they come in the order of their numbers either way. */
import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { tryBatch, type Batch } from '#properties/any-pods'

/** Everything that a thread needs to know: JSON. */
export interface PropertiesJob {
  readonly seed: number
  /** The number of the first batch. */
  readonly first: number
  readonly batches: number
}

export async function* batchesOf(job: PropertiesJob, workers: number): AsyncIterable<Batch> {
  if (workers > 1) return yield* onThreads(job, workers)
  for (let index = job.first; index < job.first + job.batches; index++) {
    yield tryBatch({ seed: job.seed, index })
    await setImmediate() // lets a signal through
  }
}

async function* onThreads({ seed, first, batches }: PropertiesJob, workers: number): AsyncIterable<Batch> {
  const done = new Map<number, Batch>()
  let wake: () => void = () => {}
  let failure: unknown
  let next = first
  const end = first + batches
  const threads = Array.from({ length: Math.min(workers, batches) }, () => {
    const thread = new Worker(new URL('./properties-worker.js', import.meta.url), { workerData: seed })
    const hand = (): void => { if (next < end) thread.postMessage(next++) }
    thread.on('message', ({ index, batch }: { readonly index: number; readonly batch: Batch }) => {
      done.set(index, batch)
      hand()
      wake()
    })
    thread.on('error', (error) => {
      failure = error
      wake()
    })
    hand()
    return thread
  })
  try {
    for (let index = first; index < end; index++) {
      while (!done.has(index)) {
        if (failure !== undefined) throw failure
        await new Promise<void>((resolve) => { wake = resolve })
      }
      yield done.get(index)!
      done.delete(index)
    }
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()))
  }
}
