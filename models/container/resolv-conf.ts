/**
 * Models: pkg/kubelet/network/dns/dns.go (parseResolvConf, CheckLimitsForResolvConf, appendOptions);
 *   containerd internal/cri/server/sandbox_run_linux.go (parseDNSOptions)
 * Reads: nothing (it is handed the text of a file)
 * Writes: nothing
 * Omits: the order of options, which upstream leaves to chance: ours is that in which they come; files of
 *   more than 10 MB
 */
import * as either from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import { goQuote } from '#api/validation/field'
import { aggregate } from './payload.js'

/** runtimeapi.DNSConfig */
export interface DNSConfig {
  readonly servers: readonly string[]
  readonly searches: readonly string[]
  readonly options: readonly string[]
}

export const maxDNSNameservers = 3
export const maxDNSSearchPaths = 32
export const maxDNSSearchListChars = 2048
/** utilvalidation.DNS1123SubdomainMaxLength */
export const maxSearchPathChars = 253

/** A later option of the same name stands in place of an earlier one. */
function appendOptions(options: readonly string[], more: readonly string[]): readonly string[] {
  const byName = new Map<string, string>()
  for (const option of [...options, ...more]) byName.set(option.split(':')[0] ?? '', option)
  return [...byName.values()]
}

/** What a node's file says: every nameserver, the last `search`, the last of each option. */
export function parseResolvConf(text: string): Either<string, DNSConfig> {
  const servers: string[] = []
  const wrong: string[] = []
  let searches: readonly string[] = []
  let options: readonly string[] = []
  for (const line of text.split('\n')) {
    const [keyword = '', ...values] = line.trim().split(/\s+/)
    const [first] = values
    if (keyword === 'nameserver' && first !== undefined) servers.push(first)
    if (keyword === 'nameserver' && first === undefined) wrong.push('nameserver list is empty ')
    if (keyword === 'search') {
      searches = values.filter((path) => path !== '.').map((path) => path.replace(/\.$/, ''))
    }
    if (keyword === 'options') options = appendOptions(options, values)
  }
  return wrong.length > 0 ? either.left(aggregate(wrong)) : either.right({ servers, searches, options })
}

/** What a container finds in /etc/resolv.conf; '' says nothing: it finds its node's file. */
export const resolvConf = ({ servers, searches, options }: DNSConfig): string => [
  ...(searches.length === 0 ? [] : [`search ${searches.join(' ')}\n`]),
  ...servers.map((server) => `nameserver ${server}\n`),
  ...(options.length === 0 ? [] : [`options ${options.join(' ')}\n`]),
].join('')

/** Why a node is warned of its file (reason CheckLimitsForResolvConf); nothing where it is within limits. */
export function checkLimitsForResolvConf(
  file: string, { searches }: DNSConfig, clusterDomain: string,
): string | undefined {
  const most = maxDNSSearchPaths - (clusterDomain === '' ? 0 : 3)
  if (searches.length > most) {
    return `Resolv.conf file '${file}' contains search line consisting of more than ${most} domains!`
  }
  if (searches.some((path) => path.length > maxSearchPathChars)) {
    return `Resolv.conf file ${goQuote(file)} contains a search path which length is more than allowed `
      + `${maxSearchPathChars} chars!`
  }
  if (searches.join(' ').length <= maxDNSSearchListChars) return undefined
  return `Resolv.conf file '${file}' contains search line which length is more than allowed `
    + `${maxDNSSearchListChars} chars!`
}
