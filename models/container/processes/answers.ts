/**
 * Models: how system calls are answered, and which have to wait
 * Reads: nothing
 * Writes: nothing
 * Omits: nothing that is observable
 */
import { raise } from './endings.js'
import { close, duplicate, fileCall, open, pipe, read, write } from './files.js'
import type { Kernel } from './kernel.js'
import type { Answer, Listed, Request } from './requests.js'
import { exec, fork, spawn, which } from './starting.js'
import { pidsOf } from './tree.js'
import type { Process } from './tree.js'

type Of<A extends Request['ask']> = Extract<Request, { ask: A }>

const fine: Answer = { ok: true }

/** The answer to a request; nothing while it has to wait; `gone` where the program that asked is no more. */
export function answer(
  kernel: Kernel,
  pid: number,
  process: Process,
  request: Request
): Answer | 'gone' | undefined {
  switch (request.ask) {
    case 'file': return fileCall(kernel, pid, process, request.call)
    case 'network': {
      const [network, system] = kernel.system.network(request.call, kernel.caller(pid, process))
      kernel.system = system
      return { ok: true, network }
    }
    case 'open':
      return open(kernel, pid, process, request)
    case 'open text':
      return { ok: true, fd: kernel.attach(pid, kernel.open({ is: 'text', text: request.text, at: 0 })) }
    case 'close':
      return close(kernel, pid, process, request)
    case 'duplicate':
      return duplicate(kernel, pid, process, request)
    case 'pipe':
      return pipe(kernel, pid)
    case 'read':
      return read(kernel, pid, process, request) ?? overdue(process)
    case 'write':
      return write(kernel, pid, process, request)
    case 'fork':
      return fork(kernel, pid, process, request)
    case 'spawn':
      return spawn(kernel, pid, process, request)
    case 'exec':
      return exec(kernel, pid, process, request)
    case 'wait':
      return waited(kernel, pid, process, request) ?? overdue(process)
    case 'sleep':
      return slept(kernel, pid, process, request)
    case 'growth':
      return grown(kernel, pid, process, request)
    case 'kill':
      return killed(kernel, pid, process, request)
    case 'handle':
      return handled(kernel, pid, process, request)
    case 'caught':
      return caught(kernel, pid, process)
    case 'listen':
      return listening(kernel, pid, request.ports)
    case 'chdir':
      return changedDirectory(kernel, pid, process, request.path)
    case 'umask':
      kernel.change(pid, { umask: request.mask })
      return fine
    case 'self':
      return {
        ok: true,
        self: {
          pid,
          parent: process.parent,
          cwd: process.cwd,
          umask: process.umask,
          who: process.who,
          ignored: Object.keys(process.signals).filter((signal) => process.signals[signal] === 'ignore'),
        },
      }
    case 'which':
      return which(kernel, pid, process, request.name)
    case 'processes':
      return { ok: true, processes: listed(kernel) }
    case 'refuse': {
      const { message, code = 'E_SHELL_PROGRAM', line = 1, column = 1 } = request
      kernel.refusals.push({ pid, code, message, line, column })
      return fine
    }
  }
}

/** The time that a wait was given is over. */
const overdue = ({ timer }: Process): Answer | undefined =>
  timer === 'due' ? { ok: false, errno: 'ETIMEDOUT' } : undefined

/** A caught signal ends a sleep. */
function slept(kernel: Kernel, pid: number, process: Process, { deaf }: Of<'sleep'>): Answer | undefined {
  const [signal, ...pending] = process.pending
  if (signal === undefined || deaf) return process.timer === 'due' ? fine : undefined
  kernel.change(pid, { pending })
  return { ok: false, errno: 'EINTR', signal }
}

function waited(
  kernel: Kernel,
  pid: number,
  process: Process,
  request: Extract<Request, { ask: 'wait' }>
): Answer | undefined {
  const children = pidsOf(kernel.tree).filter(
    (child) => kernel.process(child)?.parent === pid && (request.pid === undefined || child === request.pid)
  )
  const zombie = children.find((child) => kernel.process(child)?.ended)
  const ended = zombie === undefined ? undefined : kernel.process(zombie)?.ended
  if (zombie !== undefined && ended) {
    kernel.remove(zombie)
    return {
      ok: true,
      pid: zombie,
      code: ended.code,
      ...(ended.signal !== undefined && { signal: ended.signal }),
    }
  }
  // Whoever waits hears of a trap first, and keeps it for afterwards.
  const [signal] = process.pending
  if (request.interruptible && signal !== undefined) return { ok: false, errno: 'EINTR', signal }
  return children.length === 0 ? { ok: false, errno: 'ECHILD' } : undefined
}

function grown(
  kernel: Kernel,
  pid: number,
  process: Process,
  { path, size }: Extract<Request, { ask: 'growth' }>
): Answer | undefined {
  const found = fileCall(kernel, pid, process, { call: 'stat', path })
  return found.ok && found.stat?.size !== size ? fine : undefined
}

/** 0 means the own group, -1 everybody but the first and oneself, another negative number a group. */
function killed(
  kernel: Kernel,
  pid: number,
  process: Process,
  { pid: to, signal }: Extract<Request, { ask: 'kill' }>
): Answer {
  const meant = kernel
    .living()
    .filter((other) =>
      to > 0
        ? other === to
        : to === -1
          ? other !== 1 && other !== pid
          : kernel.process(other)?.group === (to === 0 ? process.group : -to)
    )
  const isZombie = to > 0 && kernel.process(to)?.ended !== undefined
  if (meant.length === 0 && !isZombie) return { ok: false, errno: 'ESRCH' }
  const { uid } = process.who
  const allowed = meant.filter((other) => uid === 0 || kernel.process(other)?.who.uid === uid)
  if (allowed.length === 0 && !isZombie) return { ok: false, errno: 'EPERM' }
  if (signal !== 'EXIT') for (const other of allowed) raise(kernel, other, signal)
  return fine
}

function handled(
  kernel: Kernel,
  pid: number,
  { signals }: Process,
  { signal, by }: Extract<Request, { ask: 'handle' }>
): Answer {
  const { [signal]: _, ...others } = signals
  kernel.change(pid, { signals: by === 'default' ? others : { ...others, [signal]: by } })
  return fine
}

function caught(kernel: Kernel, pid: number, { pending: [signal, ...pending] }: Process): Answer {
  if (signal === undefined) return fine
  kernel.change(pid, { pending })
  return { ok: true, signal }
}

function listening(kernel: Kernel, pid: number, ports: readonly number[]): Answer {
  if (ports.length === 0) kernel.forget(pid, 'listens')
  else kernel.change(pid, { listens: ports })
  return fine
}

function changedDirectory(kernel: Kernel, pid: number, process: Process, path: string): Answer {
  const found = fileCall(kernel, pid, process, { call: 'stat', path })
  if (!found.ok) return found
  if (found.stat?.type !== 'directory') return { ok: false, errno: 'ENOTDIR' }
  const parts = (path.startsWith('/') ? path : `${process.cwd}/${path}`).split('/')
  const kept = parts.reduce<readonly string[]>((done, part) =>
    (part === '' || part === '.' ? done : part === '..' ? done.slice(0, -1) : [...done, part]), [])
  kernel.change(pid, { cwd: `/${kept.join('/')}` })
  return fine
}

const listed = (kernel: Kernel): readonly Listed[] =>
  pidsOf(kernel.tree).flatMap((pid) => {
    const process = kernel.process(pid)
    return process
      ? [
          {
            pid,
            parent: process.parent,
            argv: process.argv,
            uid: process.who.uid,
            letter: process.ended ? 'Z' : process.waits ? 'S' : 'R',
          },
        ]
      : []
  })
