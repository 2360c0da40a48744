/** Calls to the API server, as data: in flight in a cell until they take effect, then answered in another. */
import type { Status } from '#api/types'
import { key, type Key } from '#kernel/cells'
import type { Token } from './token.js'

export type Verb = 'get' | 'list' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection'

export interface ApiRequest {
  readonly verb: Verb
  /** Plural resource name: `pods`. */
  readonly resource: string
  /** `status`, `eviction`, `binding`, `scale` or `token`. */
  readonly subresource?: string
  /**
   * `namespace/name`, or the name alone for cluster-scoped resources; for `list`, `deletecollection` and generated
   * names, the namespace.
   */
  readonly key: string
  /** The object of a create or update, the Patch of a patch, DeleteOptions of a delete. */
  readonly body?: unknown
  /** The caller's copy: a write conflicts where the stored object differs from it. Absent: last write wins. */
  readonly base?: unknown
  /** Precondition of a delete or patch. */
  readonly uid?: string
  /** A list's field selector: `spec.nodeName=node-1`. */
  readonly selector?: string
  /** The body comes from a user: it is decoded, defaulted and validated, as a whole once it was merged. */
  readonly raw?: true
  /**
   * Absent is the newest. `0` is answered from the watch cache of the caller's API server, however old. `cached` is the
   * version that the caller's own cache stands for: the answer is not older than that.
   */
  readonly resourceVersion?: '0' | 'cached'
  /**
   * What a client shows that is no component of Kubernetes: it may do what RBAC allows its ServiceAccount; `none` is somebody
   * unknown. Absent: a component, or an administrator.
   */
  readonly token?: Token | 'none'
  /** The very state of `cached`, or 410 Expired. */
  readonly resourceVersionMatch?: 'Exact'
}

export type ApiResponse =
  | { readonly ok: true; readonly object?: unknown }
  | { readonly ok: false; readonly status: Status }

/** In flight from chart instance `owner` of `process`; `slot` tells apart what is outstanding at once. */
export const requestKey = (process: string, owner: string, slot: string): Key<ApiRequest> =>
  key('request', process, owner, slot)

export interface Answer {
  readonly request: ApiRequest
  readonly response: ApiResponse
}

/** The cell of the answer to the request in `cell`. */
export const responseTo = (cell: Key<ApiRequest>): Key<Answer> => `response${cell.slice('request'.length)}`

export const responseKey = (process: string, owner: string, slot: string): Key<Answer> =>
  key('response', process, owner, slot)
