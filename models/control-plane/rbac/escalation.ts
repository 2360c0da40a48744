/**
 * Models: pkg/registry/rbac/escalation_check.go, pkg/registry/rbac/validation/rule.go (ConfirmNoEscalation),
 *   pkg/registry/rbac/<kind>/policybased/storage.go (Create, Update)
 * Reads: nothing by itself (roles and bindings come from a RoleSource)
 * Writes: nothing
 * Omits: nothing
 */
import type { ObjectMeta, Status } from '#api/types'
import { forbiddenStatus, internalError, notFoundStatus } from '#api/status'
import { equal } from '#kernel/value'
import { authorize, aggregate, privilegedGroup } from './authorizer.js'
import { compactRules, compactString, uncovered } from './covers.js'
import { roleReferenceRules, rulesFor, type RoleSource } from './rule-resolver.js'
import {
  rbacGroup, type ClusterRole, type ClusterRoleBinding, type PolicyRule, type Role, type RoleBinding, type UserInfo,
} from './types.js'

/** Why the user may not grant these rules in the namespace (`''`: everywhere); `undefined` where it holds them all. */
export function escalation(
  source: RoleSource, user: UserInfo, namespace: string, rules: readonly PolicyRule[],
): string | undefined {
  const own = rulesFor(source, user, namespace)
  const missing = uncovered(own.rules, rules)
  if (missing.length === 0) return undefined
  const said = [...new Set(compactRules(missing).map(compactString))].sort()
  const groups = `[${user.groups.map((group) => JSON.stringify(group)).join(' ')}]`
  const errors = own.errors.length === 0 ? '' : `; resolution errors: [${aggregate(own.errors)}]`
  return `user "${user.name}" (groups=${groups}) is attempting to grant RBAC permissions not currently held:\n` +
    `${said.join('\n')}${errors}`
}

const fullAuthority: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
]

/** A collector of garbage may take owners and finalizers away whatever a role grants. */
const collected = ['ownerReferences', 'finalizers', 'selfLink', 'managedFields'] as const

function withoutCollected<T extends { readonly metadata: ObjectMeta }>(object: T): T {
  const metadata = Object.fromEntries(
    Object.entries(object.metadata).filter(([name]) => !collected.some((one) => one === name)))
  return { ...object, metadata }
}

const isGarbageOnly = <T extends { readonly metadata: ObjectMeta }>(object: T, old: T | undefined): boolean =>
  old !== undefined && equal(withoutCollected(object), withoutCollected(old))

const isAggregated = (role: Role | ClusterRole | undefined): boolean =>
  role?.kind === 'ClusterRole' && (role.aggregationRule?.clusterRoleSelectors ?? []).length > 0

/** A create (`old` absent) or update of a role. */
export function roleRefusal(
  source: RoleSource, user: UserInfo, role: Role | ClusterRole, old?: Role | ClusterRole,
): Status | undefined {
  if (user.groups.includes(privilegedGroup)) return undefined
  const { name } = role.metadata
  const namespace = role.metadata.namespace ?? ''
  const resource = role.kind === 'Role' ? 'roles' : 'clusterroles'
  // A request that creates names no object yet.
  const target = { user, apiGroup: rbacGroup, resource, namespace, name: old === undefined ? '' : name }
  if (authorize(source, { ...target, verb: 'escalate' }).allowed || isGarbageOnly(role, old)) return undefined
  const refused = (why: string): Status => forbiddenStatus(`${resource}.${rbacGroup}`, name, why)
  const why = escalation(source, user, namespace, role.rules ?? [])
  if (why !== undefined) return refused(why)
  const gathers = isAggregated(role) || isAggregated(old)
  return gathers && escalation(source, user, '', fullAuthority) !== undefined
    ? refused('must have cluster-admin privileges to use the aggregationRule') : undefined
}

/** A create (`old` absent) or update of a binding. */
export function bindingRefusal(
  source: RoleSource, user: UserInfo, binding: RoleBinding | ClusterRoleBinding, old?: RoleBinding | ClusterRoleBinding,
): Status | undefined {
  if (user.groups.includes(privilegedGroup) || isGarbageOnly(binding, old)) return undefined
  const { roleRef, metadata: { name } } = binding
  const namespace = binding.metadata.namespace ?? ''
  const resource = roleRef.kind === 'Role' ? 'roles' : 'clusterroles'
  const bound = { user, verb: 'bind', apiGroup: roleRef.apiGroup, resource, namespace, name: roleRef.name }
  const isRole = roleRef.kind === 'Role' || roleRef.kind === 'ClusterRole'
  if (isRole && authorize(source, bound).allowed) return undefined
  const resolved = roleReferenceRules(source, roleRef, namespace)
  if ('error' in resolved) {
    return isRole ? notFoundStatus(`${roleRef.kind.toLowerCase()}.${rbacGroup}`, roleRef.name) : internalError(resolved.error)
  }
  const why = escalation(source, user, namespace, resolved.rules)
  if (why === undefined) return undefined
  return forbiddenStatus(`${binding.kind === 'RoleBinding' ? 'rolebindings' : 'clusterrolebindings'}.${rbacGroup}`, name, why)
}
