/**
 * Models: an init of a container (`tini`, `dumb-init`): passes signals on to its child, and reaps whatever
 *   else ends
 * Reads: nothing
 * Writes: nothing
 * Omits: process groups (`tini -g`)
 */
import { ask } from '../../processes/asks.js'
import type { Asking, Next, Program, Start } from '../../processes/requests.js'
import { become } from './texts.js'

interface Waiting {
  readonly child: number
}

const passed = ['TERM', 'INT', 'HUP', 'QUIT', 'USR1', 'USR2']

export const init: Program = function* (memory) {
  // What a program begins with, or what the lines below keep.
  const kept = memory as unknown as Start | Waiting
  if ('child' in kept) return yield* waiting(kept)
  const [name = 'tini', ...args] = kept.argv
  const argv = args.slice(Math.max(args.findIndex((arg) => !arg.startsWith('-')), 0))
  for (const signal of passed) yield* ask({ ask: 'handle', signal, by: 'catch' })
  const answer = yield* ask({ ask: 'spawn', argv, env: kept.env })
  return answer.ok && answer.pid !== undefined
    ? { memory: { child: answer.pid } }
    : { exit: yield* become(name, argv, kept.env) }
}

function* waiting({ child }: Waiting): Asking<Next> {
  const answer = yield* ask({ ask: 'wait', interruptible: true })
  if (answer.ok && answer.pid === child) return { exit: answer.code ?? 0 }
  if (!answer.ok && answer.errno !== 'EINTR') return { exit: 1 }
  const caught = yield* ask({ ask: 'caught' })
  if (caught.ok && caught.signal !== undefined) yield* ask({ ask: 'kill', pid: child, signal: caught.signal })
  return { memory: { child } }
}
