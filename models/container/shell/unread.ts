/**
 * Models: what becomes of a shell that is given a text which is no script
 * Reads: nothing
 * Writes: nothing
 * Omits: nothing that is observable
 */
import { ask, complain } from '../processes/asks.js'
import type { Asking } from '../processes/requests.js'
import type { Shell } from './machine.js'
import { leave } from './status.js'
import type { Refusal } from './syntax.js'

/** What cannot be read ends the shell, and is told to whoever reads the run. */
export function* unread(shell: Shell, { code, message, line, column }: Refusal): Asking<Shell> {
  if (code !== 'E_SHELL_PROGRAM') yield* ask({ ask: 'refuse', code, message, line, column })
  yield* complain(`sh: line ${line}: syntax error: ${message}`)
  return leave(shell, 2)
}
