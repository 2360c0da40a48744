/**
 * Models: `tail -f`, which waits for a file to grow, `tee`, and `yes`
 * Reads: nothing
 * Writes: nothing
 * Omits: the file that is moved away under `tail -f`; under `-F` it is opened again when it grows
 */
import { ask, complain, open, print } from '../../processes/asks.js'
import { strerror } from '../../processes/errors.js'
import type { Asking, Next, Program, Start } from '../../processes/requests.js'
import { streams, tailOf } from './streams.js'

interface Following {
  readonly path: string
  readonly size: number
}

/** With `-f` it never ends by itself; `tail -f /dev/null` is how many containers are kept alive. */
export const tail: Program = function* (memory) {
  const kept = memory as unknown as Start | Following // what a program begins with, or what stands below
  if ('size' in kept) return yield* followed(kept)
  const argv = 'argv' in kept ? kept.argv : []
  const follows = argv.slice(1).some((arg) => /^-[0-9a-zA-Z]*[fF]$/.test(arg) || arg === '--follow')
  if (!follows) return yield* plain(memory)
  const words = argv
    .slice(1)
    .map((arg) => (/^-\w*[fF]$/.test(arg) ? arg.slice(0, -1) : arg))
    .filter((arg) => arg !== '-' && arg !== '--follow')
  const at = words.findIndex((word, index) => !word.startsWith('-') && words[index - 1] !== '-n')
  const path = words[at]
  const count = Number(/\d+$/.exec(words.filter((_, index) => index !== at).join(' '))?.[0] ?? 10)
  if (path === undefined) {
    yield* ask({ ask: 'sleep' })
    return { exit: 0 }
  }
  const answer = path.startsWith('/dev/')
    ? undefined
    : yield* ask({ ask: 'file', call: { call: 'read', path } })
  if (answer && !answer.ok) {
    yield* complain(`tail: can't open '${path}': ${strerror(answer.errno)}`)
    if (!argv.some((arg) => /^-\w*F$/.test(arg))) return { exit: 1 }
  }
  const text = answer?.ok ? answer.text ?? '' : ''
  yield* print(tailOf(text, { count, bytes: false, from: false }))
  return { memory: { path, size: text.length } }
}

// It is in the table.
const plain = (memory: Parameters<Program>[0]): Asking<Next> => (streams['tail'] as Program)(memory)

function* followed({ path, size }: Following): Asking<Next> {
  if (path.startsWith('/dev/')) {
    yield* ask({ ask: 'sleep' })
    return { exit: 0 }
  }
  yield* ask({ ask: 'growth', path, size })
  const answer = yield* ask({ ask: 'file', call: { call: 'read', path } })
  const text = answer.ok ? answer.text ?? '' : ''
  yield* print(text.slice(text.length < size ? 0 : size))
  return { memory: { path, size: text.length } }
}

interface Copying {
  readonly fds: readonly number[]
}

export const tee: Program = function* (memory) {
  const kept = memory as unknown as Start | Copying // as above
  if ('fds' in kept) {
    const answer = yield* ask({ ask: 'read', fd: 0 })
    const text = answer.ok ? answer.text ?? '' : ''
    if (text === '') return { exit: 0 }
    yield* print(text)
    for (const fd of kept.fds) yield* ask({ ask: 'write', fd, text })
    return { memory: { fds: kept.fds } }
  }
  const fds: number[] = []
  const appends = kept.argv.includes('-a')
  for (const path of kept.argv.slice(1).filter((arg) => !/^-./.test(arg))) {
    const fd = yield* open(path, appends ? 'append' : 'write')
    if (typeof fd === 'number') fds.push(fd)
    else yield* complain(`tee: ${path}: ${strerror(fd)}`)
  }
  return { memory: { fds } }
}

export const yes: Program = function* (memory) {
  const { argv } = memory as unknown as Start // it remembers nothing else
  const answer = yield* ask({ ask: 'write', fd: 1, text: `${argv.slice(1).join(' ') || 'y'}\n`.repeat(100) })
  return answer.ok ? { memory } : { exit: 1 }
}
