/**
 * Quantities: exact, in whole nanos. Source: apimachinery `pkg/api/resource/quantity.go`, `suffix.go`.
 *
 * Two departures, both beyond any real cluster: an exponent above 308 is refused, and a sum above the largest
 * suffix is written with that suffix instead of none.
 */
import * as either from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import type { QuantityText, ResourceList } from './types.js'

export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent'

export type Quantity = {
  /** 10⁻⁹ units. Finer values were rounded away from zero when parsed. */
  readonly nanos: bigint
  readonly format: QuantityFormat
}

export const wrongFormat =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
export const wrongSuffix = "unable to parse quantity's suffix"

const NANO = 1_000_000_000n
const MAX_BINARY = ((1n << 63n) - 1n) * NANO

export const zeroQuantity: Quantity = { nanos: 0n, format: 'DecimalSI' }

const decimalExponents: Readonly<Record<string, number>> = {
  n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18,
}
const binaryExponents: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 }
const shape = /^([+-]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/

type Scale = { readonly base: 2 | 10; readonly exponent: number; readonly format: QuantityFormat }

function interpretSuffix(suffix: string): Scale | undefined {
  const decimal = decimalExponents[suffix]
  if (decimal !== undefined) return { base: 10, exponent: decimal, format: 'DecimalSI' }
  const binary = binaryExponents[suffix]
  if (binary !== undefined) return { base: 2, exponent: binary, format: 'BinarySI' }
  const exponent = /^[eE]([+-]?[0-9]+)$/.exec(suffix)?.[1]
  if (exponent === undefined || Math.abs(Number(exponent)) > 308) return undefined
  return { base: 10, exponent: Number(exponent), format: 'DecimalExponent' }
}

/** Reads `500m`, `1.5Gi`, `1e3`, and bare numbers. Left carries upstream's error text. */
export function parseQuantity(source: QuantityText): Either<string, Quantity> {
  const text = typeof source === 'number' ? String(source) : source
  const parts = shape.exec(text)
  if (text === '' || parts === null) return either.left(wrongFormat)
  const [, sign, whole = '', fraction = '', suffix = ''] = parts
  const scale = interpretSuffix(suffix)
  if (scale === undefined) return either.left(wrongSuffix)
  const digits = BigInt(whole + fraction === '' ? '0' : whole + fraction)
  if (digits === 0n) return either.right({ nanos: 0n, format: scale.format })
  // value = digits · 10^−places · base^exponent
  const powers = 9 - fraction.length + (scale.base === 10 ? scale.exponent : 0)
  const scaled = scale.base === 2 ? digits << BigInt(scale.exponent) : digits
  let nanos = powers >= 0 ? scaled * 10n ** BigInt(powers) : divideUp(scaled, 10n ** BigInt(-powers))
  if (scale.format === 'BinarySI' && nanos > MAX_BINARY) nanos = MAX_BINARY
  const format = scale.format === 'BinarySI' && nanos < NANO ? 'DecimalSI' : scale.format
  return either.right({ nanos: sign === '-' ? -nanos : nanos, format })
}

/** The same for text that passed validation; throws a sentence for text that did not. */
export function quantityOf(source: QuantityText): Quantity {
  const parsed = parseQuantity(source)
  if (either.isRight(parsed)) return parsed.right
  throw new Error(`an object with the quantity ${JSON.stringify(source)} got past validation: ${parsed.left}`)
}

/** Rounds away from zero, as every conversion of a quantity does. */
function divideUp(value: bigint, divisor: bigint): bigint {
  const result = value / divisor
  if (value % divisor === 0n) return result
  return value < 0n ? result - 1n : result + 1n
}

/** `Value()`: whole units, rounded up. */
export const quantityValue = (quantity: Quantity): number => Number(divideUp(quantity.nanos, NANO))

/** `MilliValue()`: thousandths, rounded up. */
export const quantityMilliValue = (quantity: Quantity): number => Number(divideUp(quantity.nanos, 1_000_000n))

const plainMillis = /^([0-9]{1,12})(m?)$/

/** Thousandths of valid text, rounded up; `250m` and `2` without a detour through bigint. */
export function milliValueOf(source: QuantityText): number {
  if (typeof source === 'number' && Number.isInteger(source)) return source * 1000
  const plain = plainMillis.exec(String(source))
  return plain === null ? quantityMilliValue(quantityOf(source)) : Number(plain[1]) * (plain[2] === 'm' ? 1 : 1000)
}

/** Whole units of valid text, rounded up. */
export const valueOf = (source: QuantityText): number => quantityValue(quantityOf(source))

export const compareQuantities = (a: Quantity, b: Quantity): -1 | 0 | 1 =>
  a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0

/** The sum in the format of the first, unless that is zero. */
export const addQuantities = (a: Quantity, b: Quantity): Quantity =>
  ({ nanos: a.nanos + b.nanos, format: a.nanos === 0n ? b.format : a.format })

export const subtractQuantities = (a: Quantity, b: Quantity): Quantity =>
  ({ nanos: a.nanos - b.nanos, format: a.nanos === 0n ? b.format : a.format })

const decimalSuffixes = Object.entries(decimalExponents)
  .map(([suffix, exponent]) => ({ suffix, exponent, size: 10n ** BigInt(exponent + 9) })).reverse()
const binarySuffixes = Object.entries(binaryExponents)
  .map(([suffix, exponent]) => ({ suffix, size: NANO << BigInt(exponent) })).reverse()

/** Canonical text: no fraction, nothing lost, the largest suffix that allows it. */
export function formatQuantity({ nanos, format }: Quantity): string {
  if (nanos === 0n) return '0'
  const size = nanos < 0n ? -nanos : nanos
  if (format === 'BinarySI' && size >= 1024n * NANO && size % NANO === 0n) {
    const unit = binarySuffixes.find((one) => size % one.size === 0n)
    return unit === undefined ? String(nanos / NANO) : `${nanos / unit.size}${unit.suffix}`
  }
  if (format === 'DecimalExponent') return formatExponent(nanos)
  const unit = decimalSuffixes.find((one) => size % one.size === 0n)
  return unit === undefined ? `${nanos}n` : `${nanos / unit.size}${unit.suffix}`
}

function formatExponent(nanos: bigint): string {
  let [mantissa, exponent] = [nanos, -9]
  while (mantissa % 1000n === 0n) [mantissa, exponent] = [mantissa / 1000n, exponent + 3]
  return exponent === 0 ? String(mantissa) : `${mantissa}e${exponent}`
}

/** Canonical text of valid text. */
export const canonicalQuantity = (source: QuantityText): string => formatQuantity(quantityOf(source))

/** Sums two resource lists; the order of names is that of `a`, then what only `b` has. */
export function addResourceLists(a: ResourceList, b: ResourceList): ResourceList {
  const sum: Record<string, QuantityText> = { ...a }
  for (const [name, more] of Object.entries(b)) {
    const before = sum[name]
    sum[name] = before === undefined ? more : formatQuantity(addQuantities(quantityOf(before), quantityOf(more)))
  }
  return sum
}
