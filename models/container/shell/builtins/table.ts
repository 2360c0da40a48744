/**
 * Models: the builtins of a shell (Shell Command Language, 2.14 and 2.9.1.1)
 * Reads: nothing
 * Writes: nothing
 * Omits: `alias bg fc fg getopts hash jobs times ulimit`
 */
import type { Asking } from '../../processes/requests.js'
import type { Shell } from '../machine.js'
import { ended } from '../status.js'
import { utilities } from '../programs/utilities.js'
import { flow } from './flow.js'
import { variables } from './variables.js'
import { jobs } from './jobs.js'
import { lookups } from './lookups.js'
import { scripts } from './scripts.js'
import { read } from './read.js'
import { place } from './place.js'

/**
 * Takes the words behind its name; the shell that it returns has its status, or its own work on the stack.
 */
export type Builtin = (shell: Shell, args: readonly string[]) => Asking<Shell>

/** Programs that a shell has within itself, so that no process is started for them. */
const within = ['echo', 'printf', 'test', '[', 'true', 'false'] as const

const utility = (name: (typeof within)[number]): Builtin => function* (shell, args) {
  return ended(shell, yield* utilities[name](args, {}))
}

const builtins: Readonly<Record<string, Builtin>> = {
  ...Object.fromEntries(within.map((name) => [name, utility(name)])),
  ...flow, ...variables, ...jobs, ...scripts, ...place, read,
  ...lookups((name) => builtinNamed(name)),
}

export const builtinNamed = (name: string): Builtin | undefined =>
  Object.hasOwn(builtins, name) ? builtins[name] : undefined

export const builtinNames: readonly string[] = Object.keys(builtins)

const special = [
  ':', '.', 'break', 'continue', 'eval', 'exec', 'exit', 'export', 'readonly', 'return', 'set', 'shift',
  'trap', 'unset', 'source',
]

/** Their assignments stay, and their errors end the shell. */
export const isSpecialBuiltin = (name: string): boolean => special.includes(name)
