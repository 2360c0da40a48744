/**
 * Models: processes as they run: one after the other by their numbers, each until it has to wait
 * Reads: nothing
 * Writes: nothing
 * Omits: other orders in which processes of one container may run between two waits
 */
import { programNamed } from '../shell/programs/table.js'
import { answer } from './answers.js'
import { end, raise } from './endings.js'
import { Kernel } from './kernel.js'
import type { Line } from './kernel.js'
import type { Asking, Next, Request } from './requests.js'
import type { System } from './system.js'
import { listeningPorts, pidsOf } from './tree.js'
import type { Ended, Process, Tree } from './tree.js'
import type { Refusal } from '../shell/syntax.js'

/** What a run came to, besides the tree. Times are for the caller to keep, and to `wake`. */
export interface Report {
  /** Processes that have begun to wait for so many seconds. */
  readonly sleeps: readonly { readonly pid: number; readonly seconds: number }[]
  /**
   * Processes whose time need not be kept any longer; said before `sleeps`, as a number may be used again.
   */
  readonly cancelled: readonly number[]
  /** Processes that were started from outside and have ended. */
  readonly ended: readonly (Ended & { readonly pid: number; readonly container: string })[]
  readonly lines: readonly Line[]
  readonly listens: readonly number[]
  /** What was not understood, and so not done. */
  readonly refusals: readonly (Refusal & { readonly pid: number })[]
  /** Processes that went on and on without waiting: they go on when the tree is run again. */
  readonly busy: readonly number[]
  /** Files that somebody waits for to grow: run again when another container has written. */
  readonly follows: readonly string[]
}

/** How many calls and steps a process makes in one run before it counts as busy. */
export const fuel = 10_000

/** Runs all processes until each of them waits. */
export function run(tree: Tree, system: System): readonly [Tree, System, Report] {
  const kernel = new Kernel({ ...tree, inbox: [] }, system)
  for (const { pid, signal, oom } of tree.inbox) raise(kernel, pid, signal, 'outside', oom)
  const left = new Map<number, number>()
  for (let goesOn = true; goesOn;) {
    goesOn = false
    for (const pid of kernel.living()) if (advanced(kernel, pid, left)) goesOn = true
  }
  return [...told(kernel, tree.armed, left)]
}

/** Whether anything came of a process' turn. */
function advanced(kernel: Kernel, pid: number, left: Map<number, number>): boolean {
  const process = kernel.process(pid)
  const before = left.get(pid) ?? fuel
  if (!process || process.ended || before <= 0) return false
  if (process.waits) {
    const answered = answer(kernel, pid, process, process.waits)
    if (answered === undefined || answered === 'gone') return answered !== undefined
    if (kernel.process(pid)?.ended) return true
    kernel.forget(pid, 'waits', 'timer')
    kernel.change(pid, { answers: [...process.answers, answered] })
  }
  left.set(pid, turn(kernel, pid, before))
  return true
}

/** A process goes on until it waits, ends, or has used up its fuel; how much of that is left. */
function turn(kernel: Kernel, pid: number, before: number): number {
  let rest = before
  for (; rest > 0; rest--) {
    const process = kernel.process(pid)
    if (!process || process.ended) return rest
    rest = asked(kernel, pid, process, rest)
    if (kernel.process(pid)?.waits) return rest
  }
  return 0
}

/** A program as it was when it had to wait: run again on the answers that it had. */
function replayed({ runs, answers }: Process): readonly [Asking<Next>, IteratorResult<Request, Next>] {
  const program = programNamed(runs.program)?.(runs.memory)
  if (!program) throw new Error(`there is no program ${runs.program}`)
  let next = program.next()
  for (const one of answers) next = program.next(one)
  return [program, next]
}

/**
 * Answers a program until it returns or has to wait; the answers are kept only where it did not come to an
 * end.
 */
function asked(kernel: Kernel, pid: number, before: Process, fuel: number): number {
  const [program, first] = replayed(before)
  const answers = [...before.answers]
  let next = first
  for (let rest = fuel; ; rest--) {
    const process = kernel.process(pid)
    if (!process || process.ended) return rest
    if (next.done) {
      returned(kernel, pid, process, next.value)
      return rest
    }
    const answered = rest > 0 ? answer(kernel, pid, process, next.value) : undefined
    if (answered === 'gone') return rest
    if (answered === undefined) {
      kernel.change(pid, { answers, ...(rest > 0 && { waits: next.value }) })
      return rest
    }
    if (kernel.process(pid)?.ended) return rest
    answers.push(answered)
    next = program.next(answered)
  }
}

function returned(kernel: Kernel, pid: number, { runs }: Process, next: Next): void {
  if ('exit' in next) return end(kernel, pid, { code: next.exit })
  kernel.change(pid, { runs: { program: next.as ?? runs.program, memory: next.memory }, answers: [] })
}

/** The seconds that a process waits at most, if it waits for a time. */
const secondsOf = ({ waits }: Process): number | undefined =>
  waits && 'seconds' in waits ? waits.seconds : undefined

function told(
  kernel: Kernel,
  armed: readonly number[],
  left: ReadonlyMap<number, number>
): readonly [Tree, System, Report] {
  const cancelled = armed.filter((pid) => kernel.process(pid)?.timer !== 'armed')
  const sleeps = kernel.living().flatMap((pid) => {
    const process = kernel.process(pid)
    const seconds = process && process.timer === undefined ? secondsOf(process) : undefined
    return seconds === undefined ? [] : [{ pid, seconds }]
  })
  for (const { pid } of sleeps) kernel.change(pid, { timer: 'armed' })
  const { tree } = kernel
  const follows = Object.values(tree.processes).flatMap(({ waits, cwd }) =>
    (waits?.ask === 'growth' ? [waits.path.startsWith('/') ? waits.path : `${cwd}/${waits.path}`] : []))
  return [
    { ...tree, armed: pidsOf(tree).filter((pid) => tree.processes[pid]?.timer === 'armed') }, kernel.system,
    {
      sleeps,
      cancelled,
      ended: kernel.ended,
      lines: kernel.lines,
      listens: listeningPorts(tree),
      refusals: kernel.refusals,
      follows,
      busy: kernel.living().filter((pid) => left.get(pid) === 0),
    },
  ]
}
