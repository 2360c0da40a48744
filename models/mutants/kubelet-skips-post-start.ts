import { commonEffects } from '#machine/effects'
import type { Context } from '#machine/process'
import { replaceProcess, type Mutant } from '../mutants.js'

interface Arm {
  readonly name: string
  readonly ms: number
}

export const kubeletSkipsPostStart: Mutant = {
  name: 'kubelet-skips-post-start',
  title: 'The containers after one with a postStart hook do not wait for it',
  breaks: ['hooks-awaited'],
  apply: replaceProcess('kubelet', (process) => {
    const arm = process.effects?.['arm'] ?? commonEffects['arm']
    return {
      ...process,
      effects: {
        ...process.effects,
        // the effect's own params
        arm: (context: Context, said: Arm) => arm?.(context, (said.name === 'hooked' ? { ...said, ms: 0 } : said) as never),
      },
    }
  }),
}
