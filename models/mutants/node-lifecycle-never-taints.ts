import { provide, type Mutant } from '../mutants.js'
import { nodeLifecycle } from '../node-lifecycle/lease.js'

export const nodeLifecycleNeverTaints: Mutant = {
  name: 'node-lifecycle-never-taints',
  title: 'Nodes get no NoSchedule taint for their conditions, nor for being cordoned',
  breaks: ['node-taints-agree'],
  apply: provide(nodeLifecycle, 'sync', { guards: { mustTaint: () => false } }),
}
