import { replaceProcess, type Mutant } from '../mutants.js'
import { timerKey } from '#machine/chart'
import type { Context, Effect } from '#machine/process'
import { nodeName, sandboxesKey, sandboxKey } from '../node/cells.js'
import { oomKey } from '../node/system-oom.js'

/** No cgroup has a limit: nothing is killed for what it uses. */
const withoutKill = (effect: Effect | undefined): Effect => (context: Context, params: never) => {
  effect?.(context, params)
  context.cells.disarm(timerKey(context.process, context.owner, 'oom'))
}

/** Nor does the kernel care how much there is. */
const withoutAnyKill = (effect: Effect | undefined): Effect => (context: Context, params: never) => {
  effect?.(context, params)
  const { cells, process } = context
  const node = nodeName(process)
  for (const uid of cells.read(sandboxesKey(node)) ?? []) {
    for (const name of cells.read(sandboxKey(node, uid))?.containers ?? []) cells.disarm(oomKey(node, uid, name))
  }
}

const withUses = (change: (effect: Effect | undefined) => Effect): Mutant['apply'] =>
  replaceProcess('containerd', (process) => {
    const { effects } = process
    return { ...process, effects: { ...effects, began: change(effects?.['began']), uses: change(effects?.['uses']) } }
  })

export const kernelNeverKills: Mutant = {
  name: 'kernel-never-kills',
  title: 'A node whose memory is exhausted goes on as if there were more',
  breaks: ['node-memory-suffices'],
  apply: withUses(withoutAnyKill),
}

export const runtimeIgnoresLimits: Mutant = {
  name: 'runtime-ignores-limits',
  title: 'Containers are started without the memory limits that they were given',
  breaks: ['memory-limited'],
  apply: withUses(withoutKill),
}
