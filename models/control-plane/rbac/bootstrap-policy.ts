/**
 * Models: plugin/pkg/auth/authorizer/rbac/bootstrappolicy, pkg/registry/rbac/rest/storage_rbac.go (PostStartHook)
 * Reads: nothing
 * Writes: nothing
 * Omits: that default roles are objects: they hold wherever nobody has stored one of that name, and none is put right that
 *   somebody changed, as the API server would do when it starts
 */
import { subjectKeys } from '#machine/binding-subjects'
import { clusterBindings, namespaceBindings, namespaceRoles } from './bootstrap-bindings.js'
import { componentRoles } from './bootstrap-component-roles.js'
import { controllerRolesA } from './bootstrap-controller-roles-a.js'
import { controllerRolesB } from './bootstrap-controller-roles-b.js'
import { clusterRoleBindingsOf, clusterRolesOf, roleBindingsOf, rolesOf } from './bootstrap-notation.js'
import { userRoles } from './bootstrap-user-roles.js'
import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from './types.js'

const controllerPrefix = 'system:controller:'

/** Each controller's role is bound to its ServiceAccount. */
const controllerBindings = (roles: readonly ClusterRole[]): string => roles.map(({ metadata: { name } }) =>
  `${name} ClusterRole ${name} ServiceAccount:kube-system/${name.slice(controllerPrefix.length)}`).join('\n')

export interface BootstrapPolicy {
  readonly clusterRoles: ReadonlyMap<string, ClusterRole>
  readonly clusterRoleBindings: readonly ClusterRoleBinding[]
  /** By `namespace/name`. */
  readonly roles: ReadonlyMap<string, Role>
  readonly roleBindings: readonly RoleBinding[]
  /** Cluster role bindings by the key of a subject, and role bindings by `namespace/` and that key. */
  readonly bySubject: ReadonlyMap<string, readonly ClusterRoleBinding[]>
  readonly inNamespace: ReadonlyMap<string, readonly RoleBinding[]>
}

function grouped<T>(bindings: readonly T[], keysOf: (binding: T) => readonly string[]): ReadonlyMap<string, readonly T[]> {
  const found = new Map<string, readonly T[]>()
  for (const binding of bindings) {
    for (const key of keysOf(binding)) found.set(key, [...found.get(key) ?? [], binding])
  }
  return found
}

function read(): BootstrapPolicy {
  const controllers = [...clusterRolesOf(controllerRolesA), ...clusterRolesOf(controllerRolesB)]
  const clusterRoles = [...clusterRolesOf(userRoles), ...clusterRolesOf(componentRoles), ...controllers]
  const clusterRoleBindings = clusterRoleBindingsOf(`${clusterBindings.trim()}\n${controllerBindings(controllers)}`)
  const roleBindings = roleBindingsOf(namespaceBindings)
  return {
    clusterRoles: new Map(clusterRoles.map((role) => [role.metadata.name, role])),
    clusterRoleBindings,
    roles: new Map(rolesOf(namespaceRoles).map((role) => [`${role.metadata.namespace}/${role.metadata.name}`, role])),
    roleBindings,
    bySubject: grouped(clusterRoleBindings, ({ subjects = [] }) => subjectKeys(subjects, '')),
    inNamespace: grouped(roleBindings, ({ subjects = [], metadata: { namespace } }) =>
      subjectKeys(subjects, namespace).map((key) => `${namespace}/${key}`)),
  }
}

let policy: BootstrapPolicy | undefined // a cache: text that never changes, read where somebody asks

/** What every cluster has after its API server's first start. */
export const bootstrapPolicy = (): BootstrapPolicy => (policy ??= read())
