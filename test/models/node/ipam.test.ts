import { describe, expect, test } from 'vitest'
import { addressAt, capacityOf, nextOffset } from '#models/node/addresses'
import { allocate, hasRoom, release } from '#models/node/ipam'
import type { Cells } from '#kernel/cells'
import { createPod, deletePod, oneNode, podIn, settle } from '../../support/node.js'

function withCells<T>(run: (cells: Cells) => T, picks = false): T {
  const { world } = oneNode()
  if (picks) world.picker = (options) => options.length - 1
  let result: T | undefined
  world.perform((cells) => {
    result = run(cells)
  })
  return result as T // it was set just now
}

describe('addresses', () => {
  test.each([
    ['10.244.1.0/24', 5, '10.244.1.5'],
    ['10.244.0.0/22', 300, '10.244.1.44'],
    ['fd00:10:244:1::/64', 2, 'fd00:10:244:1::2'],
    ['fd00:10:244:0:1::/80', 0x1ff, 'fd00:10:244:0:1::1ff'],
  ])('%s, %d: %s', (cidr, offset, address) => expect(addressAt(cidr, offset)).toBe(address))
  test('the network, its gateway and the broadcast address are left out', () => {
    expect(capacityOf('10.244.1.0/24')).toBe(253)
    expect(nextOffset('10.244.1.0/24', 0)).toBe(2)
    expect(nextOffset('10.244.1.0/24', 254)).toBe(2)
  })
})

describe('host-local', () => {
  const cidrs = ['10.244.1.0/29'] // .2 to .6

  test('goes round: an address that was given back comes last', () => {
    const ips = withCells((cells) => {
      const take = (uid: string): string => allocate(cells, 'node-1', uid, cidrs)[0] ?? ''
      const first = [take('a'), take('b')]
      release(cells, 'node-1', [first[0] ?? ''])
      return [...first, take('c'), take('d'), take('e'), take('f')]
    })
    expect(ips).toEqual(['10.244.1.2', '10.244.1.3', '10.244.1.4', '10.244.1.5', '10.244.1.6', '10.244.1.2'])
  })
  test('giving it again at once is another outcome', () => {
    const ips = withCells((cells) => {
      const first = allocate(cells, 'node-1', 'a', cidrs)
      release(cells, 'node-1', first)
      return [first, allocate(cells, 'node-1', 'b', cidrs)]
    }, true)
    expect(ips).toEqual([['10.244.1.2'], ['10.244.1.2']])
  })
  test('has an end', () => {
    expect(withCells((cells) => {
      for (const uid of ['a', 'b', 'c', 'd']) allocate(cells, 'node-1', uid, cidrs)
      const before = hasRoom(cells, 'node-1', cidrs)
      allocate(cells, 'node-1', 'e', cidrs)
      return [before, hasRoom(cells, 'node-1', cidrs)]
    })).toEqual([true, false])
  })
  test('gives one address of each family', () => {
    expect(withCells((cells) => allocate(cells, 'node-1', 'a', ['10.244.1.0/24', 'fd00::/64'])))
      .toEqual(['10.244.1.2', 'fd00::2'])
  })
})

test('a pod that finds no address waits until one is given back', () => {
  const bench = oneNode(undefined, { podCidr: '10.244.0.0/30' }) // .2 alone
  createPod(bench, { name: 'first' })
  settle(bench.world)
  createPod(bench, { name: 'second' })
  settle(bench.world)
  expect(podIn(bench, 'second')?.status.containerStatuses?.[0]?.state.waiting?.reason)
    .toBe('ContainerCreating')
  deletePod(bench, 'first')
  settle(bench.world)
  expect(podIn(bench, 'second')?.status).toMatchObject({ phase: 'Running', podIP: '10.244.0.2' })
})
