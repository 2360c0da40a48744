import type { Mutant } from '../mutants.js'
import type { Context } from '#machine/process'
import { ipamKey, nodeName } from '../node/cells.js'
import { mutateKubelet, withEffect } from './kubelet-with.js'

export const kubeletLeaksAddresses: Mutant = {
  name: 'kubelet-leaks-addresses',
  title: 'The address of a sandbox that is stopped is not given back',
  breaks: ['nothing-left-behind'],
  apply: mutateKubelet(withEffect('stopSandbox', (original) => (context: Context, params: unknown) => {
    const cell = ipamKey(nodeName(context.process))
    const before = context.cells.read(cell)
    original(context, params as never) // the effect's own params
    context.cells.write(cell, before)
  })),
}
