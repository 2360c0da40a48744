/**
 * Models: the builtins that say where a shell goes on: `: break continue return exit`
 * Reads: nothing
 * Writes: nothing
 * Omits: nothing that is observable
 */
import { complain } from '../../processes/asks.js'
import type { Asking } from '../../processes/requests.js'
import type { Frame, Shell } from '../machine.js'
import { pop, push, withStatus } from '../machine.js'
import { restored } from '../redirect.js'
import { ended, leave } from '../status.js'
import type { Builtin } from './table.js'

const isLoop = ({ does }: Frame): boolean => does === 'body' || does === 'condition' || does === 'for'
const isCall = ({ does }: Frame): boolean => does === 'call' || does === 'dot'

/** Takes frames off until one is met; redirections on the way are taken back. */
function* unwound(shell: Shell, isMet: (frame: Frame) => boolean): Asking<Shell> {
  let current = shell
  for (;;) {
    const frame = current.stack.at(-1)
    if (frame === undefined || isMet(frame)) return current
    current = pop(current)
    if (frame.does === 'restore') current = yield* restored(current, frame)
  }
}

/** `break n` and `continue n`: loops within the same function; more than there are means all. */
const leaving = (goesOn: boolean): Builtin => function* (shell, [count = '1']) {
  if (!/^[1-9]\d*$/.test(count)) {
    yield* complain(`sh: ${goesOn ? 'continue' : 'break'}: Illegal number: ${count}`)
    return leave(shell, 2)
  }
  const bottom = shell.stack.findLastIndex(isCall) + 1
  const loops = shell.stack.slice(bottom).filter(isLoop).length
  if (loops === 0) return withStatus(shell, 0)
  let current: Shell = shell
  for (let left = Math.min(Number(count), loops); left > 0; left--) {
    current = yield* unwound(current, isLoop)
    if (left > 1 || !goesOn) current = pop(current)
  }
  const frame = current.stack.at(-1)
  // A condition that is left by `continue` is asked again, as if a body had ended.
  if (goesOn && frame?.does === 'condition') {
    current = push(pop(current), { does: 'body', text: frame.text, node: frame.node })
  }
  return withStatus(current, 0)
}

const statusFrom = (shell: Shell, text: string | undefined): number | undefined =>
  (text === undefined ? shell.exitCode : /^\d+$/.test(text) ? Number(text) & 255 : undefined)

/** Ends a function or a script that was read with `.`; elsewhere the shell. */
const returning: Builtin = function* (shell, [text]) {
  const status = statusFrom(shell, text)
  if (status === undefined) return yield* illegal(shell, 'return', text)
  if (!shell.stack.some(isCall)) return leave(shell, status)
  const current = yield* unwound(shell, isCall)
  return withStatus(current, status)
}

/** In a trap, `exit` without a number keeps the status from before it. */
const exiting: Builtin = function* (shell, [text]) {
  const trap = shell.stack.findLast(({ does }) => does === 'trap' || does === 'exit')
  const before = trap?.does === 'trap' || trap?.does === 'exit' ? trap.exitCode : undefined
  const status = text === undefined && before !== undefined ? before : statusFrom(shell, text)
  return status === undefined ? yield* illegal(shell, 'exit', text) : leave(shell, status)
}

function* illegal(shell: Shell, name: string, text = ''): Asking<Shell> {
  yield* complain(`sh: ${name}: Illegal number: ${text}`)
  return leave(shell, 2)
}

export const flow: Readonly<Record<string, Builtin>> = {
  *':'(shell) { return ended(shell, 0) },
  break: leaving(false), continue: leaving(true), return: returning, exit: exiting,
}
