import type { Mutant } from '../mutants.js'
import { replaceProcess } from '../mutants.js'

const forgetful = { expectCreations: () => {}, expectDeletions: () => {}, observed: () => {} }

export const replicaSetNoExpectations: Mutant = {
  name: 'replicaset-no-expectations',
  title: 'The ReplicaSet controller does not remember what it asked for, and acts again on a cache that has not seen it',
  upstream: 'pkg/controller/controller_utils.go (why expectations exist); KEP-5647 for the later safeguard, off as well',
  breaks: ['replicas-not-exceeded'],
  apply: replaceProcess('kube-controller-manager/replicaset', (process) =>
    ({ ...process, effects: { ...process.effects, ...forgetful } })),
}
