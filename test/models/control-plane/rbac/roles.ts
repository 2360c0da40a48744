/** Roles and bindings written down for tests, and a source of them. */
import type { RoleSource } from '#models/control-plane/rbac/rule-resolver'
import type {
  ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, Subject, UserInfo,
} from '#models/control-plane/rbac/types'

const apiVersion = 'rbac.authorization.k8s.io/v1' as const
const apiGroup = 'rbac.authorization.k8s.io'

/** Comma lists, as upstream's tests write rules. */
export const rule = (verbs: string, apiGroups: string, resources: string, urls?: string, names?: string): PolicyRule => ({
  verbs: verbs.split(','), apiGroups: apiGroups.split(','), resources: resources.split(','),
  ...(urls === undefined ? {} : { nonResourceURLs: urls.split(',') }), ...(names === undefined ? {} : { resourceNames: names.split(',') }),
})

export const clusterRole = (name: string, ...rules: readonly PolicyRule[]): ClusterRole =>
  ({ apiVersion, kind: 'ClusterRole', metadata: { name, uid: name }, rules })

export const role = (namespace: string, name: string, ...rules: readonly PolicyRule[]): Role =>
  ({ apiVersion, kind: 'Role', metadata: { name, namespace, uid: name }, rules })

/** `User:foo`, `Group:bar`, `ServiceAccount:name` or `ServiceAccount:namespace/name`. */
export function subject(text: string): Subject {
  const [kind = '', name = ''] = [text.slice(0, text.indexOf(':')), text.slice(text.indexOf(':') + 1)]
  const slash = name.indexOf('/')
  return slash < 0 ? { kind, name } : { kind, name: name.slice(slash + 1), namespace: name.slice(0, slash) }
}

export const clusterRoleBinding = (role: string, ...subjects: readonly string[]): ClusterRoleBinding => ({
  apiVersion, kind: 'ClusterRoleBinding', metadata: { name: `${role}-binding`, uid: role },
  roleRef: { apiGroup, kind: 'ClusterRole', name: role }, subjects: subjects.map(subject),
})

export const roleBinding = (
  namespace: string, kind: 'Role' | 'ClusterRole', role: string, ...subjects: readonly string[]
): RoleBinding => ({
  apiVersion, kind: 'RoleBinding', metadata: { name: `${role}-binding`, namespace, uid: role },
  roleRef: { apiGroup, kind, name: role }, subjects: subjects.map(subject),
})

type Object = ClusterRole | ClusterRoleBinding | Role | RoleBinding

/** Just these. */
export function sourceOf(...objects: readonly Object[]): RoleSource {
  const of = <K extends Object['kind']>(kind: K) => objects.filter((one): one is Extract<Object, { kind: K }> => one.kind === kind)
  return {
    role: (namespace, name) => of('Role').find(({ metadata }) => metadata.namespace === namespace && metadata.name === name),
    clusterRole: (name) => of('ClusterRole').find(({ metadata }) => metadata.name === name),
    clusterRoleBindings: () => of('ClusterRoleBinding'),
    roleBindings: (_, namespace) => of('RoleBinding').filter(({ metadata }) => metadata.namespace === namespace),
  }
}

/** A user, in groups that are named by a comma list. */
export const user = (name: string, groups = ''): UserInfo => ({ name, groups: groups === '' ? [] : groups.split(',') })
