/** A thread that runs every n-th order, no further than it is allowed to. */
import { parentPort, workerData } from 'node:worker_threads'
import { searcherFor, type Job } from './orders.js'

const { job, first, stride } = workerData as { readonly job: Job; readonly first: number; readonly stride: number } // sent by orders.ts
const searcher = searcherFor(job)
let next = first

parentPort?.on('message', (until: number) => {
  for (; next < until; next += stride) parentPort?.postMessage(searcher.run(next))
})
