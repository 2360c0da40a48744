/**
 * Models: pkg/kubelet/kubelet_pods.go (GeneratePodHostNameAndDomain, truncatePodHostnameIfNeeded),
 *   pkg/kubelet/util/util.go (GetNodenameForKernel)
 * Reads: nothing (it is handed a pod)
 * Writes: nothing
 * Omits: nothing that is observable
 */
import * as either from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import type { Pod } from '#api/types'
import { goQuote } from '#api/validation/field'
import { isDNS1123Label, isDNS1123Subdomain, type Complaints } from '#api/validation/names'

export interface Named {
  readonly hostname: string
  /** '' where it has none. */
  readonly domain: string
}

const most = 63
const mostForKernel = 64

const wrong = (what: string, text: string, kind: string, complaints: Complaints): Either<string, never> =>
  either.left(`pod ${what} ${goQuote(text)} is not a valid DNS ${kind}: ${complaints.join(';')}`)

/** A hostname has at most 63 characters, and ends with neither a dash nor a dot. */
export function truncatePodHostnameIfNeeded(podName: string, hostname: string): Either<string, string> {
  if (hostname.length <= most) return either.right(hostname)
  const truncated = hostname.slice(0, most).replace(/[-.]+$/, '')
  return truncated === ''
    ? either.left(`hostname for pod ${goQuote(podName)} was invalid: ${goQuote(hostname)}`)
    : either.right(truncated)
}

/** What a pod calls itself, and the domain in which others find it by that name. */
export function generatePodHostNameAndDomain(
  { metadata: { name, namespace }, spec }: Pod, clusterDomain: string,
): Either<string, Named> {
  const { hostname = '', subdomain = '', hostnameOverride } = spec
  const named = (text: string, domain: string): Either<string, Named> =>
    either.map((short: string): Named => ({ hostname: short, domain }))(
      truncatePodHostnameIfNeeded(name, text))
  if (hostnameOverride !== undefined) {
    const complaints = isDNS1123Subdomain(hostnameOverride)
    if (complaints.length > 0) return wrong('HostnameOverride', hostnameOverride, 'subdomain', complaints)
    return named(hostnameOverride, '')
  }
  const ofHostname = hostname === '' ? [] : isDNS1123Label(hostname)
  if (ofHostname.length > 0) return wrong('Hostname', hostname, 'label', ofHostname)
  const ofSubdomain = subdomain === '' ? [] : isDNS1123Label(subdomain)
  if (ofSubdomain.length > 0) return wrong('Subdomain', subdomain, 'label', ofSubdomain)
  const domain = subdomain === '' ? '' : `${subdomain}.${namespace}.svc.${clusterDomain}`
  return named(hostname === '' ? name : hostname, domain)
}

/** What `uname -n` says in a pod's containers. */
export function getNodenameForKernel(
  { hostname, domain }: Named, setHostnameAsFQDN: boolean | undefined,
): Either<string, string> {
  if (domain === '' || setHostnameAsFQDN !== true) return either.right(hostname)
  const fqdn = `${hostname}.${domain}`
  return fqdn.length > mostForKernel
    ? either.left(`failed to construct FQDN from pod hostname and cluster domain, FQDN ${fqdn} is too long `
      + `(${mostForKernel} characters is the max, ${fqdn.length} characters requested)`)
    : either.right(fqdn)
}
