/**
 * The wire types of the Kubernetes API as io-ts codecs. A codec checks JSON types only, as Go's decoder does:
 * an absent or null field is its zero value, enumerations and ranges are left to validation. What a codec
 * does
 * not know passes through untouched. A value that needs no change is returned as it came.
 */
import * as either from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { canonicalQuantity, parseQuantity } from '../quantity.js'
import { brokenBase64At } from '../text.js'
import type { Input, IntOrString, Json, JsonObject, QuantityText } from '../types.js'

/** The name of a codec is the Go type that upstream's message would show. */
export type Codec<A> = t.Type<A, A, unknown>

const scalar = <A>(name: string, is: t.Is<A>): Codec<A> =>
  new t.Type<A, A, unknown>(name, is,
    (value, context) => (is(value) ? t.success(value) : t.failure(value, context)), t.identity)

export const string = scalar('string', (value): value is string => typeof value === 'string')
export const boolean = scalar('bool', (value): value is boolean => typeof value === 'boolean')

const integer = (name: string, most: number): Codec<number> =>
  scalar(name, (value): value is number =>
    typeof value === 'number' && Number.isInteger(value) && value <= most && value >= -most - 1)

export const int32 = integer('int32', 2147483647)
export const int64 = integer('int64', Number.MAX_SAFE_INTEGER)

export const intOrString: Codec<IntOrString> = scalar('intstr.IntOrString',
  (value): value is IntOrString => string.is(value) || int32.is(value))

/** RFC 3339 text. In a World a time is any marker, so the text is not parsed here. */
export const time = scalar('v1.Time', string.is)

export const json: Codec<Json> = scalar('json', (value): value is Json => value !== undefined)

export const jsonObject: Codec<JsonObject> = scalar('map[string]interface {}',
  (value): value is JsonObject => isRecord(value))

/** Decodes to canonical text: `0.5` is `500m`, `1024Mi` is `1Gi`. */
export const quantity = new t.Type<QuantityText, QuantityText, unknown>(
  'resource.Quantity',
  (value): value is QuantityText => string.is(value) || typeof value === 'number',
  (value, context) => {
    if (typeof value !== 'string' && typeof value !== 'number') return t.failure(value, context)
    const text = typeof value === 'string' ? value.trim() : value
    const parsed = parseQuantity(text)
    return either.isLeft(parsed) ? t.failure(value, context, parsed.left) : t.success(canonicalQuantity(text))
  },
  t.identity)

/** Binary data as base64 text. */
export const bytes = new t.Type<string, string, unknown>('[]byte', string.is, (value, context) => {
  if (!string.is(value)) return t.failure(value, context)
  const broken = brokenBase64At(value)
  return broken < 0 ? t.success(value) : t.failure(value, context, `illegal base64 data at input byte ${broken}`)
}, t.identity)

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A list; a null item is the item's zero value and is refused by validation where that matters. */
export const list = <A>(item: Codec<A>): Codec<readonly A[]> =>
  new t.Type<readonly A[], readonly A[], unknown>(
    `[]${qualified(item)}`,
    (value): value is readonly A[] => Array.isArray(value) && value.every(item.is),
    (value, context) => {
      if (!Array.isArray(value)) return t.failure(value, context)
      const decoded: A[] = []
      const errors: t.Errors = []
      let changed = false
      value.forEach((one: unknown, index) => {
        const result = item.validate(one, t.appendContext(context, String(index), item, one))
        if (either.isLeft(result)) errors.push(...result.left)
        else {
          decoded.push(result.right)
          changed ||= result.right !== one
        }
      })
      // every item was found to be of the item's type
      return errors.length > 0 ? t.failures(errors) : t.success(changed ? decoded : (value as readonly A[]))
    },
    t.identity)

/** A map of any keys to values of one type; null values are dropped. */
export const map = <A>(value: Codec<A>): Codec<{ readonly [key: string]: A }> =>
  members(`map[string]${qualified(value)}`, () => widened(value))

/** The fields of an object type, each with its codec; the compiler sees to it that none is forgotten. */
export type Fields<T> = { readonly [Field in keyof T]-?: Codec<NonNullable<Input<T[Field]>>> }

/** An object. `name` is the Go struct's, without its package. */
export const object = <T extends object>(name: string, fields: Fields<T>): Codec<Input<T>> => {
  const codecs: ReadonlyMap<string, Codec<unknown>> = new Map(Object.keys(fields)
    .map((field) => [field, widened(fields[field as keyof T])])) // the keys of fields are those of T
  return members<Input<T>>(name, (field) => codecs.get(field))
}

/** A codec of something, asked only to judge and convert: its `encode` is the identity. */
const widened = <A>(codec: Codec<A>): Codec<unknown> =>
  new t.Type<unknown, unknown, unknown>(codec.name, codec.is, codec.validate, t.identity)

function members<A>(name: string, codecOf: (field: string) => Codec<unknown> | undefined): Codec<A> {
  const is = (value: unknown): value is A =>
    isRecord(value) && Object.entries(value).every(([field, one]) =>
      one === null || one === undefined || codecOf(field)?.is(one) !== false)
  return new t.Type<A, A, unknown>(name, is, (value, context) => {
    if (!isRecord(value)) return t.failure(value, context)
    const decoded: [string, unknown][] = []
    const errors: t.Errors = []
    let changed = false
    for (const [field, one] of Object.entries(value)) {
      const codec = codecOf(field)
      if (one === null || one === undefined) {
        changed = true
        continue
      }
      const result = codec === undefined
        ? t.success(one) : codec.validate(one, t.appendContext(context, field, codec, one))
      if (either.isLeft(result)) errors.push(...result.left)
      else {
        decoded.push([field, result.right])
        changed ||= result.right !== one
      }
    }
    if (errors.length > 0) return t.failures(errors)
    // each field that is there was judged by its codec, and all may be absent
    return t.success((changed ? Object.fromEntries(decoded) : value) as A)
  }, t.identity)
}

const scalars: ReadonlySet<string> = new Set(['string', 'bool', 'int32', 'int64'])

const qualified = ({ name }: { readonly name: string }): string =>
  scalars.has(name) || name.includes('.') || name.includes('[') ? name : `v1.${name}`
