/** Rows of component-helpers/auth/rbac/validation/policy_comparator_test.go and pkg/registry/rbac/validation/policy_compact_test.go. */
import { describe, expect, it } from 'vitest'
import { compactRules, compactString, simpleResource, uncovered } from '#models/control-plane/rbac/covers'
import { urlCovers } from '#models/control-plane/rbac/rule-matching'
import type { PolicyRule } from '#models/control-plane/rbac/types'
import { rule } from './roles.js'

const urls = (verbs: string, paths: string): PolicyRule => ({ verbs: verbs.split(','), nonResourceURLs: paths.split(',') })

const rows: readonly (readonly [string, owner: readonly PolicyRule[], servant: readonly PolicyRule[], missing: readonly PolicyRule[]])[] = [
  ['the same', [rule('get', 'v1', 'builds')], [rule('get', 'v1', 'builds')], []],
  ['a subresource of anything', [rule('get', 'v1', '*/scale')], [rule('get', 'v1', 'foo/scale')], []],
  ['several rules together', [rule('delete', 'v1', 'deployments'), rule('delete', 'v1', 'builds'), rule('update', 'v1', 'builds,deployments')],
    [rule('delete,update', 'v1', 'builds,deployments')], []],
  ['several rules and groups together', ['group1', 'group2'].flatMap((group) => [
    rule('delete', group, 'deployments'), rule('delete', group, 'builds'), rule('update', group, 'builds,deployments')]),
  [rule('delete,update', 'group1,group2', 'builds,deployments')], []],
  ['one rule of several groups', [rule('delete,update', 'group1,group2', 'builds,deployments')], ['group1', 'group2'].flatMap((group) => [
    rule('delete', group, 'deployments'), rule('delete', group, 'builds'), rule('update', group, 'builds,deployments')]), []],
  ['all but one verb of one resource', [rule('delete,update', 'v1', 'builds,deployments'), rule('delete', 'v1', 'pods')],
    [rule('delete,update', 'v1', 'builds,deployments,pods')], [rule('update', 'v1', 'pods')]],
  ['every group: several', [rule('get', '*', 'roles')], [rule('get', 'group1,group2', 'roles')], []],
  ['some groups: not every', [rule('get', 'dummy-group', 'roles')], [rule('get', '*', 'roles')], [rule('get', '*', 'roles')]],
  ['every group: every', [rule('get', '*', 'roles')], [rule('get', '*', 'roles')], []],
  ['every verb: several', [rule('*', 'v1', 'roles')], [rule('watch,list', 'v1', 'roles')], []],
  ['some verbs: not every', [rule('get,list,watch,create,update,delete,exec', 'v1', 'roles')], [rule('*', 'v1', 'roles')], [rule('*', 'v1', 'roles')]],
  ['every verb: every', [rule('*', 'v1', 'roles')], [rule('*', 'v1', 'roles')], []],
  ['every resource: one', [rule('get', 'v1', '*')], [rule('get', 'v1', 'resourcegroup:deployments')], []],
  ['some resources: not every', [rule('get', 'v1', 'roles,resourcegroup:deployments')], [rule('get', 'v1', '*')], [rule('get', 'v1', '*')]],
  ['every resource: every', [rule('get', 'v1', '*')], [rule('get', 'v1', '*')], []],
  ['no names: some', [{ ...rule('get', 'v1', 'pods'), resourceNames: [] }], [rule('get', 'v1', 'pods', undefined, 'foo,bar')], []],
  ['some names: not all', [rule('get', 'v1', 'pods', undefined, 'foo,bar')], [{ ...rule('get', 'v1', 'pods'), resourceNames: [] }], [rule('get', 'v1', 'pods')]],
  ['a path', [urls('*', '/apis')], [urls('*', '/apis')], []],
  ['every path', [urls('*', '*')], [urls('*', '/apis,/apis/v1,/')], []],
  ['what is below a path: not the path', [urls('*', '/apis/*')], [urls('get', '/apis,/apis/v1')], [urls('get', '/apis')]],
  ['what is below a path', [urls('*', '/apis/*')], [urls('get', '/apis/v1/foo,/apis/v1')], []],
  ['resources and paths in one rule', [rule('get', 'v1', 'builds', '/apis')], [rule('get', 'v1', 'builds', '/apis')], []],
  ['resources and not the paths', [rule('get', 'v1', 'builds')], [rule('get', 'v1', 'builds', '/apis')], [urls('get', '/apis')]],
]

describe('Rules cover others (Covers):', () => {
  it.each(rows)('%s', (_, owner, servant, missing) => expect(uncovered(owner, servant)).toEqual(missing))
})

describe('A path (TestNonResourceURLCovers)', () => {
  it.each([
    ['*', '', true], ['*', '/', true], ['*', '/api', true], ['/*', '', false], ['/*', '/', true], ['/*', '/foo', true],
    ['/api', '/api', true], ['/apis', '/api', false], ['/api/v1', '/api', false], ['/api/v1', '/api/v1', true],
    ['/api/*', '/api/v1', true], ['/api/*', '/api', false], ['/api/*/*', '/api/v1', false], ['/*/v1/*', '/api/v1', false],
  ])('%s covers %s: %s', (owner, path, wanted) => expect(urlCovers(owner, path)).toBe(wanted))
})

const compact: readonly (readonly [string, readonly PolicyRule[], readonly PolicyRule[]])[] = [
  ['nothing', [], []],
  ['rules of one resource', [
    rule('get', '', 'builds'), rule('list', '', 'builds'), rule('update,patch', '', 'builds'),
    rule('create', 'extensions', 'daemonsets'), rule('delete', 'extensions', 'daemonsets'),
    rule('patch', 'extensions', 'daemonsets', undefined, ''), rule('get', 'extensions', 'daemonsets', undefined, 'foo'),
    rule('list', 'extensions', 'daemonsets', undefined, 'foo'), rule('educate', '', 'dolphins'),
    { ...rule('', '', 'pirates'), verbs: [] }, { ...rule('', '', 'pods'), verbs: [] }, rule('create', '', 'pods'),
  ], [
    rule('get,list,update,patch', '', 'builds'), rule('create,delete', 'extensions', 'daemonsets'),
    rule('patch', 'extensions', 'daemonsets', undefined, ''), rule('get,list', 'extensions', 'daemonsets', undefined, 'foo'),
    rule('educate', '', 'dolphins'), { ...rule('', '', 'pirates'), verbs: [] }, rule('create', '', 'pods'),
  ]],
  ...([
    ['not those of several groups', [rule('get', ',builds.openshift.io', 'builds'), rule('list', ',builds.openshift.io', 'builds')]],
    ['not those of several resources', [rule('get', '', 'builds,images'), rule('list', '', 'builds,images')]],
    ['not those of different names', [rule('get', '', 'builds', undefined, 'mybuild'), rule('list', '', 'builds', undefined, 'mybuild2')]],
    ['not those with paths', [rule('get', '', 'builds', '/'), rule('get', '', 'builds', '/foo')]],
  ] as const).map(([name, rules]) => [name, rules, rules] as const),
]

describe('Rules are put together (TestCompactRules):', () => {
  it.each(compact)('%s', (_, rules, wanted) => {
    expect(compactRules(rules)).toEqual(wanted)
    expect(uncovered(compactRules(rules), rules)).toEqual([])
    expect(uncovered(rules, compactRules(rules))).toEqual([])
  })

  it.each([
    ['no verbs', { ...rule('', '', 'builds'), verbs: [] }, true], ['one verb', rule('get', '', 'builds'), true],
    ['an empty name', rule('get', '', 'builds', undefined, ''), true], ['a name', rule('get', '', 'builds', undefined, 'foo'), true],
    ['several verbs', rule('get,list', '', 'builds'), true], ['nothing', { verbs: [] }, false],
    ['no group', { ...rule('get', '', 'builds'), apiGroups: [] }, false], ['several groups', rule('get', 'a,b', 'builds'), false],
    ['no resource', { ...rule('get', '', 'builds'), resources: [] }, false], ['several resources', rule('get', '', 'builds,images'), false],
    ['several names', rule('get', '', 'builds', undefined, 'foo,bar'), false], ['a path', rule('get', '', 'builds', '/'), false],
  ])('a rule with %s is simple (TestIsSimpleResourceRule): %#', (_, one, wanted) => {
    expect(simpleResource(one) !== undefined).toBe(wanted)
  })

  it('a rule is told in one line', () => {
    expect(compactString(rule('get,list', '', 'pods', '/x', 'a'))).toBe(
      '{APIGroups:[""], Resources:["pods"], NonResourceURLs:["/x"], ResourceNames:["a"], Verbs:["get" "list"]}')
  })
})
