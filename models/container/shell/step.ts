/**
 * Models: a shell at work: takes the uppermost frame off its stack, does it, and is the shell that it is then
 * Reads: nothing
 * Writes: nothing
 * Omits: nothing that is observable
 */
import { complain } from '../processes/asks.js'
import type { Asking, Next } from '../processes/requests.js'
import { awaited, waited } from './children.js'
import { begun, branched, conditioned, iterated, joined, listed, looped } from './compound.js'
import { Failure } from './failure.js'
import type { Frame, Shell } from './machine.js'
import { pop, remembered, withStatus, withVariables } from './machine.js'
import { restored } from './redirect.js'
import { leave } from './status.js'
import { caughtTrap, startedTrap } from './traps.js'

/** How deep functions and scripts may call each other: then the real stack is full. */
const deepest = 1000

export function* step(shell: Shell): Asking<Next> {
  const trapped = yield* caughtTrap(shell)
  if (trapped) return { memory: remembered(trapped) }
  const frame = shell.stack.at(-1)
  if (frame === undefined) return yield* finish(shell)
  if (frame.does === 'exit') return yield* finish(withStatus(shell, frame.exitCode))
  if (shell.stack.length > deepest) return { exit: 139 }
  return { memory: remembered(yield* attempted(pop(shell), frame)) }
}

/** The end of all: the trap of EXIT is run once, with nothing behind it. */
function* finish(shell: Shell): Asking<Next> {
  const last = shell.traps['EXIT']
  if (!last) return { exit: shell.exitCode }
  const { EXIT: _, ...traps } = shell.traps
  const leaving: Shell = { ...shell, traps, stack: [{ does: 'exit', exitCode: shell.exitCode }] }
  return { memory: remembered(yield* startedTrap(leaving, last)) }
}

/** An expansion that cannot be done ends the shell. */
function* attempted(shell: Shell, frame: Frame): Asking<Shell> {
  try {
    return yield* resumed(shell, frame)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    yield* complain(`sh: ${error.message}`)
    return leave(shell, 2)
  }
}

/** What a frame waited for is done, with the status of the shell. */
function* resumed(shell: Shell, frame: Frame): Asking<Shell> {
  switch (frame.does) {
    case 'run': return yield* begun(shell, frame)
    case 'list': return listed(shell, frame, frame.at)
    case 'and': return joined(shell, frame, true)
    case 'or': return joined(shell, frame, false)
    case 'not': return withStatus(shell, shell.exitCode === 0 ? 1 : 0)
    case 'if': return branched(shell, frame)
    case 'condition': return looped(shell, frame, frame.exitCode)
    case 'body': return conditioned(shell, frame, shell.exitCode)
    case 'for': return iterated(shell, frame, frame.words, frame.at)
    case 'await': return yield* awaited(shell, frame)
    case 'wait': return yield* waited(shell, frame)
    case 'restore': return yield* restored(shell, frame)
    case 'call': return { ...withVariables(shell, frame.locals), parameters: frame.parameters }
    case 'trap': case 'exit': return withStatus(shell, frame.exitCode)
    case 'dot': case 'inherited': return shell
  }
}
