import { commonEffects } from '#machine/effects'
import type { Context } from '#machine/process'
import { replaceProcess, type Mutant } from '../mutants.js'

interface Arm {
  readonly name: string
  readonly ms: number
}

export const kubeletNeverBacksOff: Mutant = {
  name: 'kubelet-never-backs-off',
  title: 'A container that crashes is started again at once, however often',
  breaks: ['restarts-back-off'],
  apply: replaceProcess('kubelet', (process) => {
    const arm = process.effects?.['arm'] ?? commonEffects['arm']
    return {
      ...process,
      effects: {
        ...process.effects,
        // the effect's own params
        arm: (context: Context, said: Arm) => arm?.(context, (said.name.startsWith('backoff.') ? { ...said, ms: 0 } : said) as never),
      },
    }
  }),
}
