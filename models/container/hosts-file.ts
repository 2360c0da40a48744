/**
 * Models: pkg/kubelet/kubelet_pods.go (nodeHostsFileContent, managedHostsFileContent,
 *   hostsEntriesFromHostAliases, shouldMountHostsFile)
 * Reads: nothing (it is handed a pod, its IPs and its hostname)
 * Writes: nothing
 * Omits: a container that mounts something at /etc/hosts itself gets no such file: makeMounts decides that
 */
import type { PodSpec } from '#api/types'

type HostAliases = NonNullable<PodSpec['hostAliases']>

export const etcHostsPath = '/etc/hosts'
export const etcHostsMode = 0o644

/** What a node has in /etc/hosts where nobody says otherwise. */
export const usualNodeHosts = '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n'

/** A pod of the pod network has no file before it has an IP. */
export const mayMountHostsFile = ({ hostNetwork }: PodSpec, podIPs: readonly string[]): boolean =>
  podIPs.length > 0 || hostNetwork === true

function aliasEntries(aliases: HostAliases): string {
  if (aliases.length === 0) return ''
  const lines = aliases.map(({ ip, hostnames = [] }) => `${ip}\t${hostnames.join('\t')}\n`)
  return `\n# Entries added by HostAliases.\n${lines.join('')}`
}

/** For a pod in its node's network: the node's own file, and the pod's aliases. */
export const nodeHostsFileContent = (nodeHosts: string, aliases: HostAliases): string =>
  `# Kubernetes-managed hosts file (host network).\n${nodeHosts}${aliasEntries(aliases)}`

/** For any other pod. `domain` is '' where it has none. */
export const managedHostsFileContent = (
  podIPs: readonly string[], hostname: string, domain: string, aliases: HostAliases,
): string => [
  '# Kubernetes-managed hosts file.\n',
  '127.0.0.1\tlocalhost\n',
  '::1\tlocalhost ip6-localhost ip6-loopback\n',
  'fe00::0\tip6-localnet\n', 'fe00::0\tip6-mcastprefix\n',
  'fe00::1\tip6-allnodes\n', 'fe00::2\tip6-allrouters\n',
  ...podIPs.map((ip) => `${ip}\t${domain === '' ? '' : `${hostname}.${domain}\t`}${hostname}\n`),
  aliasEntries(aliases),
].join('')

/** /etc/hosts of a pod's containers; none where it is not mounted. */
export function hostsFile(
  spec: PodSpec, podIPs: readonly string[], hostname: string, domain: string, nodeHosts = usualNodeHosts,
): string | undefined {
  if (!mayMountHostsFile(spec, podIPs)) return undefined
  const { hostAliases = [], hostNetwork } = spec
  return hostNetwork === true
    ? nodeHostsFileContent(nodeHosts, hostAliases)
    : managedHostsFileContent(podIPs, hostname, domain, hostAliases)
}
