/**
 * Models: containernetworking/plugins ipam/host-local (the range of a subnet, its gateway left out),
 *   `ip.Format`
 * Reads: nothing (it is handed a range)
 * Writes: nothing
 * Omits: ranges of more than 2^16 addresses are used up to there
 */
import { parseIP } from '#api/validation/ip'

interface Range {
  readonly base: readonly number[]
  /** The last offset that a pod may have; 0 and 1 are the network and its gateway. */
  readonly last: number
}

const firstOffset = 2
const mostBits = 16

function rangeOf(cidr: string): Range | undefined {
  const slash = cidr.indexOf('/')
  const base = parseIP(cidr.slice(0, slash))
  if (base === undefined) return undefined
  const bits = Math.min(mostBits, base.length * 8 - Number(cidr.slice(slash + 1)))
  return { base, last: 2 ** bits - 2 }
}

/** How many pods a range has room for. */
export const capacityOf = (cidr: string): number => Math.max(0, (rangeOf(cidr)?.last ?? 0) - firstOffset + 1)

/** The address at an offset of a range: 5 in `10.244.1.0/24` is `10.244.1.5`. */
export function addressAt(cidr: string, offset: number): string {
  const bytes = [...rangeOf(cidr)?.base ?? []]
  for (let i = bytes.length - 1, carry = offset; i >= 0 && carry > 0; i--) {
    const sum = (bytes[i] ?? 0) + carry
    bytes[i] = sum & 255
    carry = sum >> 8
  }
  return bytes.length === 4 ? bytes.join('.') : formatIPv6(bytes)
}

/** The offset after `offset`, the first one again behind the last. */
export function nextOffset(cidr: string, offset: number): number {
  const last = rangeOf(cidr)?.last ?? 0
  return offset + 1 < firstOffset || offset + 1 > last ? firstOffset : offset + 1
}

export const isIPv6 = (address: string): boolean => address.includes(':')

/** The longest run of zero groups is left out, as RFC 5952 has it. */
function formatIPv6(bytes: readonly number[]): string {
  const groups: number[] = []
  for (let i = 0; i < 16; i += 2) groups.push(((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0))
  let [start, length] = [-1, 1]
  for (let i = 0; i < 8; i++) {
    let run = 0
    while (groups[i + run] === 0) run++
    if (run > length) [start, length] = [i, run]
  }
  const text = groups.map((group) => group.toString(16))
  if (start < 0) return text.join(':')
  return `${text.slice(0, start).join(':')}::${text.slice(start + length).join(':')}`
}
