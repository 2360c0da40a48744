// One of several threads that expand one frontier into one table.
import { parentPort, workerData } from 'node:worker_threads'
import { createExpansion } from './packed-search.mjs'

const run = createExpansion(workerData)
parentPort.on('message', (space) => parentPort.postMessage(run(space)))
