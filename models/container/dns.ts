/**
 * Models: pkg/kubelet/network/dns/dns.go (GetPodDNS, getPodDNSType, appendDNSConfig, mergeDNSOptions,
 *   generateSearchesForDNSClusterFirst, formDNSConfigFitsLimits)
 * Reads: nothing (it is handed a pod and what its kubelet was told)
 * Writes: nothing
 * Omits: the order of options, which upstream leaves to chance: ours is that in which they come
 */
import type { Pod } from '#api/types'
import { goQuote } from '#api/validation/field'
import { isIPv6 } from '#api/validation/ip'
import {
  maxDNSNameservers, maxDNSSearchListChars, maxDNSSearchPaths, maxSearchPathChars, type DNSConfig,
} from './resolv-conf.js'

/** core/v1 PodDNSConfig */
export interface PodDNSConfig {
  readonly nameservers?: readonly string[]
  readonly searches?: readonly string[]
  readonly options?: readonly PodDNSConfigOption[]
}

export interface PodDNSConfigOption {
  readonly name: string
  readonly value?: string
}

/** What a kubelet was told: --cluster-dns, --cluster-domain, and what the file of --resolv-conf says. */
export interface DNSConfigurer {
  readonly clusterDNS: readonly string[]
  readonly clusterDomain: string
  /** None where --resolv-conf is empty. */
  readonly host?: DNSConfig
  readonly nodeIPs?: readonly string[]
}

/** A warning about the pod or its node. */
export interface DNSWarning {
  readonly about: 'pod' | 'node'
  readonly reason: 'DNSConfigForming' | 'MissingClusterDNS'
  readonly message: string
}

export interface PodDNS {
  readonly config: DNSConfig
  readonly warnings: readonly DNSWarning[]
}

export type PodDNSType = 'cluster' | 'host' | 'none'

const empty: DNSConfig = { servers: [], searches: [], options: [] }

/** A pod in its node's network resolves as its node does, unless it asks otherwise in so many words. */
export function getPodDNSType({ spec: { dnsPolicy, hostNetwork } }: Pick<Pod, 'spec'>): PodDNSType {
  if (dnsPolicy === 'None') return 'none'
  if (dnsPolicy === 'Default') return 'host'
  return dnsPolicy === 'ClusterFirst' && hostNetwork === true ? 'host' : 'cluster'
}

const omitDuplicates = (texts: readonly string[]): readonly string[] => [...new Set(texts)]

const searchesFor = (
  namespace: string, { clusterDomain }: DNSConfigurer, host: readonly string[],
): readonly string[] =>
  (clusterDomain === '' ? host
    : omitDuplicates([`${namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain, ...host]))

/** An option of the pod stands in place of one of the same name. */
export function mergeDNSOptions(
  existing: readonly string[], options: readonly PodDNSConfigOption[],
): readonly string[] {
  const values = new Map<string, string>()
  for (const option of existing) {
    const colon = option.indexOf(':')
    if (colon < 0) values.set(option, '')
    else values.set(option.slice(0, colon), option.slice(colon + 1))
  }
  for (const { name, value = '' } of options) values.set(name, value)
  return [...values].map(([name, value]) => (value === '' ? name : `${name}:${value}`))
}

export const appendDNSConfig = (existing: DNSConfig, own: PodDNSConfig): DNSConfig => ({
  servers: omitDuplicates([...existing.servers, ...own.nameservers ?? []]),
  searches: omitDuplicates([...existing.searches, ...own.searches ?? []]),
  options: mergeDNSOptions(existing.options, own.options ?? []),
})

const forming = (message: string): DNSWarning => ({ about: 'pod', reason: 'DNSConfigForming', message })

export interface Fitted {
  readonly kept: readonly string[]
  readonly warnings: readonly DNSWarning[]
}

export function formDNSNameserversFitsLimits(servers: readonly string[]): Fitted {
  if (servers.length <= maxDNSNameservers) return { kept: servers, warnings: [] }
  const kept = servers.slice(0, maxDNSNameservers)
  return { kept, warnings: [forming('Nameserver limits were exceeded, some nameservers have been omitted, '
    + `the applied nameserver line is: ${kept.join(' ')}`)] }
}

/** Paths are left out from the end; one that is too long is left out wherever it stands. */
export function formDNSSearchFitsLimits(searches: readonly string[]): Fitted {
  let kept = searches.slice(0, maxDNSSearchPaths).filter((path) => path.length <= maxSearchPathChars)
  while (kept.join(' ').length > maxDNSSearchListChars) kept = kept.slice(0, -1)
  if (kept.length === searches.length) return { kept, warnings: [] }
  return { kept, warnings: [forming('Search Line limits were exceeded, some search paths have been omitted, '
    + `the applied search line is: ${kept.join(' ')}`)] }
}

/** How the node itself resolves; a kubelet without a file has pods ask a server on the node. */
function hostDNS({ host, nodeIPs = [] }: DNSConfigurer): DNSConfig {
  if (host !== undefined) return host
  const servers = nodeIPs.map((ip) => (isIPv6(ip) ? '::1' : '127.0.0.1'))
  return { servers: servers.length === 0 ? ['127.0.0.1'] : servers, searches: ['.'], options: [] }
}

const withoutClusterDNS = 'kubelet does not have ClusterDNS IP configured and cannot create Pod using '
  + '"ClusterFirst" policy. Falling back to "Default" policy.'

const missing = ({ metadata: { name, namespace, uid } }: Pod): readonly DNSWarning[] => [
  { about: 'node', reason: 'MissingClusterDNS', message: withoutClusterDNS },
  { about: 'pod', reason: 'MissingClusterDNS',
    message: `pod: ${goQuote(`${name}_${namespace}(${uid})`)}. ${withoutClusterDNS}` },
]

function baseOf(pod: Pod, configurer: DNSConfigurer): PodDNS {
  const type = getPodDNSType(pod)
  if (type === 'none') return { config: empty, warnings: [] }
  if (type === 'host') return { config: hostDNS(configurer), warnings: [] }
  if (configurer.clusterDNS.length === 0) return { config: hostDNS(configurer), warnings: missing(pod) }
  const searches = searchesFor(pod.metadata.namespace, configurer, configurer.host?.searches ?? [])
  return { config: { servers: configurer.clusterDNS, searches, options: ['ndots:5'] }, warnings: [] }
}

/** How a pod resolves names, and what it and its node are warned of. */
export function getPodDNS(pod: Pod, configurer: DNSConfigurer): PodDNS {
  const { config, warnings } = baseOf(pod, configurer)
  const own = pod.spec.dnsConfig as PodDNSConfig | undefined // validated where the pod is admitted
  const merged = own === undefined ? config : appendDNSConfig(config, own)
  const servers = formDNSNameserversFitsLimits(merged.servers)
  const searches = formDNSSearchFitsLimits(merged.searches)
  return {
    config: { servers: servers.kept, searches: searches.kept, options: merged.options },
    warnings: [...warnings, ...servers.warnings, ...searches.warnings],
  }
}
