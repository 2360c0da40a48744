import type { Mutant } from '../mutants.js'
import type { Context } from '#machine/process'
import { isShuttingDown } from '../node/node-shutdown.js'
import type { NewStatus } from '../node/status-manager.js'
import { mutateKubelet, withEffect } from './kubelet-with.js'

export const shutdownNoUnready: Mutant = {
  name: 'shutdown-no-unready',
  title: 'Pods that are stopped as their node shuts down are told nothing of, and stay ready in their endpoints',
  upstream: 'kubernetes/kubernetes#116965, #109998',
  breaks: ['shut-down-pods-unready'],
  apply: mutateKubelet(withEffect('setStatus', (original) => (context: Context, said: NewStatus) => {
    if (!isShuttingDown(context.cells, context.process)) original(context, said as never) // the effect's own params
  })),
}
