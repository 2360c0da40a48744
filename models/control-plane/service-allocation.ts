/**
 * Models: pkg/registry/core/service/storage/alloc.go, ipallocator and portallocator (AllocateNext, Allocate, Release)
 * Reads: clusterip, nodeport
 * Writes: clusterip, nodeport
 * Omits: randomness: upstream draws a number from the upper part of the range, here it follows from the Service's name,
 *   so that it does not depend on what else is created; a Service whose ranges are full; ServiceCIDR objects
 */
import type { Json, Service, ServicePort, ServiceSpec, Status } from '#api/types'
import { invalidStatus } from '#api/status'
import { invalid, type FieldError } from '#api/validation/field'
import { key, type Cells, type Key } from '#kernel/cells'
import { hashString } from '#kernel/value'
import { nameOf } from '#machine/objects'

/** Which Service holds an address of the range, as long as it is stored. */
export const clusterIPKey = (ip: string): Key<string> => key('clusterip', ip)
export const nodePortKey = (port: number): Key<string> => key('nodeport', String(port))

/** kubeadm's `10.96.0.0/12`; the first 256 addresses are left to those who ask for one. */
const range = { text: '10.96.0.0/12', base: 10 * 2 ** 24 + 96 * 2 ** 16, size: 2 ** 20, dynamic: 256 }
/** `--service-node-port-range`; the first 86 are left to those who ask for one. */
const ports = { text: '30000-32767', base: 30000, size: 2768, dynamic: 86 }

export const isHeadless = ({ clusterIP }: ServiceSpec): boolean => clusterIP === 'None'
export const needsClusterIP = ({ type }: ServiceSpec): boolean => type !== 'ExternalName'
export const needsNodePort = ({ type, allocateLoadBalancerNodePorts }: ServiceSpec): boolean =>
  type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false)
export const needsHealthCheck = ({ type, externalTrafficPolicy }: ServiceSpec): boolean =>
  type === 'LoadBalancer' && externalTrafficPolicy === 'Local'

const addressAt = (offset: number): string => {
  const number = range.base + offset
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.')
}

/** The place of an IPv4 address in the range; `undefined` outside it, and for its first and last address. */
function offsetOf(ip: string): number | undefined {
  const bytes = ip.split('.').map(Number)
  if (bytes.length !== 4 || !bytes.every((byte) => Number.isInteger(byte) && byte >= 0 && byte < 256)) return undefined
  const offset = bytes.reduce((number, byte) => number * 256 + byte, 0) - range.base
  return offset > 0 && offset < range.size - 1 ? offset : undefined
}

/** The first of the dynamic part that is free, searched from a place that follows from `seed`. */
function search(
  seed: string, { dynamic, size }: typeof range | typeof ports, isFree: (offset: number) => boolean,
): number {
  const span = size - 1 - dynamic
  for (let step = 0, at = hashString(seed) % span; step < span; step++, at = (at + 1) % span) {
    if (isFree(dynamic + at)) return dynamic + at
  }
  throw new Error(`no number is left in ${size}`)
}

/** The spec with an address and ports where it needs and lacks them. Nothing is held until it is stored. */
export function allocate(cells: Cells, service: Service, spec: ServiceSpec): ServiceSpec {
  const name = nameOf(service)
  let filled = spec
  if (needsClusterIP(spec) && (spec.clusterIP ?? '') === '') {
    const ip = addressAt(search(name, range, (offset) => cells.read(clusterIPKey(addressAt(offset))) === undefined))
    filled = { ...filled, clusterIP: ip, clusterIPs: [ip] }
  }
  const given = new Set((spec.ports ?? []).map(({ nodePort }) => nodePort))
  const nextPort = (seed: string): number => {
    const isFree = (offset: number): boolean =>
      !given.has(ports.base + offset) && cells.read(nodePortKey(ports.base + offset)) === undefined
    const port = ports.base + search(`${name}:${seed}`, ports, isFree)
    given.add(port)
    return port
  }
  if (needsNodePort(spec) && spec.ports?.some(({ nodePort }) => nodePort === undefined)) {
    filled = { ...filled, ports: withNodePorts(spec.ports, nextPort) }
  }
  if (needsHealthCheck(spec) && spec.healthCheckNodePort === undefined) {
    filled = { ...filled, healthCheckNodePort: nextPort('health check') }
  }
  return filled
}

/** Ports of one number and two protocols share a node port, where the first of them was allocated too. */
function withNodePorts(wanted: readonly ServicePort[], nextPort: (seed: string) => number): readonly ServicePort[] {
  const done: ServicePort[] = []
  for (const port of wanted) {
    const twin = done.find((other) => other.port === port.port && other.protocol !== port.protocol)
    const nodePort = port.nodePort ?? twin?.nodePort ?? nextPort(port.name ?? '')
    done.push({ ...port, nodePort })
  }
  return done
}

const heldPorts = ({ spec }: Service): readonly number[] =>
  [...(spec.ports ?? []).map(({ nodePort }) => nodePort), spec.healthCheckNodePort].filter((port) => port !== undefined)

const heldIPs = ({ spec }: Service): readonly string[] =>
  needsClusterIP(spec) && !isHeadless(spec) ? spec.clusterIPs ?? [] : []

/** Why an address or port that the Service asks for cannot be had. */
export function refusal(cells: Cells, service: Service): Status | undefined {
  const { spec } = service
  const errors: FieldError[] = []
  const name = nameOf(service)
  const isHeldByAnother = (holder: string | undefined): boolean => holder !== undefined && holder !== name
  if (needsClusterIP(spec) && !isHeadless(spec)) {
    const asked = spec.clusterIPs ?? (spec.clusterIP === undefined || spec.clusterIP === '' ? [] : [spec.clusterIP])
    for (const ip of asked) {
      const why = offsetOf(ip) === undefined
        ? `the provided IP (${ip}) is not in the valid range. The range of valid IPs is ${range.text}`
        : isHeldByAnother(cells.read(clusterIPKey(ip))) ? 'provided IP is already allocated' : undefined
      const value: Json = [...asked]
      if (why !== undefined) errors.push(invalid('spec.clusterIPs', value, `failed to allocate IP ${ip}: ${why}`))
    }
    if (spec.ipFamilyPolicy === 'RequireDualStack') {
      const why = 'this cluster is not configured for dual-stack services'
      errors.push(invalid('spec.ipFamilyPolicy', spec.ipFamilyPolicy, why))
    }
    spec.ipFamilies?.forEach((family, index) => {
      if (family === 'IPv6') errors.push(invalid(`spec.ipFamilies[${index}]`, family, 'not configured on this cluster'))
    })
  }
  spec.ports?.forEach(({ nodePort }, index) => {
    if (nodePort === undefined) return
    const isOutside = nodePort < ports.base || nodePort >= ports.base + ports.size
    const why = isOutside ? `provided port is not in the valid range. The range of valid ports is ${ports.text}`
      : isHeldByAnother(cells.read(nodePortKey(nodePort))) ? 'provided port is already allocated' : undefined
    if (why !== undefined) errors.push(invalid(`spec.ports[${index}].nodePort`, nodePort, why))
  })
  return errors.length === 0 ? undefined : invalidStatus('Service', service.metadata.name, errors)
}

/** Holds what the stored Service has, and lets go of what it had before. */
export function claim(cells: Cells, old: Service | undefined, service: Service | undefined): void {
  const holder = service === undefined ? undefined : nameOf(service)
  const [ips, numbers] = service === undefined ? [[], []] : [heldIPs(service), heldPorts(service)]
  for (const ip of old === undefined ? [] : heldIPs(old)) {
    if (!ips.includes(ip)) cells.write(clusterIPKey(ip), undefined)
  }
  for (const port of old === undefined ? [] : heldPorts(old)) {
    if (!numbers.includes(port)) cells.write(nodePortKey(port), undefined)
  }
  for (const ip of ips) if (cells.read(clusterIPKey(ip)) !== holder) cells.write(clusterIPKey(ip), holder)
  for (const port of numbers) if (cells.read(nodePortKey(port)) !== holder) cells.write(nodePortKey(port), holder)
}
