/**
 * IntOrString: a count, or a percentage of one. Source: apimachinery `pkg/util/intstr/intstr.go`.
 */
import * as either from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import type { IntOrString } from './types.js'

const whole = /^[+-]?[0-9]+$/

/** `Parse`: text that is a 32-bit integer becomes a number, anything else stays text. */
export function parseIntOrString(text: string): IntOrString {
  if (!whole.test(text)) return text
  const value = Number(text)
  return value > 2147483647 || value < -2147483648 ? text : value
}

/** Whether the value is text that ends in `%`. */
export const isPercent = (value: IntOrString): value is string =>
  typeof value === 'string' && value.endsWith('%')

/**
 * `GetScaledValueFromIntOrPercent`: a number is itself, a percentage is scaled by `total` and rounded.
 * Left carries upstream's error text.
 */
export function scaledIntOrPercent(
  value: IntOrString | undefined, total: number, roundUp: boolean,
): Either<string, number> {
  if (value === undefined) return either.left('nil value for IntOrString')
  if (typeof value === 'number') return either.right(value)
  if (!value.endsWith('%')) {
    return either.left('invalid value for IntOrString: invalid type: string is not a percentage')
  }
  const digits = value.slice(0, -1)
  if (!whole.test(digits)) {
    return either.left(
      `invalid value for IntOrString: invalid value ${JSON.stringify(value)}: ` +
      `strconv.Atoi: parsing ${JSON.stringify(digits)}: invalid syntax`,
    )
  }
  const exact = (Number(digits) * total) / 100
  return either.right((roundUp ? Math.ceil(exact) : Math.floor(exact)) + 0) // no negative zero
}

/** The same for a value that passed validation; throws a sentence for one that did not. */
export function resolveIntOrPercent(value: IntOrString, total: number, roundUp: boolean): number {
  if (typeof value === 'number') return value
  const scaled = scaledIntOrPercent(value, total, roundUp)
  if (either.isRight(scaled)) return scaled.right
  throw new Error(`an object with ${JSON.stringify(value)} got past validation: ${scaled.left}`)
}
