import { describe, expect, test } from 'vitest'
import type { Container, Pod, Taint } from '#api/types'
import { handle } from '#models/control-plane/api-server'
import { objectKey } from '#machine/objects'
import { createPod, deletePod, oneNode, podIn, settle, type PodOptions } from '../../support/node.js'
import type { Bench } from '../../support/drive.js'

const requests = (of: NonNullable<NonNullable<Container['resources']>['requests']>): PodOptions['containers'] => [{ resources: { requests: of } }]

type Verdict = Pick<Pod['status'], 'phase' | 'reason' | 'message'>

function rejected(options: PodOptions, prepare: (bench: Bench) => void = () => {}): Verdict {
  const bench = oneNode()
  prepare(bench)
  settle(bench.world)
  createPod(bench, options)
  settle(bench.world)
  const { phase, reason, message } = podIn(bench)?.status ?? { phase: 'Unknown' }
  return { phase, ...(reason === undefined ? {} : { reason }), ...(message === undefined ? {} : { message }) }
}

const taint = (bench: Bench, taints: readonly Taint[]): void => bench.world.perform((cells) => {
  const node = cells.read(objectKey('nodes', 'node-1'))!
  handle(cells, { verb: 'update', resource: 'nodes', key: 'node-1', body: { ...node, spec: { ...node.spec, taints } } })
})

describe('a pod that the node has no room for', () => {
  test('fails with what is missing first, and the numbers', () => {
    expect(rejected({ containers: requests({ cpu: '17', memory: '100Gi' }) })).toEqual({
      phase: 'Failed', reason: 'OutOfcpu',
      message: "Pod was rejected: Node didn't have enough resource: cpu, requested: 17000, used: 0, capacity: 16000",
    })
  })
  test('what other pods ask for counts', () => {
    expect(rejected({ containers: requests({ cpu: '8' }) }, (bench) => createPod(bench, { name: 'other', containers: requests({ cpu: '9' }) })))
      .toMatchObject({ reason: 'OutOfcpu', message: expect.stringContaining('requested: 8000, used: 9000, capacity: 16000') as string })
  })
  test('not that of pods that have ended', () => {
    expect(rejected({ containers: requests({ cpu: '8' }) }, (bench) => createPod(bench, {
      name: 'other', containers: requests({ cpu: '9' }), spec: { restartPolicy: 'Never' },
      profile: { exits: { afterSeconds: 1, code: 0 } },
    }))).toEqual({ phase: 'Running' })
  })
  test('nor of pods that are gone', () => {
    expect(rejected({ containers: requests({ memory: '40Gi' }) }, (bench) => {
      createPod(bench, { name: 'other', containers: requests({ memory: '40Gi' }) })
      settle(bench.world)
      deletePod(bench, 'other')
    })).toEqual({ phase: 'Running' })
  })
  test('memory', () => {
    expect(rejected({ containers: requests({ memory: '65Gi' }) }).reason).toBe('OutOfmemory')
  })
})

describe('a pod that does not belong on the node', () => {
  test('by its node selector', () => {
    expect(rejected({ spec: { nodeSelector: { disk: 'ssd' } } })).toEqual({
      phase: 'Failed', reason: 'NodeAffinity',
      message: "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
    })
  })
  test('by a NoExecute taint that it does not tolerate', () => {
    const options = (bench: Bench): void =>
      taint(bench, [{ key: 'dedicated', value: 'db', effect: 'NoExecute' }])
    expect(rejected({}, options)).toEqual({
      phase: 'Failed', reason: 'TaintToleration',
      message: "Pod was rejected: Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate",
    })
    expect(rejected({ spec: { tolerations: [{ key: 'dedicated', operator: 'Exists' }] } }, options).phase)
      .toBe('Running')
  })
  test('by a port of the node that another pod has', () => {
    const containers = [{ ports: [{ containerPort: 80, hostPort: 80, protocol: 'TCP' as const }] }]
    expect(rejected({ containers }, (bench) => createPod(bench, { name: 'other', containers })).reason)
      .toBe('NodePorts')
  })
  test('by its operating system', () => {
    expect(rejected({ spec: { os: { name: 'windows' } } }).reason).toBe('PodOSNotSupported')
  })
})

test('a pod that was rejected never runs, and goes when it is deleted', () => {
  const bench = oneNode()
  createPod(bench, { containers: requests({ cpu: '99' }) })
  settle(bench.world)
  expect(podIn(bench)?.status.conditions ?? []).toEqual([])
  expect(bench.world.store.get('sandboxes|node-1')).toBeUndefined()
  deletePod(bench)
  settle(bench.world)
  expect(podIn(bench)).toBeUndefined()
  expect(bench.world.nextDeadline).toBeUndefined()
})

test('a pod that was marked for deletion before it was rejected is gone in the end', () => {
  const bench = oneNode()
  createPod(bench, { containers: requests({ cpu: '99' }) })
  deletePod(bench)
  expect(podIn(bench)?.metadata.deletionTimestamp).toBeDefined()
  settle(bench.world)
  expect(podIn(bench)).toBeUndefined()
})
