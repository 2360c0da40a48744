/**
 * Models: signals, ends, zombies and orphans (kernel/exit.c, kernel/signal.c: forget_original_parent,
 *   SIGNAL_UNKILLABLE)
 * Reads: nothing
 * Writes: nothing
 * Omits: stopped processes; process groups other than those of what was started from outside
 */
import type { Kernel } from './kernel.js'
import { ends, signalNumber } from './signals.js'
import type { Ended, Process } from './tree.js'

/**
 * A signal reaches a process. The first of a namespace has no default actions, and from within it cannot
 * even be killed.
 */
export function raise(
  kernel: Kernel,
  pid: number,
  signal: string,
  from: 'within' | 'outside' = 'within',
  oom?: true
): void {
  const process = kernel.process(pid)
  if (!process || process.ended) return
  const does = signal === 'KILL' ? undefined : process.signals[signal]
  if (does === 'ignore') return
  if (does === 'catch') {
    if (!process.pending.includes(signal)) kernel.change(pid, { pending: [...process.pending, signal] })
    return
  }
  if (pid === 1 && !(signal === 'KILL' && from === 'outside')) return
  if (ends(signal)) end(kernel, pid, { code: 128 + signalNumber(signal), signal, ...(oom && { oom }) })
}

/** A process ends: its children go to the first one; the first one takes everything with it. */
export function end(kernel: Kernel, pid: number, ended: Ended): void {
  const process = kernel.process(pid)
  if (!process || process.ended) return
  kernel.forget(pid, 'waits', 'timer', 'listens')
  kernel.change(pid, {
    ended,
    descriptors: {},
    answers: [],
    pending: [],
    runs: { program: '', memory: null },
  })
  orphaned(kernel, pid)
  const isMain = kernel.tree.mains[process.container] === pid
  for (const other of kernel.living()) {
    if (pid === 1 || (isMain && kernel.process(other)?.container === process.container)) {
      end(kernel, other, { code: 137, signal: 'KILL' })
    }
  }
  kernel.sweep()
  told(kernel, pid, process, ended)
}

/**
 * Who asks how it ended: the runtime at once, a parent that ignores its children nobody, others when they
 * wait.
 */
function told(kernel: Kernel, pid: number, process: Process, ended: Ended): void {
  if (process.parent === 0) {
    kernel.ended.push({ ...ended, pid, container: process.container })
    kernel.remove(pid)
    if (pid === 1) for (const zombie of Object.keys(kernel.tree.processes)) kernel.remove(Number(zombie))
    return
  }
  const parent = kernel.process(process.parent)
  if (!parent || parent.ended || parent.signals['CHLD'] === 'ignore') kernel.remove(pid)
  else raise(kernel, process.parent, 'CHLD')
}

function orphaned(kernel: Kernel, pid: number): void {
  for (const [child, { parent, ended }] of Object.entries(kernel.tree.processes)) {
    if (parent !== pid) continue
    const reaps = pid === 1 || kernel.process(1)?.signals['CHLD'] === 'ignore'
    if (ended && reaps) kernel.remove(Number(child))
    else kernel.change(Number(child), { parent: 1 })
  }
}
