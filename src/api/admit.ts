/**
 * From what a user sent to what the API server stores: decode, default, validate. The name of a created
 * object is
 * its own or still to be made from `generateName`; its uid is given when it is stored.
 * Source: apiserver `pkg/registry/rest/create.go` BeforeCreate, `pkg/endpoints/handlers/create.go`.
 */
import * as either from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import { decodeKind } from './codecs.js'
import { setDefaults } from './defaults.js'
import { badRequest, invalidStatus } from './status.js'
import type { Input, JsonObject, ModelledKind, ModelledKinds, Status } from './types.js'
import { validateCreate, validateUpdate } from './validation.js'

/** The version in which each modelled kind is served. */
export const apiVersions: { readonly [Kind in ModelledKind]: ModelledKinds[Kind]['apiVersion'] } = {
  Namespace: 'v1', Node: 'v1', Pod: 'v1', ReplicaSet: 'apps/v1', Deployment: 'apps/v1', Service: 'v1',
  EndpointSlice: 'discovery.k8s.io/v1', Lease: 'coordination.k8s.io/v1', Event: 'v1', ConfigMap: 'v1', Secret: 'v1',
  ServiceAccount: 'v1', PodDisruptionBudget: 'policy/v1',
}

/** `Deployment.apps`, `Pod`: a kind with its group, as messages name it. */
export function groupKind(kind: ModelledKind): string {
  const [group = '', version] = apiVersions[kind].split('/')
  return version === undefined ? kind : `${kind}.${group}`
}

const counts = { replicas: 0, readyReplicas: 0, availableReplicas: 0 }

/** What stands in `status` right after a create; a kind that is not listed keeps what it brought. */
const emptyStatus: { readonly [Kind in ModelledKind]?: JsonObject } = {
  Namespace: { phase: 'Active' },
  Pod: { phase: 'Pending' },
  ReplicaSet: { ...counts, fullyLabeledReplicas: 0 },
  Deployment: { ...counts, updatedReplicas: 0, unavailableReplicas: 0 },
  Service: {},
  PodDisruptionBudget: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
}

/** Kinds whose desired half is counted from their creation on. */
const generations: ReadonlySet<ModelledKind> =
  new Set(['Pod', 'ReplicaSet', 'Deployment', 'PodDisruptionBudget', 'EndpointSlice'])

const clusterScoped: ReadonlySet<ModelledKind> = new Set(['Namespace', 'Node'])

/** A create. Left is what the API server answers instead: BadRequest or Invalid. */
export function admitCreate<Kind extends ModelledKind>(
  kind: Kind, json: unknown, namespace = 'default',
): Either<Status, ModelledKinds[Kind]> {
  const decoded = decodeAndDefault(kind, json, namespace)
  if (either.isLeft(decoded)) return decoded
  const object = decoded.right
  const errors = validateCreate(kind, object)
  if (errors.length > 0) return either.left(invalidStatus(groupKind(kind), nameOf(object), errors))
  const status = emptyStatus[kind]
  return either.right({
    ...object,
    metadata: { ...object.metadata, ...(generations.has(kind) ? { generation: 1 } : {}) },
    ...(status === undefined ? {} : { status }),
  } as ModelledKinds[Kind]) // validation has found every required field
}

/** An update of the main resource: its status stays as it is stored. */
export function admitUpdate<Kind extends ModelledKind>(
  kind: Kind, json: unknown, old: ModelledKinds[Kind],
): Either<Status, ModelledKinds[Kind]> {
  const decoded = decodeAndDefault(kind, json, old.metadata.namespace)
  if (either.isLeft(decoded)) return decoded
  const object = { ...decoded.right, ...('status' in old ? { status: old.status } : {}) }
  // what is stored is also a thing that a user could have written
  const errors = validateUpdate(kind, object, old as Input<ModelledKinds[Kind]>)
  return errors.length > 0 ? either.left(invalidStatus(groupKind(kind), nameOf(object), errors))
    : either.right(object as ModelledKinds[Kind]) // validation has found every required field
}

/** The first of `clusterIPs` is `clusterIP`, for clients that know only that: pkg/registry/core/service/storage. */
function normalizeClusterIPs<T>(kind: ModelledKind, input: T): T {
  if (kind !== 'Service') return input
  const { spec } = input as { readonly spec?: Input<ModelledKinds['Service']['spec']> } // by kind
  if (spec?.clusterIP === undefined || spec.clusterIP === '' || (spec.clusterIPs ?? []).length > 0) return input
  return { ...input, spec: { ...spec, clusterIPs: [spec.clusterIP] } }
}

type WithMeta = { readonly metadata?: { readonly name?: string; readonly generateName?: string } }

const nameOf = ({ metadata }: WithMeta): string => metadata?.name ?? ''

function decodeAndDefault<Kind extends ModelledKind>(
  kind: Kind, json: unknown, namespace: string | undefined,
): Either<Status, Input<ModelledKinds[Kind]> & WithMeta> {
  const decoded = decodeKind(kind, json)
  if (either.isLeft(decoded)) {
    const [first] = decoded.left
    const version = apiVersions[kind].split('/').at(-1) ?? ''
    return either.left(badRequest(
      `${kind} in version "${version}" cannot be handled as a ${kind}: ${first?.detail ?? ''}`))
  }
  // every kind has metadata, all of it optional before defaulting
  const input = normalizeClusterIPs(kind, decoded.right as Input<ModelledKinds[Kind]> & WithMeta)
  return either.right(setDefaults(kind, {
    ...input,
    apiVersion: apiVersions[kind],
    kind,
    metadata: { name: '', uid: '', ...(clusterScoped.has(kind) ? {} : { namespace }), ...input.metadata },
  }))
}
