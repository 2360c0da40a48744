/**
 * Field errors in upstream's words: `spec.replicas: Invalid value: -1: must be greater than or equal to 0`.
 * Source: apimachinery `pkg/util/validation/field/errors.go`. A path is its text; '' is the object itself.
 */
import type { Json } from '../types.js'

export type FieldErrorType =
  | 'FieldValueNotFound' | 'FieldValueRequired' | 'FieldValueDuplicate' | 'FieldValueInvalid'
  | 'FieldValueNotSupported' | 'FieldValueForbidden' | 'FieldValueTooLong' | 'FieldValueTooMany'
  | 'FieldValueTypeInvalid'

export type FieldError = {
  readonly type: FieldErrorType
  readonly field: string
  readonly value: Json | undefined
  readonly detail: string
}

/** No error at all; shared, so that valid objects cost no allocation. */
export const valid: readonly FieldError[] = []

const words: Readonly<Record<FieldErrorType, string>> = {
  FieldValueNotFound: 'Not found',
  FieldValueRequired: 'Required value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueForbidden: 'Forbidden',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
  FieldValueTypeInvalid: 'Invalid value',
}

const withoutValue: ReadonlySet<FieldErrorType> =
  new Set(['FieldValueRequired', 'FieldValueForbidden', 'FieldValueTooLong'])

export const required = (field: string, detail = ''): FieldError =>
  ({ type: 'FieldValueRequired', field, value: undefined, detail })

export const forbidden = (field: string, detail: string): FieldError =>
  ({ type: 'FieldValueForbidden', field, value: undefined, detail })

export const invalid = (field: string, value: Json | undefined, detail: string): FieldError =>
  ({ type: 'FieldValueInvalid', field, value: value ?? null, detail })

export const duplicate = (field: string, value: Json): FieldError =>
  ({ type: 'FieldValueDuplicate', field, value, detail: '' })

export const notFound = (field: string, value: Json): FieldError =>
  ({ type: 'FieldValueNotFound', field, value, detail: '' })

export const typeInvalid = (field: string, value: Json, detail: string): FieldError =>
  ({ type: 'FieldValueTypeInvalid', field, value, detail })

export const tooLong = (field: string, bytes: number): FieldError =>
  ({ type: 'FieldValueTooLong', field, value: undefined, detail: `may not be more than ${bytes} bytes` })

export const tooMany = (field: string, actual: number, most: number): FieldError => ({
  type: 'FieldValueTooMany', field, value: actual,
  detail: `must have at most ${most} ${most === 1 ? 'item' : 'items'}`,
})

export const notSupported = (field: string, value: Json, supported: readonly string[]): FieldError => ({
  type: 'FieldValueNotSupported', field, value,
  detail: supported.length === 0 ? '' : `supported values: ${supported.map((one) => goQuote(one)).join(', ')}`,
})

/** `ErrorBody`: the message without the field. */
export function errorBody({ type, value, detail }: FieldError): string {
  const head = withoutValue.has(type) || value === undefined ? words[type] : `${words[type]}: ${goValue(value)}`
  return detail === '' ? head : `${head}: ${detail}`
}

/** `Error()`: field, body. Upstream writes `<nil>` for the object itself. */
export const errorText = (error: FieldError): string =>
  `${error.field === '' ? '<nil>' : error.field}: ${errorBody(error)}`

const goValue = (value: Json): string => (typeof value === 'string' ? goQuote(value) : goJson(value))

/** Go's `json.Marshal` escapes the three signs that HTML knows; members are in struct order, as given. */
const goJson = (value: Json): string =>
  JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (sign) =>
    `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)

const short: Readonly<Record<string, string>> = {
  '\x07': '\\a', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v',
  '"': '\\"', '\\': '\\\\',
}

/** Go's `%q`. */
export const goQuote = (text: string): string =>
  `"${text.replace(/["\\\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu, (sign) => short[sign] ?? escapeRune(sign))}"`

function escapeRune(sign: string): string {
  const code = sign.codePointAt(0) ?? 0
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`
  const hex = code.toString(16)
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}

/** Path of a member: `child('spec', 'replicas')` is `spec.replicas`. */
export const child = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`)

/** Path of an element: `at('spec.containers', 0)` is `spec.containers[0]`. */
export const at = (path: string, index: number | string): string => `${path}[${index}]`
