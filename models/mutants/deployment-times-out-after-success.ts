import type { Mutant } from '../mutants.js'
import { progressDeadline } from '../control-plane/progress-deadline.js'
import { progressing, replaceDeploymentCondition } from '../workloads/deployment-conditions.js'
import { deploymentOf } from '../workloads/deployment-memory.js'
import { upstream } from '../workloads/deployment-plans.js'
import { deploymentWith } from './deployment-with.js'

export const deploymentTimesOutAfterSuccess: Mutant = {
  name: 'deployment-times-out-after-success',
  title: 'A rollout that has succeeded is reported as overdue as soon as one of its pods is no longer available',
  breaks: ['rollout-arrows-legal'],
  apply: deploymentWith({
    estimate(memory, view) {
      const status = upstream.estimate(memory, view)
      const isBehind = status.availableReplicas < deploymentOf(memory).spec.replicas
      const hasSucceeded = status.conditions?.some(({ reason }) => reason === 'NewReplicaSetAvailable') === true
      return isBehind && hasSucceeded && !view.cells.pending(progressDeadline(memory.key))
        ? replaceDeploymentCondition(status, progressing('ProgressDeadlineExceeded', 'timed out progressing'))
        : status
    },
  }),
}
