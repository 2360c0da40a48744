/**
 * Models: exit statuses, `set -e` (Shell Command Language, 2.8.2 and 2.14 set), and going on with a command
 * Reads: nothing
 * Writes: nothing
 * Omits: nothing that is observable
 */
import type { Code, Shell } from './machine.js'
import { has, isTested, push, withStatus } from './machine.js'

/** Runs a command of the same text next. */
export const run = (shell: Shell, { text }: Code, node: number): Shell =>
  push(shell, { does: 'run', text, node })

/** A command has ended: with `set -e` a failure that nobody looks at ends the shell. */
export function ended(shell: Shell, status: number): Shell {
  return status !== 0 && has(shell, 'e') && !isTested(shell)
    ? leave(shell, status)
    : withStatus(shell, status)
}

/** The shell ends: nothing of what it had still to do is done. */
export const leave = (shell: Shell, status: number): Shell => ({
  ...shell,
  exitCode: status,
  stack: [{ does: 'exit', exitCode: status }],
})
