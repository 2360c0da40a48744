/**
 * Models: the builtins that run other commands: `eval . exec command type`
 * Reads: nothing
 * Writes: nothing
 * Omits: nothing that is observable
 */
import { ask, complain, print } from '../../processes/asks.js'
import { strerror } from '../../processes/errors.js'
import type { Asking } from '../../processes/requests.js'
import { withScript } from '../code.js'
import type { Shell } from '../machine.js'
import { environment, push, withStatus } from '../machine.js'
import { ended, leave, run } from '../status.js'
import type { Refusal } from '../syntax.js'
import { builtinNamed } from './table.js'
import type { Builtin } from './table.js'

/** What cannot be read ends the shell, and is told to whoever reads the run. */
export function* unread(shell: Shell, { code, message, line, column }: Refusal): Asking<Shell> {
  if (code !== 'E_SHELL_PROGRAM') yield* ask({ ask: 'refuse', code, message, line, column })
  yield* complain(`sh: line ${line}: syntax error: ${message}`)
  return leave(shell, 2)
}

const evaluate: Builtin = function* (shell, args) {
  const script = withScript(shell, args.join(' '))
  return 'code' in script ? run(withStatus(script.shell, 0), script.code, script.code.node) : yield* unread(shell, script.refusal)
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
  return 'code' in script ? run(script.shell, script.code, script.code.node) : yield* unread(shell, script.refusal)
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

/** Where a name is found: a function, a builtin, or a program's path. */
function* located(shell: Shell, name: string): Asking<string | undefined> {
  if (Object.hasOwn(shell.functions, name) || builtinNamed(name)) return name
  const answer = yield* ask({ ask: 'which', name })
  return answer.ok ? answer.text : undefined
}

const command: Builtin = function* (shell, args) {
  if (args[0] === '-v' || args[0] === '-V') {
    let status = 0
    for (const name of args.slice(1)) {
      const path = yield* located(shell, name)
      if (path === undefined) status = 127
      else yield* print(`${path}\n`)
    }
    return ended(shell, status)
  }
  const [name, ...rest] = args[0] === '-p' ? args.slice(1) : args
  if (name === undefined) return ended(shell, 0)
  const builtin = builtinNamed(name)
  if (builtin) return yield* builtin(shell, rest)
  const answer = yield* ask({ ask: 'spawn', argv: [name, ...rest], env: environment(shell) })
  if (answer.ok && answer.pid !== undefined) return push(shell, { does: 'await', pids: [answer.pid], codes: {} })
  yield* complain(`sh: ${name}: not found`)
  return ended(shell, 127)
}

const type: Builtin = function* (shell, names) {
  let status = 0
  for (const name of names) {
    const path = yield* located(shell, name)
    if (path === undefined) status = 127
    const what = Object.hasOwn(shell.functions, name) ? 'is a function' : builtinNamed(name) ? 'is a shell builtin' : `is ${path ?? ''}`
    yield* path === undefined ? complain(`${name}: not found`) : print(`${name} ${what}\n`)
  }
  return ended(shell, status)
}

export const scripts: Readonly<Record<string, Builtin>> = { eval: evaluate, '.': dot, source: dot, exec, command, type }
