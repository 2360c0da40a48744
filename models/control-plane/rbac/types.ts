/**
 * Models: api/rbac/v1/types.go; apiserver/pkg/authentication/user (Info), apiserver/pkg/authorization/authorizer (Attributes)
 * Reads: nothing
 * Writes: nothing
 * Omits: the API group of subjects: a kind has only one; field and label selectors of requests
 */
import type { LabelSelector, NamespacedMeta, ObjectMeta } from '#api/types'

export type PolicyRule = {
  readonly verbs: readonly string[]
  readonly apiGroups?: readonly string[]
  readonly resources?: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly nonResourceURLs?: readonly string[]
}

export type Subject = {
  readonly kind: string
  readonly apiGroup?: string
  readonly name: string
  readonly namespace?: string
}

export type RoleRef = { readonly apiGroup: string; readonly kind: string; readonly name: string }

export type AggregationRule = { readonly clusterRoleSelectors?: readonly LabelSelector[] }

export type Role = {
  readonly apiVersion: 'rbac.authorization.k8s.io/v1'
  readonly kind: 'Role'
  readonly metadata: NamespacedMeta
  readonly rules?: readonly PolicyRule[] | null
}

export type ClusterRole = {
  readonly apiVersion: 'rbac.authorization.k8s.io/v1'
  readonly kind: 'ClusterRole'
  readonly metadata: ObjectMeta
  readonly rules?: readonly PolicyRule[] | null
  readonly aggregationRule?: AggregationRule
}

export type RoleBinding = {
  readonly apiVersion: 'rbac.authorization.k8s.io/v1'
  readonly kind: 'RoleBinding'
  readonly metadata: NamespacedMeta
  readonly subjects?: readonly Subject[]
  readonly roleRef: RoleRef
}

export type ClusterRoleBinding = {
  readonly apiVersion: 'rbac.authorization.k8s.io/v1'
  readonly kind: 'ClusterRoleBinding'
  readonly metadata: ObjectMeta
  readonly subjects?: readonly Subject[]
  readonly roleRef: RoleRef
}

/** Who is calling. */
export interface UserInfo {
  readonly name: string
  readonly uid?: string
  readonly groups: readonly string[]
  readonly extra?: Readonly<Record<string, readonly string[]>>
}

/** What somebody wants to do to objects. */
export interface ResourceAttributes {
  readonly user: UserInfo
  readonly verb: string
  readonly apiGroup: string
  /** Plural. */
  readonly resource: string
  readonly subresource?: string
  /** `''` at the cluster scope, and for all namespaces. */
  readonly namespace: string
  /** `''` where the request names no object. */
  readonly name: string
}

/** What somebody wants of the API server itself. */
export interface PathAttributes {
  readonly user: UserInfo
  readonly verb: string
  readonly path: string
}

export type Attributes = ResourceAttributes | PathAttributes

export const isPath = (attributes: Attributes): attributes is PathAttributes => 'path' in attributes

export const rbacGroup = 'rbac.authorization.k8s.io'
