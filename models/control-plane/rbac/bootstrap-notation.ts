/**
 * Models: plugin/pkg/auth/authorizer/rbac/bootstrappolicy: how default roles and bindings are written down here
 * Reads: nothing
 * Writes: nothing
 * Omits: nothing
 */
import type { ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, Subject } from './types.js'
import { rbacGroup } from './types.js'

const apiVersion = `${rbacGroup}/v1` as const

/** A role with this label is part of the aggregated role of that name. */
export const aggregateLabel = (role: string): string => `${rbacGroup}/aggregate-to-${role}`

const labels = { 'kubernetes.io/bootstrapping': 'rbac-defaults' }
const annotations = { 'rbac.authorization.kubernetes.io/autoupdate': 'true' }

const verbs: Readonly<Record<string, readonly string[]>> = {
  'read': ['get', 'list', 'watch'],
  'write': ['create', 'delete', 'deletecollection', 'patch', 'update'],
  'read-write': ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
}

const words = (text = ''): readonly string[] => text.split(',')

/** `read core,apps pods,deployments names`; `get /healthz,/livez` is about paths. */
function ruleOf(line: string): PolicyRule {
  const [verb = '', groups, resources, names] = line.trim().split(' ')
  const said = verbs[verb] ?? words(verb)
  if (resources === undefined) return { nonResourceURLs: words(groups), verbs: said }
  return {
    apiGroups: words(groups).map((group) => (group === 'core' ? '' : group)),
    ...(names === undefined ? {} : { resourceNames: words(names) }),
    resources: words(resources),
    verbs: said,
  }
}

/** Lines that belong together: what is indented belongs to the line above, and twice as far goes on with it. */
const blocks = (text: string): readonly (readonly [string, ...string[]])[] =>
  text.trim().replaceAll(/,\n {4}/g, ',').replaceAll(/\n {4}/g, ' ').split(/\n(?! )/).map((block) => block.split('\n') as [string, ...string[]]) // not empty

/** A name with its rules below; `to=view`: part of `view`; `of=view`: made of what says so. */
export const clusterRolesOf = (text: string): readonly ClusterRole[] => blocks(text).map(([head, ...rules]) => {
  const [name = '', ...options] = head.split(' ')
  const valueOf = (option: string): readonly string[] =>
    options.flatMap((one) => (one.startsWith(`${option}=`) ? [one.slice(option.length + 1)] : []))
  const parts = valueOf('of')
  const clusterRoleSelectors = parts.map((role) => ({ matchLabels: { [aggregateLabel(role)]: 'true' } }))
  const to = Object.fromEntries(valueOf('to').map((role) => [aggregateLabel(role), 'true']))
  return {
    apiVersion, kind: 'ClusterRole',
    metadata: { name, uid: `ClusterRole:${name}`, labels: { ...labels, ...to }, annotations },
    ...(parts.length === 0 ? {} : { aggregationRule: { clusterRoleSelectors } }),
    rules: parts.length === 0 ? rules.map(ruleOf) : null,
  }
})

const split = (text: string): readonly [namespace: string, name: string] =>
  [text.slice(0, text.indexOf('/')), text.slice(text.indexOf('/') + 1)]

/** The same with `namespace/name`. */
export const rolesOf = (text: string): readonly Role[] => blocks(text).map(([head, ...rules]) => {
  const [namespace, name] = split(head)
  return {
    apiVersion, kind: 'Role', metadata: { name, namespace, uid: `Role:${head}`, labels, annotations }, rules: rules.map(ruleOf),
  }
})

function subjectOf(text: string): Subject {
  const kind = text.slice(0, text.indexOf(':'))
  const name = text.slice(kind.length + 1)
  if (kind !== 'ServiceAccount') return { kind, apiGroup: rbacGroup, name }
  const [namespace, account] = split(name)
  return { kind, name: account, namespace }
}

/** `name ClusterRole role Kind:subject …`. */
export const clusterRoleBindingsOf = (text: string): readonly ClusterRoleBinding[] => blocks(text).map(([line]) => {
  const [name = '', kind = '', role = '', ...subjects] = line.split(' ').filter((word) => word !== '')
  return {
    apiVersion, kind: 'ClusterRoleBinding', metadata: { name, uid: `ClusterRoleBinding:${name}`, labels, annotations },
    roleRef: { apiGroup: rbacGroup, kind, name: role }, subjects: subjects.map(subjectOf),
  }
})

/** The same with `namespace/name`. */
export const roleBindingsOf = (text: string): readonly RoleBinding[] => blocks(text).map(([line]) => {
  const [full = '', kind = '', role = '', ...subjects] = line.split(' ').filter((word) => word !== '')
  const [namespace, name] = split(full)
  return {
    apiVersion, kind: 'RoleBinding', metadata: { name, namespace, uid: `RoleBinding:${full}`, labels, annotations },
    roleRef: { apiGroup: rbacGroup, kind, name: role }, subjects: subjects.map(subjectOf),
  }
})
