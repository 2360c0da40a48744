import { apply, deleteNamed, pod, scenarioOf } from '../manifests.js'
import type { Small } from '../baselines.js'
import type { JsonObject } from '#api/types'

const asking = (name: string, memory: string, more: JsonObject = {}): JsonObject => pod(name, {
  containers: [{ name: 'main', image: `${name}:1`, resources: { requests: { memory } } }], ...more,
})

const pressed = (fault: string) => ({ deviations: [
  { kind: 'fault' as const, channel: 'watch|kubelet/node-1|pods', nth: 4, fault, target: 'node-1', ms: 20_000 },
] })

export const pressure: readonly Small[] = [
  {
    name: 'node-short-of-memory',
    // The greedy one takes what the node has left, a minute after its start.
    scenario: scenarioOf({ nodes: 1, profiles: {
      'greedy:1': { memory: [{ afterSeconds: 60, amount: '63Gi' }] }, 'modest:1': { memory: '1Gi' },
    } }, apply(
      asking('greedy', '2Gi', { priority: 10 }), asking('modest', '2Gi'),
      asking('vital', '1Gi', { priorityClassName: 'system-node-critical', priority: 2_000_001_000 }),
    )),
    budgets: { delays: 2, faults: 0 },
  },
  {
    name: 'node-under-pressure',
    scenario: scenarioOf({ nodes: 1 }, apply(pod('lavish'), asking('frugal', '64Mi'))),
    budgets: { delays: 1, faults: 1 },
    schedules: [pressed('memory-pressure'), pressed('disk-pressure')],
  },
  {
    name: 'disk-fills',
    scenario: scenarioOf({ nodes: 1, profiles: {
      'job:1': { imageSize: '40Gi', disk: '10Gi', exits: { afterSeconds: 5 } },
      'log:1': { imageSize: '20Gi', disk: [{ afterSeconds: 200, amount: '20Gi' }] },
    } }, apply(pod('job', { restartPolicy: 'Never' }), pod('log')), deleteNamed('pods', 'job')),
  },
  {
    name: 'node-out-of-memory',
    scenario: scenarioOf({ nodes: 1, profiles: {
      'flood:1': { memory: [{ afterSeconds: 20, amount: '65Gi' }] }, 'rill:1': { memory: '1Gi' },
    } }, apply(asking('flood', '1Gi', { restartPolicy: 'Never' }), asking('rill', '2Gi'))),
  },
  {
    name: 'containers-beyond-their-limits',
    scenario: scenarioOf({ nodes: 1, profiles: { 'leak:1': { memory: [{ afterSeconds: 20, amount: '300Mi' }] } } }, apply(
      pod('leak', { restartPolicy: 'Never', containers: [
        { name: 'main', image: 'leak:1', resources: { limits: { memory: '256Mi' } } },
      ] }),
    )),
  },
]
