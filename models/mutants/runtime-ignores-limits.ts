import { timerKey } from '#machine/chart'
import type { Context, Effect } from '#machine/process'
import type { Mutant } from '../mutants.js'
import { withUses } from './uses-with.js'

/** No cgroup has a limit: nothing is killed for what it uses. */
const withoutKill = (effect: Effect | undefined): Effect => (context: Context, params: never) => {
  effect?.(context, params)
  context.cells.disarm(timerKey(context.process, context.owner, 'oom'))
}

export const runtimeIgnoresLimits: Mutant = {
  name: 'runtime-ignores-limits',
  title: 'Containers are started without the memory limits that they were given',
  breaks: ['memory-limited'],
  apply: withUses(withoutKill),
}
