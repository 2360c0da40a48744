/** A thread of an exploration: a hand of its own (node:worker_threads). */
import { parentPort, workerData } from 'node:worker_threads'
import type { Layout } from '../layout.js'
import { Hand, type Share } from './hand.js'
import type { SharedMemory } from './memory.js'
import { moveTo, type Move } from './shared-quads.js'
import { systemOf, type Source } from './source.js'

export interface Begin {
  readonly source: Source
  readonly layout: Layout
  readonly memory: SharedMemory
}

/** A thread's part of what is moved. */
export interface Moving {
  readonly move: Move
  readonly part: number
  readonly parts: number
}

const { source, layout, memory } = workerData as Begin // what `Threads` hands over
const hand = new Hand(await systemOf(source), layout, memory)
parentPort?.on('message', (task: Share | Moving) => {
  if ('chunks' in task) return parentPort?.postMessage(hand.expand(task))
  moveTo(task.move, task.part, task.parts)
  parentPort?.postMessage('moved')
})
parentPort?.postMessage('ready')
