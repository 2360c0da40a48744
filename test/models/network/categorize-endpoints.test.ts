import { describe, expect, test } from 'vitest'
import { categorizeEndpoints, endpointsByPort, type Backend } from '#models/network/categorize-endpoints'
import type { ServicePortInfo } from '#models/network/service-ports'

interface Shape {
  readonly ip: string
  readonly ready?: boolean
  readonly serving?: boolean
  readonly terminating?: boolean
  readonly local?: boolean
  readonly zones?: readonly string[]
  readonly nodes?: readonly string[]
}

const here = 'node-1'

const backend = ({ ip, ready = true, serving = ready, terminating = false, local = false, zones = [], nodes = [] }: Shape): Backend => ({
  ip, port: 80, protocol: 'TCP', ready, serving, terminating, node: local ? here : 'elsewhere', zoneHints: zones, nodeHints: nodes,
})

const servicePort = (changes: Partial<ServicePortInfo> = {}): ServicePortInfo => ({
  name: '', protocol: 'TCP', clusterIP: '10.96.0.10', port: 80, externalIPs: [], loadBalancerVIPs: [],
  internalPolicyLocal: false, externalPolicyLocal: false, ...changes,
})

const internalLocal = { internalPolicyLocal: true }
const externalLocal = { externalPolicyLocal: true, nodePort: 30080 }
const bothLocal = { ...internalLocal, ...externalLocal }

const zoned = (...zones: readonly string[]): readonly Shape[] =>
  zones.map((zone, index) => ({ ip: `10.1.2.${index + 3}`, zones: [zone] }))
const zonedAndNoded = zoned('a', 'b', 'c', 'a').map((shape, index) => ({ ...shape, nodes: [`node-${index + 1}`] }))
const leaving = { ready: false, serving: true, terminating: true }

interface Case {
  readonly name: string
  readonly port?: Partial<ServicePortInfo>
  readonly zone?: string
  readonly node?: string
  readonly endpoints: readonly Shape[]
  readonly cluster?: readonly number[]
  readonly local?: readonly number[]
  readonly reachable?: readonly number[]
  readonly onlyElsewhere?: true
}

// Last bytes of the addresses that are expected. Rewritten from pkg/proxy/topology_test.go (TestCategorizeEndpoints).
const cases: readonly Case[] = [
  { name: 'every endpoint has hints and the zone has some: its own', zone: 'a', endpoints: zoned('a', 'b', 'c', 'a'), cluster: [3, 6] },
  {
    name: 'policy Local does not mind the zone, outside', zone: 'a', port: externalLocal,
    endpoints: zoned('a', 'b', 'c', 'a').map((shape, index) => ({ ...shape, local: index < 2 })),
    cluster: [3, 6], local: [3, 4], reachable: [3, 4, 6],
  },
  {
    name: 'policy Local does not mind the zone, inside', zone: 'a', port: { ...internalLocal, nodePort: 30080 },
    endpoints: zoned('a', 'b', 'c', 'a').map((shape, index) => ({ ...shape, local: index < 2 })),
    cluster: [3, 6], local: [3, 4], reachable: [3, 4, 6],
  },
  { name: 'a node without a zone uses all', endpoints: zoned('a'), cluster: [3] },
  { name: 'a node of another zone uses all', zone: 'b', endpoints: zoned('a'), cluster: [3] },
  {
    name: 'an unready endpoint of the zone is left out', zone: 'a',
    endpoints: zoned('a', 'b', 'c', 'a').map((shape, index) => ({ ...shape, ready: index < 3 })), cluster: [3],
  },
  {
    name: 'only unready endpoints in the zone: all others', zone: 'a',
    endpoints: zoned('a', 'b', 'c', 'a').map((shape, index) => ({ ...shape, ready: index === 1 || index === 2 })), cluster: [4, 5],
  },
  {
    name: 'one endpoint lacks a hint: all', zone: 'a',
    endpoints: [...zoned('a', 'b'), { ip: '10.1.2.5' }, { ip: '10.1.2.6', zones: ['a'] }], cluster: [3, 4, 5, 6],
  },
  {
    name: 'several hints for one endpoint', zone: 'c',
    endpoints: [['a', 'b', 'c'], ['b', 'c'], ['b', 'd'], ['c']].map((zones, index) => ({ ip: `10.1.2.${index + 3}`, zones })),
    cluster: [3, 4, 6],
  },
  { name: 'the same node is preferred', zone: 'a', node: 'node-1', endpoints: zonedAndNoded, cluster: [3] },
  {
    name: 'hints for nodes do not count where one is missing', zone: 'a', node: 'node-1',
    endpoints: zonedAndNoded.map((shape, index) => (index === 1 ? { ip: shape.ip } : shape)), cluster: [3, 4, 5, 6],
  },
  { name: 'no endpoint for the node: its zone', zone: 'a', node: 'node-0', endpoints: zonedAndNoded, cluster: [3, 6] },
  {
    name: 'zone and locality at odds are merged', zone: 'a', port: externalLocal,
    endpoints: zoned('a', 'b', 'a', 'b').map((shape, index) => ({ ...shape, local: index < 2 })),
    cluster: [3, 5], local: [3, 4], reachable: [3, 4, 5],
  },
  { name: 'inside Local, no endpoint at all', port: internalLocal, endpoints: [] },
  {
    name: 'inside Local, all elsewhere', port: internalLocal, endpoints: [{ ip: '10.0.0.0' }, { ip: '10.0.0.1' }], onlyElsewhere: true,
  },
  {
    name: 'inside Local, some here', port: internalLocal, endpoints: [{ ip: '10.0.0.0', local: true }, { ip: '10.0.0.1' }],
    local: [0], reachable: [0],
  },
  { name: 'none is ready', endpoints: [{ ip: '10.0.0.0', ready: false }, { ip: '10.0.0.1', ready: false }] },
  { name: 'some are ready', endpoints: [{ ip: '10.0.0.0', ready: false }, { ip: '10.0.0.1' }], cluster: [1] },
  {
    name: 'all are terminating and serve', endpoints: [{ ip: '10.0.0.0', local: true, ...leaving }, { ip: '10.0.0.1', ...leaving }],
    cluster: [0, 1],
  },
  {
    name: 'inside Local, outside Cluster', port: { ...internalLocal, nodePort: 30080 },
    endpoints: [{ ip: '10.0.0.0', local: true }, { ip: '10.0.0.1' }], cluster: [0, 1], local: [0], reachable: [0, 1],
  },
  {
    name: 'inside Cluster, outside Local', port: externalLocal,
    endpoints: [{ ip: '10.0.0.0', local: true }, { ip: '10.0.0.1' }], cluster: [0, 1], local: [0], reachable: [0, 1],
  },
  {
    name: 'Local both ways, all elsewhere', port: bothLocal, endpoints: [{ ip: '10.0.0.0' }, { ip: '10.0.0.1' }],
    cluster: [0, 1], reachable: [0, 1],
  },
  {
    name: 'Local both ways, all elsewhere and terminating', port: bothLocal,
    endpoints: [{ ip: '10.0.0.0', ...leaving }, { ip: '10.0.0.1', ...leaving }], cluster: [0, 1], reachable: [0, 1],
  },
  {
    name: 'outside Local falls back to a terminating endpoint of its own', port: externalLocal,
    endpoints: [
      { ip: '10.0.0.0' }, { ip: '10.0.0.1', ready: false, local: true },
      { ip: '10.0.0.2', local: true, ...leaving }, { ip: '10.0.0.3', ...leaving },
    ],
    cluster: [0], local: [2], reachable: [0, 2],
  },
  {
    name: 'the outside policy does not count where nothing comes from outside', port: { externalPolicyLocal: true },
    endpoints: [{ ip: '10.0.0.0' }, { ip: '10.0.0.1', local: true }], cluster: [0, 1],
  },
]

const lastBytes = (backends: readonly Backend[]): readonly number[] =>
  backends.map(({ ip }) => Number(ip.slice(ip.lastIndexOf('.') + 1))).sort((a, b) => a - b)

describe('which endpoints a proxy uses', () => {
  test.each(cases)('$name', ({ port, zone = '', node = here, endpoints, cluster = [], local = [], reachable, onlyElsewhere }) => {
    const found = categorizeEndpoints(endpoints.map(backend), servicePort(port), node, zone)
    expect(lastBytes(found.cluster)).toEqual(cluster)
    expect(lastBytes(found.local)).toEqual(local)
    const all = reachable ?? cluster
    expect(lastBytes(found.reachable)).toEqual(all)
    expect(found.hasAny).toBe(all.length > 0 || onlyElsewhere === true)
  })

  // pkg/proxy/endpointslicecache.go (addEndpoints), #112604
  test('of two pods with one address the running one is meant, whatever slice comes first', () => {
    const slice = (uid: string, isTerminating: boolean) => ({
      apiVersion: 'discovery.k8s.io/v1' as const, kind: 'EndpointSlice' as const,
      metadata: { name: uid, uid, namespace: 'default' }, addressType: 'IPv4' as const,
      endpoints: [{
        addresses: ['10.0.0.1'], conditions: { ready: !isTerminating, serving: true, terminating: isTerminating },
        targetRef: { kind: 'Pod', namespace: 'default', name: uid, uid },
      }],
      ports: [{ name: 'http', port: 80, protocol: 'TCP' as const }],
    })
    const [old, young] = [slice('old', true), slice('young', false)]
    for (const slices of [[old, young], [young, old]]) {
      expect(endpointsByPort(slices).get('http/TCP')?.map(({ uid }) => uid)).toEqual(['young'])
    }
  })
})
