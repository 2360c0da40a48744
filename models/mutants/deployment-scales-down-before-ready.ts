import type { Mutant } from '../mutants.js'
import { setOf, type Memory } from '../workloads/deployment-memory.js'
import { upstream } from '../workloads/deployment-plans.js'
import { deploymentWith } from './deployment-with.js'

/** The new set as if each of its replicas were available as soon as it is asked for. */
function optimistic(memory: Memory): Memory {
  const set = setOf(memory.newSet)
  return { ...memory, newSet: { ...set, status: { ...set.status, availableReplicas: set.spec.replicas } } }
}

export const deploymentScalesDownBeforeReady: Mutant = {
  name: 'deployment-scales-down-before-ready',
  title: 'Old ReplicaSets are scaled down as soon as new pods are asked for, not once they are available',
  breaks: ['planned-replicas'],
  apply: deploymentWith({
    removingUnhealthy: (memory) => upstream.removingUnhealthy(optimistic(memory)),
    reducing: (memory) => upstream.reducing(optimistic(memory)),
  }),
}
