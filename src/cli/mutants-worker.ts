/** A thread that tries the mutants it is handed, by their number. */
import { parentPort, workerData } from 'node:worker_threads'
import { tryOne } from '#properties/kill/table'
import { benchOf, type MutantsJob } from './mutants-run.js'

const job = workerData as MutantsJob // sent by mutants-run.ts
const bench = benchOf(job)

parentPort?.on('message', (index: number) => {
  const candidate = bench.candidates[index]
  if (candidate !== undefined) parentPort?.postMessage({ index, row: tryOne(bench, candidate, job.drawn) })
})
