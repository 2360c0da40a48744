import { commonEffects } from '#machine/effects'
import type { Context } from '#machine/process'
import { replaceProcess, type Mutant } from '../mutants.js'

export const kubeletNeverRefreshes: Mutant = {
  name: 'kubelet-never-refreshes',
  title: 'Tokens are asked for once, and not again before they expire',
  breaks: ['tokens-valid'],
  apply: replaceProcess('kubelet', (process) => {
    const arm = process.effects?.['arm'] ?? commonEffects['arm']
    return {
      ...process,
      effects: {
        ...process.effects,
        arm: (context: Context, said: { readonly name: string }) => {
          if (said.name !== 'refresh') arm?.(context, said as never) // the effect's own params
        },
      },
    }
  }),
}
