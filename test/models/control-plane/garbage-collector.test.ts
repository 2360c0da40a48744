import { describe, expect, test } from 'vitest'
import type { World } from '#cluster/world'
import type { DeletionPropagation } from '#api/types'
import { handle } from '#models/control-plane/api-server'
import { start } from '#models/kubernetes'
import { build, create, get, settle } from '../../support/drive.js'

const collector = 'kube-controller-manager/garbage-collector'

const configMap = (name: string, ...owners: readonly object[]) => ({
  apiVersion: 'v1', kind: 'ConfigMap',
  metadata: { name, namespace: 'default', ...(owners.length === 0 ? {} : { ownerReferences: owners }) },
})

const ownedBy = (name: string, more: object = {}) =>
  ({ apiVersion: 'v1', kind: 'ConfigMap', name, uid: `ConfigMap:default/${name}`, ...more })

const remove = (world: World, key: string, propagationPolicy?: DeletionPropagation) => world.perform((cells) => {
  handle(cells, { verb: 'delete', resource: 'configmaps', key, body: propagationPolicy === undefined ? {} : { propagationPolicy } })
})

const names = (world: World, ...wanted: readonly string[]): readonly string[] =>
  wanted.filter((name) => get(world, 'configmaps', `default/${name}`) !== undefined)

describe('an owner is deleted', () => {
  test('in the background: its dependents follow, and theirs', () => {
    const { world } = build([collector])
    create(world, 'configmaps', configMap('owner'))
    create(world, 'configmaps', configMap('child', ownedBy('owner')))
    create(world, 'configmaps', configMap('grandchild', ownedBy('child')))
    settle(world)
    remove(world, 'default/owner')
    expect(names(world, 'owner', 'child', 'grandchild')).toEqual(['child', 'grandchild'])
    settle(world)
    expect(names(world, 'owner', 'child', 'grandchild')).toEqual([])
  })

  test('in the foreground: it goes last', () => {
    const { world } = build([collector])
    create(world, 'configmaps', configMap('owner'))
    create(world, 'configmaps', configMap('child', ownedBy('owner', { blockOwnerDeletion: true })))
    settle(world)
    remove(world, 'default/owner', 'Foreground')
    expect(names(world, 'owner', 'child')).toEqual(['owner', 'child'])
    const steps = settle(world)
    expect(names(world, 'owner', 'child')).toEqual([])
    const at = (text: string): number => steps.findIndex((step) => step.includes(text))
    expect(at('delete configmaps default/child')).toBeGreaterThanOrEqual(0)
    expect(at('delete configmaps default/child')).toBeLessThan(at('patch configmaps default/owner'))
  })

  test('and leaves its dependents as orphans', () => {
    const { world } = build([collector])
    create(world, 'configmaps', configMap('owner'))
    create(world, 'configmaps', configMap('child', ownedBy('owner')))
    settle(world)
    remove(world, 'default/owner', 'Orphan')
    settle(world)
    expect(names(world, 'owner', 'child')).toEqual(['child'])
    expect(get(world, 'configmaps', 'default/child')?.metadata.ownerReferences ?? []).toEqual([])
  })
})

/** Goes on promptly, but for choices that are held back. Returns what the collector asked of the API server. */
function settleBut(world: World, held: readonly string[] = []): readonly string[] {
  const asked: string[] = []
  for (let steps = 0; steps < 10_000; steps++) {
    const choice = [...world.agenda].find((key) => !held.includes(key))
    if (choice === undefined) return asked
    if (choice.startsWith(`request|${collector}|`)) asked.push(world.label(choice).slice(`kube-apiserver: ${collector} `.length))
    world.take(choice)
  }
  throw new Error('no end of Steps')
}

const watchOf = (resource: string): string => `watch|${collector}|${resource}`

const node = (name: string, ...owners: readonly object[]) =>
  ({ apiVersion: 'v1', kind: 'Node', metadata: { name, ...(owners.length === 0 ? {} : { ownerReferences: owners }) }, spec: {}, status: {} })

const secret = (namespace: string, name: string, ...owners: readonly object[]) =>
  ({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace, ...(owners.length === 0 ? {} : { ownerReferences: owners }) } })

const isThere = (world: World, resource: 'secrets' | 'configmaps' | 'nodes', name: string): boolean =>
  get(world, resource, name) !== undefined

// Rewritten from pkg/controller/garbagecollector/garbagecollector_test.go (TestConflictingData).
describe('owner references that do not fit', () => {
  const nodeOwner = { apiVersion: 'v1', kind: 'Node', name: 'nodename', uid: 'Node:nodename' }
  const configOwner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: 'ConfigMap:ns2/owner' }
  const owner = { ...configMap('owner'), metadata: { name: 'owner', namespace: 'ns2' } }

  test('a good child of a cluster-scoped owner that was not observed yet is left alone', () => {
    const { world } = build([collector])
    create(world, 'nodes', node('nodename'))
    create(world, 'secrets', secret('ns1', 'child', nodeOwner))
    expect(settleBut(world, [watchOf('nodes')])).toEqual(['get nodes nodename'])
    settle(world)
    expect(isThere(world, 'secrets', 'ns1/child')).toBe(true)
  })

  for (const [order, held] of [['child first', [watchOf('configmaps')]], ['owner first', [watchOf('secrets')]]] as const) {
    test(`a bad child in ns1 of an owner in ns2 is deleted (${order})`, () => {
      const { world } = build([collector])
      create(world, 'configmaps', owner)
      create(world, 'secrets', secret('ns1', 'bad', configOwner))
      create(world, 'secrets', secret('ns2', 'good', configOwner))
      settleBut(world, held)
      settle(world)
      expect(isThere(world, 'secrets', 'ns1/bad')).toBe(false)
      expect(isThere(world, 'secrets', 'ns2/good')).toBe(true)
      expect(isThere(world, 'configmaps', 'ns2/owner')).toBe(true)
    })

    test(`a bad cluster-scoped child of a namespaced owner is not deleted (${order})`, () => {
      const { world } = build([collector])
      create(world, 'configmaps', owner)
      create(world, 'nodes', node('bad', configOwner))
      settleBut(world, held[0] === watchOf('secrets') ? [watchOf('nodes')] : held)
      settle(world)
      expect(isThere(world, 'nodes', 'bad')).toBe(true)
    })
  }

  test('a bad cluster-scoped child does not keep a good one of a missing owner', () => {
    const { world } = build([collector])
    create(world, 'nodes', node('bad', configOwner))
    create(world, 'secrets', secret('ns2', 'good', configOwner))
    settle(world)
    expect(isThere(world, 'nodes', 'bad')).toBe(true)
    expect(isThere(world, 'secrets', 'ns2/good')).toBe(false)
  })

  test('a child of an owner that never was is deleted', () => {
    const { world } = build([collector])
    create(world, 'configmaps', configMap('child', ownedBy('nobody', { uid: '6b6b2c1e-0d4b-4f53-9f6b-2d2b3f3a7c11' })))
    settle(world)
    expect(names(world, 'child')).toEqual([])
  })
})

// Rewritten from the same (TestAttemptToDeleteItem and the paths of attemptToDeleteItem).
describe('an attempt to delete', () => {
  test('looks at the item and its owner anew before it deletes', () => {
    const { world } = build([collector])
    create(world, 'configmaps', configMap('child', ownedBy('owner1', { uid: '123' })))
    expect(settleBut(world)).toEqual([
      'get configmaps default/owner1', 'get configmaps default/child', 'delete configmaps default/child',
    ])
  })

  test('drops the owners that are gone where another is left', () => {
    const { world } = build([collector])
    create(world, 'configmaps', configMap('a'))
    create(world, 'configmaps', configMap('b'))
    create(world, 'configmaps', configMap('child', ownedBy('a'), ownedBy('b')))
    settle(world)
    remove(world, 'default/a')
    settle(world)
    expect(get(world, 'configmaps', 'default/child')?.metadata.ownerReferences?.map(({ name }) => name)).toEqual(['b'])
  })

  test('is made again when the object changed in between, if its owners did not', () => {
    const { world } = build([collector])
    create(world, 'configmaps', configMap('owner'))
    create(world, 'configmaps', configMap('child', ownedBy('owner')))
    settle(world)
    remove(world, 'default/owner')
    const isDelete = (key: string): boolean => key.startsWith('request|') && world.label(key).includes('delete configmaps default/child')
    for (let choice = world.agenda.first(); choice !== undefined && !isDelete(choice); choice = world.agenda.first()) world.take(choice)
    const child = get(world, 'configmaps', 'default/child')!
    world.perform((cells) => handle(cells, { verb: 'update', resource: 'configmaps', key: 'default/child', body: { ...child, data: { a: 'b' } } }))
    expect(settleBut(world)).toEqual([
      'delete configmaps default/child', 'get configmaps default/child', 'delete configmaps default/child',
    ])
    expect(names(world, 'child')).toEqual([])
  })

  test('of an owner deleted in the foreground waits for blocking dependents only', () => {
    const { world } = build([collector])
    create(world, 'configmaps', configMap('owner'))
    create(world, 'configmaps', { ...configMap('held', ownedBy('owner')), metadata: { ...configMap('held', ownedBy('owner')).metadata, finalizers: ['example.com/hold'] } })
    settle(world)
    remove(world, 'default/owner', 'Foreground')
    settle(world)
    expect(names(world, 'owner', 'held')).toEqual(['held'])
  })

  test('in the foreground goes all the way down first', () => {
    const { world } = build([collector])
    const blocks = { blockOwnerDeletion: true }
    create(world, 'configmaps', configMap('top'))
    create(world, 'configmaps', configMap('middle', ownedBy('top', blocks)))
    create(world, 'configmaps', configMap('bottom', ownedBy('middle', blocks)))
    settle(world)
    remove(world, 'default/top', 'Foreground')
    const steps = settle(world)
    expect(names(world, 'top', 'middle', 'bottom')).toEqual([])
    const at = (text: string): number => steps.findIndex((step) => step.includes(text))
    expect(at('delete configmaps default/bottom')).toBeLessThan(at('patch configmaps default/middle'))
    expect(at('patch configmaps default/middle')).toBeLessThan(at('patch configmaps default/top'))
  })

  test('finds after a restart what was left behind meanwhile', () => {
    const { world } = build([])
    create(world, 'configmaps', configMap('owner'))
    create(world, 'configmaps', configMap('child', ownedBy('owner')))
    remove(world, 'default/owner')
    const { kubernetes: machinery } = build([])
    world.perform((cells) => start(cells, machinery.runtime, collector, 'api-1'))
    settle(world)
    expect(names(world, 'child')).toEqual([])
    expect(world.nextDeadline).toBeUndefined()
  })
})
