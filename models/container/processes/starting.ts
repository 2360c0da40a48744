/**
 * Models: fork and exec (man 2 fork, execve), and where a program is found (PATH)
 * Reads: nothing
 * Writes: nothing
 * Omits: set-user-id, environments that are too large
 */
import { programNamed } from '../shell/programs/table.js'
import { memoryOf } from '../shell/programs/image.js'
import type { Kernel } from './kernel.js'
import { fileCall } from './files.js'
import type { Answer, Environment, Errno, Request, Runs } from './requests.js'
import type { Process } from './tree.js'

/** So many processes a container may have; upstream's default is the node's. */
const most = 200

type Found = { readonly runs: Runs; readonly argv: readonly string[] } | Errno

/** Directories in which the programs are that Orrery knows. */
const isUsual = (path: string): boolean => /^(\/usr)?(\/local)?\/s?bin\/[^/]+$/.test(path)

/** What a command is: a program of the image, one that is known, or a script that is there as a file. */
export function resolve(
  kernel: Kernel,
  pid: number,
  process: Process,
  argv: readonly string[],
  env: Environment,
  depth = 0
): Found {
  const [name = ''] = argv
  if (name === '') return 'ENOENT'
  const [said, system] = kernel.system.program(argv, kernel.caller(pid, process))
  kernel.system = system
  if (said.is === 'server' || said.is === 'ends')
    return { runs: { program: '(image)', memory: memoryOf(said) }, argv }
  if (said.is === 'becomes')
    return depth < 5 ? resolve(kernel, pid, process, said.argv, env, depth + 1) : 'E2BIG'
  const script = scriptPath(kernel, pid, process, name, env)
  if (script !== undefined && script.includes('/'))
    return interpreted(kernel, pid, process, script, argv, env, depth)
  if (script !== undefined) return script as Errno // a path has a slash in it
  const short = name.split('/').at(-1) ?? ''
  const isKnown =
    said.is === 'known' && programNamed(short) !== undefined && (!name.includes('/') || isUsual(name))
  if (!isKnown || short.startsWith('(')) return 'ENOENT'
  return { runs: { program: short, memory: { argv: [...argv], env } }, argv }
}

/** A file of that name that may be executed; where it may not, why. */
function scriptPath(
  kernel: Kernel,
  pid: number,
  process: Process,
  name: string,
  env: Environment
): string | undefined {
  const paths = name.includes('/')
    ? [name]
    : (env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin').split(':').map((folder) => `${folder}/${name}`)
  for (const path of paths) {
    const found = fileCall(kernel, pid, process, { call: 'stat', path })
    if (!found.ok || !found.stat) continue
    if (found.stat.type === 'directory') {
      if (name.includes('/')) return 'EACCES'
      continue
    }
    if (
      fileCall(kernel, pid, process, { call: 'access', path, wants: 'execute' }).ok &&
      (found.stat.mode & 0o111) !== 0
    )
      return path
    if (name.includes('/')) return 'EACCES'
  }
  return undefined
}

/**
 * `#!/bin/sh -e` names who reads the rest; without it a shell does. A file that is no text is what its name
 * says.
 */
function interpreted(
  kernel: Kernel,
  pid: number,
  process: Process,
  path: string,
  argv: readonly string[],
  env: Environment,
  depth: number
): Found {
  const answer = fileCall(kernel, pid, process, { call: 'read', path })
  const text = answer.ok ? answer.text ?? '' : ''
  const [, interpreter, option] = /^#!\s*(\S+)(?:[ \t]+([^\n]*\S))?/.exec(text) ?? []
  const short = path.split('/').at(-1) ?? ''
  if (interpreter === undefined && programNamed(short) && !short.startsWith('(')) {
    return { runs: { program: short, memory: { argv: [...argv], env } }, argv }
  }
  const words = [interpreter ?? '/bin/sh', ...(option === undefined ? [] : [option]), path, ...argv.slice(1)]
  return depth < 5 ? resolve(kernel, pid, process, words, env, depth + 1) : 'ELOOP' as Errno
}

/** Descriptors from 10 on are a shell's own, and are not passed on to another program. */
const inherited = (descriptors: Process['descriptors']): Process['descriptors'] =>
  Object.fromEntries(Object.entries(descriptors).filter(([fd]) => Number(fd) < 10))

const ignored = (signals: Process['signals']): Process['signals'] =>
  Object.fromEntries(Object.entries(signals).filter(([, by]) => by === 'ignore'))

export function fork(
  kernel: Kernel,
  pid: number,
  process: Process,
  { runs, fds = {}, closes = [] }: Extract<Request, { ask: 'fork' }>
): Answer {
  if (Object.keys(kernel.tree.processes).length >= most) return { ok: false, errno: 'EAGAIN' }
  const kept = Object.entries(process.descriptors).filter(([fd]) => !closes.includes(Number(fd)))
  const moved = Object.entries(fds).map(([fd, from]) => [fd, process.descriptors[from] ?? 0] as const)
  return { ok: true, pid: kernel.add(child(pid, process, runs, Object.fromEntries([...kept, ...moved]))) }
}

function child(pid: number, process: Process, runs: Runs, descriptors: Process['descriptors']): Process {
  const { parent: _, waits: __, timer: ___, listens: ____, ended: _____, ...rest } = process
  return {
    ...rest,
    parent: pid,
    runs,
    answers: [],
    descriptors,
    signals: ignored(process.signals),
    pending: [],
  }
}

export function spawn(
  kernel: Kernel,
  pid: number,
  process: Process,
  { argv, env }: Extract<Request, { ask: 'spawn' }>
): Answer {
  if (Object.keys(kernel.tree.processes).length >= most) return { ok: false, errno: 'EAGAIN' }
  const found = resolve(kernel, pid, process, argv, env)
  if (typeof found === 'string') return { ok: false, errno: found }
  const made = child(pid, process, found.runs, inherited(process.descriptors))
  return { ok: true, pid: kernel.add({ ...made, argv: found.argv }) }
}

/**
 * The process becomes another program: nothing is left of what it was but its number, descriptors and
 * children.
 */
export function exec(
  kernel: Kernel,
  pid: number,
  process: Process,
  { argv, env }: Extract<Request, { ask: 'exec' }>
): Answer | 'gone' {
  const found = resolve(kernel, pid, process, argv, env)
  if (typeof found === 'string') return { ok: false, errno: found }
  kernel.forget(pid, 'waits', 'timer', 'listens')
  kernel.change(pid, {
    runs: found.runs,
    argv: found.argv,
    answers: [],
    descriptors: inherited(process.descriptors),
    signals: ignored(process.signals),
    pending: [],
  })
  kernel.sweep()
  return 'gone'
}

export function which(kernel: Kernel, pid: number, process: Process, name: string): Answer {
  const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' }
  const path = scriptPath(kernel, pid, process, name, env)
  if (path?.includes('/')) return { ok: true, text: path }
  const found = resolve(kernel, pid, process, [name], env)
  return typeof found === 'string'
    ? { ok: false, errno: found }
    : { ok: true, text: name.includes('/') ? name : `/bin/${name}` }
}
