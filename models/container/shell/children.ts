/**
 * Models: pipelines and waiting for children (Shell Command Language, 2.9.2; wait)
 * Reads: nothing
 * Writes: nothing
 * Omits: nothing that is observable
 */
import { ask, complain } from '../processes/asks.js'
import type { Asking } from '../processes/requests.js'
import { signalNumber } from '../processes/signals.js'
import type { Code, Frame, Shell } from './machine.js'
import { has, push, withStatus } from './machine.js'
import { ended } from './status.js'
import { subshell } from './subshell.js'
import { at } from './code.js'

/** `a | b | c`: each a child that writes into the next one's input. */
export function* pipeline(shell: Shell, code: Code, commands: readonly number[]): Asking<Shell> {
  const pids: number[] = []
  let input: number | undefined
  for (const [index, node] of commands.entries()) {
    const pipe = index + 1 < commands.length ? yield* ask({ ask: 'pipe' }) : undefined
    const [from, to] = pipe?.ok && pipe.fds ? pipe.fds : []
    const pid = yield* subshell(shell, at(code, node), {
      fds: { ...(input !== undefined && { 0: input }), ...(to !== undefined && { 1: to }) },
      closes: [input, from, to].filter((fd) => fd !== undefined),
    })
    for (const fd of [input, to]) if (fd !== undefined) yield* ask({ ask: 'close', fd })
    pids.push(pid)
    input = from
  }
  return push(shell, { does: 'await', pids, codes: {} })
}

/** One more child has ended; when all of a command's have, their status is the command's. */
export function* awaited(shell: Shell, frame: Extract<Frame, { does: 'await' }>): Asking<Shell> {
  const answer = yield* ask({ ask: 'wait' })
  if (!answer.ok || answer.pid === undefined) return ended(shell, 127)
  const { pid, code = 0, signal } = answer
  if (!frame.pids.includes(pid)) return push(withJob(shell, pid, code), frame)
  const codes: Readonly<Record<string, number>> = { ...frame.codes, [pid]: code }
  if (signal !== undefined && pid === frame.pids.at(-1)) yield* sayKilled(signal)
  if (frame.pids.some((one) => codes[one] === undefined)) return push(shell, { ...frame, codes })
  const inOrder = frame.pids.map((one) => codes[one] ?? 0)
  const failed = has(shell, 'pipefail') ? inOrder.filter((status) => status !== 0).at(-1) : undefined
  return ended(shell, failed ?? inOrder.at(-1) ?? 0)
}

/** What a shell says of a command that a signal has ended. */
function* sayKilled(signal: string): Asking<void> {
  const words: Readonly<Record<string, string>> = {
    TERM: 'Terminated', KILL: 'Killed', HUP: 'Hangup', ALRM: 'Alarm clock', SEGV: 'Segmentation fault',
    USR1: 'User defined signal 1', USR2: 'User defined signal 2', ABRT: 'Aborted', QUIT: 'Quit',
  }
  const said = words[signal]
  if (said !== undefined) yield* complain(said)
}

/** The `wait` of a script: for certain jobs or all; a trapped signal ends it at once. */
export function* waited(shell: Shell, frame: Extract<Frame, { does: 'wait' }>): Asking<Shell> {
  const { jobs } = shell
  const isOpen = (pid: number): boolean => jobs[pid] === null
  const open = frame.pids ? frame.pids.filter(isOpen) : Object.keys(jobs).map(Number).filter(isOpen)
  if (open.length === 0) return withoutJobs(shell, frame.pids)
  const answer = yield* ask({ ask: 'wait', interruptible: true })
  if (answer.ok && answer.pid !== undefined) return push(withJob(shell, answer.pid, answer.code ?? 0), frame)
  const number = !answer.ok && answer.errno === 'EINTR' ? signalNumber(answer.signal ?? 'TERM') : undefined
  return number === undefined
    ? withoutJobs({ ...shell, jobs: {} }, frame.pids)
    : withStatus(shell, 128 + number)
}

const withJob = (shell: Shell, pid: number, code: number): Shell =>
  (Object.hasOwn(shell.jobs, pid) ? { ...shell, jobs: { ...shell.jobs, [pid]: code } } : shell)

/** What was waited for is forgotten; a number that is no child's is status 127. */
function withoutJobs(shell: Shell, pids: readonly number[] | undefined): Shell {
  if (pids === undefined) return withStatus({ ...shell, jobs: {} }, 0)
  const last = pids.at(-1)
  const status = last === undefined ? 0 : shell.jobs[last] ?? 127
  const jobs = Object.fromEntries(Object.entries(shell.jobs).filter(([pid]) => !pids.includes(Number(pid))))
  return withStatus({ ...shell, jobs }, status)
}
