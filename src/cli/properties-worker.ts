/** A thread that tries the batches it is handed, by their number. */
import { parentPort, workerData } from 'node:worker_threads'
import { tryBatch } from '#properties/any-pods'

const seed = workerData as number // sent by properties-run.ts

parentPort?.on('message', (index: number) => parentPort?.postMessage({ index, batch: tryBatch({ seed, index }) }))
