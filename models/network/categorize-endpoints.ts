/**
 * Models: pkg/proxy/topology.go (CategorizeEndpoints, topologyModeFromHints), pkg/proxy/endpointslicecache.go
 *   (endpointInfoByServicePort, addEndpoints)
 * Reads: nothing (it is handed the endpoints)
 * Writes: nothing
 * Omits: IPv6; of two running pods with one address upstream takes either, here the later slice's
 */
import type { Endpoint, EndpointSlice, Protocol } from '#api/types'
import { usesClusterEndpoints, usesLocalEndpoints, type ServicePortInfo } from './service-ports.js'

/** An endpoint of one Service port as a proxy sees it. */
export interface Backend {
  readonly ip: string
  readonly port: number
  readonly protocol: Protocol
  readonly ready: boolean
  readonly serving: boolean
  readonly terminating: boolean
  readonly node?: string
  /** The pod, as `namespace/name`, and its uid. */
  readonly pod?: string
  readonly uid?: string
  readonly zoneHints: readonly string[]
  readonly nodeHints: readonly string[]
}

const none: readonly never[] = []

/** The name that tells ports of one Service apart, in Services and in EndpointSlices. */
export const portKey = (name: string, protocol: Protocol): string => `${name}/${protocol}`

/** The endpoints of each Service port in some slices, each address once; a running pod before a terminating one. */
export function endpointsByPort(slices: readonly EndpointSlice[]): ReadonlyMap<string, readonly Backend[]> {
  const found = new Map<string, Map<string, Backend>>()
  for (const { ports, endpoints } of slices) {
    for (const { name, port, protocol = 'TCP' } of ports) {
      if (name === undefined || port === undefined || port === 0) continue
      const at = portKey(name, protocol)
      let backends = found.get(at)
      if (backends === undefined) found.set(at, backends = new Map())
      for (const endpoint of endpoints) {
        const ip = endpoint.addresses[0]
        if (ip === undefined) continue
        const address = `${ip}:${port}`
        const isTerminating = endpoint.conditions?.terminating === true
        if (!isTerminating || !backends.has(address)) backends.set(address, backendOf(endpoint, ip, port, protocol))
      }
    }
  }
  return new Map([...found].map(([at, backends]) => [at, [...backends.values()]]))
}

function backendOf(endpoint: Endpoint, ip: string, port: number, protocol: Protocol): Backend {
  const { conditions, targetRef, nodeName, hints } = endpoint
  return {
    ip,
    port,
    protocol,
    ready: conditions?.ready !== false,
    serving: conditions?.serving !== false,
    terminating: conditions?.terminating === true,
    ...(nodeName === undefined ? {} : { node: nodeName }),
    ...(targetRef?.kind === 'Pod' ? { pod: `${targetRef.namespace ?? ''}/${targetRef.name ?? ''}` } : {}),
    ...(targetRef?.uid === undefined ? {} : { uid: targetRef.uid }),
    zoneHints: hints?.forZones?.map(({ name }) => name) ?? none,
    nodeHints: hints?.forNodes?.map(({ name }) => name) ?? none,
  }
}

export interface Categories {
  /** Usable under traffic policy Cluster. */
  readonly cluster: readonly Backend[]
  /** Usable under traffic policy Local. */
  readonly local: readonly Backend[]
  /** Both together: all that can be reached from this node. */
  readonly reachable: readonly Backend[]
  /** Whether there is an endpoint anywhere in the cluster, for this node or another. */
  readonly hasAny: boolean
}

const isFallback = ({ serving, terminating }: Backend): boolean => serving && terminating

/** Which endpoints a node's proxy uses; ready ones, or those that still serve while they terminate. */
export function categorizeEndpoints(
  endpoints: readonly Backend[], port: ServicePortInfo, node: string, zone: string,
): Categories {
  if (endpoints.length === 0) return { cluster: none, local: none, reachable: none, hasAny: false }
  let cluster: readonly Backend[] = none
  let mode = ''
  if (usesClusterEndpoints(port)) {
    mode = topologyModeFromHints(endpoints, node, zone)
    cluster = endpoints.filter((one) => one.ready && isAvailableFor(one, mode, node, zone))
    if (cluster.length === 0) cluster = endpoints.filter(isFallback)
  }
  if (!usesLocalEndpoints(port)) return { cluster, local: none, reachable: cluster, hasAny: cluster.length > 0 }

  const here = endpoints.filter((one) => one.node === node && node !== '')
  const ready = here.filter((one) => one.ready)
  const isFallingBack = ready.length === 0
  const local = isFallingBack ? here.filter(isFallback) : ready
  const hasAny = cluster.length > 0 || endpoints.some((one) => one.ready || isFallback(one))
  if (!usesClusterEndpoints(port)) return { cluster, local, reachable: local, hasAny }
  if (mode === '' && (!isFallingBack || local.length === 0)) return { cluster, local, reachable: cluster, hasAny }
  return { cluster, local, reachable: [...new Set([...cluster, ...local])], hasAny }
}

type Mode = '' | 'PreferSameNode' | 'PreferSameZone'

function topologyModeFromHints(endpoints: readonly Backend[], node: string, zone: string): Mode {
  let isReadyAnywhere = false
  let [allHaveNodes, allHaveZones, forNode, forZone] = [true, true, false, false]
  for (const { ready, nodeHints, zoneHints } of endpoints) {
    if (!ready) continue
    isReadyAnywhere = true
    if (nodeHints.length === 0) allHaveNodes = false
    else if (nodeHints.includes(node)) forNode = true
    if (zoneHints.length === 0) allHaveZones = false
    else if (zoneHints.includes(zone)) forZone = true
    if (!allHaveNodes && !allHaveZones) return ''
  }
  if (!isReadyAnywhere) return ''
  if (allHaveNodes && forNode) return 'PreferSameNode'
  return allHaveZones && forZone ? 'PreferSameZone' : ''
}

const isAvailableFor = ({ nodeHints, zoneHints }: Backend, mode: string, node: string, zone: string): boolean =>
  mode === '' || (mode === 'PreferSameNode' ? nodeHints.includes(node) : zoneHints.includes(zone))
