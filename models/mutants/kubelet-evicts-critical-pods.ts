import type { Mutant } from '../mutants.js'
import { isCriticalPod } from '../node/eviction-ranking.js'
import { evictingInstead } from './evicting-with.js'

export const kubeletEvictsCriticalPods: Mutant = {
  name: 'kubelet-evicts-critical-pods',
  title: 'A kubelet under pressure evicts critical pods (kubernetes/kubernetes#40573)',
  breaks: ['critical-pods-stay'],
  apply: evictingInstead((pod) => isCriticalPod(pod)),
}
