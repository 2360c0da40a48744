/**
 * What the API server would refuse, in its words. Validators see objects after defaulting; they judge what
 * users
 * and clients hand in, not what a World holds, whose names and addresses may be symbols.
 */
import type { Input, ModelledKind, ModelledKinds } from './types.js'
import type { Errors } from './validation/check.js'
import { validateEndpointSlice } from './validation/endpointslice.js'
import {
  validateConfigMap, validateConfigMapUpdate, validateLease, validateLeaseUpdate, validateNamespace,
  validateNamespaceUpdate, validateNode, validateNodeUpdate, validateSecret, validateSecretUpdate,
  validateServiceAccount, validateServiceAccountUpdate,
} from './validation/kinds.js'
import { validateKubeEvent } from './validation/kube-event.js'
import { validatePodCreate, validatePodUpdate } from './validation/pod.js'
import { validateServiceCreate, validateServiceUpdate } from './validation/service.js'
import {
  validateDeployment, validateDeploymentUpdate, validatePodDisruptionBudget,
  validatePodDisruptionBudgetUpdate,
  validateReplicaSet, validateReplicaSetUpdate,
} from './validation/workloads.js'

export { errorBody, errorText, type FieldError, type FieldErrorType } from './validation/field.js'
export { validatePodStatusUpdate } from './validation/pod.js'
export { validateDeploymentStatusUpdate, validateReplicaSetStatusUpdate } from './validation/workloads.js'

type Rules<Kind extends ModelledKind> = {
  readonly create: (object: Input<ModelledKinds[Kind]>) => Errors
  readonly update: (object: Input<ModelledKinds[Kind]>, old: Input<ModelledKinds[Kind]>) => Errors
}

const rules: { readonly [Kind in ModelledKind]: Rules<Kind> } = {
  Namespace: { create: validateNamespace, update: validateNamespaceUpdate },
  Node: { create: validateNode, update: validateNodeUpdate },
  Pod: { create: validatePodCreate, update: validatePodUpdate },
  ReplicaSet: { create: validateReplicaSet, update: validateReplicaSetUpdate },
  Deployment: { create: validateDeployment, update: validateDeploymentUpdate },
  Service: { create: validateServiceCreate, update: validateServiceUpdate },
  EndpointSlice: { create: (slice) => validateEndpointSlice(slice), update: validateEndpointSlice },
  Lease: { create: validateLease, update: validateLeaseUpdate },
  Event: { create: validateKubeEvent, update: validateKubeEvent },
  ConfigMap: { create: validateConfigMap, update: validateConfigMapUpdate },
  Secret: { create: validateSecret, update: validateSecretUpdate },
  ServiceAccount: { create: validateServiceAccount, update: validateServiceAccountUpdate },
  PodDisruptionBudget: { create: validatePodDisruptionBudget, update: validatePodDisruptionBudgetUpdate },
}

export const validateCreate = <Kind extends ModelledKind>(kind: Kind, object: Input<ModelledKinds[Kind]>): Errors =>
  rules[kind].create(object)

export const validateUpdate = <Kind extends ModelledKind>(
  kind: Kind, object: Input<ModelledKinds[Kind]>, old: Input<ModelledKinds[Kind]>,
): Errors => rules[kind].update(object, old)

export type { Errors }
