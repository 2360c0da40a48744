/**
 * Models: programs that read files or their input and write what they make of it, a piece after the other
 * Reads: nothing
 * Writes: nothing
 * Omits: nothing that is observable
 */
import { ask, complain, print } from '../../processes/asks.js'
import { strerror } from '../../processes/errors.js'
import type { Asking, Environment, Json, Program, Start } from '../../processes/requests.js'

/** What comes of a piece: another state, and what is written; `done` reads no further. */
export interface Made<State extends Json> {
  readonly state: State
  readonly out?: string
  readonly done?: true
}

export interface Filter<State extends Json> {
  /**
   * What its words ask for, and which files it reads (none: its input); or its status where they are wrong.
   */
  readonly begin: (
    args: readonly string[],
    env: Environment
  ) => Asking<{ readonly state: State; readonly files: readonly string[] } | number>
  readonly take: (state: State, piece: string, file: string) => Made<State>
  /** Behind the last piece of each file, where that matters. */
  readonly endFile?: (state: State, file: string) => Made<State>
  readonly end: (state: State) => { readonly out?: string; readonly exitCode: number }
  /** Whether pieces are lines without their newlines, or whatever is there. */
  readonly byLine: boolean
}

interface Memory<State> {
  readonly state: State
  readonly files: readonly string[]
  readonly rest: string
  readonly exitCode: number
}

/**
 * The program of a filter. Between two pieces it remembers its state and the beginning of a line, and nothing
 * else.
 */
export function filtering<State extends Json>(name: string, filter: Filter<State>): Program {
  return function* (memory) {
    // What the lines below kept, or what every program begins with.
    const kept = memory as unknown as Memory<State> | Start
    if ('argv' in kept) {
      const begun = yield* filter.begin(kept.argv.slice(1), kept.env)
      if (typeof begun === 'number') return { exit: begun }
      const { state, files } = begun
      return { memory: { state, files: files.length === 0 ? ['-'] : files, rest: '', exitCode: 0 } }
    }
    const [file] = kept.files
    if (file === undefined) return yield* finished(filter, kept)
    const text = yield* piece(name, file)
    if (text === undefined) return { memory: { ...kept, files: kept.files.slice(1), exitCode: 1 } }
    const isEnd = text === '' || file !== '-'
    const made = takeAll(filter, kept, text, file, isEnd)
    yield* print(made.out)
    if (made.done) return yield* finished(filter, { ...kept, state: made.state })
    const files = isEnd ? kept.files.slice(1) : kept.files
    return { memory: { ...kept, state: made.state, rest: made.rest, files } }
  }
}

/** A file at once, or what there is of the input now. */
function* piece(name: string, file: string): Asking<string | undefined> {
  const answer = yield* ask(
    file === '-' ? { ask: 'read', fd: 0 } : { ask: 'file', call: { call: 'read', path: file } }
  )
  if (answer.ok) return answer.text ?? ''
  yield* complain(
    answer.errno === 'EISDIR'
      ? `${name}: read error: ${strerror(answer.errno)}`
      : `${name}: can't open '${file}': ${strerror(answer.errno)}`
  )
  return undefined
}

function takeAll<State extends Json>(
  { take, endFile, byLine }: Filter<State>, kept: Memory<State>, text: string, file: string, isEnd: boolean,
): { readonly state: State; readonly out: string; readonly rest: string; readonly done: boolean } {
  const lines = byLine ? (kept.rest + text).split('\n') : text === '' ? [] : [text]
  const last = byLine ? lines.pop() ?? '' : ''
  const pieces = byLine && isEnd && last !== '' ? [...lines, last] : lines
  let state = kept.state
  let out = ''
  for (const one of pieces) {
    const made = take(state, one, file)
    state = made.state
    out += made.out ?? ''
    if (made.done) return { state, out, rest: '', done: true }
  }
  const made = isEnd ? endFile?.(state, file) : undefined
  return { state: made?.state ?? state, out: out + (made?.out ?? ''), rest: isEnd ? '' : last, done: false }
}

function* finished<State extends Json>(
  filter: Filter<State>,
  { state, exitCode }: Memory<State>
): Asking<{ readonly exit: number }> {
  const { out = '', exitCode: own } = filter.end(state)
  yield* print(out)
  return { exit: Math.max(exitCode, own) }
}
