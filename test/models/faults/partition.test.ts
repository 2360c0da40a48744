import { expect, test } from 'vitest'
import { requestKey, responseKey } from '#machine/request'
import type { Scene } from '#models/faults'
import { partition } from '#models/faults/partition'
import { cluster } from '../node-lifecycle/bench.js'
import { get, settle } from '../../support/drive.js'

const patch = {
  verb: 'patch', resource: 'nodes', key: 'node-1', body: { type: 'merge', patch: { metadata: { labels: { late: 'yes' } } } },
} as const

function partitioned(pick: number, write: (cells: Scene['cells']) => void): { readonly label?: string; readonly failed: boolean } {
  const { world, machinery } = cluster([], 1)
  settle(world)
  const scene = (cells: Scene['cells']): Scene => ({ cells, runtime: machinery.runtime, keys: () => world.store.keys() })
  world.perform((cells) => {
    partition.inject(scene(cells), 'node-1')
    write(cells)
  })
  settle(world)
  world.picker = () => pick
  world.perform((cells) => partition.heal?.(scene(cells), 'node-1'))
  const answer = world.store.get(responseKey('kubelet/node-1', 'x', 'main')) as { response: { ok: boolean } } | undefined
  settle(world)
  const label = get(world, 'nodes', 'node-1')?.metadata.labels?.['late']
  return { failed: answer?.response.ok === false, ...(label === undefined ? {} : { label }) }
}

test('a request that a node could not send fails when the partition is over, and does not take effect late', () => {
  expect(partitioned(0, (cells) => cells.write(requestKey('kubelet/node-1', 'x', 'main'), patch))).toEqual({ failed: true })
})

test.each([[0, false], [1, true]])('with outcome %i an answer that was on its way is lost: %s', (pick, failed) => {
  const answer = { request: patch, response: { ok: true as const } }
  expect(partitioned(pick, (cells) => cells.write(responseKey('kubelet/node-1', 'x', 'main'), answer)).failed).toBe(failed)
})
