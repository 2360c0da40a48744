import type { Mutant } from '../mutants.js'
import { deploymentWith } from './deployment-with.js'

export const deploymentRecreateDoesNotWait: Mutant = {
  name: 'deployment-recreate-does-not-wait',
  title: 'A Deployment that is recreated starts its new ReplicaSet while pods of the old ones still run',
  breaks: ['recreate-waits'],
  apply: deploymentWith({ hasOldPods: () => false }),
}
