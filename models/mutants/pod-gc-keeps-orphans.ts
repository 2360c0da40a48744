import { provide, type Mutant } from '../mutants.js'
import { podGc } from '../node-lifecycle/pod-gc.js'

export const podGcKeepsOrphans: Mutant = {
  name: 'pod-gc-keeps-orphans',
  title: 'The pod garbage collector takes a node that is not found for one that could not be read, and asks again',
  breaks: ['orphaned-pods-collected'],
  apply: provide(podGc, 'gc', { guards: { isNotFound: () => false } }),
}
