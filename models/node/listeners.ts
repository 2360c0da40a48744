/**
 * Models: the sockets of a node's pods, and who connects to them through Services (see models/network/client.ts)
 * Reads: listener, routed, client, clients, index
 * Writes: listener, client
 * Omits: what is sent over them; UDP
 */
import { key, type Cells, type Key } from '#kernel/cells'
import { indexKey } from '#machine/objects'
import type { Backend } from '../network/categorize-endpoints.js'

/** Which ports of an address accept new connections, and whose they are. */
export interface Listener {
  /** The pod's uid. */
  readonly pod: string
  /** Declared container ports that accept now; `anyPort` for a container that declares none. */
  readonly ports: readonly number[]
}

/** Stands for every port: a container without `ports` is taken to listen wherever it is asked to. */
export const anyPort = 0

export const listenerKey = (ip: string): Key<Listener> => key('listener', ip)

export const accepts = ({ ports }: Listener, port: number): boolean => ports.includes(port) || ports.includes(anyPort)

/** `rejected` and `dropped` by the rules themselves: no endpoint anywhere, none on this node. */
export type Outcome = 'refused' | 'dropped' | 'misdelivered' | 'rejected'

/** Clients on one node that connect to one Service, over and over, so that they meet every backend. */
export interface Client {
  /** Whom they have yet to meet: every backend, or those at some addresses; absent when nothing changed. */
  readonly due?: 'all' | readonly string[]
  /** How many backends accepted when they connected last. */
  readonly met: number
  /** Backends that do not accept, by `address:port`; by `name/protocol` where a port of the Service leads nowhere. */
  readonly failures: Readonly<Record<string, Outcome>>
  /** Backends to which established connections were reset since. */
  readonly reset?: readonly Backend[]
}

/** `service` is `namespace/name`. */
export const clientKey = (service: string, node: string): Key<Client> => key('client', service, node)

/** The Services through whose rules, on some node with clients, an address is reached. */
export const routedKey = (ip: string): Key<readonly string[]> => key('routed', ip)

/** Which nodes have clients, where it is not left to the default: the first `defaultClientNodes` of the cluster. */
export const clientsKey: Key<readonly string[]> = key('clients', '')

/** Clients on more nodes would meet the same backends through the same rules. */
export const defaultClientNodes = 8

export const clientNodes = (cells: Cells): readonly string[] =>
  cells.read(clientsKey) ?? (cells.read(indexKey('nodes', 'all', '')) ?? []).slice(0, defaultClientNodes)

/** More addresses than this are met as all are. */
const fewAddresses = 32

/** Clients that reach this address will connect to it again: call it after a write of `listener|<ip>`. */
export function armClients(cells: Cells, ip: string): void {
  for (const service of cells.read(routedKey(ip)) ?? []) {
    for (const node of clientNodes(cells)) {
      const cell = clientKey(service, node)
      const client = cells.read(cell)
      if (client === undefined || client.due === 'all' || client.due?.includes(ip)) continue
      const due = [...client.due ?? [], ip]
      cells.write(cell, { ...client, due: due.length > fewAddresses ? 'all' : due })
    }
  }
}

/** Opens, changes or closes (`undefined`) what listens on an address. */
export function listen(cells: Cells, ip: string, listener: Listener | undefined): void {
  cells.write(listenerKey(ip), listener)
  armClients(cells, ip)
}
