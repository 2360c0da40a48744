/**
 * Models: programs that are known by what they do alone: a server of an image, `pause`
 * Reads: nothing
 * Writes: nothing
 * Omits: children of servers
 */
import { ask, print, processes, self } from '../../processes/asks.js'
import type { Asking, Json, Next, Program } from '../../processes/requests.js'
import type { ImageProgram, Reaction } from '../../processes/system.js'

type Does = Extract<ImageProgram, { is: 'server' | 'ends' }>

export const image: Program = function* (memory) {
  const does = memory as unknown as Does // what whoever started it said of it
  return does.is === 'server' ? yield* server(does) : yield* ending(does)
}

export const memoryOf = (does: Does): Json => does as unknown as Json // plain data

type Server = Extract<Does, { is: 'server' }>

/** Catches the signals that it knows before anything else, listens after a while, and waits for them. */
function* server({ signals = {}, listens = [], after = 0, says = [], reaps }: Server): Asking<Next> {
  if (reaps) yield* ask({ ask: 'handle', signal: 'CHLD', by: 'ignore' })
  for (const signal of Object.keys(signals)) yield* ask({ ask: 'handle', signal, by: 'catch' })
  const ends = (signal: string | undefined): boolean => signals[signal ?? '']?.exits !== undefined
  let caught = after > 0 ? yield* slept(after) : undefined
  while (caught !== undefined && !ends(caught)) caught = yield* slept(after)
  if (caught === undefined) {
    yield* print(says.map((line) => `${line}\n`).join(''))
    if (listens.length > 0) yield* ask({ ask: 'listen', ports: listens })
  }
  while (!ends(caught)) caught = yield* slept()
  return yield* stopping(signals[caught ?? ''] ?? {})
}

/** Nothing that comes now makes it quicker. */
function* stopping({ exits = 0, after = 0, closes = 0 }: Reaction): Asking<Next> {
  const first = Math.min(closes, after)
  if (first > 0) yield* ask({ ask: 'sleep', seconds: first, deaf: true })
  yield* ask({ ask: 'listen', ports: [] })
  if (after > first) yield* ask({ ask: 'sleep', seconds: after - first, deaf: true })
  return { exit: exits }
}

/** Sleeps; the signal that ended it, if one did. */
function* slept(seconds?: number): Asking<string | undefined> {
  const answer = yield* ask({ ask: 'sleep', ...(seconds !== undefined && { seconds }) })
  return answer.ok ? undefined : answer.signal
}

function* ending({ code, after = 0, says = [], signals }: Extract<Does, { is: 'ends' }>): Asking<Next> {
  yield* print(says.map((line) => `${line}\n`).join(''))
  if (after > 0) yield* ask({ ask: 'sleep', seconds: after })
  const me = (yield* self()).pid
  for (const { pid, argv } of signals === undefined ? [] : yield* processes()) {
    const name = argv[0]?.split('/').at(-1)
    if (pid !== me && name === signals?.name)
      yield* ask({ ask: 'kill', pid, signal: signals?.signal ?? 'TERM' })
  }
  return { exit: code }
}

/** Waits for ever, reaps whatever it is given, and ends at TERM and INT. */
export const pause: Program = () =>
  server({ is: 'server', reaps: true, signals: { TERM: { exits: 0 }, INT: { exits: 0 } } })
