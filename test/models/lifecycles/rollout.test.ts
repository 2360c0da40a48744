import { describe, expect, test } from 'vitest'
import type { Deployment, DeploymentCondition } from '#api/types'
import { arrows, judgeRollout, type Rollout } from '#models/lifecycles/rollout'
import { available, progressingStatus, type ProgressingReason } from '#models/workloads/deployment-conditions'
import { deployment } from '../workloads/cluster.js'

const at = (rollout: Rollout, spec: Partial<Deployment['spec']> = {}): Deployment => {
  const d = deployment(spec)
  if (rollout === 'none') return d
  const condition: DeploymentCondition = { type: 'Progressing', status: progressingStatus[rollout], reason: rollout }
  return { ...d, status: { ...d.status, conditions: [condition] } }
}

describe('Progressing', () => {
  const illegal: readonly (readonly [Rollout, Rollout])[] = [
    ['none', 'ProgressDeadlineExceeded'],
    ['NewReplicaSetAvailable', 'ProgressDeadlineExceeded'],
    ['ProgressDeadlineExceeded', 'DeploymentPaused'],
    ['ReplicaSetUpdated', 'FoundNewReplicaSet'],
    ['ReplicaSetUpdated', 'DeploymentResumed'],
    ['DeploymentPaused', 'ReplicaSetUpdated'],
    ['NewReplicaSetCreated', 'none'],
  ]
  test.each(illegal)('does not go from %s to %s', (from, to) => {
    expect(judgeRollout(at(from), at(to))).toBeDefined()
  })

  const legal: readonly (readonly [Rollout, Rollout])[] = [
    ['none', 'NewReplicaSetCreated'], ['none', 'FoundNewReplicaSet'], ['NewReplicaSetCreated', 'ReplicaSetUpdated'],
    ['ReplicaSetUpdated', 'NewReplicaSetAvailable'], ['ReplicaSetUpdated', 'ProgressDeadlineExceeded'],
    ['ProgressDeadlineExceeded', 'ReplicaSetUpdated'], ['ReplicaSetUpdated', 'DeploymentPaused'],
    ['DeploymentPaused', 'DeploymentResumed'], ['DeploymentResumed', 'ProgressDeadlineExceeded'],
    ['NewReplicaSetAvailable', 'NewReplicaSetCreated'],
  ]
  test.each(legal)('goes from %s to %s', (from, to) => expect(judgeRollout(at(from), at(to))).toBeUndefined())

  test('goes where there is no deadline any more', () => {
    expect(judgeRollout(at('ReplicaSetUpdated'), at('none', { progressDeadlineSeconds: 2147483647 }))).toBeUndefined()
  })

  test('has the status that its reason stands for', () => {
    const [wrong] = ['ReplicaSetUpdated'].map((reason): Deployment => ({
      ...deployment(), status: { ...deployment().status, conditions: [{ type: 'Progressing', status: 'False', reason }] },
    }))
    expect(judgeRollout(at('NewReplicaSetCreated'), wrong!)).toContain('a status that does not go with its reason')
  })

  test('can be left from every place but a pause for a new set', () => {
    const places = Object.keys(arrows) as ProgressingReason[] // its own keys
    for (const place of places) expect([place, arrows[place].includes('NewReplicaSetCreated')]).toEqual([place, place !== 'DeploymentPaused'])
  })
})

describe('Available', () => {
  const with_ = (isAvailable: boolean, replicas: number): Deployment => {
    const d = deployment({ replicas: 3 })
    return { ...d, status: { ...d.status, availableReplicas: replicas, conditions: [available(isAvailable)] } }
  }
  test.each([[true, 3, true], [true, 2, false], [false, 2, true], [false, 3, false]])(
    'being %s with %i of 3 replicas available and none to spare is legal: %s', (isAvailable, replicas, expected) => {
      expect(judgeRollout(with_(true, 0), with_(isAvailable, replicas)) === undefined).toBe(expected)
    })
  test('does not go once it is there', () => {
    expect(judgeRollout(with_(true, 3), deployment())).toBe('Available was True (MinimumReplicasAvailable) and is gone')
  })
})
