/**
 * Models: apiserver/pkg/registry/rest (RESTCreateStrategy, RESTUpdateStrategy, RESTGracefulDeleteStrategy)
 * Reads: nothing by itself
 * Writes: nothing by itself
 * Omits: dry run, managed fields
 */
import type { DeleteOptions, Status } from '#api/types'
import type { Cells } from '#kernel/cells'
import { equal } from '#kernel/value'
import type { StoredObject } from '#machine/objects'
import type { ApiRequest, ApiResponse } from '#machine/request'

/** The API server itself, for subresources that end in another of its requests. */
export type Handle = (cells: Cells, request: ApiRequest) => ApiResponse

export interface Strategy {
  readonly namespaced: boolean
  prepareForCreate(cells: Cells, object: StoredObject): StoredObject
  prepareForUpdate(cells: Cells, object: StoredObject, old: StoredObject): StoredObject
  /** What an update of the subresource `status` stores; by default only status changes. */
  prepareForStatusUpdate?(cells: Cells, object: StoredObject, old: StoredObject): StoredObject
  /** Refuses a create (`old` absent) or an update. */
  admit?(cells: Cells, object: StoredObject, old: StoredObject | undefined): Status | undefined
  /** Seconds that the object stays after a delete; 0 where the kind has no graceful deletion. */
  gracePeriod?(object: StoredObject, options: DeleteOptions): number
  beforeDelete?(cells: Cells, object: StoredObject, options: DeleteOptions): StoredObject
  /** Finalizers of a kind's own (a namespace's `spec.finalizers`). */
  isFinalized?(object: StoredObject): boolean
  /** What follows a write in the same transaction of the World: deadlines that later decisions ask for. */
  afterWrite?(cells: Cells, old: StoredObject | undefined, object: StoredObject | undefined): void
  readonly subresources?: Readonly<Record<string, (cells: Cells, request: ApiRequest, handle: Handle) => ApiResponse>>
}

interface WithStatus extends StoredObject {
  readonly spec?: unknown
  readonly status?: unknown
}

/** The generation counts changes of what is desired; an update of the main resource never changes status. */
export function bumpGeneration(object: WithStatus, old: WithStatus): StoredObject {
  const { status: _, ...sent } = object
  const { generation: __, deletionTimestamp: ___, deletionGracePeriodSeconds: ____, ...own } = object.metadata
  const { generation: before } = old.metadata
  const generation = before === undefined || equal(object.spec, old.spec) ? before : before + 1
  return {
    ...sent,
    ...(old.status === undefined ? {} : { status: old.status }),
    metadata: {
      ...own,
      uid: old.metadata.uid,
      ...(generation === undefined ? {} : { generation }),
      ...(old.metadata.deletionTimestamp === undefined ? {} : {
        deletionTimestamp: old.metadata.deletionTimestamp,
        deletionGracePeriodSeconds: old.metadata.deletionGracePeriodSeconds ?? 0,
      }),
    },
  } as StoredObject // spread of the same shape
}

export const plain = (namespaced: boolean): Strategy => ({
  namespaced,
  prepareForCreate: (_, object) => object,
  prepareForUpdate: (_, object, old) => bumpGeneration(object, old),
})
