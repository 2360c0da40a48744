// The reference rollout searched breadth first by JavaScript written for nothing else: what an engine can hope for.
//   node bench/peers/rollout/hand-written.mjs R S U [--workers N] [--sorted] [--unsafe] [--no-expectations]
import { Worker } from 'node:worker_threads'
import { given, peakMiB, printLine, timed } from './line.mjs'
import { createExpansion, search } from './packed-search.mjs'

const { model, size, has, count } = given([4, 2, 2], { flags: ['sorted'], counts: ['workers'] })
const workers = count('workers', 1)
const task = { model, isSorted: has('sorted'), isAlone: workers === 1 }
const threads = task.isAlone ? [] : Array.from({ length: workers }, () =>
  new Worker(new URL('packed-worker.mjs', import.meta.url), { workerData: task }))
await Promise.all(threads.map((thread) => new Promise((resolve) => thread.once('online', resolve))))

/** All the threads expand; their transitions. */
async function together(space) {
  const each = await Promise.all(threads.map((thread) => new Promise((resolve, reject) => {
    thread.once('error', reject)
    thread.once('message', (transitions) => {
      thread.off('error', reject)
      resolve(transitions)
    })
    thread.postMessage(space)
  })))
  return each.reduce((sum, transitions) => sum + transitions, 0)
}

const expandAll = task.isAlone ? createExpansion(task) : together
const { done, ...times } = await timed(() => search(model, workers, expandAll))
const more = [...(task.isAlone ? [] : [`${workers} workers`]), ...(task.isSorted ? ['sorted slots'] : [])]
printLine(['hand-written JavaScript', ...more].join(', '), size, { ...done, ...times, peakMiB: peakMiB() })
await Promise.all(threads.map((thread) => thread.terminate()))
