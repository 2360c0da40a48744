import type { Context } from '#machine/process'
import { replaceProcess, type Mutant } from '../mutants.js'

export const endpointsForgetStaleSyncs: Mutant = {
  name: 'endpoints-forget-stale-syncs',
  title: 'The EndpointSlice controller drops a Service that it could not sync, for one because its cache of slices is behind',
  upstream: 'pkg/controller/endpointslice/endpointslice_controller.go (handleErr: AddRateLimited, which is left out)',
  breaks: ['slices-converge'],
  apply: replaceProcess('kube-controller-manager/endpointslice', (process) => ({
    ...process,
    effects: {
      ...process.effects,
      finished: (context: Context) => process.effects?.['finished']?.(context, { outcome: 'ok' } as never), // as its chart says it
    },
  })),
}
