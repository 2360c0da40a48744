import { commonEffects } from '#machine/effects'
import type { Context } from '#machine/process'
import { replaceProcess, type Mutant } from '../mutants.js'

interface Arm {
  readonly name: string
  readonly ms: number
}

export const kubeletNeverRetries: Mutant = {
  name: 'kubelet-never-retries',
  title: 'A pod whose ConfigMap or Secret was not there at first is not looked at again for it',
  breaks: ['configuration-found'],
  apply: replaceProcess('kubelet', (process) => {
    const arm = process.effects?.['arm'] ?? commonEffects['arm']
    return {
      ...process,
      effects: {
        ...process.effects,
        arm: (context: Context, said: Arm) => {
          if (said.name !== 'mount' && said.name !== 'retry') arm?.(context, said as never) // the effect's own params
        },
      },
    }
  }),
}
