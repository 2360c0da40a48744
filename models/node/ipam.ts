/**
 * Models: containernetworking/plugins ipam/host-local/backend/allocator (RangeIter, round robin from the last
 *   address)
 * Reads: ipam
 * Writes: ipam
 * Omits: an address given back early: host-local does not, other plugins do, so it is a Choice
 */
import type { Cells } from '#kernel/cells'
import { addressAt, capacityOf, isIPv6, nextOffset } from './addresses.js'
import { ipamKey, type Ipam } from './cells.js'

const none: Ipam = { last: [], held: {} }

/** Whether every range has a free address. */
export function hasRoom(cells: Cells, node: string, cidrs: readonly string[]): boolean {
  const held = Object.keys(cells.read(ipamKey(node))?.held ?? {})
  return cidrs.every((cidr) => held.filter((ip) => isIPv6(ip) === isIPv6(cidr)).length < capacityOf(cidr))
}

/** One address of each range for a new sandbox. Ask `hasRoom` before. */
export function allocate(
  cells: Cells, node: string, uid: string, cidrs: readonly string[],
): readonly string[] {
  const before = cells.read(ipamKey(node)) ?? none
  const held: Record<string, string> = { ...before.held }
  const last = [...before.last]
  const ips = cidrs.map((cidr, family) => {
    let offset = nextOffset(cidr, last[family] ?? 0)
    while (held[addressAt(cidr, offset)] !== undefined) offset = nextOffset(cidr, offset)
    const next = addressAt(cidr, offset)
    const { freed } = before
    const mayReuse = freed !== undefined && freed !== next && held[freed] === undefined
      && isIPv6(freed) === isIPv6(cidr)
    const again = mayReuse && cells.choose([`${next} is next`, `${freed} is given again`]) === 1
    if (!again) last[family] = offset
    const ip = again ? freed : next
    held[ip] = uid
    return ip
  })
  const isFreedTaken = before.freed !== undefined && held[before.freed] !== undefined
  const { freed: _, ...rest } = before
  cells.write(ipamKey(node), { ...(isFreedTaken ? rest : before), last, held })
  return ips
}

/** The addresses of a stopped sandbox may be handed out again. */
export function release(cells: Cells, node: string, ips: readonly string[]): void {
  const [first] = ips
  const before = cells.read(ipamKey(node))
  if (first === undefined || before === undefined) return
  const held: Record<string, string> = { ...before.held }
  for (const ip of ips) delete held[ip]
  cells.write(ipamKey(node), { ...before, held, freed: first })
}
