import type { Mutant } from '../mutants.js'
import { neverSends } from './requests-with.js'

export const deploymentKeepsHistory: Mutant = {
  name: 'deployment-keeps-history',
  title: 'Old ReplicaSets beyond revisionHistoryLimit are never deleted',
  breaks: ['revision-history-limited'],
  apply: neverSends('kube-controller-manager/deployment', 'delete replicasets'),
}
