/**
 * Models: the builtins that run other texts and programs: `eval . exec`
 * Reads: nothing
 * Writes: nothing
 * Omits: nothing that is observable
 */
import { ask, complain } from '../../processes/asks.js'
import { strerror } from '../../processes/errors.js'
import { withScript } from '../code.js'
import { environment, push } from '../machine.js'
import { unread } from '../unread.js'
import { ended, leave, run } from '../status.js'
import type { Builtin } from './table.js'

const evaluate: Builtin = function* (shell, args) {
  const script = withScript(shell, args.join(' '))
  return 'code' in script
    ? run(script.shell, script.code, script.code.node)
    : yield* unread(shell, script.refusal)
}

/** Reads a file's commands as if they stood here. */
const dot: Builtin = function* (shell, [path]) {
  if (path === undefined) return ended(shell, 2)
  const answer = yield* ask({ ask: 'file', call: { call: 'read', path } })
  if (!answer.ok) {
    yield* complain(`sh: .: can't open '${path}': ${strerror(answer.errno)}`)
    return leave(shell, 2)
  }
  const script = withScript(push(shell, { does: 'dot' }), answer.text ?? '')
  return 'code' in script
    ? run(script.shell, script.code, script.code.node)
    : yield* unread(shell, script.refusal)
}

/** Becomes another program; without one its redirections stay. */
const exec: Builtin = function* (shell, args) {
  const argv = args[0] === '--' ? args.slice(1) : args
  if (argv.length === 0) return ended(shell, 0)
  const answer = yield* ask({ ask: 'exec', argv, env: environment(shell) })
  const errno = answer.ok ? 'ENOENT' : answer.errno
  yield* complain(`sh: exec: ${argv[0] ?? ''}: ${errno === 'ENOENT' ? 'not found' : strerror(errno)}`)
  return leave(shell, errno === 'ENOENT' ? 127 : 126)
}

export const scripts: Readonly<Record<string, Builtin>> = { eval: evaluate, '.': dot, source: dot, exec }
