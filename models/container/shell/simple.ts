/**
 * Models: simple commands (Shell Command Language, 2.9.1): expansions, redirections, assignments, and what
 *   is found
 * Reads: nothing
 * Writes: nothing
 * Omits: aliases
 */
import { strerror } from '../processes/errors.js'
import { ask, complain } from '../processes/asks.js'
import type { Asking, Errno } from '../processes/requests.js'
import { builtinNamed, isSpecialBuiltin } from './builtins/table.js'
import { Expansion } from './expand.js'
import { Failure } from './failure.js'
import type { Code, Shell, Variable } from './machine.js'
import { assign, environment, has, push, valueOf, withElements, withStatus } from './machine.js'
import { redirected } from './redirect.js'
import { ended, leave, run } from './status.js'
import type { Assignment, Command } from './syntax.js'
import { isTailOf } from './traps.js'

type Simple = Extract<Command, { is: 'simple' }>

export function* simple(shell: Shell, code: Code, command: Simple): Asking<Shell> {
  const expansion = new Expansion(shell, code.text)
  const [name, ...args] = yield* expansion.fields(command.words)
  if (name === undefined) return yield* withoutName(expansion, command)
  const takesPlace = isTailOf(shell) && isProgram(expansion.shell, name)
  const saved = yield* redirected(command.redirects, expansion, !takesPlace && name !== 'exec')
  if (saved === undefined) return refused(expansion.shell, name)
  const before = expansion.shell.variables
  const sets = yield* assigned(expansion, command.sets)
  yield* traced(expansion.shell, [...sets, name, ...args])
  const lasts = isSpecialBuiltin(name)
  const back = lasts ? {} : beforeOf(command.sets, before)
  const isPlain = saved.length === 0 && Object.keys(back).length === 0
  const exported = lasts ? expansion.shell : withExported(expansion.shell, command.sets)
  const ready = isPlain ? exported : push(exported, { does: 'restore', saved, variables: back })
  return yield* found(ready, name, args, takesPlace)
}

/** Redirections and assignments alone; the status is that of the last substitution. */
function* withoutName(expansion: Expansion, { redirects, sets }: Simple): Asking<Shell> {
  const saved = yield* redirected(redirects, expansion, true)
  if (saved === undefined) return ended(expansion.shell, 1)
  const said = yield* assigned(expansion, sets)
  yield* traced(expansion.shell, said)
  const ready =
    saved.length === 0 ? expansion.shell : push(expansion.shell, { does: 'restore', saved, variables: {} })
  return ended(ready, expansion.substituted ?? 0)
}

/** Sets variables one by one, so that a later value may use an earlier one. */
function* assigned(expansion: Expansion, sets: readonly Assignment[]): Asking<readonly string[]> {
  const said: string[] = []
  for (const { name, value, index, list, adds } of sets) {
    if (expansion.shell.variables[name]?.readonly) throw new Failure(`${name}: is read only`)
    if (list) {
      const values = yield* expansion.fields(list)
      expansion.shell = withElements(expansion.shell, name, values, adds)
      said.push(`${name}=(${values.join(' ')})`)
      continue
    }
    const target = index === undefined ? name : yield* expansion.element(name, index)
    const text = (adds ? valueOf(expansion.shell, target) ?? '' : '') + (yield* expansion.single(value))
    expansion.shell = assign(expansion.shell, target, text)
    said.push(`${target}=${text}`)
  }
  return said
}

const beforeOf = (
  sets: readonly Assignment[],
  variables: Shell['variables']
): Readonly<Record<string, Variable | null>> =>
  Object.fromEntries(sets.map(({ name }) => [name, variables[name] ?? null]))

/** Variables of one command are in its environment. */
function withExported(shell: Shell, sets: readonly Assignment[]): Shell {
  const variables = Object.fromEntries(
    sets.map(({ name }) => [name, { ...shell.variables[name], exported: true } as const])
  )
  return sets.length === 0 ? shell : { ...shell, variables: { ...shell.variables, ...variables } }
}

/** `set -x` tells a command before it is run. */
function* traced(shell: Shell, words: readonly string[]): Asking<void> {
  if (has(shell, 'x') && words.length > 0)
    yield* complain(`${valueOf(shell, 'PS4') ?? '+ '}${words.map(shown).join(' ')}`)
}

const shown = (word: string): string =>
  (/^[\w%+,./:=@^-]*$/.test(word) && word !== '' ? word : `'${word.replaceAll("'", "'\\''")}'`)

const isProgram = (shell: Shell, name: string): boolean =>
  !Object.hasOwn(shell.functions, name) && builtinNamed(name) === undefined

/** Special builtins first, then functions, other builtins, programs. */
function* found(shell: Shell, name: string, args: readonly string[], takesPlace: boolean): Asking<Shell> {
  const builtin = builtinNamed(name)
  if (builtin && isSpecialBuiltin(name)) return yield* builtin(shell, args)
  const body = Object.hasOwn(shell.functions, name) ? shell.functions[name] : undefined
  if (body) {
    const call = push(shell, { does: 'call', parameters: shell.parameters, locals: {} })
    return run({ ...call, parameters: args }, body, body.node)
  }
  if (builtin) return yield* builtin(shell, args)
  return yield* started(shell, [name, ...args], takesPlace)
}

/** A program is a process of its own, or becomes this one. */
function* started(shell: Shell, argv: readonly string[], takesPlace: boolean): Asking<Shell> {
  const env = environment(shell)
  const answer = yield* ask({ ask: takesPlace ? 'exec' : 'spawn', argv, env })
  if (answer.ok && answer.pid !== undefined)
    return push(shell, { does: 'await', pids: [answer.pid], codes: {} })
  return yield* notStarted(shell, argv[0] ?? '', answer.ok ? 'ENOENT' : answer.errno)
}

export function* notStarted(shell: Shell, name: string, errno: Errno): Asking<Shell> {
  if (errno === 'EAGAIN') throw new Failure("can't fork: Resource temporarily unavailable")
  yield* complain(`sh: ${name}: ${errno === 'ENOENT' ? 'not found' : strerror(errno)}`)
  return ended(shell, errno === 'ENOENT' ? 127 : 126)
}

/** A redirection that cannot be made ends the shell where a special builtin asked for it. */
const refused = (shell: Shell, name: string): Shell =>
  isSpecialBuiltin(name) ? leave(shell, 2) : ended(withStatus(shell, 1), 1)
