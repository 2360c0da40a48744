/**
 * Models: the sockets that a container's processes open and close on their pod's addresses
 * Reads: listener, routed, client, clients
 * Writes: listener, client
 * Omits: sockets on one address alone
 */
import type { Cells } from '#kernel/cells'
import type { Start } from './container-chart.js'
import { listen, listenerKey } from './listeners.js'

export function openPorts(cells: Cells, { uid, addresses, hostNetwork }: Start, ports: readonly number[]): void {
  if (ports.length === 0) return
  for (const ip of addresses) {
    const before = cells.read(listenerKey(ip))
    const shared = before !== undefined && (hostNetwork || before.pod === uid)
    listen(cells, ip, { pod: shared ? before.pod : uid, ports: shared ? [...before.ports, ...ports] : ports })
  }
}

export function closePorts(cells: Cells, addresses: readonly string[], ports: readonly number[]): void {
  for (const ip of addresses) {
    const before = cells.read(listenerKey(ip))
    if (before === undefined) continue
    const rest = [...before.ports]
    for (const port of ports) {
      const at = rest.indexOf(port)
      if (at >= 0) rest.splice(at, 1)
    }
    listen(cells, ip, rest.length === 0 ? undefined : { ...before, ports: rest })
  }
}
