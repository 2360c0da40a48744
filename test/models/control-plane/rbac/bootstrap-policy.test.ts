/** Default roles: relations of bootstrappolicy/policy_test.go and controller_policy_test.go, and what is well known of them. */
import { describe, expect, it } from 'vitest'
import { authorize } from '#models/control-plane/rbac/authorizer'
import { bootstrapPolicy } from '#models/control-plane/rbac/bootstrap-policy'
import { uncovered } from '#models/control-plane/rbac/covers'
import { StoredRoles } from '#models/control-plane/rbac/stored-roles'
import type { PolicyRule } from '#models/control-plane/rbac/types'
import type { StoredObject } from '#machine/objects'
import { Server } from '../requests.js'
import { clusterRole, roleBinding, rule, user } from './roles.js'

const policy = bootstrapPolicy()
const roles = [...policy.clusterRoles.values()]

/** What reads of which would let somebody become more than a viewer. */
const escalating = ['pods/attach', 'pods/proxy', 'pods/exec', 'pods/portforward', 'secrets', 'services/proxy']

const rulesOf = (name: string): readonly PolicyRule[] => policy.clusterRoles.get(name)?.rules ?? []

function granted<T>(objects: readonly StoredObject[], ask: (roles: StoredRoles) => T): T {
  const server = new Server()
  for (const object of objects) {
    const { kind, metadata: { namespace = '' } } = object
    server.must({ verb: 'create', resource: `${kind.toLowerCase()}s`, key: namespace, body: object })
  }
  let answer: T | undefined
  server.world.perform((cells) => { answer = ask(new StoredRoles(cells)) })
  return answer!
}

describe('The default roles', () => {
  it('are as many as upstream writes down in its testdata', () => {
    expect([roles.length, policy.clusterRoleBindings.length, policy.roles.size, policy.roleBindings.length]).toEqual([69, 50, 7, 7])
    expect(roles.reduce((sum, { rules }) => sum + (rules ?? []).length, 0)).toBe(310)
  })

  it('let no viewer read what would make it more (TestEditViewRelationship)', () => {
    const view = rulesOf('system:aggregate-to-view')
    for (const resource of escalating) expect(uncovered(view, [rule('get', '', resource)]), resource).toHaveLength(1)
    expect(uncovered(view, [rule('get', 'apps,extensions', 'deployments/rollback')])).toHaveLength(2)
    const reads = rulesOf('system:aggregate-to-edit').map((one) =>
      ({ ...one, verbs: one.verbs.filter((verb) => ['get', 'list', 'watch'].includes(verb)) }))
    const more = uncovered([...view, ...escalating.map((resource) => rule('get,list,watch', '', resource))], reads)
    expect(new Set(more.flatMap(({ resources = [] }) => resources))).toEqual(new Set(['leases']))
  })

  it('list nothing that they may not watch (TestClusterRoleVerbsConsistency)', () => {
    const unwatched = roles.filter(({ metadata: { name } }) => !name.startsWith('system:controller:'))
      .filter(({ rules }) => (rules ?? []).some(({ verbs }) => verbs.includes('list') && !verbs.includes('watch')))
    expect(unwatched).toEqual([])
  })

  it('have stars in those of few controllers (TestNoStarsForControllers)', () => {
    const stars = roles.filter(({ metadata: { name }, rules }) => name.startsWith('system:controller:')
      && (rules ?? []).some(({ verbs, apiGroups = [], resources = [] }) => [...verbs, ...apiGroups, ...resources].includes('*')))
    expect(stars.map(({ metadata: { name } }) => name.slice('system:controller:'.length)).sort()).toEqual(
      ['disruption-controller', 'generic-garbage-collector', 'horizontal-pod-autoscaler', 'namespace-controller', 'resourcequota-controller'])
  })

  it('are labelled as such (TestClusterRoleLabel, TestControllerRoleLabel)', () => {
    const label = 'kubernetes.io/bootstrapping'
    expect([...roles, ...policy.clusterRoleBindings].filter(({ metadata: { labels = {} } }) => labels[label] !== 'rbac-defaults')).toEqual([])
  })

  it('bind each controller to the ServiceAccount of its name', () => {
    for (const { metadata: { name } } of roles.filter((one) => one.metadata.name.startsWith('system:controller:'))) {
      const account = { kind: 'ServiceAccount', namespace: 'kube-system', name: name.slice('system:controller:'.length) }
      expect(policy.clusterRoleBindings.filter(({ roleRef }) => roleRef.name === name)).toMatchObject([{ subjects: [account] }])
    }
  })
})

const team = (roleName: string): StoredObject => roleBinding('shop', 'ClusterRole', roleName, 'Group:team')

const may = (bound: readonly StoredObject[], verb: string, what: string, namespace = 'shop'): boolean => {
  const [resource = '', group = ''] = what.split(' ')
  const [plural = '', subresource] = resource.split('/')
  return granted(bound, (source) => authorize(source, {
    user: user('ann', 'team,system:authenticated'), verb, resource: plural, apiGroup: group, namespace, name: '',
    ...(subresource === undefined ? {} : { subresource }),
  })).allowed
}

describe('A member of a team that is bound in its namespace to', () => {
  it.each([
    ['view', 'list', 'pods', true], ['view', 'get', 'pods/log', true], ['view', 'get', 'secrets', false],
    ['view', 'create', 'pods', false], ['view', 'list', 'roles rbac.authorization.k8s.io', false],
    ['edit', 'get', 'secrets', true], ['edit', 'patch', 'deployments apps', true], ['edit', 'create', 'pods/exec', true],
    ['edit', 'list', 'pods/log', true], ['edit', 'create', 'rolebindings rbac.authorization.k8s.io', false],
    ['edit', 'create', 'serviceaccounts/token', true], ['edit', 'impersonate', 'serviceaccounts', true],
    ['admin', 'create', 'rolebindings rbac.authorization.k8s.io', true], ['admin', 'list', 'pods', true],
    ['admin', 'update', 'resourcequotas', false], ['admin', 'delete', 'namespaces', false],
    ['cluster-admin', 'delete', 'namespaces', true], ['cluster-admin', 'escalate', 'roles rbac.authorization.k8s.io', true],
  ] as const)('%s: %s %s: %s', (name, verb, what, wanted) => {
    expect(may([team(name)], verb, what)).toBe(wanted)
  })

  it('any of these may do nothing in another namespace', () => {
    expect(may([team('cluster-admin')], 'list', 'pods', 'other')).toBe(false)
  })

  it('view may read what a ClusterRole is labelled to add to it', () => {
    const labels = { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' }
    const sites = { ...clusterRole('sites-viewer', rule('get,list,watch', 'example.com', 'sites')), metadata: { name: 'sites-viewer', uid: '', labels } }
    expect(may([team('view')], 'list', 'sites example.com')).toBe(false)
    expect(may([team('view'), sites], 'list', 'sites example.com')).toBe(true)
    expect(may([team('admin'), sites], 'list', 'sites example.com')).toBe(true)
  })

  it('view may do what a stored role of that name says, in place of the default', () => {
    expect(may([team('view'), clusterRole('view', rule('get', '', 'nodes'))], 'list', 'pods')).toBe(false)
  })

  it('nothing may do what everybody may', () => {
    expect(may([], 'create', 'selfsubjectaccessreviews authorization.k8s.io', '')).toBe(true)
    expect(granted([], (source) => ['/api', '/healthz', '/metrics'].map((path) =>
      authorize(source, { user: user('ann', 'system:authenticated'), verb: 'get', path }).allowed))).toEqual([true, true, false])
  })
})
