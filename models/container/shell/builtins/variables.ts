/**
 * Models: the builtins of variables and options: `export readonly local unset set shift`
 * Reads: nothing
 * Writes: nothing
 * Omits: options of `set` that only people at a keyboard use
 */
import { ask, complain, print } from '../../processes/asks.js'
import type { Asking } from '../../processes/requests.js'
import type { Shell, Variable } from '../machine.js'
import { assign, withElements, withStatus, withVariable } from '../machine.js'
import { ended, leave } from '../status.js'
import type { Builtin } from './table.js'

const isName = (text: string): boolean => /^[A-Za-z_]\w*$/.test(text)

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

const listing = (shell: Shell, word: string, isShown: (variable: Variable) => boolean): string =>
  Object.entries(shell.variables)
    .filter(([, variable]) => isShown(variable))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { value }]) => `${word}${name}${value === undefined ? '' : `=${quoted(value)}`}\n`)
    .join('')

/** `export A=1 B` and `readonly A=1 B`. */
const marking = (word: 'export' | 'readonly', mark: Partial<Variable>): Builtin =>
  function* (shell, args) {
    const names = args.filter((arg) => arg !== '--')
    if (names.length === 0 || names[0] === '-p') {
      yield* print(
        listing(
          shell,
          `${word} `,
          (variable) => (word === 'export' ? variable.exported : variable.readonly) === true
        )
      )
      return ended(shell, 0)
    }
    let current = shell
    for (const arg of names[0] === '-n' ? names.slice(1) : names) {
      const [name = '', value] = split(arg)
      if (!isName(name)) return yield* badName(shell, word, name)
      if (value !== undefined && current.variables[name]?.readonly) return yield* readOnly(shell, name)
      if (value !== undefined) current = assign(current, name, value)
      const { exported, ...rest } = current.variables[name] ?? {}
      current = withVariable(
        current,
        name,
        names[0] === '-n' ? rest : { ...rest, ...(exported && { exported }), ...mark }
      )
    }
    return ended(current, 0)
  }

const split = (arg: string): readonly [string, string | undefined] => {
  const at = arg.indexOf('=')
  return at < 0 ? [arg, undefined] : [arg.slice(0, at), arg.slice(at + 1)]
}

/** A variable of a function: what it was comes back at the function's end. */
const local: Builtin = function* (shell, args) {
  const at = shell.stack.findLastIndex(({ does }) => does === 'call')
  if (at < 0) {
    yield* complain('sh: local: not in a function')
    return leave(shell, 2)
  }
  let current = shell
  for (const arg of args) {
    const [name, value] = split(arg)
    if (!isName(name)) return yield* badName(shell, 'local', name)
    const stack = current.stack.map((frame, index) =>
      index === at && frame.does === 'call' && !Object.hasOwn(frame.locals, name)
        ? { ...frame, locals: { ...frame.locals, [name]: current.variables[name] ?? null } }
        : frame
    )
    current = { ...current, stack }
    if (value !== undefined) current = assign(current, name, value)
  }
  return ended(current, 0)
}

const unset: Builtin = function* (shell, args) {
  const names = args.filter((arg) => !arg.startsWith('-'))
  if (args[0] === '-f') {
    return ended(
      {
        ...shell,
        functions: Object.fromEntries(
          Object.entries(shell.functions).filter(([name]) => !names.includes(name))
        ),
      },
      0
    )
  }
  let current = shell
  for (const name of names) {
    if (current.variables[name]?.readonly) return yield* readOnly(shell, name)
    current = withElements(withVariable(current, name, null), name, [])
  }
  return ended(current, 0)
}

function* badName(shell: Shell, builtin: string, name: string): Asking<Shell> {
  yield* complain(`sh: ${builtin}: ${name}: bad variable name`)
  return leave(shell, 2)
}

function* readOnly(shell: Shell, name: string): Asking<Shell> {
  yield* complain(`sh: ${name}: is read only`)
  return leave(shell, 2)
}

const shift: Builtin = function* (shell, [count = '1']) {
  const by = Number(count)
  if (!/^\d+$/.test(count) || by > shell.parameters.length) {
    if (!/^\d+$/.test(count)) yield* complain(`sh: shift: Illegal number: ${count}`)
    return /^\d+$/.test(count) ? ended(shell, 1) : leave(shell, 2)
  }
  return ended({ ...shell, parameters: shell.parameters.slice(by) }, 0)
}

const longNames: Readonly<Record<string, string>> = {
  errexit: 'e', nounset: 'u', xtrace: 'x', noglob: 'f', noclobber: 'C', allexport: 'a',
  pipefail: 'pipefail', noexec: 'n',
}
const letters = ['e', 'u', 'x', 'f', 'C', 'a', 'h', 'b', 'v']

const withOption = (shell: Shell, option: string, on: boolean): Shell => {
  const others = shell.options.filter((one) => one !== option)
  return { ...shell, options: on ? [...others, option].sort() : others }
}

/** The options that begin a list of words, and what is left; nothing where one is not known. */
export function* withOptions(
  shell: Shell,
  args: readonly string[]
): Asking<{ readonly shell: Shell; readonly rest?: readonly string[] } | undefined> {
  let current = shell
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? ''
    if (arg === '--') return { shell: current, rest: args.slice(at + 1) }
    if (!/^[-+]./.test(arg)) return { shell: current, rest: args.slice(at) }
    for (const letter of arg.slice(1)) {
      const name =
        letter === 'o' ? longNames[args[++at] ?? ''] : letters.includes(letter) ? letter : undefined
      if (name === undefined) {
        yield* ask({ ask: 'refuse', message: `set ${arg}: the option is not understood` })
        return undefined
      }
      current = withOption(current, name, arg.startsWith('-'))
    }
  }
  return { shell: current }
}

const set: Builtin = function* (shell, args) {
  if (args.length === 0) {
    yield* print(listing(shell, '', ({ value }) => value !== undefined))
    return withStatus(shell, 0)
  }
  const found = yield* withOptions(shell, args)
  if (found === undefined) return leave(shell, 2)
  const { rest } = found
  return ended(rest === undefined ? found.shell : { ...found.shell, parameters: rest }, 0)
}

export const variables: Readonly<Record<string, Builtin>> = {
  export: marking('export', { exported: true }),
  readonly: marking('readonly', { readonly: true }),
  local,
  unset,
  shift,
  set,
}
