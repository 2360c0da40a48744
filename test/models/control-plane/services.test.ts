import { describe, expect, test } from 'vitest'
import type { Service, ServiceSpec } from '#api/types'
import { PlainStore } from '#kernel/plain-store'
import { World } from '#cluster/world'
import { objectKey } from '#machine/objects'
import { handle } from '#models/control-plane/api-server'
import { clusterIPKey, nodePortKey } from '#models/control-plane/service-allocation'

const spec = (changes: Partial<ServiceSpec> = {}): ServiceSpec => ({
  type: 'ClusterIP', sessionAffinity: 'None', selector: { app: 'web' }, internalTrafficPolicy: 'Cluster',
  ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 8080 }], ...changes,
})

const service = (name: string, changes: Partial<ServiceSpec> = {}): unknown =>
  ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'default' }, spec: spec(changes), status: {} })

const empty = (): World => World.over(new PlainStore(), [])

const create = (world: World, name: string, changes: Partial<ServiceSpec> = {}) =>
  handle(world, { verb: 'create', resource: 'services', key: 'default', body: service(name, changes) })

const update = (world: World, name: string, changes: Partial<ServiceSpec>) =>
  handle(world, { verb: 'update', resource: 'services', key: `default/${name}`, body: service(name, changes) })

const stored = (world: World, name: string): Service => world.read(objectKey('services', `default/${name}`))!

/** A World with one Service as it was stored. */
function given(changes: Partial<ServiceSpec> = {}, name = 'web'): readonly [World, Service] {
  const world = empty()
  expect(create(world, name, changes)).toMatchObject({ ok: true })
  return [world, stored(world, name)]
}

const nodePorts = ({ spec: { ports } }: Service): readonly (number | undefined)[] => (ports ?? []).map(({ nodePort }) => nodePort)

describe('the cluster IP of a Service', () => {
  test('is given from the upper part of 10.96.0.0/12, the same whatever else there is', () => {
    const [, alone] = given()
    const world = empty()
    create(world, 'api')
    create(world, 'web')
    expect(stored(world, 'web').spec.clusterIP).toBe(alone.spec.clusterIP)
    const [a = 0, b = 0, c = 0] = (alone.spec.clusterIP ?? '').split('.').map(Number)
    expect([a, b >= 96 && b < 112, b > 96 || c > 0]).toEqual([10, true, true])
    expect(alone.spec).toMatchObject({ clusterIPs: [alone.spec.clusterIP], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' })
  })

  test('is the next one where another Service has it', () => {
    const [, { spec: { clusterIP = '' } }] = given()
    const world = empty()
    create(world, 'first', { clusterIP })
    create(world, 'web')
    expect(stored(world, 'web').spec.clusterIP).not.toBe(clusterIP)
  })

  test('is what the user asks for, in range and once', () => {
    const [world, { spec: { clusterIPs } }] = given({ clusterIP: '10.96.0.10' })
    expect(clusterIPs).toEqual(['10.96.0.10'])
    expect(create(world, 'api', { clusterIP: '10.96.0.10' })).toMatchObject({ ok: false, status: {
      code: 422, message: 'Service "api" is invalid: spec.clusterIPs: Invalid value: ["10.96.0.10"]: failed to allocate IP ' +
        '10.96.0.10: provided IP is already allocated',
    } })
    expect(create(world, 'api', { clusterIP: '192.168.0.1' })).toMatchObject({ ok: false, status: {
      message: expect.stringContaining('the provided IP (192.168.0.1) is not in the valid range. The range of valid IPs ' +
        'is 10.96.0.0/12') as string,
    } })
  })

  test('is not given to headless Services and external names', () => {
    expect(given({ clusterIP: 'None' })[1].spec).toMatchObject({ clusterIP: 'None', clusterIPs: ['None'], ipFamilies: ['IPv4'] })
    expect(given({ clusterIP: 'None', selector: undefined })[1].spec)
      .toMatchObject({ ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' })
    expect(given({ type: 'ExternalName', externalName: 'example.com' })[1].spec).not.toHaveProperty('clusterIP')
  })

  test('stays when the same manifest comes again, and is free once the Service is gone', () => {
    const [world, before] = given()
    const { clusterIP = '' } = before.spec
    expect(update(world, 'web', {})).toMatchObject({ ok: true })
    expect(stored(world, 'web')).toEqual(before)
    expect(world.read(clusterIPKey(clusterIP))).toBe('default/web')
    handle(world, { verb: 'delete', resource: 'services', key: 'default/web' })
    expect(world.read(clusterIPKey(clusterIP))).toBeUndefined()
  })

  test('goes with a change to an external name', () => {
    const [world, { spec: { clusterIP = '' } }] = given()
    update(world, 'web', { type: 'ExternalName', externalName: 'example.com' })
    expect(stored(world, 'web').spec).not.toHaveProperty('clusterIP')
    expect(world.read(clusterIPKey(clusterIP))).toBeUndefined()
  })

  test('has one family on this cluster', () => {
    expect(create(empty(), 'web', { ipFamilyPolicy: 'RequireDualStack' })).toMatchObject({ ok: false, status: {
      message: expect.stringContaining('this cluster is not configured for dual-stack services') as string,
    } })
    expect(given({ ipFamilyPolicy: 'PreferDualStack' })[1].spec.ipFamilies).toEqual(['IPv4'])
  })
})

describe('the node ports of a Service', () => {
  test('are given from 30086 to 32767 where the type needs them', () => {
    const [world, { spec: { ports } }] = given({ type: 'NodePort' })
    const port = ports?.[0]?.nodePort ?? 0
    expect(port >= 30086 && port < 32768).toBe(true)
    expect(world.read(nodePortKey(port))).toBe('default/web')
    expect(nodePorts(given()[1])).toEqual([undefined])
    expect(nodePorts(given({ type: 'LoadBalancer', allocateLoadBalancerNodePorts: false })[1])).toEqual([undefined])
  })

  test('are what the user asks for, in range and once', () => {
    const ports = (nodePort: number) => [{ protocol: 'TCP' as const, port: 80, targetPort: 80, nodePort }]
    const [world] = given({ type: 'NodePort', ports: ports(30080) })
    expect(create(world, 'api', { type: 'NodePort', ports: ports(30080) })).toMatchObject({ ok: false, status: {
      message: 'Service "api" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated',
    } })
    expect(create(world, 'api', { type: 'NodePort', ports: ports(80) })).toMatchObject({ ok: false, status: {
      message: expect.stringContaining('The range of valid ports is 30000-32767') as string,
    } })
  })

  test('are shared by two protocols of one port', () => {
    const both = [
      { name: 'udp', protocol: 'UDP' as const, port: 53, targetPort: 53 }, { name: 'tcp', protocol: 'TCP' as const, port: 53, targetPort: 53 },
    ]
    const [first, second] = nodePorts(given({ type: 'NodePort', ports: both })[1])
    expect(first).toBe(second)
  })

  test('stay with a port of that name, and go with the type', () => {
    const [world, before] = given({ type: 'NodePort' })
    const [port = 0] = nodePorts(before)
    update(world, 'web', { type: 'NodePort', ports: [{ name: 'http', protocol: 'TCP', port: 81, targetPort: 8080 }] })
    expect(nodePorts(stored(world, 'web'))).toEqual([port])
    update(world, 'web', { type: 'ClusterIP' })
    expect(nodePorts(stored(world, 'web'))).toEqual([undefined])
    expect(world.read(nodePortKey(port))).toBeUndefined()
  })

  test('come with one for health checks where a load balancer asks for local endpoints', () => {
    const [world, { spec: { healthCheckNodePort = 0 } }] = given({ type: 'LoadBalancer', externalTrafficPolicy: 'Local' })
    expect(world.read(nodePortKey(healthCheckNodePort))).toBe('default/web')
    update(world, 'web', { type: 'LoadBalancer', externalTrafficPolicy: 'Cluster' })
    expect(world.read(nodePortKey(healthCheckNodePort))).toBeUndefined()
  })
})
