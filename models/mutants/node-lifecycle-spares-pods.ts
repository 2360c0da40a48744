import { provide, type Mutant } from '../mutants.js'
import { nodeLifecycle } from '../node-lifecycle/lease.js'

export const nodeLifecycleSparesPods: Mutant = {
  name: 'node-lifecycle-spares-pods',
  title: 'Pods on a node that is not heard of go on being reported as ready',
  breaks: ['silent-nodes-noticed'],
  apply: provide(nodeLifecycle, 'health', { guards: { mustMarkPods: () => false } }),
}
