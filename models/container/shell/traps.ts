/**
 * Models: traps (Shell Command Language, trap): a signal is acted on between two commands
 * Reads: nothing
 * Writes: nothing
 * Omits: DEBUG, ERR and RETURN, which are Bash's
 */
import { ask, complain } from '../processes/asks.js'
import type { Asking } from '../processes/requests.js'
import { withScript } from './code.js'
import type { Shell } from './machine.js'
import { push, withStatus } from './machine.js'
import { run } from './status.js'

/** The shell that begins the trap of a signal that has come, if one has. */
export function* caughtTrap(shell: Shell): Asking<Shell | undefined> {
  if (!hasTraps(shell)) return undefined
  const frame = shell.stack.at(-1)
  // The trap waits for the command's end.
  if (frame?.does === 'await' || frame?.does === 'wait') return undefined
  const answer = yield* ask({ ask: 'caught' })
  const signal = answer.ok ? answer.signal : undefined
  const action = signal === undefined ? undefined : shell.traps[signal]
  if (!action) return undefined
  return yield* startedTrap(push(shell, { does: 'trap', exitCode: shell.exitCode }), action)
}

/** Runs the text of a trap above what was to be done. */
export function* startedTrap(shell: Shell, text: string): Asking<Shell> {
  const script = withScript(shell, text)
  if ('code' in script) return run(script.shell, script.code, script.code.node)
  yield* complain(`sh: syntax error: ${script.refusal.message}`)
  return withStatus(shell, 2)
}

export const hasTraps = ({ traps }: Shell): boolean => Object.values(traps).some((action) => action !== '')

/** Nothing is left to do after the command that is begun now: it may take the shell's place. */
export const isTailOf = (shell: Shell): boolean =>
  shell.stack.length === 0 && shell.yields && !hasTraps(shell)
