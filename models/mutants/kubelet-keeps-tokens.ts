import type { Context } from '#machine/process'
import type { Mutant } from '../mutants.js'
import { heldTokensKey } from '../node/pod-tokens.js'
import { mutateKubelet, withEffect } from './kubelet-with.js'

export const kubeletKeepsTokens: Mutant = {
  name: 'kubelet-keeps-tokens',
  title: 'The tokens of pods that are gone are kept',
  breaks: ['nothing-left-behind'],
  apply: mutateKubelet(withEffect('forgetPod', (original) => (context: Context, params: never) => {
    const held = context.cells.read(heldTokensKey(context.process))
    original(context, params)
    context.cells.write(heldTokensKey(context.process), held)
  })),
}
