import { provide, type Mutant } from '../mutants.js'
import { taintEviction } from '../node-lifecycle/taint-eviction.js'

export const taintEvictStaleNode: Mutant = {
  name: 'taint-evict-stale-node',
  title: 'The taint eviction controller evicts by the taints in its cache, without asking whether the node still has '
    + 'them: what every release up to v1.36 does',
  upstream: 'kubernetes/kubernetes#119862, #139992; PR #140198 would mend it',
  breaks: ['no-spurious-eviction'],
  apply: provide(taintEviction, 'evict', { guards: { readsNode: () => false } }),
}
