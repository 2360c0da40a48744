/** Small checks that every validator is made of. Each answers with field errors, none when all is well. */
import type { Json } from '../types.js'
import {
  at, child, forbidden, invalid, notSupported, required, valid, type FieldError,
} from './field.js'
import { isDNS1123Label, isLabelKey, rangeError, type Complaints, type NameRule } from './names.js'

export type Errors = readonly FieldError[]

export const all = (...lists: readonly Errors[]): Errors => {
  const found = lists.filter((list) => list.length > 0)
  return found.length === 0 ? valid : found.flat()
}

export const when = (condition: boolean, error: () => FieldError): Errors => (condition ? [error()] : valid)

/** One error for each complaint about a value. */
export const complain = (path: string, value: Json, complaints: Complaints): Errors =>
  complaints.length === 0 ? valid : complaints.map((detail) => invalid(path, value, detail))

export const each = <Item>(
  items: readonly Item[] | undefined, path: string, check: (item: Item, path: string, index: number) => Errors,
): Errors => (items === undefined || items.length === 0 ? valid
  : items.flatMap((item, index) => check(item, at(path, index), index)))

export const isSet = (text: string | undefined): text is string => text !== undefined && text !== ''

export const mustNotBeNegative = 'must be greater than or equal to 0'
export const immutableField = 'field is immutable'

/** `ValidateNonnegativeField`; absent is zero. */
export const nonNegative = (path: string, value: number | undefined): Errors =>
  when((value ?? 0) < 0, () => invalid(path, value, mustNotBeNegative))

/** `ValidatePositiveField`. */
export const positive = (path: string, value: number | undefined): Errors =>
  when((value ?? 0) <= 0, () => invalid(path, value ?? 0, 'must be greater than zero'))

export const inRange = (path: string, value: number, low: number, high: number): Errors =>
  when(value < low || value > high, () => invalid(path, value, rangeError(low, high)))

/** An enumeration that must be set. */
export const requiredOneOf = (path: string, value: string | undefined, supported: readonly string[]): Errors =>
  isSet(value) ? oneOf(path, value, supported) : [required(path)]

/** An enumeration that may be absent. */
export const oneOf = (path: string, value: string | undefined, supported: readonly string[]): Errors =>
  when(value !== undefined && !supported.includes(value), () => notSupported(path, value ?? '', supported))

export const requiredText = (path: string, value: string | undefined, detail = ''): Errors =>
  when(!isSet(value), () => required(path, detail))

export const dnsLabel = (path: string, value: string): Errors => complain(path, value, isDNS1123Label(value))

export const qualifiedName = (path: string, value: string): Errors => complain(path, value, isLabelKey(value))

/** A reference by name, judged only where it is set. */
export const nameIfSet = (path: string, value: string | undefined, rule: NameRule): Errors =>
  isSet(value) ? complain(path, value, rule(value, false)) : valid

export const forbiddenIf = (condition: boolean, path: string, detail: string): Errors =>
  when(condition, () => forbidden(path, detail))

/** Go prints maps sorted by key, and an absent map as null. */
export const sortedMap = (map: { readonly [key: string]: string } | undefined): Json =>
  map === undefined ? null
    : Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))

export { child }
