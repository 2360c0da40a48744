import type { Mutant } from '../mutants.js'
import { evictingInstead } from './evicting-with.js'

export const kubeletEvictsByPriorityAlone: Mutant = {
  name: 'kubelet-evicts-by-priority-alone',
  title: 'Under memory pressure the pod of lowest priority is evicted, whatever it uses',
  breaks: ['evicted-in-order'],
  apply: evictingInstead((pod, chosen) => (pod.spec.priority ?? 0) < (chosen.spec.priority ?? 0)),
}
