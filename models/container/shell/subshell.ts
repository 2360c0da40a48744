/**
 * Models: subshells (Shell Command Language, 2.12): a copy of the shell that shares nothing afterwards
 * Reads: nothing
 * Writes: nothing
 * Omits: nothing that is observable
 */
import { ask } from '../processes/asks.js'
import type { Asking } from '../processes/requests.js'
import { Failure } from './failure.js'
import type { Code, Shell } from './machine.js'
import { isTested, remembered } from './machine.js'

export interface Descriptors {
  readonly fds?: Readonly<Record<string, number>>
  readonly closes?: readonly number[]
}

/** The shell that a subshell begins as: traps are reset, but what was ignored stays ignored. */
export const childOf = (shell: Shell, code: Code): Shell => ({
  ...shell,
  stack: [
    ...(isTested(shell) ? [{ does: 'inherited', tested: true } as const] : []),
    { ...code, does: 'run' },
  ],
  traps: Object.fromEntries(Object.entries(shell.traps).filter(([, action]) => action === '')),
  jobs: {}, yields: true,
})

/** Forks; a shell that cannot ends. */
export function* subshell(shell: Shell, code: Code, descriptors: Descriptors): Asking<number> {
  const runs = { program: '(shell)', memory: remembered(childOf(shell, code)) }
  const answer = yield* ask({ ask: 'fork', runs, ...descriptors })
  if (answer.ok && answer.pid !== undefined) return answer.pid
  throw new Failure("can't fork: Resource temporarily unavailable")
}
