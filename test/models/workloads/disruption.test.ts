import { describe, expect, test } from 'vitest'
import type { OwnerReference, Pod, PodDisruptionBudget } from '#api/types'
import type { World } from '#cluster/world'
import { objectKey, type StoredObject } from '#machine/objects'
import { handle } from '#models/control-plane/api-server'
import { put } from '#models/control-plane/etcd'
import { build, get, settle } from '../../support/drive.js'

const disruption = 'kube-controller-manager/disruption'

const owner = (kind: string, name: string, apiVersion = 'apps/v1'): OwnerReference =>
  ({ apiVersion, kind, name, uid: `${kind}:default/${name}`, controller: true, blockOwnerDeletion: true })

const workload = (kind: string, name: string, replicas: number, owners: readonly OwnerReference[] = []): StoredObject => ({
  apiVersion: 'apps/v1', kind,
  metadata: { name, namespace: 'default', uid: `${kind}:default/${name}`, generation: 1, ...(owners.length === 0 ? {} : { ownerReferences: owners }) },
  spec: { replicas, selector: { matchLabels: { foo: 'bar' } }, template: {} }, status: { replicas: 0 },
} as StoredObject) // of those kinds, as far as the disruption controller reads them

const pod = (name: string, controller?: OwnerReference, more: { readonly ready?: boolean; readonly terminating?: boolean } = {}): Pod => ({
  apiVersion: 'v1', kind: 'Pod',
  metadata: {
    name, namespace: 'default', uid: `Pod:default/${name}`, labels: { foo: 'bar' },
    ...(controller === undefined ? {} : { ownerReferences: [controller] }),
    ...(more.terminating === true ? { deletionTimestamp: 'set' } : {}),
  },
  spec: {
    containers: [], restartPolicy: 'Always', terminationGracePeriodSeconds: 30, dnsPolicy: 'ClusterFirst', nodeName: 'node-1',
    securityContext: {}, schedulerName: 'default-scheduler',
  },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: more.ready === false ? 'False' : 'True' }] },
})

const budget = (spec: PodDisruptionBudget['spec']): PodDisruptionBudget => ({
  apiVersion: 'policy/v1', kind: 'PodDisruptionBudget',
  metadata: { name: 'pdb', namespace: 'default', uid: 'PodDisruptionBudget:default/pdb', generation: 1 },
  spec: { selector: { matchLabels: { foo: 'bar' } }, ...spec },
  status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
})

const resources: Readonly<Record<string, string>> = {
  Pod: 'pods', PodDisruptionBudget: 'poddisruptionbudgets', ReplicaSet: 'replicasets', Deployment: 'deployments',
  StatefulSet: 'statefulsets',
}

/** Stores objects as they are, in place of what was there. */
const store = (world: World, ...objects: readonly StoredObject[]): void => world.perform((cells) => {
  for (const object of objects) {
    const resource = resources[object.kind] ?? ''
    put(cells, resource, cells.read(objectKey(resource, `default/${object.metadata.name}`)), object)
  }
})

/** Disruptions allowed, healthy now, healthy desired, pods expected. */
function counts(world: World): readonly number[] {
  settle(world)
  const { status } = get(world, 'poddisruptionbudgets', 'default/pdb')!
  return [status.disruptionsAllowed, status.currentHealthy, status.desiredHealthy, status.expectedPods]
}

const condition = (world: World) => get(world, 'poddisruptionbudgets', 'default/pdb')?.status.conditions?.[0]

/** What a budget says of these objects. */
function count(spec: PodDisruptionBudget['spec'], ...objects: readonly StoredObject[]): readonly number[] {
  const { world } = build([disruption])
  store(world, ...objects, budget(spec))
  return counts(world)
}

const set = (replicas: number, owners?: readonly OwnerReference[]) => workload('ReplicaSet', 'rs', replicas, owners)
const ofSet = owner('ReplicaSet', 'rs')

// Rewritten from pkg/controller/disruption/disruption_test.go.
describe('a PodDisruptionBudget counts', () => {
  test('pods, up to minAvailable and above (TestUnavailable)', () => {
    const { world } = build([disruption])
    store(world, budget({ minAvailable: 3 }))
    for (let i = 0; i < 4; i++) {
      expect(counts(world)).toEqual([0, i, 3, i])
      store(world, pod(`yo-${i}`))
    }
    expect(counts(world)).toEqual([1, 4, 3, 4])
    expect(condition(world)).toMatchObject({ status: 'True', reason: 'SufficientPods' })
    store(world, pod('yo-0', undefined, { ready: false }))
    expect(counts(world)).toEqual([0, 3, 3, 4])
    expect(condition(world)).toMatchObject({ status: 'False', reason: 'InsufficientPods' })
  })

  test('nothing without a selector (TestNoSelector)', () => {
    const { world } = build([disruption])
    const { selector: _, ...spec } = budget({ minAvailable: 3 }).spec
    const unselective: PodDisruptionBudget = { ...budget({}), spec }
    store(world, pod('yo'), unselective)
    expect(counts(world)).toEqual([0, 0, 3, 0])
  })

  const table: readonly (readonly [string, readonly number[], PodDisruptionBudget['spec'], ...StoredObject[]])[] = [
    ['no pods: nothing is allowed (TestIntegerMaxUnavailable)', [0, 0, 0, 0], { maxUnavailable: 1 }],
    ['a pod without a controller, by maxUnavailable (TestIntegerMaxUnavailable)', [0, 1, 0, 0], { maxUnavailable: 1 }, pod('naked')],
    ['a pod without a controller, by percentage (TestNakedPod)', [0, 1, 0, 0], { minAvailable: '28%' }, pod('naked')],
    ['the scale of the set: 7 less 2 (TestIntegerMaxUnavailableWithScaling)', [0, 1, 5, 7], { maxUnavailable: 2 }, set(7), pod('a', ofSet)],
    ['30% of 7 rounded up is 3 (TestPercentageMaxUnavailableWithScaling)', [0, 1, 4, 7], { maxUnavailable: '30%' }, set(7), pod('a', ofSet)],
    ['30% of 3 rounded up is 1', [0, 1, 2, 3], { maxUnavailable: '30%' }, set(3), pod('a', ofSet)],
    ['20% of 10 (TestReplicaSet)', [0, 1, 2, 10], { minAvailable: '20%' }, set(10), pod('a', ofSet)],
    ['maxUnavailable above the scale wants none', [1, 1, 0, 1], { maxUnavailable: 5 }, set(1), pod('a', ofSet)],
    ['the Deployment of the set (TestDeploymentFinderFunction)', [0, 1, 1, 4], { minAvailable: '25%' },
      workload('Deployment', 'web', 4), set(2, [owner('Deployment', 'web')]), pod('a', ofSet)],
    ['two sets of one Deployment once', [0, 2, 2, 4], { maxUnavailable: 2 }, workload('Deployment', 'web', 4),
      set(2, [owner('Deployment', 'web')]), workload('ReplicaSet', 'old', 2, [owner('Deployment', 'web')]),
      pod('a', ofSet), pod('b', owner('ReplicaSet', 'old'))],
    ['two controllers together (TestTwoControllers)', [0, 2, 4, 12], { minAvailable: '28%' }, set(6),
      workload('ReplicaSet', 'other', 6), pod('a', ofSet), pod('b', owner('ReplicaSet', 'other'))],
    ['StatefulSets by their scale (TestStatefulSetController)', [0, 1, 4, 4], { minAvailable: '80%' },
      workload('StatefulSet', 'db', 4), pod('a', owner('StatefulSet', 'db'))],
    ['pods on their way out are expected, not healthy', [0, 1, 1, 2], { minAvailable: 1 }, pod('a'), pod('b', undefined, { terminating: true })],
  ]
  for (const [name, expected, spec, ...objects] of table) test(name, () => expect(count(spec, ...objects)).toEqual(expected))

  test('fails closed for controllers without a scale (TestUnsupportedControllerPod)', () => {
    const { world } = build([disruption])
    store(world, budget({ minAvailable: '28%' }), pod('a', owner('Job', 'once', 'batch/v1')))
    settle(world)
    expect(condition(world)).toMatchObject({
      status: 'False', reason: 'SyncFailed', message: 'jobs.batch does not implement the scale subresource',
    })
  })

  test('fails closed for kinds that nobody knows', () => {
    const { world } = build([disruption])
    store(world, budget({ minAvailable: '28%' }), pod('a', owner('TestWorkload', 'fake-controller', 'apps.test.io/v1')))
    settle(world)
    expect(condition(world)?.message).toBe('no matches for kind "TestWorkload" in version "apps.test.io/v1"')
  })

  test('asks for the scale of a set whose Deployment it does not know', () => {
    const { world } = build([disruption])
    store(world, set(4, [owner('Deployment', 'gone')]), pod('a', ofSet), budget({ minAvailable: '50%' }))
    const steps = settle(world)
    expect(steps).toContain(`kube-apiserver: ${disruption} get replicasets/scale default/rs`)
    expect(counts(world)).toEqual([0, 1, 2, 4])
  })

  test('once more when its spec changes, and says of which generation', () => {
    const { world } = build([disruption])
    store(world, pod('a'), pod('b'), budget({ minAvailable: 2 }))
    expect(counts(world)).toEqual([0, 2, 2, 2])
    const before = get(world, 'poddisruptionbudgets', 'default/pdb')!
    world.perform((cells) => handle(cells, {
      verb: 'update', resource: 'poddisruptionbudgets', key: 'default/pdb', body: { ...before, spec: { ...before.spec, minAvailable: 1 } },
    }))
    expect(counts(world)).toEqual([1, 2, 1, 2])
    expect(get(world, 'poddisruptionbudgets', 'default/pdb')?.status.observedGeneration).toBe(2)
  })
})

const evict = (world: World, name: string): void => world.perform((cells) => {
  const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: 'default', uid: '' } }
  const answer = handle(cells, { verb: 'create', resource: 'pods', subresource: 'eviction', key: `default/${name}`, body })
  if (!answer.ok) throw new Error(answer.status.message)
})

describe('a granted eviction', () => {
  test('counts until the pod is seen to go, and leaves nothing pending', () => {
    const { world } = build([disruption])
    store(world, pod('a'), pod('b'), budget({ minAvailable: 1 }))
    expect(counts(world)).toEqual([1, 2, 1, 2])
    evict(world, 'a')
    expect(counts(world)).toEqual([0, 1, 1, 2])
    expect(get(world, 'poddisruptionbudgets', 'default/pdb')?.status.disruptedPods).toBeUndefined()
    expect(world.nextDeadline).toBeUndefined()
    world.perform((cells) => handle(cells, { verb: 'delete', resource: 'pods', key: 'default/a', body: { gracePeriodSeconds: 0 } }))
    expect(counts(world)).toEqual([0, 1, 1, 1])
    expect(world.now).toBeLessThan(120_000)
  })

  test('that came to nothing is forgotten after two minutes', () => {
    const { world } = build([disruption])
    store(world, pod('a'), pod('b'), budget({ minAvailable: 1 }))
    settle(world)
    const before = get(world, 'poddisruptionbudgets', 'default/pdb')!
    // The API server took the disruption from the budget, and never came to delete the pod.
    evict(world, 'a')
    store(world, pod('a'))
    settle(world, { until: 119_000 })
    expect(counts(world)).toEqual([before.status.disruptionsAllowed, 2, 1, 2])
    expect(world.now).toBeGreaterThanOrEqual(120_000)
  })
})

describe('a pod that was marked for disruption and is not deleted', () => {
  const marked = (reason: string): Pod => {
    const one = pod('a')
    return { ...one, status: { ...one.status, conditions: [...one.status.conditions ?? [], { type: 'DisruptionTarget', status: 'True', reason }] } }
  }
  const mark = (world: World) => get(world, 'pods', 'default/a')?.status.conditions?.find(({ type }) => type === 'DisruptionTarget')?.status

  test('has the mark cleared after two minutes (TestStalePodDisruption)', () => {
    const { world } = build([disruption])
    store(world, marked('DeletionByTaintManager'))
    settle(world, { until: 119_000 })
    expect(mark(world)).toBe('True')
    settle(world)
    expect(mark(world)).toBe('False')
    expect(world.now).toBe(120_000)
  })

  test('keeps a mark of its kubelet', () => {
    const { world } = build([disruption])
    store(world, marked('TerminationByKubelet'))
    settle(world)
    expect(mark(world)).toBe('True')
    expect(world.now).toBe(0)
  })
})
