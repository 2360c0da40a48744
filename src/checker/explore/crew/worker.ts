/** A thread of a crew: a hand of its own. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Share } from './expander.js'
import { Hand } from './hand.js'
import { exploredBy, type Begin } from './threads.js'

const { source, known, memory } = workerData as Begin // what `threads` hands over
const hand = new Hand(await exploredBy(source), known, memory)
parentPort?.on('message', (share: Share) => {
  const part = hand.expand(share)
  parentPort?.postMessage(part, [part.numbers.buffer as ArrayBuffer]) // a copy of its own
})
parentPort?.postMessage('ready')
