/**
 * Models: descriptors: open, close, dup, pipe, read, write (man section 2)
 * Reads: nothing
 * Writes: nothing
 * Omits: positions of writing (all is added at the end), named pipes, seeking
 */
import type { FileCall } from '../calls.js'
import type { Kernel } from './kernel.js'
import type { Answer, How, Request } from './requests.js'
import { raise } from './endings.js'
import { lowestFree } from './tree.js'
import type { Open, Process } from './tree.js'

type Of<A extends Request['ask']> = Extract<Request, { ask: A }>

const fine: Answer = { ok: true }
const bad: Answer = { ok: false, errno: 'EBADF' }

/** Bytes that a pipe holds (man 7 pipe). */
const pipeSize = 65_536

export function fileCall(kernel: Kernel, pid: number, process: Process, call: FileCall): Answer {
  if (call.call === 'read' && call.path === '/dev/null') return { ok: true, text: '' }
  if ('path' in call && call.path.startsWith('/proc/') && call.call !== 'readdir')
    return procFile(kernel, pid, call.path)
  const masked =
    call.call === 'mkdir' && call.mode === undefined
      ? { ...call, mode: 0o777 & ~process.umask }
      : call.call === 'write' && call.mode === undefined
        ? { ...call, mode: 0o666 & ~process.umask }
        : call
  const [answer, system] = kernel.system.file(masked, kernel.caller(pid, process))
  kernel.system = system
  return answer
}

/** Of /proc only whether a process is there, and what it was started as. */
function procFile(kernel: Kernel, pid: number, path: string): Answer {
  const [, number = '', name] = /^\/proc\/(self|\d+)(?:\/(cmdline|comm))?$/.exec(path) ?? []
  const process = kernel.process(number === 'self' ? pid : Number(number))
  if (!process) return { ok: false, errno: 'ENOENT' }
  if (name === 'cmdline') return { ok: true, text: process.argv.map((word) => `${word}\0`).join('') }
  if (name === 'comm') return { ok: true, text: `${process.argv[0]?.split('/').at(-1) ?? ''}\n` }
  return {
    ok: true,
    stat: { type: 'directory', mode: 0o555, uid: 0, gid: 0, size: 0, nlink: 9, ino: Number(number) || pid },
  }
}

const absolute = (path: string, cwd: string): string => (path.startsWith('/') ? path : `${cwd}/${path}`)

export function open(kernel: Kernel, pid: number, process: Process, { path, how }: Of<'open'>): Answer {
  const known = device(kernel, pid, path)
  if (known !== undefined)
    return typeof known === 'number' ? { ok: true, fd: kernel.attach(pid, known) } : bad
  const answer = fileCall(kernel, pid, process, opening(path, how))
  if (!answer.ok) return answer
  const kind = how === 'read' ? 'read' : how === 'both' ? 'both' : 'write'
  return {
    ok: true,
    fd: kernel.attach(pid, kernel.open({ is: 'file', path: absolute(path, process.cwd), at: 0, how: kind })),
  }
}

/** Opening for writing makes or empties the file; for reading it must be there and be no directory. */
const opening = (path: string, how: How): FileCall =>
  how === 'read'
    ? { call: 'read', path }
    : { call: 'write', path, data: '', ...(how !== 'write' && { how: how === 'exclusive' ? how : 'append' }) }

/** Devices that scripts name, and what a container's own output is called. */
function device(kernel: Kernel, pid: number, path: string): number | 'none' | undefined {
  if (path === '/dev/null' || path === '/dev/zero') return kernel.open({ is: 'null' })
  const fd =
    { '/dev/stdin': 0, '/dev/stdout': 1, '/dev/stderr': 2 }[path] ??
    /^\/dev\/fd\/(\d+)$/.exec(path)?.[1] ??
    /^\/proc\/self\/fd\/(\d+)$/.exec(path)?.[1]
  if (fd !== undefined) return kernel.openOf(pid, Number(fd))?.[0] ?? 'none'
  const [, other, theirs] = /^\/proc\/(\d+)\/fd\/(\d+)$/.exec(path) ?? []
  return other === undefined ? undefined : kernel.openOf(Number(other), Number(theirs))?.[0] ?? 'none'
}

export function close(kernel: Kernel, pid: number, process: Process, { fd }: Of<'close'>): Answer {
  const { [fd]: closed, ...descriptors } = process.descriptors
  if (closed === undefined) return fine
  kernel.change(pid, { descriptors })
  kernel.sweep()
  return fine
}

export function duplicate(
  kernel: Kernel,
  pid: number,
  process: Process,
  { from, to }: Of<'duplicate'>
): Answer {
  const id = process.descriptors[from]
  if (id === undefined) return bad
  if (to === undefined) return { ok: true, fd: kernel.attach(pid, id, 10) }
  kernel.change(pid, { descriptors: { ...process.descriptors, [to]: id } })
  kernel.sweep()
  return { ok: true, fd: to }
}

export function pipe(kernel: Kernel, pid: number): Answer {
  const number = lowestFree(kernel.tree.pipes, 1)
  kernel.tree = { ...kernel.tree, pipes: { ...kernel.tree.pipes, [number]: '' } }
  const [from, to] = (['read', 'write'] as const).map((end) =>
    kernel.attach(pid, kernel.open({ is: 'pipe', pipe: number, end }), 3)
  )
  return { ok: true, fds: [from ?? -1, to ?? -1] }
}

/** What there is; nothing at all while a pipe is empty and somebody may still write into it. */
export function read(
  kernel: Kernel,
  pid: number,
  process: Process,
  { fd, line }: Of<'read'>
): Answer | undefined {
  const [id, open] = kernel.openOf(pid, fd) ?? []
  if (id === undefined || open === undefined || open.is === 'output') return bad
  const take = (text: string): string => (line ? /^[^\n]*\n?/.exec(text)?.[0] ?? '' : text)
  if (open.is === 'null') return { ok: true, text: '' }
  if (open.is === 'pipe') return readPipe(kernel, open, line === true)
  if (open.is === 'text') {
    const text = take(open.text.slice(open.at))
    kernel.replace(id, { ...open, at: open.at + text.length })
    return { ok: true, text }
  }
  const answer = fileCall(kernel, pid, process, { call: 'read', path: open.path })
  if (!answer.ok) return answer
  const text = take((answer.text ?? '').slice(open.at))
  kernel.replace(id, { ...open, at: open.at + text.length })
  return { ok: true, text }
}

function readPipe(kernel: Kernel, open: Extract<Open, { is: 'pipe' }>, isLine: boolean): Answer | undefined {
  if (open.end === 'write') return bad
  const there = kernel.tree.pipes[open.pipe] ?? ''
  const isOpen = kernel.isHeld(open.pipe, 'write')
  const end = isLine ? there.indexOf('\n') + 1 || there.length : there.length
  // A line is waited for until it is whole, the pipe is full, or nobody can add to it.
  if (isOpen && (isLine ? !there.includes('\n') && there.length < pipeSize : there === '')) return undefined
  kernel.tree = { ...kernel.tree, pipes: { ...kernel.tree.pipes, [open.pipe]: there.slice(end) } }
  return { ok: true, text: there.slice(0, end) }
}

export function write(
  kernel: Kernel,
  pid: number,
  process: Process,
  { fd, text }: Of<'write'>
): Answer | undefined {
  const [id, open] = kernel.openOf(pid, fd) ?? []
  if (id === undefined || open === undefined || open.is === 'text') return bad
  if (open.is === 'null') return fine
  if (open.is === 'output') return said(kernel, id, open, text)
  if (open.is === 'file') {
    return open.how === 'read'
      ? bad
      : fileCall(kernel, pid, process, { call: 'write', path: open.path, data: text, how: 'append' })
  }
  if (open.end === 'read') return bad
  if (!kernel.isHeld(open.pipe, 'read')) {
    raise(kernel, pid, 'PIPE')
    return { ok: false, errno: 'EPIPE' }
  }
  const there = kernel.tree.pipes[open.pipe] ?? ''
  if (there.length > 0 && there.length + text.length > pipeSize) return undefined
  kernel.tree = { ...kernel.tree, pipes: { ...kernel.tree.pipes, [open.pipe]: there + text } }
  return fine
}

/** The runtime reads lines; the beginning of one is kept until its end comes. */
function said(kernel: Kernel, id: number, open: Extract<Open, { is: 'output' }>, text: string): Answer {
  const lines = (open.begun + text).split('\n')
  const begun = lines.pop() ?? ''
  kernel.replace(id, { ...open, begun })
  for (const line of lines) kernel.lines.push({ of: open.of, stream: open.stream, text: line })
  return fine
}
