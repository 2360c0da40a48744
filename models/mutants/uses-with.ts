/** Parts of mutants of what containers use. */
import type { Effect } from '#machine/process'
import { replaceProcess, type Mutant } from '../mutants.js'

/** Another effect in place of each by which a container's use begins or changes. */
export const withUses = (change: (effect: Effect | undefined) => Effect): Mutant['apply'] =>
  replaceProcess('containerd', (process) => {
    const { effects } = process
    return { ...process, effects: { ...effects, began: change(effects?.['began']), uses: change(effects?.['uses']) } }
  })
