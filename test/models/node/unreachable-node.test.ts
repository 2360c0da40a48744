import { describe, expect, test } from 'vitest'
import type { Node, Pod } from '#api/types'
import { getPodCondition } from '#api/pods'
import { handle } from '#models/control-plane/api-server'
import { partition } from '#models/faults/partition'
import { containerKey, type Container } from '#models/node/cells'
import { bench, type Bench } from '../faults/bench.js'
import { podOn } from '../../support/node.js'
import { create, get, settle } from '../../support/drive.js'

const podOf = (b: Bench): Pod | undefined => get(b.world, 'pods', 'default/web')

const until = (b: Bench, seconds: number): void => {
  settle(b.world, { until: seconds * 1000 })
  if (b.world.now < seconds * 1000) b.world.advance(seconds * 1000)
}

const isRunning = (b: Bench, uid: string): boolean =>
  (b.world.store.get(containerKey('node-1', uid, 'app')) as Container | undefined)?.state === 'running'

/** A pod on the first of three nodes, which is cut off at 100 s. */
function cutOff(): { readonly b: Bench; readonly uid: string } {
  const b = bench(3)
  settle(b.world)
  // What the admission of tolerations gives every pod.
  const tolerations = ['not-ready', 'unreachable'].map((name) => ({
    key: `node.kubernetes.io/${name}`, operator: 'Exists' as const, effect: 'NoExecute' as const, tolerationSeconds: 300,
  }))
  create(b.world, 'pods', podOn({ spec: { tolerations } }))
  until(b, 100)
  b.inject(partition, 'node-1')
  return { b, uid: podOf(b)?.metadata.uid ?? '' }
}

// kubernetes.io/docs/concepts/architecture/nodes (condition), pkg/controller/nodelifecycle
describe('A pod of a node that cannot be reached', () => {
  test('is not ready, keeps its phase, and is being deleted five minutes after its node became Unknown', () => {
    const { b, uid } = cutOff()
    until(b, 160)
    expect(podOf(b)?.status.phase).toBe('Running')
    expect(getPodCondition(podOf(b)!.status, 'Ready')).toMatchObject({ status: 'False' })
    expect(podOf(b)?.status.containerStatuses?.[0]).toMatchObject({ ready: true, state: { running: {} } })
    until(b, 600)
    expect(podOf(b)?.metadata.deletionTimestamp).toBeDefined()
    expect(getPodCondition(podOf(b)!.status, 'DisruptionTarget')).toMatchObject({ reason: 'DeletionByTaintManager' })
    expect(isRunning(b, uid)).toBe(true) // nobody has told its kubelet
  })

  test('goes when its kubelet is back', () => {
    const { b, uid } = cutOff()
    until(b, 600)
    b.heal(partition, 'node-1')
    until(b, 640)
    expect([podOf(b), isRunning(b, uid)]).toEqual([undefined, false])
  })

  test('is ready again where its kubelet is back in time', () => {
    const { b } = cutOff()
    until(b, 200)
    b.heal(partition, 'node-1')
    until(b, 230)
    expect(podOf(b)?.metadata.deletionTimestamp).toBeUndefined()
    expect(getPodCondition(podOf(b)!.status, 'Ready')).toMatchObject({ status: 'True' })
  })

  test('goes from the API once somebody says that the node is out of service; its containers stop when the kubelet is back', () => {
    const { b, uid } = cutOff()
    until(b, 600)
    const node: Node | undefined = get(b.world, 'nodes', 'node-1')
    const taints = [...node?.spec.taints ?? [], { key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoExecute' }]
    b.world.perform((cells) => {
      handle(cells, { verb: 'patch', resource: 'nodes', key: 'node-1', body: { type: 'merge', patch: { spec: { taints } } } })
    })
    until(b, 700)
    expect([podOf(b), isRunning(b, uid)]).toEqual([undefined, true])
    b.heal(partition, 'node-1')
    until(b, 720)
    expect(isRunning(b, uid)).toBe(false)
  })
})
