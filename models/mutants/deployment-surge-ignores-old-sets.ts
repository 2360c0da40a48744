import type { Mutant } from '../mutants.js'
import { deploymentOf, setOf } from '../workloads/deployment-memory.js'
import { reconcileNew } from '../workloads/deployment-rollout.js'
import { deploymentWith } from './deployment-with.js'

export const deploymentSurgeIgnoresOldSets: Mutant = {
  name: 'deployment-surge-ignores-old-sets',
  title: 'The new ReplicaSet is scaled up as if there were no old ones',
  breaks: ['planned-replicas', 'running-pods-within-surge'],
  apply: deploymentWith({
    resizing: (memory) => reconcileNew(deploymentOf(memory), [setOf(memory.newSet)], setOf(memory.newSet)),
  }),
}
