import { describe, expect, test } from 'vitest'
import { handle } from '#models/control-plane/api-server'
import { start } from '#models/kubernetes'
import { allocateNext, cidrAt, maxCidrs, noCidrs, occupy, occupyAll, release } from '#models/node-lifecycle/cidr-set'
import { cluster, type Cluster } from './bench.js'
import { create, get, settle } from '../../support/drive.js'

const cidrOf = (c: Cluster, node: string): string | undefined => get(c.world, 'nodes', node)?.spec.podCIDR
const addNode = (c: Cluster, name: string): void =>
  void create(c.world, 'nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name }, spec: {}, status: {} })
const deleteNode = (c: Cluster, name: string): void => c.world.perform((cells) => {
  handle(cells, { verb: 'delete', resource: 'nodes', key: name })
})

// From pkg/controller/nodeipam/ipam/cidrset/cidr_set.go and range_allocator_test.go (TestAllocateOrOccupyCIDRSuccess,
// TestReleaseCIDRSuccess, TestOccupyPreExistingCIDR).
describe('the ranges of a cluster', () => {
  test('are handed out in order, and what is in use is passed over', () => {
    const [first, cidr] = allocateNext(occupy(noCidrs, '10.244.0.0/24'))!
    expect(cidr).toBe('10.244.1.0/24')
    expect(allocateNext(first)![1]).toBe('10.244.2.0/24')
  })
  test('are not reused before the end is reached', () => {
    const [used, cidr] = allocateNext(noCidrs)!
    expect(allocateNext(release(used, cidr))![1]).toBe('10.244.1.0/24')
  })
  test('run out, and one that is released is found again', () => {
    const all = occupyAll(noCidrs, Array.from({ length: maxCidrs }, (_, index) => cidrAt(index)))
    expect(all.allocated).toBe(1024)
    expect(allocateNext(all)).toBeUndefined()
    expect(allocateNext(release(all, '10.245.7.0/24'))![1]).toBe('10.245.7.0/24')
  })
  test('do not include what lies outside', () => {
    expect(occupy(noCidrs, '192.168.0.0/24')).toBe(noCidrs)
    expect(occupy(noCidrs, '10.248.0.0/24')).toBe(noCidrs)
    expect(release(noCidrs, '10.244.0.0/24')).toBe(noCidrs)
  })
})

describe('a node', () => {
  test('gets a range when it joins', () => {
    const c = cluster(['node-ipam'], 0)
    addNode(c, 'a')
    addNode(c, 'b')
    settle(c.world)
    expect([cidrOf(c, 'a'), cidrOf(c, 'b')]).toEqual(['10.244.0.0/24', '10.244.1.0/24'])
    expect(get(c.world, 'nodes', 'a')?.spec.podCIDRs).toEqual(['10.244.0.0/24'])
  })
  test('keeps the one that it has', () => {
    const c = cluster(['node-ipam'], 2, { options: (index) => ({ podCidr: index === 0 }) })
    settle(c.world)
    expect([cidrOf(c, 'node-1'), cidrOf(c, 'node-2')]).toEqual(['10.244.0.0/24', '10.244.1.0/24'])
  })
  test('that is deleted gives its range back (TestNodeDeletionReleaseCIDR)', () => {
    const c = cluster(['node-ipam'], 0)
    for (let index = 0; index < maxCidrs + 1; index++) addNode(c, `n${index}`)
    settle(c.world)
    expect(cidrOf(c, `n${maxCidrs}`)).toBeUndefined()
    expect(c.world.nextDeadline).toBeUndefined()
    deleteNode(c, 'n5')
    settle(c.world)
    expect(cidrOf(c, `n${maxCidrs}`)).toBe('10.244.5.0/24')
  })
  test('cannot be given another one', () => {
    const c = cluster([], 1, { options: () => ({ podCidr: true }) })
    c.world.perform((cells) => {
      expect(handle(cells, { verb: 'patch', resource: 'nodes', key: 'node-1', body: {
        type: 'merge', patch: { spec: { podCIDR: '10.244.9.0/24', podCIDRs: ['10.244.9.0/24'] } },
      } })).toMatchObject({ ok: false, status: { reason: 'Invalid', message: 'Node "node-1" is invalid: '
        + 'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid' } })
    })
  })
})

test('an allocator that is started anew takes account of every range in etcd, however late its cache is', () => {
  const c = cluster(['node-ipam'], 0)
  addNode(c, 'a')
  settle(c.world)
  c.world.perform((cells) => {
    handle(cells, { verb: 'patch', resource: 'nodes', key: 'a', body: { type: 'merge', patch: { metadata: { labels: { x: 'y' } } } } })
    cells.write('memory|kube-controller-manager/node-ipam|cidrs', undefined)
    start(cells, c.machinery.runtime, 'kube-controller-manager/node-ipam', 'api-1')
  })
  addNode(c, 'b')
  settle(c.world)
  expect([cidrOf(c, 'a'), cidrOf(c, 'b')]).toEqual(['10.244.0.0/24', '10.244.1.0/24'])
})
