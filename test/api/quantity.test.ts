import * as either from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addQuantities, addResourceLists, canonicalQuantity, compareQuantities, formatQuantity, milliValueOf,
  parseQuantity, quantityMilliValue, quantityOf, quantityValue, subtractQuantities, valueOf, zeroQuantity,
  type Quantity, type QuantityFormat,
} from '#api/quantity'
import { recorded } from './recorded.js'

type Case = {
  readonly text: string
  readonly error?: string
  readonly canonical?: string
  readonly format?: QuantityFormat
  readonly value?: number
  readonly milli?: number
}

test('a quantity means what resource.ParseQuantity says it means', () => {
  for (const { text, error, canonical, format, value, milli } of recorded<Case>('quantities.jsonl')) {
    const parsed = parseQuantity(text)
    if (either.isLeft(parsed)) {
      expect(parsed.left, text).toBe(error)
      continue
    }
    expect(error, text).toBeUndefined()
    expect(formatQuantity(parsed.right), text).toBe(canonical)
    expect(parsed.right.format, text).toBe(format)
    // past an int64 upstream overflows
    if (!Number.isSafeInteger(quantityMilliValue(parsed.right))) continue
    if (value !== undefined) expect(quantityValue(parsed.right), text).toBe(value)
    if (milli !== undefined) expect(quantityMilliValue(parsed.right), text).toBe(milli)
  }
})

/**
 * apimachinery pkg/api/resource/quantity_test.go TestQuantityParse, TestQuantityParseEmit,
 * TestQuantityString.
 */
describe('canonical text', () => {
  test.each([
    ['1Ki', '1Ki'], ['1024Mi', '1Gi'], ['1000M', '1G'], ['.001Ki', '1024m'], ['.000001Ki', '1024u'],
    ['.000000000001Ki', '2n'], ['0.5', '500m'], ['1.5Gi', '1536Mi'], ['1025', '1025'], ['0Ki', '0'],
    ['1e9', '1e9'], ['.001e12', '1e9'], ['100.035k', '100035'], ['9Ei', '9223372036854775807'], ['12E', '12E'],
    ['1E-3', '1e-3'], ['3.001n', '4n'], ['-1.5Gi', '-1536Mi'],
  ])('of %s is %s', (text, canonical) => {
    expect(canonicalQuantity(text)).toBe(canonical)
  })

  test.each(['', '1.1.M', '1+1.0M', '0.1mi', '0.1am', 'aoeu', '.5i', '1i', '-3.01i', '-3.01e-', ' 1', '1 '])(
    'of "%s" there is none', (text) => {
      expect(either.isLeft(parseQuantity(text))).toBe(true)
    })

  test('bare numbers out of YAML are quantities too', () => {
    expect(canonicalQuantity(0.1)).toBe('100m')
    expect(canonicalQuantity(2)).toBe('2')
  })
})

/** TestQuantityAddZeroPreservesSuffix, TestQuantitySubZeroPreservesSuffix. */
test.each(['100m', '1Gi'])('adding or subtracting nothing keeps the suffix of %s', (text) => {
  const quantity = quantityOf(text)
  expect(formatQuantity(addQuantities(quantity, zeroQuantity))).toBe(text)
  expect(formatQuantity(addQuantities(zeroQuantity, quantity))).toBe(text)
  expect(formatQuantity(subtractQuantities(quantity, zeroQuantity))).toBe(text)
  expect(formatQuantity(subtractQuantities(zeroQuantity, quantity))).toBe(`-${text}`)
})

/** TestQuantityCmp. */
test.each([['0', '0', 0], ['100m', '50m', 1], ['50m', '100m', -1], ['10000T', '100Gi', 1]])(
  '%s compared with %s is %i', (a, b, order) => {
    expect(compareQuantities(quantityOf(a), quantityOf(b))).toBe(order)
  })

test('values are rounded up: whoever asks for a little gets something', () => {
  expect(valueOf('100m')).toBe(1)
  expect(milliValueOf('1u')).toBe(1)
  expect(milliValueOf('250m')).toBe(250)
  expect(milliValueOf('2')).toBe(2000)
  expect(milliValueOf(3)).toBe(3000)
  expect(milliValueOf('1Ki')).toBe(1024000)
})

test('an exponent that no machine could hold is refused, not computed', () => {
  expect(parseQuantity('1e2147483647')).toEqual(either.left("unable to parse quantity's suffix"))
})

test('resource lists add up name by name', () => {
  expect(addResourceLists({ cpu: '500m', memory: '1Gi' }, { cpu: '1', pods: '3' }))
    .toEqual({ cpu: '1500m', memory: '1Gi', pods: '3' })
})

describe('for any quantity', () => {
  const small = fc.bigInt({ min: -9999n, max: 9999n })
  // binary amounts are capped at an int64 when they are read
  const quantities: fc.Arbitrary<Quantity> = fc.record({
    nanos: fc.oneof(fc.bigInt({ min: -(1n << 92n), max: 1n << 92n }),
      fc.tuple(small, fc.nat(49)).map(([n, shift]) => (n << BigInt(shift)) * 1000000000n),
      fc.tuple(small, fc.nat(23)).map(([n, power]) => n * 10n ** BigInt(power))),
    format: fc.constantFrom<QuantityFormat>('DecimalSI', 'BinarySI', 'DecimalExponent'),
  })

  test('its text reads as the same amount, and canonical text stays as it is', () => {
    fc.assert(fc.property(quantities, (quantity) => {
      const text = formatQuantity(quantity)
      expect(quantityOf(text).nanos).toBe(quantity.nanos)
      const canonical = canonicalQuantity(text)
      expect(canonicalQuantity(canonical)).toBe(canonical)
    }))
  })

  test('addition commutes, and subtraction undoes it', () => {
    fc.assert(fc.property(quantities, quantities, (a, b) => {
      expect(addQuantities(a, b).nanos).toBe(addQuantities(b, a).nanos)
      expect(subtractQuantities(addQuantities(a, b), b).nanos).toBe(a.nanos)
      expect(compareQuantities(a, b) + compareQuantities(b, a)).toBe(0)
    }))
  })

  test('no text makes the parser throw', () => {
    fc.assert(fc.property(fc.string(), (text) => {
      parseQuantity(text)
    }))
  })
})
