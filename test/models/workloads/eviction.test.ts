import { describe, expect, test } from 'vitest'
import type { Pod, PodDisruptionBudget, PodDisruptionBudgetStatus, PodPhase, Status } from '#api/types'
import type { World } from '#cluster/world'
import { PlainStore } from '#kernel/plain-store'
import { World as Clockwork } from '#cluster/world'
import type { ApiResponse } from '#machine/request'
import { handle } from '#models/control-plane/api-server'
import { put } from '#models/control-plane/etcd'
import { kubernetes } from '#models/kubernetes'
import { get } from '../../support/drive.js'

type Policy = PodDisruptionBudget['spec']['unhealthyPodEvictionPolicy']

const numbers = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0, observedGeneration: 1 }

const budget = (
  status: Partial<PodDisruptionBudgetStatus> = {}, policy?: Policy, selector: object = { matchLabels: { a: 'true' } }, name = 'foo',
): PodDisruptionBudget => ({
  apiVersion: 'policy/v1', kind: 'PodDisruptionBudget',
  metadata: { name, namespace: 'default', uid: `PodDisruptionBudget:default/${name}`, generation: 1 },
  spec: { selector, ...(policy === undefined ? {} : { unhealthyPodEvictionPolicy: policy }) },
  status: { ...numbers, ...status },
})

interface Case {
  readonly phase?: PodPhase
  readonly ready?: boolean
  readonly terminating?: boolean
  readonly budgets?: readonly PodDisruptionBudget[]
}

const pod = ({ phase = 'Running', ready = false, terminating = false }: Case): Pod => ({
  apiVersion: 'v1', kind: 'Pod',
  metadata: {
    name: 't1', namespace: 'default', uid: 'Pod:default/t1', labels: { a: 'true' },
    ...(terminating ? { deletionTimestamp: 'set', deletionGracePeriodSeconds: 30 } : {}),
  },
  spec: {
    containers: [], restartPolicy: 'Always', terminationGracePeriodSeconds: 30, dnsPolicy: 'ClusterFirst', nodeName: 'node-1',
    securityContext: {}, schedulerName: 'default-scheduler',
  },
  status: { phase, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
})

function worldWith(one: Case): World {
  const world = Clockwork.over(new PlainStore(), kubernetes().channels)
  world.perform((cells) => {
    put(cells, 'pods', undefined, pod(one))
    for (const each of one.budgets ?? []) put(cells, 'poddisruptionbudgets', undefined, each)
  })
  return world
}

function evict(world: World, name = 't1', more: object = {}): ApiResponse {
  let answer: ApiResponse | undefined
  world.perform((cells) => {
    answer = handle(cells, {
      verb: 'create', resource: 'pods', subresource: 'eviction', key: 'default/t1',
      body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: 'default', uid: '' }, ...more },
    })
  })
  return answer!
}

/** `granted`, or the answer as upstream's tests spell it. */
function outcome(answer: ApiResponse): string {
  if (answer.ok) return 'granted'
  const { message, reason, details }: Status = answer.status
  const causes = (details?.causes ?? []).map((cause) => `: ${cause.message}`)
  return `${message}: ${reason ?? answer.status.code}${causes.join('')}`
}

const violation = "Cannot evict pod as it would violate the pod's disruption budget.: TooManyRequests: The disruption budget foo "

// Rewritten from pkg/registry/core/pod/storage/eviction_test.go (TestEvictionWithETCD, TestEviction).
describe('an eviction is granted or refused', () => {
  const table: readonly (readonly [string, Case, Policy | 'any', string])[] = [
    ['no disruptions allowed, pod running, empty status', { budgets: [budget()] }, undefined, `${violation}needs 0 healthy pods and has 0 currently`],
    ['no disruptions allowed, pod running, unhealthy policy IfHealthyBudget', { budgets: [budget()] }, 'IfHealthyBudget',
      `${violation}needs 0 healthy pods and has 0 currently`],
    ['no disruptions allowed, pod running and not ready, AlwaysAllow', { budgets: [budget()] }, 'AlwaysAllow', 'granted'],
    ['no disruptions allowed, pod pending', { phase: 'Pending', budgets: [budget()] }, 'any', 'granted'],
    ['no disruptions allowed, pod succeeded', { phase: 'Succeeded', budgets: [budget()] }, 'any', 'granted'],
    ['no disruptions allowed, pod failed', { phase: 'Failed', budgets: [budget()] }, 'any', 'granted'],
    ['no disruptions allowed, pod terminating', { terminating: true, budgets: [budget()] }, 'any', 'granted'],
    ['disruptions allowed', { budgets: [budget({ disruptionsAllowed: 1 })] }, 'any', 'granted'],
    ['no budget matches', { budgets: [budget({}, undefined, { matchLabels: { b: 'true' } })] }, 'any', 'granted'],
    ['an empty selector matches every pod', { budgets: [budget({}, undefined, {})] }, undefined,
      `${violation}needs 0 healthy pods and has 0 currently`],
    ['pod healthy, another is not: it counts', { ready: true, budgets: [budget({ currentHealthy: 2, desiredHealthy: 2 })] }, 'any',
      `${violation}needs 2 healthy pods and has 2 currently`],
    ['pod healthy, one may go', { ready: true, budgets: [budget({ disruptionsAllowed: 1, currentHealthy: 3, desiredHealthy: 3 })] }, 'any', 'granted'],
    ['pod unhealthy, the healthy ones suffice', { budgets: [budget({ currentHealthy: 2, desiredHealthy: 2 })] }, 'any', 'granted'],
    ['pod unhealthy, the healthy ones do not suffice', { budgets: [budget({ currentHealthy: 1, desiredHealthy: 2 })] }, undefined,
      `${violation}needs 2 healthy pods and has 1 currently`],
    ['pod unhealthy, no healthy ones are wanted', { budgets: [budget({ currentHealthy: 0, desiredHealthy: 0 })] }, 'IfHealthyBudget',
      `${violation}needs 0 healthy pods and has 0 currently`],
  ]
  for (const [name, one, policy, expected] of table) {
    const policies: readonly Policy[] = policy === 'any' ? [undefined, 'IfHealthyBudget', 'AlwaysAllow'] : [policy]
    for (const each of policies) {
      test(`${name} (policy ${each ?? 'unset'})`, () => {
        const budgets = (one.budgets ?? []).map((b) => ({ ...b, spec: { ...b.spec, ...(each === undefined ? {} : { unhealthyPodEvictionPolicy: each }) } }))
        expect(outcome(evict(worldWith({ ...one, budgets })))).toBe(expected)
      })
    }
  }

  test('several budgets are an error of the server', () => {
    const budgets = [budget(), budget({}, undefined, undefined, 'bar')]
    expect(outcome(evict(worldWith({ budgets }))))
      .toBe('This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.: 500')
  })

  test('a name that is not the one of the path is refused', () => {
    expect(outcome(evict(worldWith({}), 'other'))).toBe('name in URL does not match name in Eviction object: BadRequest')
  })

  test('a budget that was changed and not counted since allows nothing, and says when to come back', () => {
    const changed = { ...budget({ disruptionsAllowed: 1 }), metadata: { ...budget().metadata, generation: 2 } }
    const answer = evict(worldWith({ ready: true, budgets: [changed] }))
    expect(outcome(answer)).toBe(`${violation}is still being processed by the server.`)
    expect(answer.ok ? 0 : answer.status.details?.retryAfterSeconds).toBe(10)
  })

  test('a budget that could not be counted says so', () => {
    const conditions = [{ type: 'DisruptionAllowed', status: 'False' as const, reason: 'SyncFailed', message: 'found no controllers for pod "t1"' }]
    expect(outcome(evict(worldWith({ ready: true, budgets: [budget({ conditions })] }))))
      .toBe(`${violation}does not allow evicting pods currently because it failed sync: found no controllers for pod "t1"`)
  })

  test('in a namespace that is being deleted nothing is created, not even an eviction', () => {
    const world = worldWith({})
    world.perform((cells) => put(cells, 'namespaces', undefined, {
      apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default', uid: 'Namespace:default', deletionTimestamp: 'set' },
    }))
    expect(outcome(evict(world))).toContain('because it is being terminated: Forbidden')
  })
})

describe('a granted eviction', () => {
  test('marks the pod, takes one disruption from the budget and notes the pod there for two minutes', () => {
    const world = worldWith({ ready: true, budgets: [budget({ disruptionsAllowed: 1, currentHealthy: 3, desiredHealthy: 2 })] })
    evict(world)
    const after = get(world, 'pods', 'default/t1')
    expect(after?.metadata.deletionTimestamp).toBeDefined()
    expect(after?.status.conditions).toContainEqual({
      type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI', message: 'Eviction API: evicting',
    })
    const { status } = get(world, 'poddisruptionbudgets', 'default/foo')!
    expect(status.disruptionsAllowed).toBe(0)
    expect(Object.keys(status.disruptedPods ?? {})).toEqual(['t1'])
    expect(status.conditions).toMatchObject([{ type: 'DisruptionAllowed', status: 'False', reason: 'InsufficientPods' }])
    expect(world.nextDeadline).toBe(120_000)
  })

  test('honours the grace period that was asked for', () => {
    const world = worldWith({})
    evict(world, 't1', { deleteOptions: { gracePeriodSeconds: 7 } })
    expect(get(world, 'pods', 'default/t1')?.metadata.deletionGracePeriodSeconds).toBe(7)
  })

  test('of a pod of another uid is refused', () => {
    const world = worldWith({})
    expect(outcome(evict(world, 't1', { deleteOptions: { preconditions: { uid: 'other' } } }))).toContain('Conflict')
    expect(get(world, 'pods', 'default/t1')?.status.conditions).toHaveLength(1)
  })
})
