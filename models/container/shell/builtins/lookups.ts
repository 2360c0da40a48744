/**
 * Models: the builtins that tell or run what a name stands for: `command type`
 * Reads: nothing
 * Writes: nothing
 * Omits: nothing that is observable
 */
import { ask, complain, print } from '../../processes/asks.js'
import type { Asking } from '../../processes/requests.js'
import type { Shell } from '../machine.js'
import { environment, push } from '../machine.js'
import { ended } from '../status.js'
import type { Builtin } from './table.js'

/** The table that these are themselves in. */
type BuiltinNamed = (name: string) => Builtin | undefined

/** Where a name is found: a function, a builtin, or a program's path. */
function* located(shell: Shell, name: string, builtinNamed: BuiltinNamed): Asking<string | undefined> {
  if (Object.hasOwn(shell.functions, name) || builtinNamed(name)) return name
  const answer = yield* ask({ ask: 'which', name })
  return answer.ok ? answer.text : undefined
}

const command = (builtinNamed: BuiltinNamed): Builtin => function* (shell, args) {
  if (args[0] === '-v' || args[0] === '-V') {
    let status = 0
    for (const name of args.slice(1)) {
      const path = yield* located(shell, name, builtinNamed)
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
  if (answer.ok && answer.pid !== undefined)
    return push(shell, { does: 'await', pids: [answer.pid], codes: {} })
  yield* complain(`sh: ${name}: not found`)
  return ended(shell, 127)
}

const type = (builtinNamed: BuiltinNamed): Builtin => function* (shell, names) {
  let status = 0
  for (const name of names) {
    const path = yield* located(shell, name, builtinNamed)
    if (path === undefined) status = 127
    const what = Object.hasOwn(shell.functions, name)
      ? 'is a function'
      : builtinNamed(name)
        ? 'is a shell builtin'
        : `is ${path ?? ''}`
    yield* path === undefined ? complain(`${name}: not found`) : print(`${name} ${what}\n`)
  }
  return ended(shell, status)
}

export const lookups = (builtinNamed: BuiltinNamed): Readonly<Record<string, Builtin>> =>
  ({ command: command(builtinNamed), type: type(builtinNamed) })
