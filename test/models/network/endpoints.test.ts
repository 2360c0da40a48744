import { describe, expect, test } from 'vitest'
import type { Pod, Service } from '#api/types'
import {
  addressTypesOf, endpointPortsOf, endpointsEqualBeyondHash, findPort, podToEndpoint, portMapKey, shouldPodBeInEndpoints,
} from '#models/network/endpoints'
import { labelsChanged, newEndpointSlice, sliceLabels, withHints } from '#models/network/endpointslices'
import { podObject, readiness, serviceObject } from './cluster.js'

const service = (spec: Partial<Service['spec']> = {}, metadata: Partial<Service['metadata']> = {}): Service => {
  const made = serviceObject('web', { clusterIP: '10.96.4.1', ...spec }) as Service // written in full
  return { ...made, metadata: { ...made.metadata, uid: 'Service:default/web', ...metadata } }
}

interface PodShape {
  readonly ready?: boolean
  readonly deleted?: boolean
  readonly phase?: Pod['status']['phase']
  readonly ips?: readonly string[]
  readonly spec?: Partial<Pod['spec']>
}

function pod({ ready = true, deleted = false, phase = 'Running', ips = ['10.0.0.1'], spec = {} }: PodShape = {}): Pod {
  const made = podObject('web-a', 'web', 'node-1', spec) as Pod // written in full
  return {
    ...made,
    metadata: { ...made.metadata, uid: 'Pod:default/web-a', ...(deleted ? { deletionTimestamp: 'set' } : {}) },
    status: { phase, podIPs: ips.map((ip) => ({ ip })), conditions: readiness(ready) },
  }
}

describe('the endpoint that a pod is', () => {
  // Rewritten from endpointslice/utils_test.go (TestPodToEndpoint).
  test.each([
    ['ready', {}, {}, { ready: true, serving: true, terminating: false }],
    ['unready', { ready: false }, {}, { ready: false, serving: false, terminating: false }],
    ['unready but published', { ready: false }, { publishNotReadyAddresses: true }, { ready: true, serving: false, terminating: false }],
    ['ready and terminating', { deleted: true }, {}, { ready: false, serving: true, terminating: true }],
    ['unready and terminating', { ready: false, deleted: true }, {}, { ready: false, serving: false, terminating: true }],
    [
      'terminating but published', { deleted: true }, { publishNotReadyAddresses: true },
      { ready: true, serving: true, terminating: true },
    ],
  ] as const)('%s', (_, shape, spec, conditions) => {
    expect(podToEndpoint(pod(shape), '', service(spec), 'IPv4')).toEqual({
      addresses: ['10.0.0.1'], conditions, nodeName: 'node-1',
      targetRef: { kind: 'Pod', namespace: 'default', name: 'web-a', uid: 'Pod:default/web-a' },
    })
  })

  test('has the zone of its node, and a host name in its governing Service', () => {
    const named = pod({ spec: { hostname: 'zk-0', subdomain: 'web' } })
    expect(podToEndpoint(named, 'zone-a', service(), 'IPv4')).toMatchObject({ zone: 'zone-a', hostname: 'zk-0' })
    expect(podToEndpoint(named, '', service({}, { name: 'other' }), 'IPv4')).not.toHaveProperty('hostname')
  })

  test('has the addresses of one family', () => {
    const dual = pod({ ips: ['10.0.0.1', 'fd00::1'] })
    expect(podToEndpoint(dual, '', service(), 'IPv4').addresses).toEqual(['10.0.0.1'])
    expect(podToEndpoint(dual, '', service(), 'IPv6').addresses).toEqual(['fd00::1'])
  })

  test('is the same object for the same pod and Service', () => {
    const one = pod()
    expect(podToEndpoint(one, '', service(), 'IPv4')).toBe(podToEndpoint(one, '', service(), 'IPv4'))
    expect(podToEndpoint(one, 'zone-a', service(), 'IPv4')).not.toBe(podToEndpoint(one, '', service(), 'IPv4'))
  })
})

// Rewritten from endpointslice/util/controller_utils_test.go (TestShouldPodBeInEndpoints), terminating ones included.
test.each([
  ['Failed', { phase: 'Failed' }, false],
  ['Succeeded', { phase: 'Succeeded' }, false],
  ['without an address', { ips: [] }, false],
  ['Running and ready', {}, true],
  ['Running and unready', { ready: false }, true],
  ['terminating', { deleted: true }, true],
  ['Pending with an address', { phase: 'Pending' }, true],
] as const)('a pod that is %s', (_, shape, expected) => {
  expect(shouldPodBeInEndpoints(pod(shape))).toBe(expected)
})

describe('the ports of an endpoint', () => {
  const named = { name: 'http', protocol: 'TCP' as const, port: 80, targetPort: 'web' }

  // Rewritten from endpointslice/utils_test.go (TestFindPort, TestGetEndpointPorts).
  test('a named port is looked for by name and protocol, in sidecars too, not in init containers', () => {
    const port = { name: 'web', containerPort: 9000, protocol: 'TCP' as const }
    const container = { ...pod().spec.containers[0]!, ports: [] }
    expect(findPort(pod(), named)).toBe(8080)
    expect(findPort(pod(), { ...named, protocol: 'UDP' })).toBeUndefined()
    const withInit = (restartPolicy?: 'Always'): Pod => pod({
      spec: { containers: [container], initContainers: [{ ...container, name: 'init', restartPolicy, ports: [port] }] },
    })
    expect(findPort(withInit('Always'), named)).toBe(9000)
    expect(findPort(withInit(), named)).toBeUndefined()
  })

  test('a number is taken as it is', () => expect(findPort(pod(), { ...named, targetPort: 81 })).toBe(81))

  test('a port that the pod lacks is left out', () => {
    const ports = [named, { ...named, name: 'admin', targetPort: 'admin' }]
    expect(endpointPortsOf(service({ ports }), pod())).toEqual([{ name: 'http', port: 8080, protocol: 'TCP' }])
  })

  test('make one group in whatever order they come', () => {
    const [a, b] = [{ name: 'a', port: 1, protocol: 'TCP' as const }, { name: 'b', port: 2, protocol: 'UDP' as const }]
    expect(portMapKey([a, b])).toBe(portMapKey([b, a]))
    expect(portMapKey([a])).not.toBe(portMapKey([{ ...a, port: 2 }]))
  })
})

test('endpoints differ in condition, zone, node and the pod behind them, not in hints', () => {
  const endpoint = podToEndpoint(pod(), 'zone-a', service(), 'IPv4')
  const differs = [
    { conditions: { ...endpoint.conditions, ready: false } }, { zone: 'zone-b' }, { nodeName: 'node-2' },
    { targetRef: { ...endpoint.targetRef, uid: 'another' } },
  ]
  for (const change of differs) expect(endpointsEqualBeyondHash(endpoint, { ...endpoint, ...change })).toBe(false)
  expect(endpointsEqualBeyondHash(endpoint, { ...endpoint, hints: { forZones: [{ name: 'zone-a' }] } })).toBe(true)
})

describe('the labels of a slice', () => {
  const slice = (labels: Service['metadata']['labels']) => {
    const made = newEndpointSlice(service({}, { labels }), 'IPv4', [])
    return { ...made, metadata: { name: 'web-0', uid: 'x', namespace: 'default', ...made.metadata } }
  }

  test('are those of its Service, with the reserved ones', () => {
    expect(sliceLabels(service({}, { labels: { team: 'a', 'kubernetes.io/service-name': 'mine' } }))).toEqual({
      team: 'a', 'kubernetes.io/service-name': 'web',
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
    })
    expect(sliceLabels(service({ clusterIP: 'None' }))).toHaveProperty(['service.kubernetes.io/headless'], '')
  })

  test('change with those of the Service, the reserved ones aside', () => {
    expect(labelsChanged(slice({ team: 'a' }), service({}, { labels: { team: 'a' } }))).toBe(false)
    expect(labelsChanged(slice({ team: 'a' }), service({}, { labels: { team: 'b' } }))).toBe(true)
    expect(labelsChanged(slice({}), service({}, { labels: { 'service.kubernetes.io/headless': '' } }))).toBe(false)
  })
})

// Rewritten from endpointslice/utils_test.go (TestSupportedServiceAddressType).
test.each([
  [{ ipFamilies: ['IPv4'] }, ['IPv4']],
  [{ ipFamilies: ['IPv6', 'IPv4'] }, ['IPv6', 'IPv4']],
  [{ clusterIP: '10.0.0.1' }, ['IPv4']],
  [{ clusterIP: 'fd00::1' }, ['IPv6']],
  [{ clusterIP: 'None' }, ['IPv4', 'IPv6']],
] as const)('a Service with %j has slices of %j', (spec, types) => {
  expect(addressTypesOf(service(spec))).toEqual(types)
})

// Rewritten from endpointslice/trafficdist/trafficdist_test.go (TestReconcileHints).
describe('hints', () => {
  const endpoint = podToEndpoint(pod(), 'zone-a', service(), 'IPv4')

  test('are the endpoint\'s own zone, and its node where the same node is preferred', () => {
    expect(withHints(endpoint, 'PreferClose').hints).toEqual({ forZones: [{ name: 'zone-a' }] })
    expect(withHints(endpoint, 'PreferSameNode').hints)
      .toEqual({ forZones: [{ name: 'zone-a' }], forNodes: [{ name: 'node-1' }] })
  })

  test('are taken away where the Service asks for none, and left alone on unready endpoints', () => {
    const hinted = withHints(endpoint, 'PreferClose')
    expect(withHints(hinted, '')).not.toHaveProperty('hints')
    expect(withHints(hinted, 'PreferClose')).toBe(hinted)
    const unready = { ...endpoint, conditions: { ready: false } }
    expect(withHints(unready, 'PreferClose')).toBe(unready)
  })
})
