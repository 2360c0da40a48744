import { kindRows, typeRows } from './kubernetes-table.generated.js'

/** A kind that every cluster of the release serves. */
export type Kind = {
  readonly apiVersion: string
  readonly group: string
  readonly version: string
  readonly kind: string
  /** Plural in lower case, as in URLs. */
  readonly resource: string
  readonly isNamespaced: boolean
  /** Name for `fieldsOf`. */
  readonly type: string
}

/**
 * Type of a field. Codes of single values: s string, b boolean, i int32, l int64, d double, t time, y base64
 * text, q quantity, x int or string, * anything. In the table lists and maps are these in [] and {}.
 */
export type FieldType =
  | { readonly is: 'value'; readonly code: ValueCode }
  | { readonly is: 'list' | 'map'; readonly of: FieldType }
  | { readonly is: 'object'; readonly type: string }

export type ValueCode = 's' | 'b' | 'i' | 'l' | 'd' | 't' | 'y' | 'q' | 'x' | '*'

export type Fields = ReadonlyMap<string, FieldType>

/** Metadata of every object, of custom resources too. */
export const metadataType = 'V1ObjectMeta'

export const groupOf = (apiVersion: string): string => {
  const [group = '', ...version] = apiVersion.split('/')
  return version.length === 0 ? '' : group
}

export const findKind = (apiVersion: string, kind: string): Kind | undefined =>
  kindTable().get(`${apiVersion} ${kind}`)

export const allKinds = (): readonly Kind[] => [...kindTable().values()]

/**
 * Groups whose kinds are all known. A group without a dot cannot hold custom resources, so it counts too:
 * apiextensions `ValidateCustomResourceDefinitionSpec` wants "a domain with at least one dot".
 */
export const isBuiltInGroup = (group: string): boolean => !group.includes('.') || groupTable().has(group)

export const fieldsOf = (type: string): Fields => {
  const row = typeTable().get(type)
  if (row === undefined) throw new Error(`the table of Kubernetes types does not hold ${type}`)
  if (typeof row !== 'string') return row
  const fields: Fields = new Map(row.split(' ').map((field) => {
    const colon = field.lastIndexOf(':')
    return [field.slice(0, colon), fieldType(field.slice(colon + 1))]
  }))
  typeTable().set(type, fields)
  return fields
}

/** The type's name in Go: `V1PodSpec` is `PodSpec` of package `v1`. */
export const goTypeOf = (type: string): { readonly package: string; readonly name: string } => {
  const match = /^(?:[A-Z][a-z]+)??(V\d+(?:(?:alpha|beta)\d+)?)(.+)$/.exec(type)
  return { package: match?.[1]?.toLowerCase() ?? '', name: match?.[2] ?? type }
}

/** The type in Go's words: `map[string]string`, `[]v1.Container`. */
export const goWords = (type: FieldType): string => {
  switch (type.is) {
    case 'list': return `[]${goWords(type.of)}`
    case 'map': return `map[string]${goWords(type.of)}`
    case 'object': return `${goTypeOf(type.type).package}.${goTypeOf(type.type).name}`
    case 'value': return goValues[type.code]
  }
}

const goValues: Readonly<Record<ValueCode, string>> = {
  s: 'string', b: 'bool', i: 'int32', l: 'int64', d: 'float64', t: 'string', y: '[]uint8',
  q: 'resource.Quantity', x: 'int32', '*': 'interface {}',
}

const isValueCode = (code: string): code is ValueCode => code in goValues

const fieldType = (code: string): FieldType => {
  if (code.startsWith('[')) return { is: 'list', of: fieldType(code.slice(1, -1)) }
  if (code.startsWith('{')) return { is: 'map', of: fieldType(code.slice(1, -1)) }
  return isValueCode(code) ? { is: 'value', code } : { is: 'object', type: code }
}

const rowsOf = (table: string): string[] => table.trim().replaceAll('\n ', ' ').split('\n')

/** The tables are constants; they are read on first use to keep commands that need none quick to start. */
const once = <T>(make: () => T): (() => T) => {
  let made: T | undefined
  return () => (made ??= make())
}

const kindTable = once((): ReadonlyMap<string, Kind> => new Map(rowsOf(kindRows).map((row) => {
  const [apiVersion = '', kind = '', resource = '', scope, type = ''] = row.split(' ')
  const group = groupOf(apiVersion)
  const version = group === '' ? apiVersion : apiVersion.slice(group.length + 1)
  return [`${apiVersion} ${kind}`,
    { apiVersion, group, version, kind, resource, isNamespaced: scope === 'namespaced', type }]
})))

const groupTable = once((): ReadonlySet<string> => new Set(allKinds().map(({ group }) => group)))

/** A row stays text until its type is first asked for. */
const typeTable = once((): Map<string, string | Fields> => new Map(rowsOf(typeRows).map((row) => {
  const space = row.indexOf(' ')
  return [row.slice(0, space), row.slice(space + 1)]
})))
