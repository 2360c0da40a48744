import { resetsKey } from '../network/established.js'
import { replaceProcess, type Mutant } from '../mutants.js'

export const proxyFlushesConnections: Mutant = {
  name: 'proxy-flushes-connections',
  title: 'kube-proxy deletes what is tracked of connections to an endpoint that goes, whatever their protocol',
  breaks: ['connections-drained'],
  apply: replaceProcess('kube-proxy', (process) => ({
    ...process,
    onStart: (context) => {
      context.cells.write(resetsKey, true)
      process.onStart?.(context)
    },
  })),
}
