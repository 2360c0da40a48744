/**
 * Models: what a container runtime does with processes: start, exec, signal, kill for memory, share a PID
 *   namespace
 * Reads: nothing
 * Writes: nothing
 * Omits: the node's own processes beside its init
 */
import type { Credentials } from '../calls.js'
import type { Environment } from './requests.js'
import { Kernel } from './kernel.js'
import { resolve } from './starting.js'
import type { System } from './system.js'
import { emptyTree } from './tree.js'
import type { Process, Tree } from './tree.js'

export interface Start {
  readonly argv: readonly string[]
  readonly env: Environment
  readonly cwd: string
  readonly container?: string
  readonly who?: Credentials
}

export type Started =
  | { readonly ok: true; readonly tree: Tree; readonly pid: number; readonly system: System }
  /** The runtime cannot start it: upstream's words, and the exit code that the container has then. */
  | { readonly ok: false; readonly code: 126 | 127 | 128; readonly message: string }

/** A container's first process, as the first of a namespace of its own. Nothing has run yet: `run` does. */
export const boot = (start: Start, system: System): Started => main(emptyTree, start, system)

/**
 * A namespace that several containers are to share: its first process is `pause` (shareProcessNamespace), or the node's init
 * (hostPID).
 */
export function sharedNamespace(system: System, first: '/pause' | '/sbin/init' = '/pause'): Started {
  return main(
    emptyTree,
    { argv: [first], env: {}, cwd: '/', container: 'POD' },
    {
      ...system,
      program: () => [
        { is: 'server', reaps: true, signals: { TERM: { exits: 0 }, INT: { exits: 0 } } },
        system,
      ],
    }
  )
}

/** Another container's first process, in a namespace that is there already. */
export const join = (tree: Tree, start: Start, system: System): Started => main(tree, start, system)

function main(tree: Tree, start: Start, system: System): Started {
  const started = added(tree, start, system)
  if (!started.ok) return started
  const { mains } = started.tree
  return {
    ...started,
    tree: { ...started.tree, mains: { ...mains, [start.container ?? 'main']: started.pid } },
  }
}

/**
 * A process beside those of a container: a probe's or a hook's. Its end is told by its number, as the first
 * one's.
 */
export function execIn(tree: Tree, start: Start, system: System): Started {
  const container = start.container ?? 'main'
  const first = tree.mains[container]
  if (first === undefined || !tree.processes[first])
    return { ok: false, code: 128, message: 'container not running' }
  return added(tree, start, system)
}

function added(
  tree: Tree,
  { argv, env, cwd, container = 'main', who = { uid: 0, gid: 0 } }: Start,
  system: System
): Started {
  const kernel = new Kernel(tree, system)
  const process: Process = {
    parent: 0,
    container,
    group: 0,
    argv,
    runs: { program: '', memory: null },
    answers: [],
    descriptors: {},
    cwd,
    umask: 0o022,
    who,
    signals: {},
    pending: [],
  }
  const pid = kernel.add(process)
  const found = resolve(kernel, pid, process, argv, env)
  if (typeof found === 'string') return refused(argv[0] ?? '', found)
  const descriptors = {
    0: kernel.open({ is: 'null' }),
    1: kernel.open({ is: 'output', of: pid, stream: 'stdout', begun: '' }),
    2: kernel.open({ is: 'output', of: pid, stream: 'stderr', begun: '' }),
  }
  kernel.change(pid, { runs: found.runs, argv: found.argv, group: pid, descriptors })
  return { ok: true, tree: kernel.tree, pid, system: kernel.system }
}

const attempts = [
  'failed to create containerd task', 'failed to create shim task', 'OCI runtime create failed',
  'runc create failed', 'unable to start container process', 'error during container init',
].join(': ')

/** runc's words, as containerd passes them on. */
function refused(name: string, errno: string): Started {
  const isPath = name.includes('/')
  const missing = isPath ? 'no such file or directory' : 'executable file not found in $PATH'
  const why = errno === 'EACCES' ? 'permission denied' : missing
  return {
    ok: false, code: errno === 'EACCES' ? 126 : 127,
    message: `${attempts}: exec: "${name}": ${isPath ? `stat ${name}: ` : ''}${why}`,
  }
}

/** The time that a process waited for is over. */
export function wake(tree: Tree, pid: number): Tree {
  const process = tree.processes[pid]
  if (process?.timer !== 'armed') return tree
  return {
    ...tree,
    processes: { ...tree.processes, [pid]: { ...process, timer: 'due' } },
    armed: tree.armed.filter((one) => one !== pid),
  }
}

/** A signal from outside of the namespace (`TERM`, `KILL`): acted on by the next `run`. */
export const signal = (tree: Tree, pid: number, name: string): Tree =>
  ({ ...tree, inbox: [...tree.inbox, { pid, signal: name }] })

/** The kernel kills a process of a container that is over its memory limit. */
export const oomKill = (tree: Tree, pid: number): Tree =>
  ({ ...tree, inbox: [...tree.inbox, { pid, signal: 'KILL', oom: true }] })
