/** A thread with one search of a swarm. */
import { parentPort, workerData } from 'node:worker_threads'
import { ControllerError } from '#machine/controller-error'
import { loadOwn } from './own.js'
import { runMember, type Said, type SwarmJob } from './swarm.js'

const { job, seed } = workerData as { readonly job: SwarmJob; readonly seed: number } // sent by swarm.ts
const interruption = { asked: false }
const say = (said: Said): void => parentPort?.postMessage(said)
const look = { asked: 0, every: 200 }

parentPort?.on('message', () => { interruption.asked = true })
try {
  const member = await runMember(job, await loadOwn(job.own), seed, {
    interruption,
    look(progress, elapsed) {
      if (elapsed < look.asked + look.every) return
      look.asked = elapsed
      say({ progress })
    },
  })
  say({ member })
} catch (error) {
  if (!(error instanceof ControllerError)) throw error
  say({ refused: [error.code, error.what, error.next, error.controller] })
}
