import * as either from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isPercent, parseIntOrString, resolveIntOrPercent, scaledIntOrPercent } from '#api/int-or-string'

/** apimachinery pkg/util/intstr/intstr_test.go TestGetScaledValueFromIntOrPercent. */
describe('a count or a percentage', () => {
  test.each<[number | string, number, boolean, number]>([
    [123, 0, false, 123], ['90%', 100, true, 90], ['90%', 95, true, 86], ['90%', 95, false, 85],
    ['25%', 3, true, 1], ['25%', 3, false, 0], ['0%', 7, true, 0],
  ])('%s of %i, rounded up: %s, is %i', (value, total, roundUp, scaled) => {
    expect(scaledIntOrPercent(value, total, roundUp)).toEqual(either.right(scaled))
    expect(resolveIntOrPercent(value, total, roundUp)).toBe(scaled)
  })

  test.each(['%', '90#', '#%', '90', '40%%'])('"%s" is neither', (value) => {
    expect(either.isLeft(scaledIntOrPercent(value, 10, true))).toBe(true)
    expect(() => resolveIntOrPercent(value, 10, true)).toThrow(/got past validation/)
  })

  test('that is absent is an error in upstream words', () => {
    expect(scaledIntOrPercent(undefined, 0, false)).toEqual(either.left('nil value for IntOrString'))
    expect(scaledIntOrPercent('a%', 0, false)).toEqual(either.left(
      'invalid value for IntOrString: invalid value "a%": strconv.Atoi: parsing "a": invalid syntax'))
  })

  test('rounded up and down differ by less than one', () => {
    fc.assert(fc.property(fc.nat(100), fc.nat(100000), (percent, total) => {
      const [down, up] = [resolveIntOrPercent(`${percent}%`, total, false), resolveIntOrPercent(`${percent}%`, total, true)]
      expect(up - down).toBe((percent * total) % 100 === 0 ? 0 : 1)
    }))
  })
})

/** TestParse. */
test.each<[string, number | string]>([
  ['0', 0], ['2147483647', 2147483647], ['-2147483648', -2147483648], ['2147483648', '2147483648'], ['http', 'http'],
])('%s reads as %o', (text, value) => {
  expect(parseIntOrString(text)).toBe(value)
})

test('a percentage ends in a percent sign', () => {
  expect([isPercent('5%'), isPercent('5'), isPercent(5)]).toEqual([true, false, false])
})
