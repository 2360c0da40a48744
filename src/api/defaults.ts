/**
 * Upstream's defaults, kind by kind. Pure: an object that lacks nothing is returned itself, and applying them
 * twice changes nothing more.
 */
import type { Input, ModelledKind, ModelledKinds } from './types.js'
import { fill } from './defaults/fill.js'
import {
  setDefaultsConfigMap, setDefaultsDeployment, setDefaultsEndpointSlice, setDefaultsNamespace,
  setDefaultsNode,
  setDefaultsReplicaSet, setDefaultsSecret, setDefaultsService,
} from './defaults/kinds.js'
import { setDefaultsPod } from './defaults/pod.js'

export { setDefaultsContainer, setDefaultsProbe } from './defaults/container.js'
export { setDefaultsPodSpec, setDefaultsPodTemplate } from './defaults/pod.js'

type Defaults = {
  readonly [Kind in ModelledKind]: (object: Input<ModelledKinds[Kind]>) => Input<ModelledKinds[Kind]>
}

const defaults: Defaults = {
  Namespace: setDefaultsNamespace,
  Node: setDefaultsNode,
  Pod: setDefaultsPod,
  ReplicaSet: setDefaultsReplicaSet,
  Deployment: setDefaultsDeployment,
  Service: setDefaultsService,
  EndpointSlice: setDefaultsEndpointSlice,
  Lease: (lease) => fill(lease, { spec: {} }),
  Event: (event) => event,
  ConfigMap: setDefaultsConfigMap,
  Secret: setDefaultsSecret,
  ServiceAccount: (account) => account,
  PodDisruptionBudget: (budget) => fill(budget, { spec: {} }),
}

export const setDefaults = <Kind extends ModelledKind>(
  kind: Kind, object: Input<ModelledKinds[Kind]>,
): Input<ModelledKinds[Kind]> => defaults[kind](object)
