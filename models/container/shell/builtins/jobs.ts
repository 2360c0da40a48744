/**
 * Models: the builtins of processes: `wait kill trap`
 * Reads: nothing
 * Writes: nothing
 * Omits: job names (`%1`)
 */
import { ask, complain, print } from '../../processes/asks.js'
import type { Asking } from '../../processes/requests.js'
import { signalNamed } from '../../processes/signals.js'
import { kill } from '../programs/kill.js'
import type { Shell } from '../machine.js'
import { push } from '../machine.js'
import { ended } from '../status.js'
import type { Builtin } from './table.js'

const wait: Builtin = function* (shell, args) {
  const pids = args.map(Number)
  if (pids.some(Number.isNaN)) {
    yield* complain(`sh: wait: Illegal number: ${args.find((arg) => Number.isNaN(Number(arg))) ?? ''}`)
    return ended(shell, 2)
  }
  return push(shell, args.length === 0 ? { does: 'wait' } : { does: 'wait', pids })
}

/** `trap action signal…`, `trap - signal…`, or the list of what is set. */
const trap: Builtin = function* (shell, args) {
  const [action = '', ...names] = args[0] === '--' ? args.slice(1) : args
  if (args.length === 0) {
    yield* print(
      Object.entries(shell.traps)
        .map(([name, text]) => `trap -- '${text.replaceAll("'", "'\\''")}' ${name}\n`)
        .join('')
    )
    return ended(shell, 0)
  }
  const resets = action === '-' || names.length === 0 || /^\d+$/.test(action)
  let current = shell
  for (const name of names.length === 0 || /^\d+$/.test(action) ? [action, ...names] : names) {
    const signal = signalNamed(name)
    if (signal === undefined) {
      yield* complain(`sh: trap: ${name}: invalid signal specification`)
      return ended(current, 1)
    }
    current = yield* trapped(current, signal, resets ? undefined : action)
  }
  return ended(current, 0)
}

function* trapped(shell: Shell, signal: string, action: string | undefined): Asking<Shell> {
  const by = action === undefined ? 'default' : action === '' ? 'ignore' : 'catch'
  if (signal !== 'EXIT') yield* ask({ ask: 'handle', signal, by })
  const { [signal]: _, ...others } = shell.traps
  return { ...shell, traps: action === undefined ? others : { ...others, [signal]: action } }
}

export const jobs: Readonly<Record<string, Builtin>> = {
  wait, trap,
  *kill(shell, args) { return ended(shell, yield* kill(args, {})) },
}
