/**
 * Models: what becomes of established connections to a backend to which a node's rules lead no more: netfilter's connection
 *   tracking keeps them under kube-proxy, which deletes stale entries of UDP alone (pkg/proxy/conntrack/cleanup.go); some
 *   network plugins and load balancers reset them (kubernetes/kubernetes#123116)
 * Reads: resets
 * Writes: nothing
 * Omits: requests on such a connection, what either end does with it; the end of a pod, with which its connections end
 */
import type { Cells, Key } from '#kernel/cells'
import type { Client } from '../node/listeners.js'
import type { Backend } from './categorize-endpoints.js'

/** Present where the network resets them. */
export const resetsKey: Key<true> = 'resets'

/** Connections that are reset now: clients had them to every backend that accepted, and the rules have forgotten some. */
export function reset(
  cells: Cells, client: Client | undefined, before: ReadonlyMap<string, Backend>, after: ReadonlyMap<string, Backend>,
): readonly Backend[] {
  if (client === undefined || cells.read(resetsKey) === undefined) return []
  const isMet = (address: string, ip: string): boolean =>
    client.failures[address] === undefined && client.due !== 'all' && client.due?.includes(ip) !== true
  return [...before].filter(([address, { ip, uid, protocol }]) =>
    protocol !== 'UDP' && after.get(address)?.uid !== uid && isMet(address, ip)).map(([, backend]) => backend)
}
