/** Connections that nothing answered, and who else could have. */
import type { Pod } from '#api/types'
import type { Write } from '#checker/claim'
import { part, type Cells } from '#kernel/cells'
import { objectKey } from '#machine/objects'
import { downKey } from '#models/client/reflector'
import type { Backend } from '#models/network/categorize-endpoints'
import { backendsOf, routesOf, rulesKey, type PortRoutes } from '#models/network/routes'
import { accepts, clientKey, listenerKey, type Client } from '#models/node/listeners'
import { isConnected, newestRules } from './newest.js'

export interface Refusal {
  readonly service: string
  readonly node: string
  readonly backend: Backend
  /** What the rules of the node lead to. */
  readonly routes: readonly PortRoutes[]
  /** The Service publishes pods whether they are ready or not. */
  readonly publishes: boolean
  /** As the API has it; absent once it is gone, or another has its name. */
  readonly pod?: Pod
}

/** Connections that this Step opened, through a connected node, and that nothing answered. */
export function refusals(cells: Cells, { key, before, after }: Write): readonly Refusal[] {
  const [service, node] = [part(key, 1), part(key, 2)]
  const { due } = (before ?? {}) as Partial<Client> // by prefix
  const { failures } = after as Client // by prefix
  const rules = cells.read(rulesKey(node, service))
  if (rules === undefined || due === undefined || !isConnected(cells, node)) return []
  const routes = routesOf(rules, node)
  return Object.keys(failures).flatMap((address) => {
    const backend = backendsOf(routes).get(address)
    if (failures[address] !== 'refused' || backend === undefined) return []
    if (due !== 'all' && !due.includes(backend.ip)) return []
    const pod = backend.pod === undefined ? undefined : cells.read(objectKey('pods', backend.pod))
    const publishes = rules.service.spec.publishNotReadyAddresses === true
    return [{ service, node, backend, routes, publishes, ...(pod?.metadata.uid === backend.uid && pod !== undefined ? { pod } : {}) }]
  })
}

export const isOpen = (cells: Cells, { ip, port, node }: Backend): boolean => {
  const listener = cells.read(listenerKey(ip))
  const isDown = node !== undefined && cells.read(downKey(node)) !== undefined
  return listener !== undefined && accepts(listener, port) && !isDown
}

type Leads = readonly Backend[]

/** The ways from a node to the ports of a Service, from within the cluster and from outside, each with its policy. */
const waysOf = (routes: readonly PortRoutes[]): readonly (readonly [way: string, leads: Leads])[] =>
  routes.flatMap(({ port, internal, external }) =>
    [[`${port.name}/${port.protocol} internal`, internal], [`${port.name}/${port.protocol} external`, external]] as const)
    .flatMap(([way, leads]) => (leads === undefined || typeof leads === 'string' ? [] : [[way, leads] as const]))

/**
 * How many other endpoints could have answered on a way that led to the backend: ready by the newest slices, allowed on that
 * way, listening, and as `may` asks.
 */
export function alternatives(cells: Cells, { service, node, backend, routes }: Refusal, may: (other: Backend) => boolean): number {
  const newest = newestRules(cells, service, node)
  if (newest === undefined) return 0
  const ways = new Map(waysOf(routesOf(newest, node)))
  const isOther = (other: Backend): boolean => other.ip !== backend.ip && other.ready && isOpen(cells, other) && may(other)
  return Math.max(0, ...waysOf(routes)
    .filter(([, leads]) => leads.some(({ ip, port }) => ip === backend.ip && port === backend.port))
    .map(([way]) => (ways.get(way) ?? []).filter(isOther).length))
}

/** Connections were opened by this write; nothing else is judged. */
export const isConnecting = ({ key, after }: Write): boolean =>
  key.startsWith('client|') && after !== undefined && (after as Client).due === undefined // by prefix

export const podText = ({ backend }: Refusal): string =>
  backend.pod === undefined ? `${backend.ip}:${backend.port}` : `pod ${backend.pod} (${backend.ip}:${backend.port})`

export const cellsOf = ({ service, node, backend }: Refusal): readonly string[] => [
  clientKey(service, node), rulesKey(node, service), listenerKey(backend.ip),
  ...(backend.pod === undefined ? [] : [objectKey('pods', backend.pod)]),
]

export const objectsOf = ({ service, node, backend }: Refusal): readonly string[] =>
  [`Service ${service}`, ...(backend.pod === undefined ? [] : [`Pod ${backend.pod}`]), `Node ${node}`]

export const others = (count: number): string => `${count} other ready endpoint${count === 1 ? '' : 's'} could have answered`
