/** Rows of plugin/pkg/auth/authorizer/rbac/rbac_test.go. */
import { describe, expect, it } from 'vitest'
import { authorize, forbidden } from '#models/control-plane/rbac/authorizer'
import { ruleAllows } from '#models/control-plane/rbac/rule-matching'
import type { Attributes, PolicyRule } from '#models/control-plane/rbac/types'
import { clusterRole, clusterRoleBinding, role, roleBinding, rule, sourceOf, user } from './roles.js'

const asks = (
  who: string, groups: string, verb: string, resource: string, subresource: string, namespace: string, apiGroup = '', name = '',
): Attributes => ({ user: user(who, groups), verb, resource, ...(subresource === '' ? {} : { subresource }), namespace, apiGroup, name })

const path = (who: string, groups: string, verb: string, url: string): Attributes => ({ user: user(who, groups), verb, path: url })

const tables: readonly (readonly [string, ReturnType<typeof sourceOf>, allowed: readonly Attributes[], refused: readonly Attributes[]])[] = [
  ['everything in a namespace', sourceOf(
    clusterRole('admin', rule('*', '*', '*', '*')), roleBinding('ns1', 'ClusterRole', 'admin', 'User:admin', 'Group:admins'),
  ), [
    asks('admin', '', 'get', 'Pods', '', 'ns1'), asks('admin', '', 'watch', 'Pods', '', 'ns1'),
    asks('admin', 'group1', 'watch', 'Foobar', '', 'ns1'), asks('joe', 'admins', 'watch', 'Foobar', '', 'ns1'),
    asks('joe', 'group1,admins', 'watch', 'Foobar', '', 'ns1'),
  ], [
    asks('admin', '', 'GET', 'Pods', '', 'ns2'), asks('admin', '', 'GET', 'Nodes', '', ''),
    asks('admin', 'admins', 'GET', 'Pods', '', 'ns2'), asks('admin', 'admins', 'GET', 'Nodes', '', ''),
  ]],
  ['paths', sourceOf(
    clusterRole('getter', rule('get', '', '', '/apis')), clusterRole('any', rule('*', '', '', '/apis')),
    clusterRole('prefix', rule('get', '', '', '/apis/*')),
    clusterRoleBinding('getter', 'User:foo', 'Group:bar'), clusterRoleBinding('any', 'User:admin', 'Group:admin'),
    clusterRoleBinding('prefix', 'User:prefixed', 'Group:prefixed'),
  ), [
    path('foo', '', 'get', '/apis'), path('', 'bar', 'get', '/apis'), path('admin', '', 'get', '/apis'),
    path('', 'admin', 'get', '/apis'), path('admin', '', 'watch', '/apis'), path('', 'admin', 'watch', '/apis'),
    path('prefixed', '', 'get', '/apis/v1'), path('', 'prefixed', 'get', '/apis/v1'),
    path('prefixed', '', 'get', '/apis/v1/foobar'), path('', 'prefixed', 'get', '/apis/v1/foorbar'),
  ], [
    path('foo', '', 'watch', '/apis'), path('', 'bar', 'watch', '/apis'), path('foo', '', 'get', '/api/v1'),
    path('', 'bar', 'get', '/api/v1'), path('admin', '', 'get', '/api/v1'), path('', 'admin', 'get', '/api/v1'),
    path('prefixed', '', 'get', '/api/v1'), path('', 'prefixed', 'get', '/api/v1'),
  ]],
  ['a resource without its subresources', sourceOf(
    clusterRole('admin', rule('*', '*', 'pods', '*')), roleBinding('ns1', 'ClusterRole', 'admin', 'User:admin', 'Group:admins'),
  ), [asks('admin', '', 'get', 'pods', '', 'ns1')], [asks('admin', '', 'get', 'pods', 'status', 'ns1')]],
  ['subresources without their resource', sourceOf(
    clusterRole('admin', rule('*', '*', 'pods/status', '*'), rule('*', '*', '*/scale', '*')),
    roleBinding('ns1', 'ClusterRole', 'admin', 'User:admin', 'Group:admins'),
  ), [
    asks('admin', '', 'get', 'pods', 'status', 'ns1'), asks('admin', '', 'get', 'pods', 'scale', 'ns1'),
    asks('admin', '', 'get', 'deployments', 'scale', 'ns1'), asks('admin', '', 'get', 'anything', 'scale', 'ns1'),
  ], [asks('admin', '', 'get', 'pods', '', 'ns1')]],
]

describe.each(tables)('The authorizer (TestAuthorizer), of %s,', (_, source, allowed, refused) => {
  it.each(allowed.map((one) => [JSON.stringify(one), one] as const))('allows %s', (__, one) => {
    expect(authorize(source, one).allowed).toBe(true)
  })

  it.each(refused.map((one) => [JSON.stringify(one), one] as const))('refuses %s', (__, one) => {
    expect(authorize(source, one).allowed).toBe(false)
  })
})

/** Rows of verbs 1 and 2, groups 1 and 2, resources 1 and 2; `+` where the rule allows it. */
const resourceRows: readonly (readonly [string, PolicyRule, string])[] = [
  ['star verb, exact match other', rule('*', 'group1', 'resource1'), '+---+---'],
  ['star group, exact match other', rule('verb1', '*', 'resource1'), '++------'],
  ['star resource, exact match other', rule('verb1', 'group1', '*'), '+-+-----'],
  ['tuple expansion', rule('verb1,verb2', 'group1,group2', 'resource1,resource2'), '++++++++'],
]

const pathRows: readonly (readonly [string, string, string, readonly string[], readonly string[]])[] = [
  ['star nonresource', 'verb1', '*', ['/foo', '/foo/bar', '/foo/baz', '/foo/bar/one', '/foo/baz/one'], []],
  ['star nonresource subpath', 'verb1', '/foo/*', ['/foo/bar', '/foo/baz', '/foo/bar/one', '/foo/baz/one'],
    ['/foo', '/notfoo', '/notfoo/bar', '/notfoo/baz', '/notfoo/bar/one', '/notfoo/baz/one']],
  ['star verb, exact nonresource', '*', '/foo,/foo/bar/one', ['/foo', '/foo/bar/one'], ['/foo/bar', '/foo/baz', '/foo/baz/one']],
]

describe('A rule (TestRuleMatches)', () => {
  const cases = resourceRows.flatMap(([name, one, wanted]) => [...wanted].map((sign, index) => {
    const [verb, resource, apiGroup] = [`verb${index < 4 ? 1 : 2}`, `resource${index % 4 < 2 ? 1 : 2}`, `group${index % 2 + 1}`]
    return [`${name}: ${verb} ${apiGroup} ${resource}`, one, { verb, apiGroup, resource }, sign === '+'] as const
  }))

  it.each(cases)('%s', (_, one, { verb, apiGroup, resource }, wanted) => {
    expect(ruleAllows(asks('', '', verb, resource, '', '', apiGroup), one)).toBe(wanted)
  })

  const subresources = ['verb1', 'verb2'].flatMap((verb) => [
    [verb, 'group1', 'resource1', 'subresource1', true], [verb, 'group2', 'resource1', 'subresource2', false],
    [verb, 'group1', 'resource2', 'subresource1', false], [verb, 'group2', 'resource2', 'subresource1', false],
  ] as const)

  it.each(subresources)('subresource expansion: %s %s %s/%s is allowed: %s', (verb, apiGroup, resource, subresource, wanted) => {
    expect(ruleAllows(asks('', '', verb, resource, subresource, '', apiGroup), rule('*', '*', 'resource1/subresource1'))).toBe(wanted)
  })

  it.each(pathRows)('%s', (_, verbs, nonResourceURLs, allowed, refused) => {
    const one: PolicyRule = { verbs: [verbs], nonResourceURLs: nonResourceURLs.split(',') }
    for (const url of allowed) expect(ruleAllows(path('', '', 'verb1', url), one), url).toBe(true)
    for (const url of allowed) expect(ruleAllows(path('', '', 'verb2', url), one), url).toBe(verbs === '*')
    for (const url of refused) expect(ruleAllows(path('', '', 'verb1', url), one), url).toBe(false)
  })

  it('with names allows these objects alone, and no request without a name', () => {
    const one = rule('*', '', 'configmaps', undefined, 'a,b')
    expect(['a', 'c', '', '*'].map((name) => ruleAllows(asks('', '', 'get', 'configmaps', '', 'ns', '', name), one)))
      .toEqual([true, false, false, false])
  })
})

describe('A refusal', () => {
  const account = 'system:serviceaccount:default:x'
  const said = (source: ReturnType<typeof sourceOf>, attributes: Attributes) => forbidden(source, attributes)

  it('says who cannot do what, and where', () => {
    expect(said(sourceOf(), asks(account, '', 'list', 'pods', '', 'default'))).toMatchObject({
      code: 403, reason: 'Forbidden', details: { kind: 'pods' },
      message: `pods is forbidden: User "${account}" cannot list resource "pods" in API group "" in the namespace "default"`,
    })
    expect(said(sourceOf(), asks(account, '', 'patch', 'deployments', 'scale', 'shop', 'apps', 'web'))?.message).toBe(
      `deployments.apps "web" is forbidden: User "${account}" cannot patch resource "deployments/scale" in API group "apps" ` +
      'in the namespace "shop"')
    expect(said(sourceOf(), asks(account, '', 'list', 'nodes', '', ''))?.message).toBe(
      `nodes is forbidden: User "${account}" cannot list resource "nodes" in API group "" at the cluster scope`)
    expect(said(sourceOf(), path(account, '', 'get', '/metrics'))?.message).toBe(
      `forbidden: User "${account}" cannot get path "/metrics"`)
    expect(said(sourceOf(), asks('<b>&', '', 'get', 'nodes', '', '', '', 'a'))?.message).toBe(
      'nodes "a" is forbidden: User "&lt;b&gt;&amp;" cannot get resource "nodes" in API group "" at the cluster scope')
  })

  it('names roles that bindings refer to and that are not there, each once', () => {
    const missing = sourceOf(roleBinding('default', 'ClusterRole', 'x', 'ServiceAccount:x'))
    const words = `pods is forbidden: User "${account}" cannot list resource "pods" in API group "" in the namespace "default"`
    expect(said(missing, asks(account, '', 'list', 'pods', '', 'default'))?.message).toBe(
      `${words}: RBAC: clusterrole.rbac.authorization.k8s.io "x" not found`)
    const both = sourceOf(roleBinding('default', 'ClusterRole', 'x', 'ServiceAccount:x'),
      roleBinding('default', 'Role', 'y', 'ServiceAccount:x'), roleBinding('default', 'Role', 'y', 'ServiceAccount:default/x'))
    expect(said(both, asks(account, '', 'list', 'pods', '', 'default'))?.message).toBe(
      `${words}: RBAC: [clusterrole.rbac.authorization.k8s.io "x" not found, role.rbac.authorization.k8s.io "y" not found]`)
  })

  it('is not given where another binding allows it', () => {
    const source = sourceOf(roleBinding('default', 'Role', 'missing', 'ServiceAccount:x'), role('default', 'reader', rule('list', '', 'pods')),
      roleBinding('default', 'Role', 'reader', 'ServiceAccount:x'))
    expect(authorize(source, asks(account, '', 'list', 'pods', '', 'default'))).toEqual({ allowed: true,
      reason: 'RBAC: allowed by RoleBinding "reader-binding/default" of Role "reader" to ServiceAccount "x/default"' })
  })

  it('is never given to system:masters', () => {
    expect(authorize(sourceOf(), asks('admin', 'system:masters', 'escalate', 'clusterroles', '', '')).allowed).toBe(true)
  })
})
