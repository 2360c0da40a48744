/**
 * Models: compound commands (Shell Command Language, 2.9.2 to 2.9.5): what each begins with, and how it goes
 *   on
 * Reads: nothing
 * Writes: nothing
 * Omits: nothing that is observable
 */
import { match } from 'ts-pattern'
import { ask } from '../processes/asks.js'
import type { Asking } from '../processes/requests.js'
import { pipeline } from './children.js'
import { at, commandOf } from './code.js'
import { conditionHolds } from './condition.js'
import { Expansion } from './expand.js'
import { Failure } from './failure.js'
import type { Code, Shell } from './machine.js'
import { assign, push, withStatus } from './machine.js'
import { matches } from './pattern.js'
import { redirectedFor } from './redirect.js'
import { simple } from './simple.js'
import { ended, run } from './status.js'
import { subshell } from './subshell.js'
import type { Command } from './syntax.js'
import { isTailOf } from './traps.js'

type Of<K extends Command['is']> = Extract<Command, { is: K }>

/** The first thing that a command does, with the rest of it on the stack. */
export function* begun(shell: Shell, { text, node }: Code): Asking<Shell> {
  const code: Code = { text, node }
  const tested = { ...code, tested: true } as const
  return yield* match(commandOf(shell, code))
    .with({ is: 'simple' }, (command) => simple(shell, code, command))
    .with({ is: 'pipeline' }, ({ commands }) => pipeline(shell, code, commands))
    .with({ is: 'list' }, () => now(listed(shell, code, 0)))
    .with({ is: 'background' }, ({ command }) => background(shell, at(code, command)))
    .with({ is: 'subshell' }, ({ body }) => grouped(shell, at(code, body)))
    .with({ is: 'and' }, { is: 'or' }, ({ is, left }) =>
      now(run(push(shell, { ...tested, does: is }), code, left)))
    .with({ is: 'not' }, ({ command }) => now(run(push(shell, { does: 'not', tested: true }), code, command)))
    .with({ is: 'if' }, ({ condition }) => now(run(push(shell, { ...tested, does: 'if' }), code, condition)))
    .with({ is: 'loop' }, () => now(conditioned(shell, code, 0)))
    .with({ is: 'for' }, ({ words }) => loopOver(shell, code, words))
    .with({ is: 'case' }, (command) => chosen(shell, code, command))
    .with({ is: 'condition' }, (command) => conditional(shell, code, command))
    .with({ is: 'redirected' }, ({ command, redirects }) =>
      redirectedFor(shell, code, redirects, at(code, command)))
    .with({ is: 'function' }, ({ name, body }) => now(defined(shell, name, at(code, body))))
    .exhaustive()
}

function* now(shell: Shell): Asking<Shell> {
  return shell
}

const defined = (shell: Shell, name: string, body: Code): Shell =>
  withStatus({ ...shell, functions: { ...shell.functions, [name]: body } }, 0)

/** The last command of a list has nothing behind it, so it may take the shell's place. */
export function listed(shell: Shell, { text, node }: Code, index: number): Shell {
  const { commands } = of(shell, { text, node }, 'list')
  const [command, ...others] = commands.slice(index)
  if (command === undefined) return withStatus(shell, 0)
  const rest = { text, node, does: 'list', at: index + 1 } as const
  return run(others.length === 0 ? shell : push(shell, rest), { text, node }, command)
}

/** `left && right` and `left || right`, when the left one is done. */
export function joined(shell: Shell, code: Code, needs: boolean): Shell {
  const { right } = of(shell, code, 'and', 'or')
  return (shell.exitCode === 0) === needs ? run(shell, code, right) : shell
}

export function branched(shell: Shell, code: Code): Shell {
  const command = of(shell, code, 'if')
  if (shell.exitCode === 0) return run(shell, code, command.then)
  return command.else === undefined ? withStatus(shell, 0) : run(shell, code, command.else)
}

/** A loop asks its condition; its own status is that of its last round. */
export function conditioned(shell: Shell, { text, node }: Code, status: number): Shell {
  const { condition } = of(shell, { text, node }, 'loop')
  const decides = { text, node, does: 'condition', tested: true, exitCode: status } as const
  return run(push(shell, decides), { text, node }, condition)
}

export function looped(shell: Shell, { text, node }: Code, status: number): Shell {
  const { until, body } = of(shell, { text, node }, 'loop')
  if ((shell.exitCode === 0) === until) return withStatus(shell, status)
  return run(push(shell, { text, node, does: 'body' }), { text, node }, body)
}

function* loopOver(shell: Shell, code: Code, words: Of<'for'>['words']): Asking<Shell> {
  const expansion = new Expansion(shell, code.text)
  const values = words === undefined ? shell.parameters : yield* expansion.fields(words)
  return iterated(values.length === 0 ? withStatus(expansion.shell, 0) : expansion.shell, code, values, 0)
}

export function iterated(shell: Shell, { text, node }: Code, words: readonly string[], index: number): Shell {
  const { name, body } = of(shell, { text, node }, 'for')
  const [word] = words.slice(index)
  if (word === undefined) return shell
  const rest = { text, node, does: 'for', words, at: index + 1 } as const
  return run(push(assign(shell, name, word), rest), { text, node }, body)
}

function* chosen(shell: Shell, code: Code, { word, items }: Of<'case'>): Asking<Shell> {
  const expansion = new Expansion(shell, code.text)
  const value = yield* expansion.single(word)
  for (const { patterns, body } of items) {
    for (const pattern of patterns) {
      const isMeant = matches(value, yield* expansion.pattern(pattern))
      if (isMeant) return run(expansion.shell, code, body)
    }
  }
  return withStatus(expansion.shell, 0)
}

function* conditional(shell: Shell, { text }: Code, { condition }: Of<'condition'>): Asking<Shell> {
  const expansion = new Expansion(shell, text)
  const holds = yield* conditionHolds(condition, expansion)
  return ended(expansion.shell, holds ? 0 : 1)
}

/** `( … )`: another process, unless this one ends with it. */
function* grouped(shell: Shell, code: Code): Asking<Shell> {
  if (isTailOf(shell)) return run(shell, code, code.node)
  const pid = yield* subshell(shell, code, {})
  return push(shell, { does: 'await', pids: [pid], codes: {} })
}

/** `… &`: a child that reads nothing; its number is `$!`. */
function* background(shell: Shell, code: Code): Asking<Shell> {
  const nothing = yield* ask({ ask: 'open', path: '/dev/null', how: 'read' })
  if (!nothing.ok || nothing.fd === undefined) throw new Failure("can't open /dev/null")
  const { fd } = nothing
  const pid = yield* subshell({ ...shell, stack: [] }, code, { fds: { 0: fd }, closes: [fd] })
  yield* ask({ ask: 'close', fd })
  return withStatus({ ...shell, background: pid, jobs: { ...shell.jobs, [pid]: null } }, 0)
}

/** A frame stands on a command of its own kind. */
function of<K extends Command['is']>(shell: Shell, code: Code, ...kinds: readonly K[]): Of<K> {
  const command = commandOf(shell, code)
  const isMeant = (one: Command): one is Of<K> => kinds.some((kind) => kind === one.is)
  if (!isMeant(command)) throw new Error(`a frame of ${kinds.join()} is on a command that is ${command.is}`)
  return command
}
