/** What a user's reconcile is handed: the caches of its informers, and the API server. */
import type { Status, StatusReason } from '#api/types'
import type { Resource, Resources, StoredObject } from '#machine/objects'

/** An object of a resource: typed where the models know the kind. */
export type ObjectOf<R extends string> = R extends Resource ? Resources[R] : StoredObject & Readonly<Record<string, unknown>>

export interface Named {
  /** Absent for cluster-scoped objects. */
  readonly namespace?: string
  readonly name: string
}

/** An object to be created or updated; `apiVersion` and `kind` are those of the resource where they are left out. */
export interface Written {
  readonly metadata: {
    readonly namespace?: string
    readonly name?: string
    readonly generateName?: string
    /** Of the copy that was read: an update conflicts where the object has changed since. Absent: the last write wins. */
    readonly resourceVersion?: string
    readonly [member: string]: unknown
  }
  readonly [member: string]: unknown
}

export interface Listing {
  readonly namespace?: string
  readonly labels?: Readonly<Record<string, string>>
}

export interface Deleting {
  /** Only the object with this uid. */
  readonly uid?: string
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan'
  readonly gracePeriodSeconds?: number
}

export interface Patching {
  /** `merge` unless said otherwise. */
  readonly type?: 'merge' | 'strategic' | 'json'
  readonly subresource?: 'status'
}

/**
 * Reads are of the informers' caches, and so may be old; they take no time. Everything else is a request to the API server, a
 * Step of its own: anything may happen before it takes effect and before its answer comes. What the API server refuses is
 * thrown as an `ApiError`. Objects are copies: they may be changed.
 */
export interface Client {
  /** From the cache; `undefined` where it has none. */
  get<R extends string>(resource: R, name: Named): Promise<ObjectOf<R> | undefined>
  /** From the cache, oldest first; `ownedBy`: only what has this owner. */
  list<R extends string>(
    resource: R, options?: Listing & { readonly ownedBy?: { readonly metadata: { readonly uid: string } } },
  ): Promise<ObjectOf<R>[]>
  /** The newest, from the API server; `undefined` where there is none. */
  getFromServer<R extends string>(resource: R, name: Named): Promise<ObjectOf<R> | undefined>
  listFromServer<R extends string>(resource: R, options?: Listing): Promise<ObjectOf<R>[]>
  create<R extends string>(resource: R, object: Written): Promise<ObjectOf<R>>
  update<R extends string>(resource: R, object: Written): Promise<ObjectOf<R>>
  updateStatus<R extends string>(resource: R, object: Written): Promise<ObjectOf<R>>
  patch<R extends string>(resource: R, name: Named, patch: unknown, options?: Patching): Promise<ObjectOf<R>>
  delete(resource: string, name: Named, options?: Deleting): Promise<void>
}

/** What the API server refused. */
export class ApiError extends Error {
  constructor(readonly status: Status) {
    super(status.message ?? status.reason ?? 'refused')
    this.name = 'ApiError'
  }
}

/** By what it carries: there may be more than one copy of this package. */
const isRefusal = (error: unknown, reason: StatusReason): boolean =>
  error instanceof Error && 'status' in error && (error.status as Partial<Status> | undefined)?.reason === reason // looked at

export const isNotFound = (error: unknown): boolean => isRefusal(error, 'NotFound')
/** RBAC does not allow it to the controller's ServiceAccount, or admission refuses it. */
export const isForbidden = (error: unknown): boolean => isRefusal(error, 'Forbidden')
export const isConflict = (error: unknown): boolean => isRefusal(error, 'Conflict')
export const isAlreadyExists = (error: unknown): boolean => isRefusal(error, 'AlreadyExists')
