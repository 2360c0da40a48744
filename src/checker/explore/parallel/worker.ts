/** A thread of an exploration: a hand of its own (node:worker_threads). */
import { parentPort, workerData } from 'node:worker_threads'
import type { Layout } from '../layout.js'
import { Hand, type Share } from './hand.js'
import type { SharedMemory } from './memory.js'
import { systemOf, type Source } from './source.js'

export interface Begin {
  readonly source: Source
  readonly layout: Layout
  readonly memory: SharedMemory
}

const { source, layout, memory } = workerData as Begin // what `Threads` hands over
const hand = new Hand(await systemOf(source), layout, memory)
parentPort?.on('message', (share: Share) => parentPort?.postMessage(hand.expand(share)))
parentPort?.postMessage('ready')
