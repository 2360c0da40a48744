/**
 * IP addresses and CIDRs, strictly. Sources: apimachinery `pkg/util/validation/ip.go`,
 * `pkg/apis/core/validation/validation.go` ValidateEndpointIP.
 */
import { complain, type Errors } from './check.js'
import { invalid, valid } from './field.js'

/** The bytes of an address: 4 or 16 of them; undefined for text that is no address. */
export const parseIP = (text: string): readonly number[] | undefined =>
  text.includes(':') ? parseIPv6(text) : parseIPv4(text)

function parseIPv4(text: string): readonly number[] | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^[0-9]+$/.test(part) && Number(part) <= 255)) return undefined
  return parts.map(Number)
}

function parseIPv6(text: string): readonly number[] | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')).flatMap(groupBytes))
  const given = groups.flat()
  if (given.includes(-1) || given.length > 16) return undefined
  if (halves.length === 1) return given.length === 16 ? given : undefined
  if (given.length > 14) return undefined
  return [...(groups[0] ?? []), ...Array<number>(16 - given.length).fill(0), ...(groups[1] ?? [])]
}

/** A group of hexadecimal digits, or an IPv4 address at the end; -1 for anything else. */
function groupBytes(group: string, index: number, groups: readonly string[]): readonly number[] {
  if (group.includes('.')) return (index === groups.length - 1 ? parseIPv4(group) : undefined) ?? [-1]
  if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return [-1]
  const value = parseInt(group, 16)
  return [value >> 8, value & 0xff]
}

export const isIPv4 = (text: string): boolean => parseIP(text)?.length === 4
export const isIPv6 = (text: string): boolean => parseIP(text)?.length === 16

const hasLeadingZero = (text: string): boolean => /(^|[.:])0[0-9]+(\.|$|\/)/.test(text) && text.includes('.')

const isMapped = (bytes: readonly number[]): boolean =>
  bytes.length === 16 && bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255

/** `IsValidIPForLegacyField` with strict validation, on since 1.36; `old` values are left alone. */
export function validateIP(path: string, text: string, old: readonly string[] = []): Errors {
  if (old.includes(text)) return valid
  const bytes = parseIP(text)
  if (bytes === undefined) {
    return [invalid(path, text, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')]
  }
  return complain(path, text, [
    ...(hasLeadingZero(text) ? ['must not have leading 0s'] : []),
    ...(isMapped(bytes) ? ['must not be an IPv4-mapped IPv6 address'] : []),
  ])
}

/** `IsValidCIDRForLegacyField` with strict validation. */
export function validateCIDR(path: string, text: string, old: readonly string[] = []): Errors {
  if (old.includes(text)) return valid
  const [address = '', length = '', ...rest] = text.split('/')
  const bytes = parseIP(address)
  const bits = /^[0-9]+$/.test(length) ? Number(length) : -1
  if (bytes === undefined || rest.length > 0 || bits < 0 || bits > bytes.length * 8) {
    return [invalid(path, text, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')]
  }
  if (hasLeadingZero(address) || /^0[0-9]/.test(length)) {
    return [invalid(path, text, 'must not have leading 0s in IP or prefix length')]
  }
  if (isMapped(bytes)) return [invalid(path, text, 'must not have an IPv4-mapped IPv6 address')]
  const beyond = bytes.some((byte, index) => (byte & (0xff >> Math.min(8, Math.max(0, bits - index * 8)))) !== 0)
  return beyond ? [invalid(path, text, 'must not have bits set beyond the prefix length')] : valid
}

/** `ValidateEndpointIP`: an address that traffic from elsewhere can reach. */
export function validateEndpointIP(path: string, text: string): Errors {
  const bytes = parseIP(text)
  if (bytes === undefined) return [invalid(path, text, 'must be a valid IP address')]
  const v4 = bytes.length === 4
  const [a = 0, b = 0, c = 0] = bytes
  const zeros = bytes.slice(0, -1).every((byte) => byte === 0)
  const loopback = v4 ? a === 127 : zeros && bytes[15] === 1
  const linkLocal = v4 ? a === 169 && b === 254 : a === 0xfe && (b & 0xc0) === 0x80
  const multicast = v4 ? a === 224 && b === 0 && c === 0 : a === 0xff && (b & 0x0f) === 0x02
  return complain(path, text, [
    ...(bytes.every((byte) => byte === 0) ? [`may not be unspecified (${text})`] : []),
    ...(loopback ? ['may not be in the loopback range (127.0.0.0/8, ::1/128)'] : []),
    ...(linkLocal ? ['may not be in the link-local range (169.254.0.0/16, fe80::/10)'] : []),
    ...(multicast ? ['may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'] : []),
  ])
}

/** At most one address of each family. */
export const isDualStack = (addresses: readonly string[]): boolean =>
  addresses.some(isIPv4) && addresses.some(isIPv6)
