import type { Mutant } from '../mutants.js'
import { nameOf } from '#machine/objects'
import { deploymentWith } from './deployment-with.js'

export const deploymentRescaleForgetsAnnotations: Mutant = {
  name: 'deployment-rescale-forgets-annotations',
  title: 'A ReplicaSet is scaled without a note of what for (its annotations desired-replicas and max-replicas)',
  upstream: 'kubernetes/kubernetes#138840 (upstream forgets it on rare orders)',
  breaks: ['rescale-finishes'],
  apply: deploymentWith({
    resize: (_, { set, replicas }) => ({
      verb: 'update', resource: 'replicasets', key: nameOf(set), base: set,
      body: { ...set, spec: { ...set.spec, replicas } },
    }),
  }),
}
