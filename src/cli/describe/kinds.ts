/** The kinds that can be described, and what they are called on the command line. */
import type { Resource, Resources, StoredObject } from '#machine/objects'
import type { Called } from '../no-such.js'
import { describeConfigMap, describeSecret, describeServiceAccount } from './config.js'
import { describeNode } from './node.js'
import { describePod } from './pod.js'
import type { Scene } from './scene.js'
import { describeEndpointSlice, describeService } from './services.js'
import { describeBudget, describeDeployment, describeReplicaSet } from './workloads.js'

export interface Described extends Called {
  readonly resource: Resource
  readonly isNamespaced: boolean
  readonly describe: (scene: Scene, object: StoredObject) => string
}

const kind = <R extends Resource>(
  resource: R,
  names: readonly string[],
  describe: (scene: Scene, object: Resources[R]) => string,
  isNamespaced = true,
): Described => ({
  resource,
  names,
  isNamespaced,
  // objects are listed by resource
  describe: (scene, object) => describe(scene, object as unknown as Resources[R]),
})

export const describedKinds: readonly Described[] = [
  kind('pods', ['pod', 'po'], describePod),
  kind('deployments', ['deployment', 'deploy'], describeDeployment),
  kind('replicasets', ['replicaset', 'rs'], describeReplicaSet),
  kind('services', ['service', 'svc'], describeService),
  kind('nodes', ['node', 'no'], describeNode, false),
  kind('endpointslices', ['endpointslice'], describeEndpointSlice),
  kind('configmaps', ['configmap', 'cm'], describeConfigMap),
  kind('secrets', ['secret'], describeSecret),
  kind('serviceaccounts', ['serviceaccount', 'sa'], describeServiceAccount),
  kind('poddisruptionbudgets', ['poddisruptionbudget', 'pdb'], describeBudget),
]

export const kindCalled = (word: string): Described | undefined => {
  const [name = ''] = word.toLowerCase().split('.') // pods.v1, deployments.apps
  return describedKinds.find(({ resource, names }) => resource === name || names.includes(name))
}
