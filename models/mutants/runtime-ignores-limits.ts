import { replaceProcess, type Mutant } from '../mutants.js'
import { timerKey } from '#machine/chart'
import type { Context, Effect } from '#machine/process'

/** No cgroup has a limit: nothing is killed for what it uses. */
const withoutKill = (effect: Effect | undefined): Effect => (context: Context, params: never) => {
  effect?.(context, params)
  context.cells.disarm(timerKey(context.process, context.owner, 'oom'))
}

export const runtimeIgnoresLimits: Mutant = {
  name: 'runtime-ignores-limits',
  title: 'Containers are started without the memory limits that they were given',
  breaks: ['memory-limited'],
  apply: replaceProcess('containerd', (process) => ({
    ...process,
    effects: {
      ...process.effects,
      began: withoutKill(process.effects?.['began']), uses: withoutKill(process.effects?.['uses']),
    },
  })),
}
