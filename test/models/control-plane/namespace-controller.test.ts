import { describe, expect, test } from 'vitest'
import type { World } from '#cluster/world'
import { handle } from '#models/control-plane/api-server'
import { contentConditions, failureConditions, updateConditions } from '#models/control-plane/namespace-conditions'
import { build, create, get, settle } from '../../support/drive.js'

const controller = 'kube-controller-manager/namespace'
const accounts = ['kube-controller-manager/serviceaccount', 'kube-controller-manager/root-ca-certificate-publisher']

const namespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
const object = (kind: string, name: string, finalizers?: readonly string[]) =>
  ({ apiVersion: 'v1', kind, metadata: { name, namespace: 'shop', ...(finalizers === undefined ? {} : { finalizers }) } })

const pod = (name: string) => ({
  ...object('Pod', name), spec: { nodeName: 'node-1', terminationGracePeriodSeconds: 30, containers: [] },
})

const remove = (world: World, resource: string, key: string, body: object = {}): void =>
  world.perform((cells) => handle(cells, { verb: 'delete', resource, key, body }))

const requests = (steps: readonly string[]): readonly string[] => steps
  .filter((step) => step.startsWith(`kube-apiserver: ${controller} `))
  .map((step) => step.slice(`kube-apiserver: ${controller} `.length))

// Rewritten from pkg/controller/namespace/deletion/status_condition_utils_test.go.
describe('conditions of a namespace that is being deleted', () => {
  test('say that all is well where nothing is wrong (TestUpdateConditions)', () => {
    expect(updateConditions(undefined, []).map(({ type, status, reason }) => [type, status, reason])).toEqual([
      ['NamespaceDeletionDiscoveryFailure', 'False', 'ResourcesDiscovered'],
      ['NamespaceDeletionGroupVersionParsingFailure', 'False', 'ParsedGroupVersions'],
      ['NamespaceDeletionContentFailure', 'False', 'ContentDeleted'],
      ['NamespaceContentRemaining', 'False', 'ContentRemoved'],
      ['NamespaceFinalizersRemaining', 'False', 'ContentHasNoFinalizers'],
    ])
  })

  test('stay the same list when nothing is new', () => {
    const conditions = updateConditions(undefined, [])
    expect(updateConditions(conditions, [])).toBe(conditions)
  })

  test('name what remains and who holds it, in order (TestProcessContentTotals)', () => {
    const conditions = contentConditions([
      { resource: 'pods.', count: 3, finalizers: { a: 1 } }, { resource: 'deployments.apps', count: 1, finalizers: { a: 1, b: 1 } },
      { resource: 'secrets.', count: 0, finalizers: {} },
    ])
    expect(conditions.map(({ type, reason, message }) => [type, reason, message])).toEqual([
      ['NamespaceContentRemaining', 'SomeResourcesRemain',
        'Some resources are remaining: deployments.apps has 1 resource instances, pods. has 3 resource instances'],
      ['NamespaceFinalizersRemaining', 'SomeFinalizersRemain',
        'Some content in the namespace has finalizers remaining: a in 2 resource instances, b in 1 resource instances'],
    ])
  })

  test('tell of failures', () => {
    expect(failureConditions(['foo', 'bar'])[0]?.message).toBe('Failed to delete all resource types, 2 remaining: bar, foo')
  })
})

describe('a namespace', () => {
  test('has its ServiceAccount and the certificate of the API server, and gets them back', () => {
    const { world } = build(accounts)
    create(world, 'namespaces', namespace('shop'))
    settle(world)
    expect(get(world, 'serviceaccounts', 'shop/default')).toBeDefined()
    expect(get(world, 'configmaps', 'shop/kube-root-ca.crt')).toBeDefined()
    remove(world, 'serviceaccounts', 'shop/default')
    remove(world, 'configmaps', 'shop/kube-root-ca.crt')
    settle(world)
    expect(get(world, 'serviceaccounts', 'shop/default')).toBeDefined()
    expect(get(world, 'configmaps', 'shop/kube-root-ca.crt')).toBeDefined()
  })

  test('that is deleted waits five seconds, then goes with what is in it', () => {
    const { world } = build([controller, ...accounts])
    create(world, 'namespaces', namespace('shop'))
    settle(world)
    create(world, 'secrets', object('Secret', 'key'))
    remove(world, 'namespaces', 'shop')
    expect(get(world, 'namespaces', 'shop')?.status.phase).toBe('Terminating')
    settle(world, { until: 4_999 })
    expect(get(world, 'secrets', 'shop/key')).toBeDefined()
    settle(world)
    expect(get(world, 'namespaces', 'shop')).toBeUndefined()
    expect(get(world, 'secrets', 'shop/key')).toBeUndefined()
    expect(get(world, 'serviceaccounts', 'shop/default')).toBeUndefined()
    expect(world.now).toBe(5_000)
  })

  test('takes nothing new while it is being deleted', () => {
    const { world } = build([controller])
    create(world, 'namespaces', namespace('shop'))
    remove(world, 'namespaces', 'shop')
    expect(() => create(world, 'secrets', object('Secret', 'key')))
      .toThrow('secrets "key" is forbidden: unable to create new content in namespace shop because it is being terminated')
  })

  test('loses its pods first: looked at when its status changes, and after half of their grace period', () => {
    const { world } = build([controller])
    create(world, 'namespaces', namespace('shop'))
    create(world, 'secrets', object('Secret', 'key'))
    create(world, 'pods', pod('web'))
    remove(world, 'namespaces', 'shop')
    const first = requests(settle(world, { until: 5_000 }))
    expect(first).toEqual([
      'get namespaces shop', 'deletecollection pods shop', 'list pods shop', 'update namespaces/status shop',
    ])
    expect(get(world, 'secrets', 'shop/key')).toBeDefined()
    settle(world, { until: 25_999 })
    remove(world, 'pods', 'shop/web', { gracePeriodSeconds: 0 })
    settle(world)
    expect(world.now).toBe(26_000)
    expect(get(world, 'namespaces', 'shop')).toBeUndefined()
  })

  test('says who holds what is left', () => {
    const { world } = build([controller])
    create(world, 'namespaces', namespace('shop'))
    create(world, 'secrets', object('Secret', 'key', ['example.com/hold']))
    remove(world, 'namespaces', 'shop')
    settle(world, { until: 60_000 })
    const conditions = get(world, 'namespaces', 'shop')?.status.conditions ?? []
    expect(conditions.find(({ type }) => type === 'NamespaceFinalizersRemaining')?.message)
      .toBe('Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances')
  })
})
