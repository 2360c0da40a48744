/** Rows of pkg/registry/rbac/validation/rule_test.go. */
import { describe, expect, it } from 'vitest'
import { rulesFor } from '#models/control-plane/rbac/rule-resolver'
import { subjectOf } from '#models/control-plane/rbac/subjects'
import { serviceAccountOf, subjectKeys } from '#machine/binding-subjects'
import { clusterRole, clusterRoleBinding, role, roleBinding, rule, sourceOf, subject, user } from './roles.js'

const readPods = rule('GET,WATCH', 'v1', 'pods')
const readServices = rule('GET,WATCH', 'v1', 'services')
const writeNodes = rule('PUT,CREATE,UPDATE', 'v1', 'nodes')
const admin = rule('*', '*', '*')

const source = sourceOf(
  role('namespace1', 'readthings', readPods, readServices), clusterRole('cluster-admin', admin), clusterRole('write-nodes', writeNodes),
  roleBinding('namespace1', 'Role', 'readthings', 'User:foobar', 'Group:group1'),
  clusterRoleBinding('cluster-admin', 'User:admin', 'Group:admin'),
)

describe('The rules of a user (TestDefaultRuleResolver)', () => {
  it.each([
    ['those of its namespace', user('foobar'), 'namespace1', [readPods, readServices]],
    ['none of another namespace', user('foobar'), 'namespace2', []],
    ['without a namespace, those of the cluster alone', user('foobar', 'admin'), '', [admin]],
    ['of nobody, none', user(''), '', []],
    ['of the cluster first', user('foobar', 'admin'), 'namespace1', [admin, readPods, readServices]],
  ])('are %s', (_, who, namespace, rules) => {
    expect(rulesFor(source, who, namespace)).toEqual({ rules, errors: [] })
  })

  it('are found although a role is missing, which is told', () => {
    const partly = sourceOf(clusterRoleBinding('gone', 'User:foobar'), clusterRole('here', readPods), clusterRoleBinding('here', 'User:foobar'))
    expect(rulesFor(partly, user('foobar'), '')).toEqual({
      rules: [readPods], errors: ['clusterrole.rbac.authorization.k8s.io "gone" not found'] })
  })
})

const all = 'system:authenticated'
const unknown = 'system:unauthenticated'

describe('A binding (TestAppliesTo)', () => {
  it.each([
    ['a single subject that matches the name', ['User:foobar'], user('foobar'), '', 0],
    ['several, one of the name', ['User:barfoo', 'User:foobar'], user('foobar'), '', 1],
    ['several, none of the name', ['User:barfoo', 'User:foobar'], user('zimzam'), '', undefined],
    ['several, one of a group', ['User:barfoo', 'Group:foobar'], user('zimzam', 'foobar'), '', 1],
    ['a group, whatever the namespace', ['User:barfoo', 'Group:foobar'], user('zimzam', 'foobar'), 'namespace1', 1],
    ['a ServiceAccount', ['User:barfoo', 'Group:foobar', 'ServiceAccount:kube-system/default'],
      user('system:serviceaccount:kube-system:default'), 'default', 2],
    ['* is no user but that', ['User:*'], user('foobar'), 'default', undefined],
    ['everybody who is known', [`Group:${all}`, `Group:${unknown}`], user('foobar', all), 'default', 0],
    ['everybody who is not', [`Group:${all}`, `Group:${unknown}`], user('system:anonymous', unknown), 'default', 1],
    ["a ServiceAccount of the binding's namespace", ['ServiceAccount:web'], user('system:serviceaccount:shop:web'), 'shop', 0],
    ['no ServiceAccount without a namespace in one of the cluster', ['ServiceAccount:web'], user('system:serviceaccount:shop:web'), '', undefined],
  ] as const)('applies: %s', (_, texts, who, namespace, index) => {
    const subjects = texts.map(subject)
    expect(subjectOf(who, subjects, namespace)).toBe(index === undefined ? undefined : subjects[index])
  })

  it('is found by its users, groups and ServiceAccounts, each once', () => {
    const subjects = ['User:a', 'Group:b', 'ServiceAccount:web', 'ServiceAccount:shop/web', 'User:a', 'User:x|y'].map(subject)
    expect(subjectKeys(subjects, 'shop')).toEqual(['User:a', 'Group:b', 'User:system:serviceaccount:shop:web', 'User:x%7Cy'])
  })

  it('knows a ServiceAccount by the name of its user', () => {
    expect(['system:serviceaccount:shop:web', 'system:serviceaccount:shop', 'system:serviceaccount::web', 'admin'].map(serviceAccountOf))
      .toEqual(['shop/web', undefined, undefined, undefined])
  })
})
