import {
  apply, bounds, budget, deletePodOf, deployment, late, scale, scenarioOf, service, setImage, target, wellBehaved,
} from '../manifests.js'
import { drainDefaults } from '#models/client/user-actions'
import type { Small } from '../baselines.js'

const quick = { terminationGracePeriodSeconds: 0 }

const ready = { readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 1 } }

const neverReady = { 'web:2': { probes: { readiness: [{ afterSeconds: 0, answer: 'failure' as const }] } } }

export const workloads: readonly Small[] = [
  {
    name: 'rollout',
    scenario: scenarioOf({}, apply(deployment('web', { replicas: 3, pod: quick, container: ready })), setImage('web', 2)),
    // What it has made reaches the ReplicaSet controller late.
    schedules: [late('watch|kube-controller-manager/replicaset|pods', 0, 1_000)],
  },
  {
    name: 'rollout-without-surge',
    scenario: scenarioOf({}, apply(deployment('web', { replicas: 3, spec: bounds(0, 1), pod: quick })), setImage('web', 2), scale('web', 5)),
  },
  {
    name: 'recreate',
    scenario: scenarioOf({}, apply(deployment('web', { spec: { strategy: { type: 'Recreate' } } })), setImage('web', 2)),
  },
  {
    name: 'short-history',
    scenario: scenarioOf({ nodes: 1 },
      apply(deployment('web', { replicas: 1, spec: { revisionHistoryLimit: 1 }, pod: quick })),
      setImage('web', 2), setImage('web', 3), setImage('web', 4)),
  },
  {
    name: 'stuck-rollout',
    scenario: scenarioOf({ profiles: neverReady },
      apply(service('web'), deployment('web', { spec: { progressDeadlineSeconds: 60 }, pod: quick, container: ready })), setImage('web', 2)),
  },
  {
    // Twice the time that a rollout has by default is far beyond what may be late.
    name: 'stuck-rollout-for-long',
    scenario: scenarioOf({ profiles: neverReady }, apply(deployment('web', { replicas: 1, pod: quick, container: ready })), setImage('web', 2)),
  },
  {
    name: 'pod-deleted',
    scenario: scenarioOf({}, apply(deployment('web', { spec: { minReadySeconds: 2 } })), deletePodOf('web'), scale('web', 1)),
  },
  {
    name: 'undo-while-paused',
    scenario: scenarioOf({},
      apply(deployment('web')), setImage('web', 2), { do: 'pause', target: target('deployments', 'web') },
      setImage('web', 3), scale('web', 4), { do: 'resume', target: target('deployments', 'web') },
      { do: 'undo', target: target('deployments', 'web') }),
  },
  {
    name: 'drain',
    scenario: scenarioOf({ nodes: 2 },
      apply(deployment('web', { replicas: 4, container: wellBehaved }), service('web'), budget('web', { maxUnavailable: 1 })),
      { do: 'drain', node: { of: target('deployments', 'web') }, ...drainDefaults },
      { do: 'uncordon', node: { drained: true } }),
  },
  {
    // A drain that never ends, which is the user's own doing: drain-completes is of no use here.
    name: 'drain-that-is-refused',
    scenario: scenarioOf({ nodes: 1 },
      apply(deployment('web', { replicas: 1, container: ready }), budget('web', { minAvailable: 1 })),
      { do: 'drain', node: { name: 'node-1' }, ...drainDefaults }),
  },
]
