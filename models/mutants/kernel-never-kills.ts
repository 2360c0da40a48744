import type { Context, Effect } from '#machine/process'
import type { Mutant } from '../mutants.js'
import { nodeName, sandboxesKey, sandboxKey } from '../node/cells.js'
import { oomKey } from '../node/system-oom.js'
import { withUses } from './uses-with.js'

/** The kernel does not care how much there is. */
const withoutAnyKill = (effect: Effect | undefined): Effect => (context: Context, params: never) => {
  effect?.(context, params)
  const { cells, process } = context
  const node = nodeName(process)
  for (const uid of cells.read(sandboxesKey(node)) ?? []) {
    for (const name of cells.read(sandboxKey(node, uid))?.containers ?? []) cells.disarm(oomKey(node, uid, name))
  }
}

export const kernelNeverKills: Mutant = {
  name: 'kernel-never-kills',
  title: 'A node whose memory is exhausted goes on as if there were more',
  breaks: ['node-memory-suffices'],
  apply: withUses(withoutAnyKill),
}
