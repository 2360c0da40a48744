/**
 * Models: a shell at work: takes the uppermost frame off its stack, does it, and is the shell that it is then
 * Reads: nothing
 * Writes: nothing
 * Omits: nothing that is observable
 */
import { match } from 'ts-pattern'
import { ask, complain } from '../processes/asks.js'
import type { Asking, Next } from '../processes/requests.js'
import { conditionHolds } from './condition.js'
import { awaited, pipeline, waited } from './children.js'
import { Expansion, ExpansionError } from './expand.js'
import type { Code, Frame, Shell } from './machine.js'
import { assign, pop, push, remembered, withStatus } from './machine.js'
import { matches } from './pattern.js'
import { redirectedFor, restored } from './redirect.js'
import { at, commandOf } from './code.js'
import { simple } from './simple.js'
import { ended, leave, run } from './status.js'
import { subshell } from './subshell.js'
import type { Command } from './syntax.js'
import { caughtTrap, isTailOf, startedTrap } from './traps.js'

/** How deep functions and scripts may call each other: then the real stack is full. */
const deepest = 1000

export function* step(shell: Shell): Asking<Next> {
  const trapped = yield* caughtTrap(shell)
  if (trapped) return { memory: remembered(trapped) }
  const frame = shell.stack.at(-1)
  if (frame === undefined) return yield* finish(shell)
  if (frame.does === 'exit') return yield* finish(withStatus(shell, frame.status))
  if (shell.stack.length > deepest) return { exit: 139 }
  try {
    return { memory: remembered(yield* resumed(pop(shell), frame)) }
  } catch (error) {
    if (!(error instanceof ExpansionError)) throw error
    yield* complain(`sh: ${error.message}`)
    return { memory: remembered(leave(shell, 2)) }
  }
}

/** The end of all: the trap of EXIT is run once, with nothing behind it. */
function* finish(shell: Shell): Asking<Next> {
  const last = shell.traps['EXIT']
  if (!last) return { exit: shell.status }
  const { EXIT: _, ...traps } = shell.traps
  return { memory: remembered(yield* startedTrap({ ...shell, traps, stack: [{ does: 'exit', status: shell.status }] }, last)) }
}

/** What a frame waited for is done, with the status of the shell. */
function* resumed(shell: Shell, frame: Frame): Asking<Shell> {
  const good = shell.status === 0
  switch (frame.does) {
    case 'run': return yield* begun(shell, frame, commandOf(shell, frame))
    case 'list': return listed(shell, frame, frame.at)
    case 'and': return good ? run(shell, frame, rightOf(shell, frame)) : shell
    case 'or': return good ? shell : run(shell, frame, rightOf(shell, frame))
    case 'not': return withStatus(shell, good ? 1 : 0)
    case 'if': return branched(shell, frame)
    case 'condition': return looped(shell, frame, frame.status)
    case 'body': return condition(shell, frame, shell.status)
    case 'for': return iterated(shell, frame, frame.words, frame.at)
    case 'await': return yield* awaited(shell, frame)
    case 'wait': return yield* waited(shell, frame)
    case 'restore': return yield* restored(shell, frame)
    case 'call': return { ...withLocals(shell, frame.locals), parameters: frame.parameters }
    case 'trap': case 'exit': return withStatus(shell, frame.status)
    case 'dot': case 'inherited': return shell
  }
}

function* begun(shell: Shell, code: Code, command: Command): Asking<Shell> {
  return yield* match(command)
    .with({ is: 'simple' }, (command) => simple(shell, code, command))
    .with({ is: 'list' }, () => now(listed(withStatus(shell, 0), code, 0)))
    .with({ is: 'background' }, ({ command }) => background(shell, at(code, command)))
    .with({ is: 'and' }, { is: 'or' }, ({ is, left }) => now(run(push(shell, { ...code, does: is, tested: true }), code, left)))
    .with({ is: 'not' }, ({ command }) => now(run(push(shell, { does: 'not', tested: true }), code, command)))
    .with({ is: 'pipeline' }, ({ commands }) => pipeline(shell, code, commands))
    .with({ is: 'if' }, ({ condition }) => now(run(push(shell, { ...code, does: 'if', tested: true }), code, condition)))
    .with({ is: 'loop' }, () => now(condition(shell, code, 0)))
    .with({ is: 'for' }, ({ words }) => loopOver(shell, code, words))
    .with({ is: 'case' }, (command) => chosen(shell, code, command))
    .with({ is: 'subshell' }, ({ body }) => grouped(shell, at(code, body)))
    .with({ is: 'redirected' }, ({ command, redirects }) => redirectedFor(shell, code, redirects, at(code, command)))
    .with({ is: 'function' }, ({ name, body }) =>
      now(withStatus({ ...shell, functions: { ...shell.functions, [name]: at(code, body) } }, 0)))
    .with({ is: 'condition' }, (command) => conditional(shell, code, command))
    .exhaustive()
}

function* now(shell: Shell): Asking<Shell> {
  return shell
}

/** The last command of a list has nothing behind it, so it may take the shell's place. */
function listed(shell: Shell, code: Code, index: number): Shell {
  const { commands } = of(shell, code, 'list')
  const [command] = commands.slice(index)
  if (command === undefined) return shell
  const isLast = index + 1 === commands.length
  const { text, node } = code
  return run(isLast ? shell : push(shell, { text, node, does: 'list', at: index + 1 }), code, command)
}

function branched(shell: Shell, code: Code): Shell {
  const command = of(shell, code, 'if')
  if (shell.status === 0) return run(shell, code, command.then)
  return command.else === undefined ? withStatus(shell, 0) : run(shell, code, command.else)
}

const condition = (shell: Shell, { text, node }: Code, status: number): Shell =>
  run(push(shell, { text, node, does: 'condition', tested: true, status }), { text, node }, of(shell, { text, node }, 'loop').condition)

function looped(shell: Shell, { text, node }: Code, status: number): Shell {
  const { until, body } = of(shell, { text, node }, 'loop')
  const goesOn = (shell.status === 0) !== until
  return goesOn ? run(push(shell, { text, node, does: 'body' }), { text, node }, body) : withStatus(shell, status)
}

function* loopOver(shell: Shell, code: Code, words: Extract<Command, { is: 'for' }>['words']): Asking<Shell> {
  const expansion = new Expansion(shell, code.text)
  const values = words === undefined ? shell.parameters : yield* expansion.fields(words)
  return iterated(withStatus(expansion.shell, 0), code, values, 0)
}

function iterated(shell: Shell, { text, node }: Code, words: readonly string[], index: number): Shell {
  const { name, body } = of(shell, { text, node }, 'for')
  const [word] = words.slice(index)
  if (word === undefined) return shell
  return run(push(assign(shell, name, word), { text, node, does: 'for', words, at: index + 1 }), { text, node }, body)
}

function* chosen(shell: Shell, code: Code, { word, items }: Extract<Command, { is: 'case' }>): Asking<Shell> {
  const expansion = new Expansion(shell, code.text)
  const value = yield* expansion.single(word)
  for (const { patterns, body } of items) {
    for (const pattern of patterns) {
      if (matches(value, yield* expansion.pattern(pattern))) return run(withStatus(expansion.shell, 0), code, body)
    }
  }
  return withStatus(expansion.shell, 0)
}

/** `( … )`: another process, unless this one ends with it. */
function* grouped(shell: Shell, code: Code): Asking<Shell> {
  if (isTailOf(shell)) return run(shell, code, code.node)
  const pid = yield* subshell(shell, code, {})
  if (pid < 0) throw new ExpansionError("can't fork: Resource temporarily unavailable")
  return push(shell, { does: 'await', pids: [pid], codes: {} })
}

/** `… &`: a child that reads nothing; its number is `$!`. */
function* background(shell: Shell, code: Code): Asking<Shell> {
  const nothing = yield* ask({ ask: 'open', path: '/dev/null', how: 'read' })
  const fd = nothing.ok ? nothing.fd ?? 0 : 0
  const { stack: _, ...rest } = shell
  const pid = yield* subshell({ ...rest, stack: [] }, code, { fds: { 0: fd }, closes: [fd] })
  yield* ask({ ask: 'close', fd })
  if (pid < 0) throw new ExpansionError("can't fork: Resource temporarily unavailable")
  return withStatus({ ...shell, background: pid, jobs: { ...shell.jobs, [pid]: null } }, 0)
}

function* conditional(shell: Shell, code: Code, { condition }: Extract<Command, { is: 'condition' }>): Asking<Shell> {
  const expansion = new Expansion(shell, code.text)
  const holds = yield* conditionHolds(condition, expansion)
  return ended(expansion.shell, holds ? 0 : 1)
}

const withLocals = (shell: Shell, locals: Extract<Frame, { does: 'call' }>['locals']): Shell => {
  const variables = { ...shell.variables }
  for (const [name, variable] of Object.entries(locals)) {
    if (variable === null) delete variables[name]
    else variables[name] = variable
  }
  return { ...shell, variables }
}

function rightOf(shell: Shell, code: Code): number {
  const command = commandOf(shell, code)
  return 'right' in command ? command.right : -1
}

function of<K extends Command['is']>(shell: Shell, code: Code, is: K): Extract<Command, { is: K }> {
  const command = commandOf(shell, code)
  if (command.is !== is) throw new Error(`a frame of ${is} is on a command that is ${command.is}`)
  return command as Extract<Command, { is: K }> // as the line above has seen
}
