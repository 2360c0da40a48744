/**
 * Models: clients that open connections to Services through the rules of the node on which they run
 * Reads: client, rules, listener, down, resets, store (the addresses of nodes)
 * Writes: client, routed
 * Omits: load: a Step opens one connection to each backend that the rules offer. UDP, DNS and headless Services,
 *   network policies. Traffic passes between nodes that have power, cut off from the control plane or not
 */
import { part, type Cells } from '#kernel/cells'
import { rank, type Channel } from '#machine/channel'
import { objectKey } from '#machine/objects'
import { downKey } from '../client/reflector.js'
import {
  accepts, clientKey, clientNodes, listenerKey, routedKey, type Client, type Outcome,
} from '../node/listeners.js'
import type { Backend } from './categorize-endpoints.js'
import { reset } from './established.js'
import { backendsByIP, backendsOf, routesOf, rulesKey, type PortRoutes, type Rules } from './routes.js'

/** The rules of a Service on a node changed: its clients there, if any, will meet the backends that are new. */
export function rulesChanged(
  cells: Cells, node: string, service: string, old: Rules | undefined, rules: Rules | undefined,
): void {
  const nodes = clientNodes(cells)
  if (!nodes.includes(node)) return
  const [before, after] = [routesIn(old, node), routesIn(rules, node)]
  const leads = (found: readonly PortRoutes[], ip: string): boolean => backendsByIP(found).has(ip)
  const due: string[] = []
  for (const [address, { ip, uid }] of backendsOf(after)) {
    const was = backendsOf(before).get(address)
    if (was === undefined || was.uid !== uid) due.push(ip)
    if (was === undefined && !leads(before, ip)) enter(cells, ip, service)
  }
  for (const ip of backendsByIP(before).keys()) {
    if (leads(after, ip)) continue
    const others = nodes.filter((other) => other !== node)
    const isElsewhere = others.some((other) => leads(routesIn(cells.read(rulesKey(other, service)), other), ip))
    if (!isElsewhere) leave(cells, ip, service)
  }
  const cell = clientKey(service, node)
  const client = cells.read(cell)
  if (rules !== undefined) {
    const ended = reset(cells, client, backendsOf(before), backendsOf(after))
    cells.write(cell, {
      met: 0, failures: {}, ...client, due: withDue(client, due), ...(ended.length === 0 ? {} : { reset: [...client?.reset ?? [], ...ended] }),
    })
  }
  if (rules === undefined && client !== undefined) cells.write(cell, undefined)
}

const nowhere: readonly PortRoutes[] = []

const routesIn = (rules: Rules | undefined, node: string): readonly PortRoutes[] =>
  rules === undefined ? nowhere : routesOf(rules, node)

const withDue = (client: Client | undefined, ips: readonly string[]): Client['due'] =>
  client?.due === 'all' ? 'all' : client?.due === undefined ? ips : [...new Set([...client.due, ...ips])]

function enter(cells: Cells, ip: string, service: string): void {
  const services = cells.read(routedKey(ip)) ?? []
  if (!services.includes(service)) cells.write(routedKey(ip), [...services, service])
}

function leave(cells: Cells, ip: string, service: string): void {
  const rest = (cells.read(routedKey(ip)) ?? []).filter((other) => other !== service)
  cells.write(routedKey(ip), rest.length === 0 ? undefined : rest)
}

/** What comes of one connection. */
function connect(cells: Cells, { ip, port, node, uid }: Backend): Outcome | 'ok' {
  if (node !== undefined && cells.read(downKey(node)) !== undefined) return 'dropped'
  const listener = cells.read(listenerKey(ip))
  if (listener === undefined || !accepts(listener, port)) return 'refused'
  if (uid === undefined || uid === listener.pod || isHostAddress(cells, node, ip)) return 'ok'
  return 'misdelivered'
}

/** The pods of a node's own network share its address. */
export const isHostAddress = (cells: Cells, node: string | undefined, ip: string): boolean =>
  node !== undefined
  && (cells.read(objectKey('nodes', node))?.status.addresses ?? []).some(({ address }) => address === ip)

/** Ports of the Service that lead nowhere for clients within the cluster. */
function rejections(found: readonly PortRoutes[]): Readonly<Record<string, Outcome>> {
  const failures: Record<string, Outcome> = {}
  for (const { port, internal } of found) {
    if (typeof internal !== 'string' || port.protocol === 'UDP') continue
    failures[`${port.name}/${port.protocol}`] = internal === 'REJECT' ? 'rejected' : 'dropped'
  }
  return failures
}

/** Connects to every backend that is due. */
function meet(cells: Cells, { due, failures: before }: Client, found: readonly PortRoutes[]): Client {
  const backends = backendsOf(found)
  const failures: Record<string, Outcome> = { ...rejections(found) }
  for (const address in before) {
    const outcome = before[address]
    if (outcome !== undefined && backends.has(address)) failures[address] = outcome
  }
  let met = 0
  for (const [address, backend] of due === 'all' || due === undefined ? backends : at(found, due)) {
    if (backend.protocol === 'UDP') continue
    delete failures[address]
    const outcome = connect(cells, backend)
    if (outcome === 'ok') met++
    else failures[address] = outcome
  }
  return { met, failures }
}

const at = (found: readonly PortRoutes[], ips: readonly string[]): readonly (readonly [string, Backend])[] =>
  ips.flatMap((ip) => backendsByIP(found).get(ip) ?? [])

/** Clients on one node connect to one Service. */
export const clientChannel: Channel<Client> = {
  prefix: 'client',
  rank: rank.client,
  offers: ({ due }) => due !== undefined,
  process: (cell) => `client/${part(cell, 2)}`,
  gate: (cell) => downKey(part(cell, 2)),
  take(cells, cell, client) {
    const node = part(cell, 2)
    const rules = cells.read(rulesKey(node, part(cell, 1)))
    cells.write(cell, rules === undefined ? undefined : meet(cells, client, routesOf(rules, node)))
  },
  label: (cell) => `clients on ${part(cell, 2)} connect to ${part(cell, 1)}`,
}
