/**
 * Models: plugin/pkg/auth/authorizer/rbac/rbac.go (RoleGetter, ClusterRoleBindingLister and the like)
 * Reads: store, index
 * Writes: nothing
 * Omits: the lag of the API server's own informers: it sees roles and bindings as soon as they are stored. Roles that are made
 *   of others (`admin`, `edit`, `view`) and that nobody stored have what they select at once
 */
import type { Cells } from '#kernel/cells'
import { objectKey, type StoredObject } from '#machine/objects'
import { Newest } from '#machine/view'
import { aggregatedRules } from './aggregation.js'
import { bootstrapPolicy } from './bootstrap-policy.js'
import type { RoleSource } from './rule-resolver.js'
import { userKeys } from './subjects.js'
import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding, UserInfo } from './types.js'

/** Default roles and bindings, and those that are stored, in whose place none of the same name counts. */
export class StoredRoles implements RoleSource {
  private readonly objects: Newest
  private readonly policy = bootstrapPolicy()

  constructor(private readonly cells: Cells) {
    this.objects = new Newest(cells)
  }

  role(namespace: string, name: string): Role | undefined {
    const full = `${namespace}/${name}`
    return this.objects.get('roles', full) as Role | undefined ?? this.policy.roles.get(full) // by resource
  }

  clusterRole(name: string): ClusterRole | undefined {
    const stored = this.objects.get('clusterroles', name) as ClusterRole | undefined // by resource
    return stored ?? this.defaultRole(name, [])
  }

  clusterRoleBindings(user: UserInfo): readonly ClusterRoleBinding[] {
    const keys = userKeys(user)
    const own = this.stored('clusterrolebindings', keys) as unknown as readonly ClusterRoleBinding[] // by resource
    const defaults = distinct(keys.flatMap((key) => this.policy.bySubject.get(key) ?? []))
    return [...defaults.filter(({ metadata: { name } }) => !this.isStored('clusterrolebindings', name)), ...own]
  }

  roleBindings(user: UserInfo, namespace: string): readonly RoleBinding[] {
    const keys = userKeys(user).map((key) => `${namespace}/${key}`)
    const own = this.stored('rolebindings', keys) as unknown as readonly RoleBinding[] // by resource
    const defaults = distinct(keys.flatMap((key) => this.policy.inNamespace.get(key) ?? []))
    return [...defaults.filter(({ metadata: { name } }) => !this.isStored('rolebindings', `${namespace}/${name}`)), ...own]
  }

  private stored(resource: string, keys: readonly string[]): readonly StoredObject[] {
    return distinct(keys.flatMap((key) => this.objects.list(resource, 'subject', key)))
  }

  private isStored(resource: string, name: string): boolean {
    return this.cells.read(objectKey(resource, name)) !== undefined
  }

  /** `above`: the roles that this one is being made a part of. */
  private defaultRole(name: string, above: readonly string[]): ClusterRole | undefined {
    const role = this.policy.clusterRoles.get(name)
    if (role?.aggregationRule === undefined || above.includes(name)) return role
    return { ...role, rules: aggregatedRules(role, this.partsOf(name, [...above, name])) ?? [] }
  }

  private partsOf(name: string, above: readonly string[]): readonly ClusterRole[] {
    const stored = this.objects.list('clusterroles', 'part of', name) as unknown as readonly ClusterRole[] // by resource
    const defaults = defaultParts(name).filter((part) => !this.isStored('clusterroles', part))
    return [...stored, ...defaults.flatMap((part) => this.defaultRole(part, above) ?? [])]
  }
}

const distinct = <T>(list: readonly T[]): readonly T[] => (list.length < 2 ? list : [...new Set(list)])

/** The default roles that say that they are part of `name`. */
const defaultParts = (name: string): readonly string[] => [...bootstrapPolicy().clusterRoles.values()]
  .filter(({ metadata: { labels = {} } }) => labels[`rbac.authorization.k8s.io/aggregate-to-${name}`] === 'true')
  .map(({ metadata }) => metadata.name)
