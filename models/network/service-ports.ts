/**
 * Models: pkg/proxy/serviceport.go (BaseServicePortInfo), pkg/proxy/servicechangetracker.go (serviceToServiceMap),
 *   pkg/proxy/util/utils.go (ShouldSkipService)
 * Reads: nothing (it is handed the Service)
 * Writes: nothing
 * Omits: IPv6, session affinity, load balancer source ranges, health check servers
 */
import type { Protocol, Service } from '#api/types'

/** One port of a Service as a proxy sees it. */
export interface ServicePortInfo {
  /** The port's name; `''` for the only port of a Service. */
  readonly name: string
  readonly protocol: Protocol
  readonly clusterIP: string
  readonly port: number
  readonly nodePort?: number
  readonly externalIPs: readonly string[]
  readonly loadBalancerVIPs: readonly string[]
  readonly internalPolicyLocal: boolean
  readonly externalPolicyLocal: boolean
}

/** Headless Services, those without an address yet, and external names are not proxied. */
export const shouldSkipService = ({ spec }: Service): boolean =>
  spec.clusterIP === undefined || spec.clusterIP === '' || spec.clusterIP === 'None' || spec.type === 'ExternalName'

// A cache of a pure function of immutable objects.
const known = new WeakMap<Service, readonly ServicePortInfo[]>()

/** Everything that a proxy takes from a Service; nothing for one that it skips. */
export function servicePortsOf(service: Service): readonly ServicePortInfo[] {
  let ports = known.get(service)
  if (ports === undefined) known.set(service, ports = compute(service))
  return ports
}

function compute(service: Service): readonly ServicePortInfo[] {
  if (shouldSkipService(service)) return []
  const { spec, status } = service
  const isExternal = spec.type === 'NodePort' || spec.type === 'LoadBalancer'
    || (spec.type === 'ClusterIP' && (spec.externalIPs?.length ?? 0) > 0)
  const loadBalancerVIPs = (status.loadBalancer?.ingress ?? []).flatMap(({ ip, ipMode }) =>
    (ip === undefined || ip === '' || ipMode === 'Proxy' ? [] : [ip]))
  return (spec.ports ?? []).map((port) => ({
    name: port.name ?? '',
    protocol: port.protocol,
    clusterIP: spec.clusterIP ?? '',
    port: port.port,
    ...(port.nodePort === undefined ? {} : { nodePort: port.nodePort }),
    externalIPs: spec.externalIPs ?? [],
    loadBalancerVIPs,
    internalPolicyLocal: spec.internalTrafficPolicy === 'Local',
    externalPolicyLocal: isExternal && spec.externalTrafficPolicy === 'Local',
  }))
}

/** Reachable by something else than its cluster IP. */
export const isExternallyAccessible = (port: ServicePortInfo): boolean =>
  port.nodePort !== undefined || port.loadBalancerVIPs.length > 0 || port.externalIPs.length > 0

/** Ever sends traffic to endpoints of the whole cluster. */
export const usesClusterEndpoints = (port: ServicePortInfo): boolean =>
  !port.internalPolicyLocal || isExternallyAccessible(port)

/** Ever sends traffic to endpoints of the proxy's own node alone. */
export const usesLocalEndpoints = (port: ServicePortInfo): boolean =>
  port.internalPolicyLocal || (port.externalPolicyLocal && isExternallyAccessible(port))
