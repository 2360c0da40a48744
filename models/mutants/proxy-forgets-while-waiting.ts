import { workqueueKey } from '../client/workqueue.js'
import type { Mutant } from '../mutants.js'
import { replaceProcess } from '../mutants.js'

export const proxyForgetsWhileWaiting: Mutant = {
  name: 'proxy-forgets-while-waiting',
  title: 'kube-proxy does not sync again for changes that come before minSyncPeriod is over',
  breaks: ['routes-converge'],
  apply: replaceProcess('kube-proxy', (process) => ({
    ...process,
    onWatch(context, event) {
      const isWaiting = (context.cells.read(workqueueKey(context.process))?.processing.length ?? 0) > 0
      if (!isWaiting) process.onWatch?.(context, event)
    },
  })),
}
