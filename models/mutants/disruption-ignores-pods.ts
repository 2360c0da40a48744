import type { Mutant } from '../mutants.js'
import { replaceProcess } from '../mutants.js'

export const disruptionIgnoresPods: Mutant = {
  name: 'disruption-ignores-pods',
  title: 'The disruption controller does not count anew when pods change: what one eviction took from the budget never '
    + 'comes back',
  breaks: ['drain-completes'],
  apply: replaceProcess('kube-controller-manager/disruption', (process) => ({
    ...process,
    onWatch(context, event) {
      if (event.resource === 'pods' && event.type !== 'ADDED') return
      process.onWatch?.(context, event)
    },
  })),
}
