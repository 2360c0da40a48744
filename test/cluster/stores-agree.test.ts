/** A model cannot tell which store it runs on, nor whether its Steps are remembered. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InternedStore } from '#kernel/interned-store'
import { PlainStore } from '#kernel/plain-store'
import type { Store } from '#kernel/store'
import type { World } from '#cluster/world'
import { reflectorKey } from '#machine/watch'
import { reconnect, relist } from '#models/client/reflector'
import { handle } from '#models/control-plane/api-server'
import type { ApiRequest } from '#machine/request'
import type { Runtime } from '#machine/process'
import { build, create } from '../support/drive.js'

const manager = (name: string): string => `kube-controller-manager/${name}`
const processes = ['replicaset', 'deployment', 'endpointslice', 'disruption', 'garbage-collector'].map(manager)

const labels = { app: 'web' }
const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web:1' }], terminationGracePeriodSeconds: 30 } }

interface Cluster { readonly world: World; readonly runtime: Runtime }

function cluster(store: Store): Cluster {
  const { world, kubernetes: { runtime } } = build(processes, undefined, store)
  create(world, 'namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } })
  create(world, 'services', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'default' },
    spec: { clusterIP: '10.96.0.1', clusterIPs: ['10.96.0.1'], ports: [{ port: 80, targetPort: 80, protocol: 'TCP' }],
      selector: labels, ipFamilies: ['IPv4'], type: 'ClusterIP' } })
  create(world, 'deployments', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'default' }, spec: {
    replicas: 3, selector: { matchLabels: labels }, template, revisionHistoryLimit: 10, progressDeadlineSeconds: 600,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } },
  } })
  return { world, runtime }
}

const requests: readonly ApiRequest[] = [
  { verb: 'patch', resource: 'deployments', key: 'default/web', body: { type: 'merge', patch: { spec: { replicas: 5 } } } },
  { verb: 'patch', resource: 'deployments', key: 'default/web',
    body: { type: 'merge', patch: { spec: { template: { ...template, metadata: { labels, annotations: { a: 'b' } } } } } } },
  { verb: 'deletecollection', resource: 'pods', key: 'default', body: {} },
  { verb: 'delete', resource: 'deployments', key: 'default/web', body: { propagationPolicy: 'Foreground' } },
]

const operation = fc.oneof(
  { weight: 30, arbitrary: fc.record({ do: fc.constant('step' as const), pick: fc.nat(10_000), tie: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('request' as const), at: fc.nat(requests.length - 1) }) },
  { weight: 1, arbitrary: fc.record({
    do: fc.constantFrom('relist' as const, 'reconnect' as const), process: fc.constantFrom(...processes), apiServer: fc.constantFrom('api-1', 'api-2'),
  }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clock' as const) }) },
)
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never

/** Everything that can be told of a World after each operation. */
function run({ world, runtime }: Cluster, operations: readonly Operation[]): unknown[] {
  const seen: unknown[] = []
  for (const one of operations) {
    if (one.do === 'step') {
      const enabled = [...world.agenda]
      if (enabled.length === 0) continue
      const choice = enabled[one.pick % enabled.length]!
      world.picker = (options) => one.tie % options.length
      const label = world.label(choice)
      world.take(choice)
      seen.push(label, [...new Set(world.touched)].sort(), [...world.outcomes], enabled)
    } else if (one.do === 'clock') {
      if (world.nextDeadline !== undefined) world.advance(world.nextDeadline)
    } else if (one.do === 'request') {
      world.perform((cells) => handle(cells, requests[one.at]!))
    } else {
      const resource = world.read(reflectorKey(one.process, 'pods')) === undefined ? 'deployments' : 'pods'
      world.perform((cells) => (one.do === 'relist'
        ? relist(cells, runtime, one.process, resource, one.apiServer)
        : reconnect(cells, one.process, resource, one.apiServer)))
    }
    seen.push(world.store.fingerprint(), world.nextDeadline)
  }
  return seen
}

describe('the same orders of the same events', () => {
  const interned = cluster(new InternedStore())

  it('give the same Worlds on both stores, and where every Step was met before', () => {
    fc.assert(fc.property(fc.array(operation, { size: 'max', minLength: 100, maxLength: 300 }), (operations) => {
      const fork = (): Cluster => ({ ...interned, world: interned.world.fork() })
      const plain = run(cluster(new PlainStore()), operations)
      expect(run(fork(), operations)).toEqual(plain)
      expect(run(fork(), operations)).toEqual(plain)
    }), { numRuns: 25 })
    expect(interned.world.memo?.hits).toBeGreaterThan(0)
  })
})
