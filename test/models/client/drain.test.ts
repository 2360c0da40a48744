import { describe, expect, test } from 'vitest'
import type { Pod, JsonObject } from '#api/types'
import { runOrder } from '#checker/order'
import { defaultScenario } from '#models/client/default-scenario'
import { filterPod, getPodsForDeletion, type PodDeleteStatus } from '#models/client/drain-filters'
import { scriptKey } from '#models/client/script'
import { drainDefaults, type DrainOptions, type UserAction } from '#models/client/user-actions'
import { disruptionIgnoresPods } from '#models/mutants/disruption-ignores-pods'
import { evictionIgnoresBudget } from '#models/mutants/eviction-ignores-budget'
import type { Mutant } from '#models/mutants'
import { buildNode } from '#models/node-lifecycle/nodes'
import { systemOf } from '#properties/scenario'
import { drainCompletes } from '#properties/workloads/drain-completes'
import { evictionWithinBudget } from '#properties/workloads/eviction-within-budget'

const owned = (kind: string) => [{ apiVersion: 'apps/v1', kind, name: 'owner', uid: 'owner', controller: true }]

const pod = (metadata: Partial<Pod['metadata']>, more: Partial<Pod['spec']> = {}, phase: Pod['status']['phase'] = 'Running'): Pod => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name: 'bar', namespace: 'default', uid: 'u', ...metadata },
  spec: {
    containers: [], restartPolicy: 'Always', terminationGracePeriodSeconds: 30, dnsPolicy: 'ClusterFirst', nodeName: 'node',
    securityContext: {}, schedulerName: 'default-scheduler', ...more,
  },
  status: { phase },
})

const strict: DrainOptions = { ignoreDaemonSets: false, deleteEmptyDirData: false, force: false, disableEviction: false }
const found = () => undefined
const missing = () => ({ isNotFound: true, message: 'daemonsets.apps "owner" not found' })
const local = { volumes: [{ name: 'scratch', emptyDir: {} }] } as Partial<Pod['spec']> // one volume
const ofDaemonSet = pod({ ownerReferences: owned('DaemonSet') })
const ofReplicaSet = pod({ ownerReferences: owned('ReplicaSet') })

// Rewritten from kubectl/pkg/cmd/drain/drain_test.go (TestDrain) and pkg/drain/drain_test.go.
describe('kubectl drain takes or keeps', () => {
  const okay: PodDeleteStatus = { delete: true, reason: 'Okay' }
  const table: readonly (readonly [string, Pod, DrainOptions, boolean, PodDeleteStatus])[] = [
    ['a pod of a ReplicaSet', ofReplicaSet, strict, true, okay],
    ['a pod of a DaemonSet: not without the flag', ofDaemonSet, strict, true,
      { delete: false, reason: 'Error', message: 'DaemonSet-managed Pods (use --ignore-daemonsets to ignore)' }],
    ['a pod of a DaemonSet with --ignore-daemonsets: it stays', ofDaemonSet, { ...strict, ignoreDaemonSets: true }, true,
      { delete: false, reason: 'Warning', message: 'ignoring DaemonSet-managed Pods' }],
    ['an orphaned pod of a DaemonSet', ofDaemonSet, strict, false,
      { delete: false, reason: 'Error', message: 'daemonsets.apps "owner" not found' }],
    ['an orphaned pod of a DaemonSet with --force', ofDaemonSet, { ...strict, force: true }, false, okay],
    ['a finished pod of a DaemonSet', pod({ ownerReferences: owned('DaemonSet') }, {}, 'Succeeded'), strict, true, okay],
    ['a mirror pod: it stays', pod({ annotations: { 'kubernetes.io/config.mirror': '' } }), { ...strict, force: true }, true,
      { delete: false, reason: 'Skip' }],
    ['a pod with local storage', pod({ ownerReferences: owned('ReplicaSet') }, local), strict, true,
      { delete: false, reason: 'Error', message: 'Pods with local storage (use --delete-emptydir-data to override)' }],
    ['a pod with local storage and the flag', pod({ ownerReferences: owned('ReplicaSet') }, local), { ...strict, deleteEmptyDirData: true }, true, okay],
    ['a naked pod', pod({}), strict, true,
      { delete: false, reason: 'Error', message: 'Pods that declare no controller (use --force to override)' }],
    ['a naked pod with --force', pod({}), { ...strict, force: true }, true,
      { delete: true, reason: 'Warning', message: 'deleting Pods that declare no controller' }],
    ['a naked pod that has finished', pod({}, {}, 'Failed'), strict, true, okay],
  ]
  for (const [name, one, options, hasDaemonSet, expected] of table) {
    test(name, () => expect(filterPod(one, options, hasDaemonSet ? found : missing)).toEqual(expected))
  }

  test('all or nothing: one pod that may not go keeps every pod', () => {
    const { pods, errors } = getPodsForDeletion([ofReplicaSet, pod({ name: 'a' }), pod({ name: 'b' })], strict, found)
    expect(pods).toEqual([ofReplicaSet])
    expect(errors).toEqual(['cannot delete Pods that declare no controller (use --force to override): default/a, default/b'])
  })
})

const deployment = (replicas: number): JsonObject => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' },
  spec: {
    replicas, selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image: 'shop/web:v1' }] } },
  },
})

const budget = (spec: JsonObject): JsonObject => ({
  apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'web' },
  spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
})

/** An application is installed on two nodes, then a node is drained. */
function drain(objects: readonly JsonObject[], more: Partial<DrainOptions> = {}, ...mutants: readonly Mutant[]) {
  const target = { resource: 'deployments', namespace: 'default', name: 'web' }
  const script: readonly UserAction[] = [
    { do: 'apply', objects },
    { do: 'drain', node: { of: target }, ...drainDefaults, ...more },
    { do: 'uncordon', node: { drained: true } },
  ]
  const nodes = [0, 1].map((index) => buildNode(index, { podCidr: true }))
  const names = mutants.map(({ name }) => name)
  const system = systemOf({ nodes, script, profiles: {}, mutants: names }, { mutants })
  const order = runOrder(system, [drainCompletes, evictionWithinBudget], { deviations: [] })
  return { ...order, script: order.world.read(scriptKey('kubectl')), broken: [...new Set(order.violations.map(({ claim }) => claim))] }
}

describe('a drain', () => {
  test('that the budget allows takes one pod after the other, and ends', () => {
    const { broken, ending, exercised, script } = drain([deployment(4), budget({ minAvailable: 3 })])
    expect(broken).toEqual([])
    expect(ending).toBe('quiescent')
    expect(exercised.get('drain-completes')).toBeGreaterThan(0)
    expect(exercised.get('eviction-within-budget')).toBeGreaterThan(1)
    expect(script?.failed).toBeUndefined()
  })

  test('never ends where minAvailable is the number of replicas, and the World is at rest meanwhile', () => {
    const { broken, ending, violations, script } = drain([deployment(3), budget({ minAvailable: 3 })])
    expect(broken).toEqual(['drain-completes'])
    expect(ending).toBe('quiescent')
    expect(violations[0]?.message).toMatch(new RegExp('^kubectl drain node-\\d never ends: PodDisruptionBudget default/web ' +
      '\\(minAvailable: 3\\) wants 3 healthy pods of 3, so that pod default/web#1-\\d may never be evicted\\.$'))
    expect(violations[0]?.advice).toContain('maxUnavailable: 1')
    expect(script?.busy).toBe(true)
  })

  test('never ends where a single replica may not be missing', () => {
    expect(drain([deployment(1), budget({ maxUnavailable: 0 })]).broken).toEqual(['drain-completes'])
  })

  test('fails where two budgets select a pod', () => {
    const other = { ...budget({ maxUnavailable: 1 }), metadata: { name: 'other' } }
    const { violations } = drain([deployment(2), budget({ maxUnavailable: 1 }), other])
    expect(violations[0]?.message).toContain('This pod has more than one PodDisruptionBudget')
  })

  test('gives up at its timeout', () => {
    const { script } = drain([deployment(2), budget({ minAvailable: 2 })], { timeout: 60 })
    expect(script?.busy).toBeUndefined()
    expect(script?.failed?.[0]?.message).toContain('global timeout reached: 60s')
  })

  test('by deletion asks no budget', () => {
    const { broken, script } = drain([deployment(2), budget({ minAvailable: 2 })], { disableEviction: true })
    expect(broken).toEqual([])
    expect(script?.at).toBe(3)
  })

  for (const [mutant, replicas] of [[evictionIgnoresBudget, 3], [disruptionIgnoresPods, 4]] as const) {
    test(`${mutant.name} breaks ${mutant.breaks.join(' and ')}`, () => {
      expect(drain([deployment(replicas), budget({ minAvailable: 3 })], {}, mutant).broken).toEqual(mutant.breaks)
    })
  }
})

describe('what every application goes through', () => {
  const steps = (...objects: readonly JsonObject[]) => defaultScenario(objects).map((action) => action.do)

  test('apply, restart, scale up and back, lose a pod, and service of a node', () => {
    expect(steps(deployment(3))).toEqual(['apply', 'restart', 'scale', 'scale', 'delete', 'drain', 'uncordon'])
  })

  test('the node that is drained runs a workload with a budget, where there is one', () => {
    const other = { ...deployment(3), metadata: { name: 'other' }, spec: { replicas: 1, selector: { matchLabels: { app: 'other' } } } }
    const action = defaultScenario([other, deployment(3), budget({ minAvailable: 1 })]).find((one) => one.do === 'drain')
    expect(action).toMatchObject({ node: { of: { name: 'web' } } })
  })

  test('without a workload it is only applied', () => {
    expect(steps(budget({ minAvailable: 1 }))).toEqual(['apply'])
  })
})
