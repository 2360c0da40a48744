/**
 * Reductions of the bounded search, on Kubernetes: no verdict changes, and no World in which things have
 * settled is lost.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '#api/types'
import type { Bounds } from '#checker/explore/bounds'
import { defaultMaxLag, type System } from '#checker/system'
import { mutants } from '#models/mutants/index'
import type { Profile } from '#models/node/profile'
import { claims as allClaims } from '#properties/claims'
import { systemOf } from '#properties/scenario'
import { deployment, nodes, service } from './small.js'
import { cameTo, off, settings, TooLarge } from './soundness.js'

const claims = allClaims.filter(({ optIn }) => optIn !== true)
const most = Number(process.env['REDUCTION_WORLDS'] ?? 12_000)

type Again = 'image' | 'scale' | 'nothing'

interface Shape {
  readonly name: string
  /** What is applied first, and what after that. */
  readonly objects: (replicas: number, again: Again) => readonly (readonly JsonObject[])[]
  readonly profiles?: Readonly<Record<string, Profile>>
}

const image = 'example.org/web:1'

const versions = (
  replicas: number, again: Again, ...others: readonly JsonObject[]
): readonly (readonly JsonObject[])[] => [
  [deployment(replicas), ...others],
  ...(again === 'image' ? [[deployment(replicas, 'example.org/web:2')]]
    : again === 'scale' ? [[deployment(replicas + 1)]] : []),
]

/** A pod that does its work and ends. */
const job = (name: string): JsonObject => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' },
  spec: { restartPolicy: 'Never', containers: [{ name: 'job', image: 'example.org/job:1' }] },
})

const second: JsonObject = {
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'api', namespace: 'default' },
  spec: {
    replicas: 1, selector: { matchLabels: { app: 'api' } },
    template: {
      metadata: { labels: { app: 'api' } },
      spec: { containers: [{ name: 'api', image: 'example.org/api:1' }] },
    },
  },
}

const probed: JsonObject = {
  apiVersion: 'v1', kind: 'Pod', metadata: { name: 'probed', namespace: 'default', labels: { app: 'web' } },
  spec: {
    containers: [{
      name: 'web', image, ports: [{ containerPort: 8080 }],
      readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 5, failureThreshold: 1 },
    }],
  },
}

const shapes: readonly Shape[] = [
  { name: 'a Deployment', objects: (replicas, again) => versions(replicas, again) },
  { name: 'a Deployment behind a Service', objects: (replicas, again) => versions(replicas, again, service) },
  { name: 'two Deployments', objects: (_, again) => versions(1, again, second) },
  {
    name: 'pods that end',
    objects: (replicas) => [Array.from({ length: replicas }, (_, at) => job(`job-${at}`))],
    profiles: { 'example.org/job:1': { exits: { afterSeconds: 2, code: 0 } } },
  },
  {
    name: 'pods that fail',
    objects: (replicas) => [Array.from({ length: replicas }, (_, at) => job(`job-${at}`))],
    profiles: { 'example.org/job:1': { exits: { afterSeconds: 1, code: 3 } } },
  },
  {
    name: 'a pod whose probe fails for a while', objects: () => [[probed, service]],
    profiles: {
      [image]: {
        probes: {
          readiness: [{ afterSeconds: 0, answer: 'failure' }, { afterSeconds: 8, answer: 'success' }],
        },
      },
    },
  },
  {
    name: 'a Deployment whose image is pulled late', objects: (replicas, again) => versions(replicas, again),
    profiles: { [image]: { pullFails: 1 } },
  },
]

const on = [
  undefined, undefined, 'replicaset-no-expectations', 'endpoints-no-stale-tracker', 'sched-ghost-node',
  'kubelet-ready-at-once',
  'replicaset-misses-deletions', 'sched-no-assume', 'proxy-misses-slice-updates', 'slices-include-unready',
  'deployment-scales-down-before-ready', 'deployment-never-done', 'kubelet-phase-goes-back',
]

const scenario = fc.record({
  shape: fc.constantFrom(...shapes),
  replicas: fc.constantFrom(1, 1, 2),
  nodes: fc.constantFrom(1, 1, 2),
  again: fc.constantFrom<Again>('nothing', 'nothing', 'image', 'scale'),
  mutant: fc.constantFrom(...on),
  faulty: fc.constantFrom(
    undefined, undefined, 'restart', 'lost-events', 'broken-watch', 'partition', 'power-loss',
    'failing-probe',
  ),
})

interface Small {
  readonly shape: Shape
  readonly replicas: number
  readonly nodes: number
  readonly again: Again
  readonly mutant: string | undefined
  readonly faulty: string | undefined
}

function systemFor({ shape, replicas, nodes: count, again, mutant }: Small): System {
  return systemOf({
    nodes: nodes(count), profiles: shape.profiles ?? {}, mutants: mutant === undefined ? [] : [mutant],
    script: shape.objects(replicas, again).map((objects) => ({ do: 'apply', objects })),
  }, { mutants })
}

describe('A reduction keeps the verdict and every World in which things have settled', () => {
  it('of small clusters', () => {
    const saved = new Map(settings.map(([name]) => [name, { without: 0, reduced: 0 }]))
    let compared = 0
    fc.assert(fc.property(scenario, (one) => {
      const system = systemFor(one)
      const bounds: Bounds = {
        delays: one.faulty === undefined ? 1 : 0, faults: one.faulty === undefined ? 0 : 1,
        maxLag: defaultMaxLag,
        ...(one.faulty === undefined ? {} : { kinds: [one.faulty] }),
      }
      try {
        const all = cameTo(system, claims, { ...bounds, ...off }, most)
        for (const [name, setting] of settings) {
          const fewer = cameTo(system, claims, { ...bounds, ...setting }, 2 * most)
          // What a claim remembers differs by the way, and so may what is exercised.
          expect({ name, broken: fewer.broken }).toEqual({ name, broken: all.broken })
          const lost = all.settled.filter((world) => !fewer.settled.includes(world)).length
          expect({ name, lost }).toEqual({ name, lost: 0 })
          expect(fewer.settled.length).toBe(all.settled.length)
          saved.get(name)!.without += all.worlds
          saved.get(name)!.reduced += fewer.worlds
        }
        compared++
        if (process.env['SHOW'] === 'each') {
          console.log(one.shape.name, one.mutant, one.faulty, all.worlds, all.broken.length)
        }
      } catch (thrown) {
        if (!(thrown instanceof TooLarge)) throw thrown
        fc.pre(false)
      }
    }), { numRuns: Number(process.env['REDUCTION_RUNS'] ?? 4), maxSkipsPerRun: 1_000 })
    if (process.env['SHOW'] !== undefined) console.log(compared, Object.fromEntries(saved))
    for (const { without, reduced } of saved.values()) expect(reduced).toBeLessThanOrEqual(without)
  }, 3_600_000)
})
