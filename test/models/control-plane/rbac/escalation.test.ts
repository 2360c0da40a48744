/** Nobody grants more than they have: pkg/registry/rbac/escalation_check.go, <kind>/policybased/storage.go. */
import { describe, expect, it } from 'vitest'
import { bindingRefusal, roleRefusal } from '#models/control-plane/rbac/escalation'
import { clusterRole, clusterRoleBinding, role, roleBinding, rule, sourceOf, user } from './roles.js'

const reader = rule('get,list', '', 'pods')
const group = 'rbac.authorization.k8s.io'
const ann = user('ann', 'team')

const held = [role('shop', 'reader', reader), roleBinding('shop', 'Role', 'reader', 'User:ann')] as const
const words = 'user "ann" (groups=["team"]) is attempting to grant RBAC permissions not currently held:\n'

describe('Who makes a role', () => {
  it('may give what they have, in the namespace where they have it', () => {
    expect(roleRefusal(sourceOf(...held), ann, role('shop', 'copy', reader))).toBeUndefined()
    expect(roleRefusal(sourceOf(...held), ann, role('other', 'copy', reader))?.reason).toBe('Forbidden')
    expect(roleRefusal(sourceOf(...held), ann, clusterRole('copy', reader))?.message).toBe(
      `clusterroles.${group} "copy" is forbidden: ${words}{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}`)
  })

  it('is told what they lack, in order', () => {
    const more = role('shop', 'more', reader, rule('get,delete', '', 'secrets'), rule('get', 'apps', 'deployments'))
    expect(roleRefusal(sourceOf(...held), ann, more)?.message).toBe(
      `roles.${group} "more" is forbidden: ${words}{APIGroups:[""], Resources:["secrets"], Verbs:["get" "delete"]}\n` +
      '{APIGroups:["apps"], Resources:["deployments"], Verbs:["get"]}')
  })

  it('is told of roles of theirs that are missing', () => {
    const source = sourceOf(roleBinding('shop', 'Role', 'gone', 'User:ann'))
    expect(roleRefusal(source, ann, role('shop', 'copy', reader))?.message).toContain(
      `; resolution errors: [role.${group} "gone" not found]`)
  })

  it('may give anything with the verb escalate, or as one of system:masters', () => {
    const escalates = sourceOf(role('shop', 'boss', rule('escalate', group, 'roles')), roleBinding('shop', 'Role', 'boss', 'User:ann'))
    expect(roleRefusal(escalates, ann, role('shop', 'any', rule('*', '*', '*')))).toBeUndefined()
    expect(roleRefusal(escalates, ann, role('other', 'any', rule('*', '*', '*')))?.reason).toBe('Forbidden')
    expect(roleRefusal(sourceOf(), user('root', 'system:masters'), role('shop', 'any', rule('*', '*', '*')))).toBeUndefined()
  })

  it('must be able to do everything to gather other roles', () => {
    const aggregated = { ...clusterRole('all'), aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] } }
    expect(roleRefusal(sourceOf(...held), ann, aggregated)?.message).toBe(
      `clusterroles.${group} "all" is forbidden: must have cluster-admin privileges to use the aggregationRule`)
    const everything = clusterRole('everything', rule('*', '*', '*'), { verbs: ['*'], nonResourceURLs: ['*'] })
    expect(roleRefusal(sourceOf(everything, clusterRoleBinding('everything', 'User:ann')), ann, aggregated)).toBeUndefined()
    expect(roleRefusal(sourceOf(...held), ann, clusterRole('all'), aggregated)?.reason).toBe('Forbidden')
  })

  it('may take its owners and finalizers away, whatever it grants', () => {
    const old = role('shop', 'any', rule('*', '*', '*'))
    const changed = { ...old, metadata: { ...old.metadata, finalizers: ['example.com/a'] } }
    expect(roleRefusal(sourceOf(...held), ann, old, changed)).toBeUndefined()
    expect(roleRefusal(sourceOf(...held), ann, { ...old, metadata: { ...old.metadata, labels: { a: 'b' } } }, old)?.reason).toBe('Forbidden')
  })
})

describe('Who binds a role', () => {
  it('must have what it gives', () => {
    const source = sourceOf(...held, role('shop', 'writer', rule('create', '', 'pods')))
    expect(bindingRefusal(source, ann, roleBinding('shop', 'Role', 'reader', 'User:bob'))).toBeUndefined()
    expect(bindingRefusal(source, ann, roleBinding('shop', 'Role', 'writer', 'User:bob'))?.message).toBe(
      `rolebindings.${group} "writer-binding" is forbidden: ${words}{APIGroups:[""], Resources:["pods"], Verbs:["create"]}`)
  })

  it('may give it with the verb bind, for that role where it is bound', () => {
    const binder = role('shop', 'binder', rule('bind', group, 'clusterroles', undefined, 'admin'))
    const source = sourceOf(binder, roleBinding('shop', 'Role', 'binder', 'User:ann'), clusterRole('admin', rule('*', '*', '*')))
    expect(bindingRefusal(source, ann, roleBinding('shop', 'ClusterRole', 'admin', 'User:bob'))).toBeUndefined()
    expect(bindingRefusal(source, ann, clusterRoleBinding('admin', 'User:bob'))?.reason).toBe('Forbidden')
    expect(bindingRefusal(source, user('root', 'system:masters'), clusterRoleBinding('admin', 'User:bob'))).toBeUndefined()
  })

  it('is told where there is no such role', () => {
    expect(bindingRefusal(sourceOf(...held), ann, roleBinding('shop', 'Role', 'gone', 'User:bob'))?.message).toBe(
      `role.${group} "gone" not found`)
  })
})
