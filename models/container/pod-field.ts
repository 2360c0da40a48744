/**
 * Models: pkg/kubelet/kubelet_pods.go (podFieldSelectorRuntimeValue, sortPodIPs)
 * Reads: nothing (it is handed a pod, its IPs and its node's)
 * Writes: nothing
 * Omits: addresses in an irregular spelling
 */
import * as either from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import type { EnvVarSource, Pod } from '#api/types'
import { isIPv4, isIPv6 } from '#api/validation/ip'
import { convertDownwardApiFieldLabel, extractFieldPathAsString } from './field-path.js'

export type ObjectFieldSelector = NonNullable<EnvVarSource['fieldRef']>

/** IPs of the pod as its sandbox has them, and of the node it is on. */
export interface Addresses {
  readonly podIPs: readonly string[]
  readonly hostIPs: readonly string[]
  /** What the kubelet was told with --node-ip; its family comes first. */
  readonly nodeIPs?: readonly string[]
}

/** At most one of each family, the node's own family first. */
export function sortPodIPs(podIPs: readonly string[], nodeIPs: readonly string[] = []): readonly string[] {
  const [first] = nodeIPs
  const families = first === undefined || isIPv4(first) ? [isIPv4, isIPv6] : [isIPv6, isIPv4]
  return families.flatMap((isOf) => podIPs.filter(isOf).slice(0, 1))
}

/** What `fieldRef` comes to while a container is made. */
export function podFieldSelectorRuntimeValue(
  { apiVersion = 'v1', fieldPath }: ObjectFieldSelector, pod: Pod, { podIPs, hostIPs, nodeIPs }: Addresses,
): Either<string, string> {
  const converted = convertDownwardApiFieldLabel(apiVersion, fieldPath)
  if (either.isLeft(converted)) return converted
  const ips = sortPodIPs(podIPs, nodeIPs)
  const [hostIP] = hostIPs
  switch (converted.right) {
    case 'spec.nodeName': return either.right(pod.spec.nodeName ?? '')
    case 'spec.serviceAccountName': return either.right(pod.spec.serviceAccountName ?? '')
    case 'status.podIP': return either.right(ips[0] ?? podIPs[0] ?? '')
    case 'status.podIPs': return either.right(ips.join(','))
    case 'status.hostIP':
    case 'status.hostIPs':
      if (hostIP === undefined) return either.left('host IP unknown; known addresses: []')
      return either.right(converted.right === 'status.hostIP' ? hostIP : hostIPs.join(','))
    default: return extractFieldPathAsString(pod, converted.right)
  }
}
