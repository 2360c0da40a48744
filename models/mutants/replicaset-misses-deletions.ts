import type { Pod } from '#api/types'
import { isBeingDeleted } from '#api/meta'
import { replaceProcess, type Mutant } from '../mutants.js'

export const replicaSetMissesDeletions: Mutant = {
  name: 'replicaset-misses-deletions',
  title: 'The ReplicaSet controller does not look again when a pod is deleted',
  breaks: ['desired-state-reached'],
  apply: replaceProcess('kube-controller-manager/replicaset', (process) => ({
    ...process,
    onWatch(context, event) {
      const pod = event.object as Pod | undefined // by resource, where it is pods
      if (event.resource === 'pods' && (pod === undefined || isBeingDeleted(pod))) return
      process.onWatch?.(context, event)
    },
  })),
}
