/** What the API server answers to those who show a token. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { ApiRequest } from '#machine/request'
import type { Token } from '#machine/token'
import type { TokenRequest } from '#models/control-plane/tokens/token-request'
import { pod, remove, Server, set } from '../requests.js'
import { clusterRole, role, roleBinding, rule } from '../rbac/roles.js'

const user = 'system:serviceaccount:shop:web'
const list: ApiRequest = { verb: 'list', resource: 'pods', key: 'shop' }

let server: Server

const store = (resource: string, body: object): void => void server.must({ verb: 'create', resource, key: 'shop', body })

const addAccount = (): void =>
  store('serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'web', namespace: 'shop' } })

function ask(boundObjectRef?: object, audiences?: readonly string[]): Token {
  const answer = server.ask({ verb: 'create', resource: 'serviceaccounts', subresource: 'token', key: 'shop/web', body: {
    spec: { ...(boundObjectRef === undefined ? {} : { boundObjectRef }), ...(audiences === undefined ? {} : { audiences }) } } })
  if (!answer.ok) throw new Error(answer.status.message)
  return (answer.object as TokenRequest).status!.token // the answer to such a request
}

const podRef = { apiVersion: 'v1', kind: 'Pod', name: 'web' }

beforeEach(() => {
  server = new Server()
  addAccount()
  server.createPod({ name: 'web' }, { serviceAccountName: 'web' })
})

describe('A pod that asks the API server', () => {
  it('is refused what nobody allows it', () => {
    expect(server.refusal({ ...list, token: ask(podRef) })).toBe(
      `Forbidden pods is forbidden: User "${user}" cannot list resource "pods" in API group "" in the namespace "shop"`)
    expect(server.refusal({ ...list, key: '', token: ask(podRef) })).toBe(
      `Forbidden pods is forbidden: User "${user}" cannot list resource "pods" in API group "" at the cluster scope`)
    expect(server.refusal({ verb: 'get', resource: 'namespaces', key: 'shop', token: ask(podRef) })).toBe(
      `Forbidden namespaces "shop" is forbidden: User "${user}" cannot get resource "namespaces" in API group "" in the namespace "shop"`)
  })

  it('is answered once a role is bound to its account, and is refused once that is taken back', () => {
    const token = ask(podRef)
    store('roles', role('shop', 'reader', rule('get,list', '', 'pods')))
    store('rolebindings', roleBinding('shop', 'Role', 'reader', 'ServiceAccount:web'))
    expect(server.refusal({ ...list, token })).toBe('accepted')
    expect(server.refusal({ verb: 'get', resource: 'pods', key: 'shop/web', token })).toBe('accepted')
    expect(server.refusal({ ...remove('pods', 'shop/web'), token })).toBe(
      `Forbidden pods "web" is forbidden: User "${user}" cannot delete resource "pods" in API group "" in the namespace "shop"`)
    server.ask(remove('rolebindings', 'shop/reader-binding'))
    expect(server.refusal({ ...list, token })).toMatch(/^Forbidden pods is forbidden/)
  })

  it('is told of a role that is missing', () => {
    store('rolebindings', roleBinding('shop', 'ClusterRole', 'x', 'ServiceAccount:web'))
    expect(server.refusal({ ...list, token: ask(podRef) })).toMatch(/: RBAC: clusterrole\.rbac\.authorization\.k8s\.io "x" not found$/)
  })

  it('may change what it is allowed to, and the scale of what it is allowed to scale', () => {
    const token = ask(podRef)
    store('roles', role('shop', 'scaler', rule('patch', 'apps', 'replicasets/scale')))
    store('rolebindings', roleBinding('shop', 'Role', 'scaler', 'ServiceAccount:web'))
    server.must({ verb: 'create', resource: 'replicasets', key: 'shop', body: set() })
    const patch = { type: 'merge', patch: { spec: { replicas: 3 } } }
    expect(server.refusal({ verb: 'patch', resource: 'replicasets', subresource: 'scale', key: 'shop/web', body: patch, token })).toBe('accepted')
    expect(server.get('replicasets', 'shop/web')).toMatchObject({ spec: { replicas: 3 } })
    expect(server.refusal({ verb: 'patch', resource: 'replicasets', key: 'shop/web', body: patch, token })).toMatch(/^Forbidden replicasets\.apps "web"/)
    expect(server.refusal({ verb: 'create', resource: 'pods', key: 'shop', body: pod({ name: 'b' }), token })).toBe(
      `Forbidden pods is forbidden: User "${user}" cannot create resource "pods" in API group "" in the namespace "shop"`)
  })

  it('grants nobody more than it has', () => {
    const token = ask(podRef)
    store('roles', role('shop', 'boss', rule('create,patch', 'rbac.authorization.k8s.io', 'roles,rolebindings')))
    store('rolebindings', roleBinding('shop', 'Role', 'boss', 'ServiceAccount:web'))
    const create = (resource: string, body: object) => server.refusal({ verb: 'create', resource, key: 'shop', body, token })
    expect(create('roles', role('shop', 'more', rule('get', '', 'secrets')))).toContain('is attempting to grant RBAC permissions not currently held:')
    expect(create('rolebindings', roleBinding('shop', 'ClusterRole', 'cluster-admin', 'ServiceAccount:web')))
      .toContain('is attempting to grant RBAC permissions not currently held:')
    expect(create('roles', role('shop', 'same', rule('create', 'rbac.authorization.k8s.io', 'roles')))).toBe('accepted')
    expect(server.refusal({ verb: 'patch', resource: 'roles', key: 'shop/same', token,
      body: { type: 'merge', patch: { rules: [rule('*', '*', '*')] } } })).toContain('not currently held:\n{APIGroups:["*"], Resources:["*"], Verbs:["*"]}')
  })

  it('may do everything as one of system:masters would only where it is bound to cluster-admin', () => {
    store('clusterroles', clusterRole('unrelated'))
    store('rolebindings', roleBinding('shop', 'ClusterRole', 'cluster-admin', 'Group:system:serviceaccounts:shop'))
    expect(server.refusal({ ...list, token: ask() })).toBe('accepted')
    expect(server.refusal({ ...list, key: '', token: ask() })).toMatch(/^Forbidden/)
  })
})

describe('A token', () => {
  const unknown = 'Unauthorized Unauthorized'

  it('of a deleted pod is refused, also where there is another of its name', () => {
    const token = ask(podRef)
    server.ask(remove('pods', 'shop/web'))
    expect(server.refusal({ ...list, token })).toBe(unknown)
    server.createPod({ name: 'web' }, { serviceAccountName: 'web' })
    expect(server.refusal({ ...list, token })).toBe(unknown)
    expect(server.refusal({ ...list, token: ask(podRef) })).toMatch(/^Forbidden/)
  })

  it('of a deleted ServiceAccount is refused, also where it was made again', () => {
    const token = ask()
    server.ask(remove('serviceaccounts', 'shop/web'))
    expect(server.refusal({ ...list, token })).toBe(unknown)
    addAccount()
    expect(server.refusal({ ...list, token })).toBe(unknown)
    expect(server.refusal({ ...list, token: { ...token, serviceAccount: { name: 'web', uid: '' } } })).toMatch(/^Forbidden/)
  })

  it('for somebody else is refused', () => {
    expect(server.refusal({ ...list, token: ask(undefined, ['vault']) })).toBe(unknown)
  })

  it('is needed to be somebody', () => {
    expect(server.refusal({ ...list, token: 'none' })).toBe(
      'Forbidden pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" in the namespace "shop"')
  })
})
