/**
 * Models: what an operating system keeps while processes run: one run of a tree, from wait to wait
 * Reads: nothing
 * Writes: nothing
 * Omits: nothing that is observable
 */
import type { Refusal } from '../shell/syntax.js'
import type { Caller, System } from './system.js'
import type { Ended, Open, Process, Tree } from './tree.js'
import { lowestFree, pidsOf } from './tree.js'

export interface Line {
  /** The process that the runtime started and whose output it reads. */
  readonly of: number
  readonly stream: 'stdout' | 'stderr'
  readonly text: string
  /** The output ended without a newline. */
  readonly unended?: true
}

/** Where the parts of a run meet. It lives for one run; the values in it are never changed, but replaced. */
export class Kernel {
  readonly lines: Line[] = []
  readonly ended: (Ended & { readonly pid: number; readonly container: string })[] = []
  readonly refusals: (Refusal & { readonly pid: number })[] = []

  constructor(public tree: Tree, public system: System) {}

  process(pid: number): Process | undefined {
    return Object.hasOwn(this.tree.processes, pid) ? this.tree.processes[pid] : undefined
  }

  /** Processes that run, by number; zombies do not. */
  living(): readonly number[] {
    return pidsOf(this.tree).filter((pid) => !this.tree.processes[pid]?.ended)
  }

  change(pid: number, change: Partial<Process>): void {
    const process = this.process(pid)
    if (process)
      this.tree = { ...this.tree, processes: { ...this.tree.processes, [pid]: { ...process, ...change } } }
  }

  /** Takes members away, so that what is kept has none that is undefined. */
  forget(pid: number, ...members: readonly ('waits' | 'timer' | 'listens')[]): void {
    const process = this.process(pid)
    if (!process) return
    const kept = Object.fromEntries(
      Object.entries(process).filter(([name]) => !(members as readonly string[]).includes(name))
    )
    // All that a process must have.
    this.tree = { ...this.tree, processes: { ...this.tree.processes, [pid]: kept as unknown as Process } }
  }

  add(process: Process): number {
    const pid = lowestFree(this.tree.processes, 1)
    this.tree = { ...this.tree, processes: { ...this.tree.processes, [pid]: process } }
    return pid
  }

  remove(pid: number): void {
    const { [pid]: _, ...processes } = this.tree.processes
    this.tree = { ...this.tree, processes }
  }

  caller(pid: number, process: Process): Caller {
    return { container: process.container, pid, cwd: process.cwd, who: process.who }
  }

  open(open: Open): number {
    const id = lowestFree(this.tree.opens, 1)
    this.tree = { ...this.tree, opens: { ...this.tree.opens, [id]: open } }
    return id
  }

  openOf(pid: number, fd: number): readonly [number, Open] | undefined {
    const id = this.process(pid)?.descriptors[fd]
    const open = id === undefined ? undefined : this.tree.opens[id]
    return id === undefined || open === undefined ? undefined : [id, open]
  }

  replace(id: number, open: Open): void {
    this.tree = { ...this.tree, opens: { ...this.tree.opens, [id]: open } }
  }

  /** Gives a process a descriptor, the lowest that is free from `from` on. */
  attach(pid: number, id: number, from = 0): number {
    const descriptors = this.process(pid)?.descriptors ?? {}
    const fd = lowestFree(descriptors, from)
    this.change(pid, { descriptors: { ...descriptors, [fd]: id } })
    return fd
  }

  /** What no descriptor stands for any more is closed: a pipe's reader then comes to its end. */
  sweep(): void {
    const used = new Set(
      Object.values(this.tree.processes).flatMap(({ descriptors }) => Object.values(descriptors))
    )
    const entries = Object.entries(this.tree.opens)
    if (entries.every(([id]) => used.has(Number(id)))) return
    const opens = Object.fromEntries(entries.filter(([id]) => used.has(Number(id))))
    for (const [id, open] of entries) if (!used.has(Number(id))) this.flush(open)
    const pipes = new Set(Object.values(opens).flatMap((open) => (open.is === 'pipe' ? [open.pipe] : [])))
    this.tree = {
      ...this.tree,
      opens,
      pipes: Object.fromEntries(Object.entries(this.tree.pipes).filter(([pipe]) => pipes.has(Number(pipe)))),
    }
  }

  private flush(open: Open): void {
    if (open.is === 'output' && open.begun !== '')
      this.lines.push({ of: open.of, stream: open.stream, text: open.begun, unended: true })
  }

  /** Whether somebody holds the other end of a pipe. */
  isHeld(pipe: number, end: 'read' | 'write'): boolean {
    return Object.values(this.tree.opens).some(
      (open) => open.is === 'pipe' && open.pipe === pipe && open.end === end
    )
  }
}

