import type { Mutant } from '../mutants.js'
import { all, deploymentOf } from '../workloads/deployment-memory.js'
import { upstream } from '../workloads/deployment-plans.js'
import { calculateRolloutStatus } from '../workloads/deployment-status.js'
import { deploymentWith } from './deployment-with.js'

export const deploymentProgressDeadlineNeverChecked: Mutant = {
  name: 'deployment-progress-deadline-never-checked',
  title: 'A rollout that stands still is never reported as such: nobody compares Progressing with the deadline',
  upstream: 'kubernetes/kubernetes#34458',
  breaks: ['rollout-completes'],
  apply: deploymentWith({
    estimate: (memory, view) => (memory.purpose === 'statusOnly' || memory.purpose === 'sync'
      ? upstream.estimate(memory, view)
      : calculateRolloutStatus(deploymentOf(memory), all(memory), memory.newSet, false)),
  }),
}
