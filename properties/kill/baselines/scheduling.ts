import type { JsonObject } from '#api/types'
import { apply, deleteNamed, deployment, pod, scale, scenarioOf, setImage } from '../manifests.js'
import type { Small } from '../baselines.js'

const apart = (name: string): JsonObject => ({ affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [
  { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: name } } },
] } } })

const asks = (cpu: string, limit?: string): JsonObject =>
  ({ resources: { requests: { cpu }, ...(limit === undefined ? {} : { limits: { cpu: limit } }) } })

const dedicated = { do: 'taint' as const, node: { name: 'node-1' }, taints: ['dedicated=db:NoSchedule'] }

export const scheduling: readonly Small[] = [
  {
    name: 'apart-from-each-other',
    scenario: scenarioOf({ nodes: 2 }, apply(deployment('web', { replicas: 3, pod: apart('web') })), scale('web', 1), setImage('web', 2)),
  },
  {
    name: 'room-for-few',
    scenario: scenarioOf({ nodes: 2, cpu: '2' },
      apply(deployment('web', { replicas: 2, container: asks('1', '2') })), scale('web', 4), apply(pod('late', { containers: [
        { name: 'main', image: 'late:1', ...asks('1500m') },
      ] })), scale('web', 1)),
  },
  {
    name: 'tainted-node',
    scenario: scenarioOf({ nodes: 2 },
      dedicated, apply(deployment('web', { replicas: 2 })), { do: 'cordon', node: { name: 'node-2' } }, scale('web', 4),
      { do: 'taint', node: { name: 'node-1' }, taints: ['dedicated-'] }, { do: 'uncordon', node: { name: 'node-2' } }),
  },
  {
    name: 'node-deleted-unseen',
    scenario: scenarioOf({ nodes: 2 },
      apply(pod('first', { nodeSelector: { 'kubernetes.io/hostname': 'node-1' }, containers: [{ name: 'main', image: 'first:1', ...asks('2') }] })),
      { do: 'delete', target: { resource: 'nodes', name: 'node-2' }, cascade: 'Background', force: false },
      apply(deployment('web', { replicas: 1 }))),
    budgets: { delays: 0, faults: 1 },
    schedules: [{ deviations: [
      { kind: 'fault', channel: 'request|kubectl|run:2|main', nth: 0, fault: 'lost-events', target: 'kube-scheduler nodes', ms: 1_000 },
    ] }],
  },
  {
    name: 'pod-deleted-while-it-is-bound',
    scenario: scenarioOf({ nodes: 1, cpu: '2' },
      apply(pod('first', { containers: [{ name: 'main', image: 'first:1', ...asks('1500m') }] })), deleteNamed('pods', 'first'),
      apply(pod('second', { containers: [{ name: 'main', image: 'second:1', ...asks('1500m') }] }))),
    schedules: [{ deviations: [
      { kind: 'hold', channel: 'request|kube-scheduler|binding:default/first|main', nth: 0, ms: 500 },
      { kind: 'early', nth: 1, ms: 100 },
    ] }],
  },
  {
    name: 'node-comes-back',
    scenario: scenarioOf({ nodes: 2 },
      apply(pod('first', { nodeSelector: { 'kubernetes.io/hostname': 'node-2' } })),
      { do: 'delete', target: { resource: 'nodes', name: 'node-2' }, cascade: 'Background', force: false },
      apply(pod('second', { nodeSelector: { 'kubernetes.io/hostname': 'node-2' } }), pod('third')),
      { do: 'label', target: { resource: 'nodes', name: 'node-1' }, labels: { disk: 'ssd' } },
      deleteNamed('pods', 'second')),
  },
]
