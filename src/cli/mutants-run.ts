/** Tries mutants one after the other, here or on worker threads; rows come in the order of the candidates either way. */
import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { prepare, tryOne, type Bench, type Row } from '#properties/kill/table'

/** Everything that a thread needs to know: JSON. */
export interface MutantsJob {
  readonly drawn: number
  /** The source of a regular expression. */
  readonly only?: string
}

export const benchOf = ({ only }: MutantsJob): Bench => prepare(only === undefined ? undefined : new RegExp(only))

export async function* rowsOf(job: MutantsJob, bench: Bench, workers: number): AsyncIterable<Row> {
  if (workers <= 1) {
    for (const candidate of bench.candidates) {
      yield tryOne(bench, candidate, job.drawn)
      await setImmediate() // lets a signal through
    }
    return
  }
  yield* onThreads(job, bench.candidates.length, workers)
}

async function* onThreads(job: MutantsJob, count: number, workers: number): AsyncIterable<Row> {
  const done = new Map<number, Row>()
  let wake: () => void = () => {}
  let failure: unknown
  let next = 0
  const threads = Array.from({ length: workers }, () => {
    const thread = new Worker(new URL('./mutants-worker.js', import.meta.url), { workerData: job })
    const hand = (): void => thread.postMessage(next++)
    thread.on('message', ({ index, row }: { readonly index: number; readonly row: Row }) => {
      done.set(index, row)
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
    for (let index = 0; index < count; index++) {
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
