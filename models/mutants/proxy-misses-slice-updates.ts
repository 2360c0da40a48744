import type { Mutant } from '../mutants.js'
import { replaceProcess } from '../mutants.js'

export const proxyMissesSliceUpdates: Mutant = {
  name: 'proxy-misses-slice-updates',
  title: 'kube-proxy takes in EndpointSlices that come and go, but not those that change',
  breaks: ['no-connection-to-closed-listener', 'routes-converge'],
  apply: replaceProcess('kube-proxy', (process) => ({
    ...process,
    onWatch(context, event) {
      if (event.resource !== 'endpointslices' || event.type !== 'MODIFIED') process.onWatch?.(context, event)
    },
  })),
}
