import type { Mutant } from '../mutants.js'
import { deploymentOf, old } from '../workloads/deployment-memory.js'
import { cleanupDeployment } from '../workloads/deployment-rollout.js'
import { deploymentWith } from './deployment-with.js'

export const deploymentHistoryPrunedTooFar: Mutant = {
  name: 'deployment-history-pruned-too-far',
  title: 'The new ReplicaSet counts against revisionHistoryLimit as well, so that one old set too many is deleted',
  breaks: ['revision-history-kept'],
  apply: deploymentWith({
    cleaning(memory) {
      const d = deploymentOf(memory)
      const revisionHistoryLimit = Math.max(0, d.spec.revisionHistoryLimit - 1)
      return cleanupDeployment({ ...d, spec: { ...d.spec, revisionHistoryLimit } }, old(memory))
    },
  }),
}
