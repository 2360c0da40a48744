/**
 * Models: pkg/registry/rbac/validation/rule.go (DefaultRuleResolver: VisitRulesFor, RulesFor, GetRoleReferenceRules)
 * Reads: nothing by itself (roles and bindings come from a RoleSource)
 * Writes: nothing
 * Omits: that the order of bindings is that of a Go map: it is oldest first here
 */
import { notFoundStatus } from '#api/status'
import { describeSubject, subjectOf } from './subjects.js'
import {
  rbacGroup, type ClusterRole, type ClusterRoleBinding, type PolicyRule, type Role, type RoleBinding, type RoleRef, type UserInfo,
} from './types.js'

/** Where roles and bindings are found. */
export interface RoleSource {
  role(namespace: string, name: string): Role | undefined
  clusterRole(name: string): ClusterRole | undefined
  /** At least those whose subjects the user is, oldest first. */
  clusterRoleBindings(user: UserInfo): readonly ClusterRoleBinding[]
  roleBindings(user: UserInfo, namespace: string): readonly RoleBinding[]
}

/** Rules, or why there are none. */
export type Resolved = { readonly rules: readonly PolicyRule[] } | { readonly error: string }

/** The rules that a binding refers to; `namespace` is the binding's. */
export function roleReferenceRules(source: RoleSource, { kind, name }: RoleRef, namespace: string): Resolved {
  if (kind !== 'Role' && kind !== 'ClusterRole') return { error: `unsupported role reference kind: "${kind}"` }
  const role = kind === 'Role' ? source.role(namespace, name) : source.clusterRole(name)
  if (role !== undefined) return { rules: role.rules ?? [] }
  return { error: notFoundStatus(`${kind.toLowerCase()}.${rbacGroup}`, name).message ?? '' }
}

/** A rule that the user has, with the binding that gives it; or what could not be resolved. */
export type Visited =
  | { readonly rule: PolicyRule; readonly source: () => string }
  | { readonly error: string }

/** Every rule that applies to the user in the namespace: of the cluster first. It goes on while `visit` answers true. */
export function visitRulesFor(
  source: RoleSource, user: UserInfo, namespace: string, visit: (visited: Visited) => boolean,
): void {
  for (const binding of source.clusterRoleBindings(user)) {
    if (!visitBinding(source, binding, user, '', visit)) return
  }
  if (namespace === '') return
  for (const binding of source.roleBindings(user, namespace)) {
    if (!visitBinding(source, binding, user, namespace, visit)) return
  }
}

function visitBinding(
  source: RoleSource, binding: ClusterRoleBinding | RoleBinding, user: UserInfo, namespace: string,
  visit: (visited: Visited) => boolean,
): boolean {
  const { subjects = [], roleRef } = binding
  const subject = subjectOf(user, subjects, namespace)
  if (subject === undefined) return true
  const resolved = roleReferenceRules(source, roleRef, namespace)
  if ('error' in resolved) return visit(resolved)
  const name = namespace === '' ? binding.metadata.name : `${binding.metadata.name}/${namespace}`
  const said = (): string =>
    `${binding.kind} "${name}" of ${roleRef.kind} "${roleRef.name}" to ${describeSubject(subject, namespace)}`
  return resolved.rules.every((rule) => visit({ rule, source: said }))
}

/** All rules that apply, and all that could not be resolved. */
export function rulesFor(
  source: RoleSource, user: UserInfo, namespace: string,
): { readonly rules: readonly PolicyRule[]; readonly errors: readonly string[] } {
  const rules: PolicyRule[] = []
  const errors: string[] = []
  visitRulesFor(source, user, namespace, (visited) => {
    if ('error' in visited) errors.push(visited.error)
    else rules.push(visited.rule)
    return true
  })
  return { rules, errors }
}
