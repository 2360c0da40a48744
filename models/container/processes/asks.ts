/**
 * Models: system calls as a program writes them, with answers of their own types
 * Reads: nothing
 * Writes: nothing
 * Omits: nothing that is observable
 */
import type { FileCall, Stat } from '../calls.js'
import type { Answer, Asking, Errno, How, Listed, Request, Self } from './requests.js'
import type { NetworkAnswer, NetworkCall } from './system.js'

export function* ask(request: Request): Asking<Answer> {
  return yield request
}

export function* self(): Asking<Self> {
  const answer = yield { ask: 'self' }
  if (!answer.ok || !answer.self) throw new Error('a process knows itself')
  return answer.self
}

export function* file(call: FileCall): Asking<Answer> {
  return yield { ask: 'file', call }
}

/** What stands in a file's metadata, or nothing where there is no such file. */
export function* stat(path: string, follow = true): Asking<Stat | undefined> {
  const answer = yield { ask: 'file', call: { call: follow ? 'stat' : 'lstat', path } }
  return answer.ok ? answer.stat : undefined
}

export function* names(path: string): Asking<readonly string[]> {
  const answer = yield { ask: 'file', call: { call: 'readdir', path } }
  return answer.ok ? answer.names ?? [] : []
}

export function* open(path: string, how: How): Asking<number | Errno> {
  const answer = yield { ask: 'open', path, how }
  return answer.ok ? answer.fd ?? -1 : answer.errno
}

export function* read(fd: number): Asking<string | Errno> {
  const answer = yield { ask: 'read', fd }
  return answer.ok ? answer.text ?? '' : answer.errno
}

/** A line with its newline, or what stands before the end without one; '' at the end. */
export function* readLine(fd: number): Asking<string> {
  const answer = yield { ask: 'read', fd, line: true }
  return answer.ok ? answer.text ?? '' : ''
}

/** Everything to the end. */
export function* readAll(fd: number): Asking<string> {
  let whole = ''
  for (;;) {
    const answer = yield { ask: 'read', fd }
    if (!answer.ok || !answer.text) return whole
    whole += answer.text
  }
}

export function* print(text: string): Asking<void> {
  if (text !== '') yield { ask: 'write', fd: 1, text }
}

export function* complain(text: string): Asking<void> {
  yield { ask: 'write', fd: 2, text: `${text}\n` }
}

export function* network(call: NetworkCall): Asking<NetworkAnswer> {
  const answer = yield { ask: 'network', call }
  return answer.ok && answer.network ? answer.network : { ok: false, why: 'unreachable' }
}

export function* processes(): Asking<readonly Listed[]> {
  const answer = yield { ask: 'processes' }
  return answer.ok ? answer.processes ?? [] : []
}
