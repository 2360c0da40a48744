/**
 * Models: pkg/registry/apps/deployment and pkg/registry/apps/replicaset: strategy.go, storage (StatusREST, ScaleREST)
 * Reads: store
 * Writes: deadlines, and what an update of the main resource writes
 * Omits: a change of progressDeadlineSeconds during a rollout counts from the change, not from the last progress
 */
import { match } from 'ts-pattern'
import type { Deployment, DeploymentStatus, ReplicaSet, ReplicaSetStatus } from '#api/types'
import { findCondition } from '#api/meta'
import { badRequest, conflict, notFoundStatus } from '#api/status'
import { equal } from '#kernel/value'
import type { Cells } from '#kernel/cells'
import { nameOf, objectKey, splitName, type StoredObject } from '#machine/objects'
import type { ApiRequest, ApiResponse } from '#machine/request'
import { applyPatch, type Patch } from './patch.js'
import { now, progressDeadline } from './progress-deadline.js'
import { bumpGeneration, type Handle, type Strategy } from './strategy.js'

const emptyDeploymentStatus: DeploymentStatus =
  { replicas: 0, updatedReplicas: 0, readyReplicas: 0, availableReplicas: 0, unavailableReplicas: 0 }

const emptyReplicaSetStatus: ReplicaSetStatus =
  { replicas: 0, fullyLabeledReplicas: 0, readyReplicas: 0, availableReplicas: 0 }

/** autoscaling/v1 `Scale`, as far as a World needs it. */
export interface Scale {
  readonly apiVersion: 'autoscaling/v1'
  readonly kind: 'Scale'
  readonly metadata: { readonly name: string; readonly namespace: string; readonly uid: string }
  readonly spec: { readonly replicas: number }
  readonly status: { readonly replicas: number }
}

/** The subresource `scale`: get, update and patch of `spec.replicas` alone. */
export function scale(cells: Cells, request: ApiRequest, handle: Handle): ApiResponse {
  const { resource } = request
  const old = cells.read(objectKey(resource, request.key)) as Deployment | ReplicaSet | undefined // those that have it
  if (old === undefined) return { ok: false, status: notFoundStatus(resource, splitName(request.key).name) }
  const before = scaleOf(old)
  if (request.verb === 'get') return { ok: true, object: before }
  if (request.base !== undefined && !equal(request.base, before)) {
    return { ok: false, status: conflict(resource, splitName(request.key).name) }
  }
  let sent = request.body
  if (request.verb === 'patch') {
    const patched = applyPatch(before as unknown as StoredObject, request.body as Patch) // JSON either way
    if (!patched.ok) return { ok: false, status: badRequest(patched.message) }
    sent = patched.value
  }
  const { replicas } = (sent as Scale).spec // a Scale, by subresource
  const { subresource: _, base: __, ...main } = request
  const answer = handle(cells, { ...main, verb: 'update', body: { ...old, spec: { ...old.spec, replicas } } })
  if (!answer.ok) return answer
  return { ok: true, object: scaleOf(answer.object as Deployment | ReplicaSet) } // what was updated
}

const scaleOf = ({ metadata, spec, status }: Deployment | ReplicaSet): Scale => ({
  apiVersion: 'autoscaling/v1',
  kind: 'Scale',
  metadata: { name: metadata.name, namespace: metadata.namespace, uid: metadata.uid },
  spec: { replicas: spec.replicas },
  status: { replicas: status.replicas },
})

/** Like other kinds, and a change of annotations counts too: they are copied to ReplicaSets. */
function bumpForAnnotations(object: StoredObject, old: StoredObject): StoredObject {
  const bumped = bumpGeneration(object, old)
  if (bumped.metadata.generation !== old.metadata.generation) return bumped
  if (equal(object.metadata.annotations ?? {}, old.metadata.annotations ?? {})) return bumped
  return { ...bumped, metadata: { ...bumped.metadata, generation: (old.metadata.generation ?? 0) + 1 } }
}

/** Status and annotations (the revision) change; spec and labels do not. Stamps become the progress deadline. */
function updateStatus(cells: Cells, sent: Deployment, old: Deployment): Deployment {
  const { annotations: _, ...metadata } = old.metadata
  const { annotations } = sent.metadata
  const before = findCondition(old.status.conditions, 'Progressing')
  const after = findCondition(sent.status.conditions, 'Progressing')
  const deadline = progressDeadline(nameOf(old))
  const awaited = match(after?.reason)
    .with(undefined, 'NewReplicaSetAvailable', 'ProgressDeadlineExceeded', 'DeploymentPaused', () => false)
    .otherwise(() => true)
  if (!awaited) cells.disarm(deadline)
  else if (after?.lastUpdateTime === now || before === undefined) {
    cells.arm(deadline, old.spec.progressDeadlineSeconds * 1000)
  }
  return {
    ...old,
    metadata: annotations === undefined ? metadata : { ...metadata, annotations },
    status: withoutStamps(sent.status),
  }
}

function withoutStamps(status: DeploymentStatus): DeploymentStatus {
  if (!(status.conditions ?? []).some(({ lastUpdateTime }) => lastUpdateTime !== undefined)) return status
  return { ...status, conditions: (status.conditions ?? []).map(({ lastUpdateTime: _, ...condition }) => condition) }
}

export const deploymentStrategy: Strategy = {
  namespaced: true,
  prepareForCreate: (_, object) => ({ ...object, status: emptyDeploymentStatus }) as StoredObject, // a Deployment
  prepareForUpdate: (_, object, old) => bumpForAnnotations(object, old),
  prepareForStatusUpdate: (cells, object, old) =>
    updateStatus(cells, object as Deployment, old as Deployment), // by resource
  afterWrite(cells, old, object) {
    const before = old as Deployment | undefined // by resource
    const after = object as Deployment | undefined // by resource
    if (before === undefined) return
    const deadline = progressDeadline(nameOf(before))
    if (after === undefined) cells.disarm(deadline)
    else if (after.spec.progressDeadlineSeconds !== before.spec.progressDeadlineSeconds && cells.pending(deadline)) {
      cells.arm(deadline, after.spec.progressDeadlineSeconds * 1000)
    }
  },
  subresources: { scale },
}

export const replicaSetStrategy: Strategy = {
  namespaced: true,
  prepareForCreate: (_, object) => ({ ...object, status: emptyReplicaSetStatus }) as StoredObject, // a ReplicaSet
  prepareForUpdate: (_, object, old) => bumpGeneration(object, old),
  subresources: { scale },
}
