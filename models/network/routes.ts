/**
 * Models: pkg/proxy/iptables/proxier.go (syncProxyRules: which endpoints the chains of a Service port lead to)
 * Reads: nothing (it is handed the rules)
 * Writes: nothing
 * Omits: the text of the rules, SNAT, session affinity, source ranges, IPv6, conntrack
 */
import type { EndpointSlice, Service } from '#api/types'
import { key, type Key } from '#kernel/cells'
import { categorizeEndpoints, endpointsByPort, portKey, type Backend } from './categorize-endpoints.js'
import { isExternallyAccessible, servicePortsOf, usesLocalEndpoints, type ServicePortInfo } from './service-ports.js'

/** What kube-proxy on a node last programmed for a Service: what it had in its cache then. */
export interface Rules {
  readonly service: Service
  readonly slices: readonly EndpointSlice[]
  /** The node's `topology.kubernetes.io/zone`, where it has one. */
  readonly zone?: string
}

/** `service` is `namespace/name`. */
export const rulesKey = (node: string, service: string): Key<Rules> => key('rules', node, service)

/** The Services that have rules on a node, as `namespace/name`. */
export const programmedKey = (node: string): Key<readonly string[]> => key('index', 'rules', 'node', node)

/** No endpoint anywhere: refused at once. Traffic policy Local and none here: dropped. */
export type Verdict = 'REJECT' | 'DROP'

/** Where one port of a Service leads from one node. */
export interface PortRoutes {
  readonly port: ServicePortInfo
  /** For the cluster IP. */
  readonly internal: readonly Backend[] | Verdict
  /** For node ports and external addresses, from outside the cluster; absent where there are none. */
  readonly external?: readonly Backend[] | Verdict
}

/** Backends with their `address:port`, by address. */
export type BackendsByIP = ReadonlyMap<string, readonly (readonly [string, Backend])[]>

// Caches of pure functions of immutable objects. Rules of one content are one object on all nodes, mostly.
const shared = new WeakMap<Service, Map<string, Rules>>()
const endpoints = new WeakMap<Rules, ReadonlyMap<string, readonly Backend[]>>()
const routes = new WeakMap<Rules, Map<string, readonly PortRoutes[]>>()
const met = new WeakMap<readonly PortRoutes[], ReadonlyMap<string, Backend>>()
const addresses = new WeakMap<readonly PortRoutes[], BackendsByIP>()

/** Rules with the same content as ever; what was made last of a Service in a zone is handed out again where it fits. */
export function rulesOf(service: Service, slices: readonly EndpointSlice[], zone: string): Rules {
  let byZone = shared.get(service)
  if (byZone === undefined) shared.set(service, byZone = new Map())
  const last = byZone.get(zone)
  if (last !== undefined && isSame(last.slices, slices)) return last
  const rules: Rules = { service, slices, ...(zone === '' ? {} : { zone }) }
  byZone.set(zone, rules)
  return rules
}

const isSame = (a: readonly EndpointSlice[], b: readonly EndpointSlice[]): boolean =>
  a.length === b.length && a.every((slice, index) => slice === b[index])

const hasHints = (backends: readonly Backend[]): boolean =>
  backends.some(({ zoneHints, nodeHints }) => zoneHints.length > 0 || nodeHints.length > 0)

/** What a connection through a node's rules may meet. */
export function routesOf(rules: Rules, node: string): readonly PortRoutes[] {
  let byPort = endpoints.get(rules)
  if (byPort === undefined) endpoints.set(rules, byPort = endpointsByPort(rules.slices))
  const ports = servicePortsOf(rules.service)
  let byNode = routes.get(rules)
  if (byNode === undefined) routes.set(rules, byNode = new Map())
  const everywhere = byNode.get('')
  if (everywhere !== undefined) return everywhere
  let found = byNode.get(node)
  if (found === undefined) {
    const all = byPort
    found = ports.map((port) =>
      routesOfPort(port, all.get(portKey(port.name, port.protocol)) ?? [], node, rules.zone ?? ''))
    const differs = ports.some(usesLocalEndpoints) || [...all.values()].some(hasHints)
    byNode.set(differs ? node : '', found)
  }
  return found
}

function routesOfPort(port: ServicePortInfo, backends: readonly Backend[], node: string, zone: string): PortRoutes {
  const { cluster, local, hasAny } = categorizeEndpoints(backends, port, node, zone)
  const lead = (isLocal: boolean): readonly Backend[] | Verdict => {
    const usable = isLocal ? local : cluster
    return !hasAny ? 'REJECT' : usable.length === 0 ? 'DROP' : usable
  }
  return {
    port,
    internal: lead(port.internalPolicyLocal),
    ...(isExternallyAccessible(port) ? { external: lead(port.externalPolicyLocal) } : {}),
  }
}

/** Every backend that new connections through these routes may reach, once for each address and port. */
export function backendsOf(found: readonly PortRoutes[]): ReadonlyMap<string, Backend> {
  const known = met.get(found)
  if (known !== undefined) return known
  const backends = new Map<string, Backend>()
  met.set(found, backends)
  for (const { internal, external } of found) {
    for (const lead of external === internal ? [internal] : [internal, external]) {
      if (lead === undefined || typeof lead === 'string') continue
      for (const backend of lead) backends.set(`${backend.ip}:${backend.port}`, backend)
    }
  }
  return backends
}

/** The same by address alone. */
export function backendsByIP(found: readonly PortRoutes[]): BackendsByIP {
  const known = addresses.get(found)
  if (known !== undefined) return known
  const byIP = new Map<string, (readonly [string, Backend])[]>()
  for (const entry of backendsOf(found)) {
    const others = byIP.get(entry[1].ip)
    if (others === undefined) byIP.set(entry[1].ip, [entry])
    else others.push(entry)
  }
  addresses.set(found, byIP)
  return byIP
}
