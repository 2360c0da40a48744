/** JSON as expressions of the Informal Trace Format. */

export type ItfValue =
  | boolean
  | string
  | { readonly '#bigint': string }
  | { readonly '#set': readonly ItfValue[] }
  | { readonly '#map': readonly (readonly [ItfValue, ItfValue])[] }
  | { readonly '#unserializable': string }
  | readonly ItfValue[]
  | { readonly [field: string]: ItfValue }

/** Fields of API objects whose keys are the user's own: maps of the API, not records. */
const maps: ReadonlySet<string> = new Set([
  'labels', 'annotations', 'matchLabels', 'nodeSelector', 'data', 'binaryData', 'stringData',
  'capacity', 'allocatable', 'requests', 'limits', 'hard', 'used', 'parameters', 'overhead',
])

/** A record has fields that any tool can name; `tag` marks a variant for some, and is none here. */
const isField = (name: string): boolean => /^[A-Za-z_]\w*$/.test(name) && name !== 'tag'

export const integer = (value: number | bigint): ItfValue => ({ '#bigint': String(value) })

export const set = (values: readonly ItfValue[]): ItfValue => ({ '#set': values })

export const map = (entries: readonly (readonly [string, ItfValue])[]): ItfValue => ({ '#map': entries })

/**
 * Integers of any size are `#bigint`, as the format wants them. What it has no form for (fractions, null in a list) is
 * `#unserializable`; a field that is null or undefined is left out, as the API does. `field`: where the value stands.
 */
export function itfOf(value: unknown, field = ''): ItfValue {
  switch (typeof value) {
    case 'boolean':
    case 'string': return value
    case 'bigint': return integer(value)
    case 'number': return Number.isInteger(value) ? integer(BigInt(value)) : { '#unserializable': String(value) }
    case 'object':
      if (value === null) return { '#unserializable': 'null' }
      return Array.isArray(value) ? value.map((one) => itfOf(one)) : objectOf(value, field)
    default: return { '#unserializable': typeof value }
  }
}

function objectOf(object: object, field: string): ItfValue {
  const present = Object.entries(object).filter(([, value]) => value !== undefined && value !== null)
  const isRecord = !maps.has(field) && !isStringMap(field, present) && present.every(([name]) => isField(name))
  const entries = present.map(([name, value]) => [name, itfOf(value, name)] as const)
  return isRecord ? Object.fromEntries(entries) : map(entries)
}

/** The selector of a Service is a map, that of a Deployment a record. */
const isStringMap = (field: string, entries: readonly (readonly [string, unknown])[]): boolean =>
  field === 'selector' && entries.length > 0 && entries.every(([, value]) => typeof value === 'string')
