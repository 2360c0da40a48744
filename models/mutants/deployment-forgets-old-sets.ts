import type { Mutant } from '../mutants.js'
import { deploymentWith } from './deployment-with.js'

export const deploymentForgetsOldSets: Mutant = {
  name: 'deployment-forgets-old-sets',
  title: 'Old ReplicaSets are not scaled down although enough new pods are available',
  breaks: ['rollout-completes'],
  apply: deploymentWith({ removingUnhealthy: () => undefined, reducing: () => [] }),
}
