import type { Mutant } from '../mutants.js'
import { replaceProcess } from '../mutants.js'

export const schedGhostNode: Mutant = {
  name: 'sched-ghost-node',
  title: 'kube-scheduler misses the deletion of a node that only a new list shows (a tombstone), keeps the node in its cache '
    + 'for ever and goes on binding pods to it',
  upstream: 'kubernetes/kubernetes#56261',
  breaks: ['placement-allowed', 'pending-pods-are-scheduled', 'scheduler-cache-agrees'],
  apply: replaceProcess('kube-scheduler', (process) => ({
    ...process,
    onReplaced: (context, resource, missed) => process.onReplaced?.(context, resource,
      resource === 'nodes' ? missed.filter(({ type }) => type !== 'DELETED') : missed),
  })),
}
