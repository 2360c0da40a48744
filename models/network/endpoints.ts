/**
 * Models: staging/src/k8s.io/endpointslice/utils.go (podToEndpoint, getEndpointPorts, FindPort,
 *   getEndpointAddresses), util/controller_utils.go (ShouldPodBeInEndpoints, EndpointsEqualBeyondHash),
 *   util/endpointset.go (hashEndpoint)
 * Reads: nothing (it is handed the objects)
 * Writes: nothing
 * Omits: normalising addresses
 */
import type { Endpoint, EndpointPort, EndpointSlice, Pod, Service, ServicePort } from '#api/types'
import { isPodReady, isPodTerminal } from '#api/pods'
import { equal } from '#kernel/value'

export type AddressType = EndpointSlice['addressType']

const isDeleted = (pod: Pod): boolean => (pod.metadata.deletionTimestamp ?? null) !== null

/** Pods that ended, and those without an address, are in no slice. Terminating ones are. */
export const shouldPodBeInEndpoints = (pod: Pod): boolean => !isPodTerminal(pod) && addressesOf(pod).length > 0

/** All addresses that the pod reports. */
export function addressesOf({ status }: Pod): readonly string[] {
  if (status.podIPs !== undefined && status.podIPs.length > 0) return status.podIPs.map(({ ip }) => ip)
  return status.podIP === undefined || status.podIP === '' ? [] : [status.podIP]
}

/** Which families a Service has addresses of. */
export function addressTypesOf({ spec }: Service): readonly AddressType[] {
  const families = spec.ipFamilies ?? []
  if (families.length > 0) return families
  const { clusterIP = '' } = spec
  if (clusterIP === '' || clusterIP === 'None') return ['IPv4', 'IPv6']
  return [clusterIP.includes(':') ? 'IPv6' : 'IPv4']
}

/** The container port that a Service port leads to; `undefined` where no container has one of that name. */
export function findPort({ spec }: Pod, { targetPort, protocol }: ServicePort): number | undefined {
  if (typeof targetPort === 'number') return targetPort
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always')
  for (const { ports = [] } of [...spec.containers, ...sidecars]) {
    const found = ports.find((port) => port.name === targetPort && port.protocol === protocol)
    if (found !== undefined) return found.containerPort
  }
  return undefined
}

/** The ports of a pod's endpoint; those that the pod does not have are left out. */
export function endpointPortsOf(service: Service, pod: Pod): readonly EndpointPort[] {
  return (service.spec.ports ?? []).flatMap((servicePort) => {
    const port = findPort(pod, servicePort)
    if (port === undefined) return []
    const { name = '', protocol, appProtocol } = servicePort
    return [{ name, port, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) }]
  })
}

interface Made {
  readonly publishes: boolean
  readonly zone: string
  readonly type: AddressType
  readonly hostname: string
  readonly endpoint: Endpoint
}

// Caches of pure functions of immutable objects: endpoints that did not change stay the same objects.
const made = new WeakMap<Pod, Made>()
const keys = new WeakMap<Endpoint, string>()

/** The endpoint that a pod is to a Service. `zone` is that of its node, `''` where it has none. */
export function podToEndpoint(pod: Pod, zone: string, service: Service, type: AddressType): Endpoint {
  const publishes = service.spec.publishNotReadyAddresses === true
  const { hostname = '', subdomain = '' } = pod.spec
  const name = hostname !== '' && subdomain === service.metadata.name ? hostname : ''
  const last = made.get(pod)
  const isSame = last?.publishes === publishes && last.zone === zone && last.type === type && last.hostname === name
  if (isSame) return last.endpoint
  const endpoint = compute(pod, zone, publishes, type, name)
  made.set(pod, { publishes, zone, type, hostname: name, endpoint })
  return endpoint
}

function compute(pod: Pod, zone: string, publishes: boolean, type: AddressType, hostname: string): Endpoint {
  const { metadata, spec } = pod
  const serving = isPodReady(pod)
  const terminating = isDeleted(pod)
  const nodeName = spec.nodeName ?? ''
  return {
    addresses: addressesOf(pod).filter((ip) => ip.includes(':') === (type === 'IPv6')),
    conditions: { ready: publishes || (serving && !terminating), serving, terminating },
    targetRef: { kind: 'Pod', namespace: metadata.namespace, name: metadata.name, uid: metadata.uid },
    ...(nodeName === '' ? {} : { nodeName }),
    ...(zone === '' ? {} : { zone }),
    ...(hostname === '' ? {} : { hostname }),
  }
}

/** What makes an endpoint the same one: addresses, host name and pod. */
export function endpointKey(endpoint: Endpoint): string {
  let key = keys.get(endpoint)
  if (key === undefined) {
    const { addresses, hostname = '', targetRef } = endpoint
    key = `${[...addresses].sort().join(',')} ${hostname} ${targetRef?.namespace ?? ''}/${targetRef?.name ?? ''}`
    keys.set(endpoint, key)
  }
  return key
}

/** Whether two endpoints of one key are alike in all else; hints are judged elsewhere. */
export const endpointsEqualBeyondHash = (a: Endpoint, b: Endpoint): boolean =>
  a === b || (a.nodeName === b.nodeName && a.zone === b.zone
    && equal(a.conditions, b.conditions) && equal(a.targetRef, b.targetRef))

/** Slices are grouped by their ports, in whatever order those come. */
export const portMapKey = (ports: readonly EndpointPort[]): string =>
  ports
    .map(({ name = '', protocol = 'TCP', port = 0, appProtocol = '' }) => `${name} ${protocol} ${port} ${appProtocol}`)
    .sort().join('|')
