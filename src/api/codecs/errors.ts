/** Decoding errors as field errors, with what Go's decoder would say as their detail. */
import type * as t from 'io-ts'
import type { Json } from '../types.js'
import { typeInvalid, type FieldError } from '../validation/field.js'

/**
 * `spec.template.spec.containers[0].image: Invalid value: 1: json: cannot unmarshal number into Go struct
 * field
 * Container.spec.template.spec.containers.image of type string`.
 */
export const decodingErrors = (errors: t.Errors): readonly FieldError[] => errors.map((error) => {
  const { path, goPath, type } = place(error.context)
  // the value came out of JSON
  const value = (error.value ?? null) as Json
  const what = `json: cannot unmarshal ${jsonType(value)} into Go struct field ${goPath} of type ${type}`
  return typeInvalid(path, shown(value), error.message ?? what)
})

function place(context: t.Context): { readonly path: string; readonly goPath: string; readonly type: string } {
  let path = ''
  let struct = context[0]?.type.name ?? ''
  let lastStruct = struct
  const fields: string[] = []
  for (const { key, type } of context.slice(1)) {
    if (lastStruct.startsWith('[]')) path += `[${key}]`
    else if (lastStruct.startsWith('map[')) path += `[${key}]`
    else {
      path = path === '' ? key : `${path}.${key}`
      fields.push(key)
      struct = lastStruct
    }
    lastStruct = type.name
  }
  return { path, goPath: `${struct}.${fields.join('.')}`, type: goType(lastStruct) }
}

const goType = (name: string): string => (/^[A-Z]/.test(name) ? `v1.${name}` : name)

function jsonType(value: Json): string {
  if (Array.isArray(value)) return 'array'
  if (value === null) return 'null'
  switch (typeof value) {
    case 'string': return 'string'
    case 'boolean': return 'bool'
    case 'number': return Number.isInteger(value) && Math.abs(value) < 2147483648 ? 'number' : `number ${value}`
    default: return 'object'
  }
}

/** A whole object in a one-line message helps nobody. */
const shown = (value: Json): Json => (typeof value === 'object' && value !== null ? jsonType(value) : value)
