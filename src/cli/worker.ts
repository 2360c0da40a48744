/** A thread that runs every n-th order, no further than it is allowed to. */
import { parentPort, workerData } from 'node:worker_threads'
import { ControllerError } from '#machine/controller-error'
import { withOracle } from '#machine/oracle'
import { searcherFor, type Job, type Refused } from './orders.js'
import { loadOwn } from './own.js'

const { job, first, stride } = workerData as { readonly job: Job; readonly first: number; readonly stride: number } // sent by orders.ts
const loading = loadOwn(job.own)
let next = first
let allowed = 0
let running = false

async function run(): Promise<void> {
  if (running) return
  running = true
  const searcher = searcherFor(job, await loading)
  for (; next < allowed; next += stride) parentPort?.postMessage(await withOracle(() => searcher.run(next)))
  running = false
}

parentPort?.on('message', (until: number) => {
  allowed = until
  run().catch((error: unknown) => {
    if (!(error instanceof ControllerError)) throw error
    const refused: Refused = { refused: [error.code, error.what, error.next, error.controller] }
    parentPort?.postMessage(refused)
  })
})
