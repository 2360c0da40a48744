/**
 * Models: pkg/controller/nodeipam/ipam/cidrset/cidr_set.go (CidrSet), for one IPv4 range
 * Reads: nothing (it is handed the set)
 * Writes: nothing
 * Omits: IPv6 and dual stack, service ranges inside the cluster range
 */

/** Which /24s of the cluster's range are in use, as `10.244.3.0/24`, and where the search for the next begins. */
export interface CidrSet {
  readonly used: Readonly<Record<string, true>>
  readonly allocated: number
  readonly next: number
}

/**
 * The range that kubeadm's users give most often is 10.244.0.0/16, which holds 256 nodes; this one begins with it and
 * holds 1,024.
 */
export const clusterCidr = '10.244.0.0/14'
export const maxCidrs = 1024

export const noCidrs: CidrSet = { used: {}, allocated: 0, next: 0 }

export const cidrAt = (index: number): string => `10.${244 + (index >> 8)}.${index & 255}.0/24`

/** AllocateNext: the first free one from `next` on; `undefined` where none remains. */
export function allocateNext(set: CidrSet): readonly [set: CidrSet, cidr: string] | undefined {
  if (set.allocated >= maxCidrs) return undefined
  let candidate = set.next
  while (set.used[cidrAt(candidate)] !== undefined) candidate = (candidate + 1) % maxCidrs
  const cidr = cidrAt(candidate)
  return [{ ...occupy(set, cidr), next: (candidate + 1) % maxCidrs }, cidr]
}

/** Occupy succeeds whether or not the range was in use; the same set where it was, or lies outside. */
export function occupy(set: CidrSet, cidr: string): CidrSet {
  if (set.used[cidr] !== undefined || !isInRange(cidr)) return set
  return { ...set, used: { ...set.used, [cidr]: true }, allocated: set.allocated + 1 }
}

/** The same, for many ranges at once. */
export function occupyAll(set: CidrSet, cidrs: readonly string[]): CidrSet {
  const fresh = cidrs.filter((cidr) => set.used[cidr] === undefined && isInRange(cidr))
  if (fresh.length === 0) return set
  const used: Record<string, true> = { ...set.used }
  let allocated = set.allocated
  for (const cidr of fresh) {
    if (used[cidr] === undefined) allocated++
    used[cidr] = true
  }
  return { ...set, used, allocated }
}

export function release(set: CidrSet, cidr: string): CidrSet {
  if (set.used[cidr] === undefined) return set
  const { [cidr]: _, ...used } = set.used
  return { ...set, used, allocated: set.allocated - 1 }
}

function isInRange(cidr: string): boolean {
  const match = /^10\.(\d+)\.(\d+)\.0\/24$/.exec(cidr)
  if (match === null) return false
  const index = (Number(match[1]) - 244) * 256 + Number(match[2])
  return index >= 0 && index < maxCidrs && cidrAt(index) === cidr
}
