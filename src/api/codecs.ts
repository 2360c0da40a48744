/** From unknown JSON to the object that a user wrote: JSON types checked, nothing defaulted yet. */
import * as either from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import { lease, namespace, node } from './codecs/cluster.js'
import { configMap, kubeEvent, secret, serviceAccount } from './codecs/config.js'
import { decodingErrors } from './codecs/errors.js'
import { endpointSlice, service } from './codecs/network.js'
import { pod } from './codecs/pod.js'
import type { Codec } from './codecs/wire.js'
import { deployment, podDisruptionBudget, replicaSet } from './codecs/workloads.js'
import type { Input, ModelledKind, ModelledKinds } from './types.js'
import type { FieldError } from './validation/field.js'

export { podSpec, podTemplateSpec } from './codecs/pod.js'
export { eviction } from './codecs/workloads.js'
export { deleteOptions } from './codecs/meta.js'

export const codecs: { readonly [Kind in ModelledKind]: Codec<Input<ModelledKinds[Kind]>> } = {
  Namespace: namespace,
  Node: node,
  Pod: pod,
  ReplicaSet: replicaSet,
  Deployment: deployment,
  Service: service,
  EndpointSlice: endpointSlice,
  Lease: lease,
  Event: kubeEvent,
  ConfigMap: configMap,
  Secret: secret,
  ServiceAccount: serviceAccount,
  PodDisruptionBudget: podDisruptionBudget,
}

export const isModelledKind = (kind: string): kind is ModelledKind => Object.hasOwn(codecs, kind)

/** Left lists every value of a wrong JSON type by its field path. */
export function decode<A>(codec: Codec<A>, json: unknown): Either<readonly FieldError[], A> {
  const decoded = codec.decode(json)
  return either.isLeft(decoded) ? either.left(decodingErrors(decoded.left)) : decoded
}

export const decodeKind = <Kind extends ModelledKind>(
  kind: Kind, json: unknown,
): Either<readonly FieldError[], Input<ModelledKinds[Kind]>> => decode(codecs[kind], json)
