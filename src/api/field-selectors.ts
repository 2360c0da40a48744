/**
 * Field selectors: `spec.nodeName=node-1,status.phase!=Failed`.
 * Source: apimachinery `pkg/fields/selector.go`; the fields that each resource offers are upstream's
 * `AddFieldLabelConversionFunc` lists.
 */
import * as either from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

export type FieldTerm = { readonly field: string; readonly operator: '=' | '!='; readonly value: string }

export type FieldSelector = {
  readonly terms: readonly FieldTerm[]
  /** `get` answers the object's value of a field; an absent one is ''. */
  readonly matches: (get: (field: string) => string) => boolean
  /** The value that the selector demands of a field, if it demands exactly one. */
  readonly requiredValue: (field: string) => string | undefined
  readonly text: string
}

const unknownEscape = (sequence: string): string =>
  `invalid field selector: invalid escape sequence: ${sequence}`

/** Left carries upstream's error text. */
export function parseFieldSelector(text: string): Either<string, FieldSelector> {
  const terms: FieldTerm[] = []
  for (const part of [...splitTerms(text)].sort()) {
    if (part === '') continue
    const split = /^(.*?)(!=|==|=)(.*)$/su.exec(part)
    if (split === null) {
      return either.left(`invalid selector: '${text}'; can't understand '${part}'`)
    }
    const [, field = '', operator, escaped = ''] = split
    const value = unescapeValue(escaped)
    if (either.isLeft(value)) return value
    if (field === '' && value.right === '') continue
    terms.push({ field, operator: operator === '!=' ? '!=' : '=', value: value.right })
  }
  return either.right({
    terms,
    matches: (get) => terms.every(({ field, operator, value }) => (get(field) === value) === (operator === '=')),
    requiredValue: (field) => terms.find((term) => term.field === field && term.operator === '=')?.value,
    text: terms.map(({ field, operator, value }) => `${field}${operator}${escapeValue(value)}`).join(','),
  })
}

/** `EscapeValue`: backslash, comma and equals sign. */
export const escapeValue = (value: string): string => value.replace(/[\\,=]/g, (sign) => `\\${sign}`)

/** `UnescapeValue`. */
export function unescapeValue(escaped: string): Either<string, string> {
  let value = ''
  for (let i = 0; i < escaped.length; i++) {
    const sign = escaped.charAt(i)
    if (sign === ',' || sign === '=') {
      return either.left(`invalid field selector: unescaped character in value: ${sign.charCodeAt(0)}`)
    }
    if (sign !== '\\') {
      value += sign
      continue
    }
    const escapedSign = escaped.charAt(++i)
    if (escapedSign !== '\\' && escapedSign !== ',' && escapedSign !== '=') {
      return either.left(unknownEscape(`\\${escapedSign}`))
    }
    value += escapedSign
  }
  return either.right(value)
}

function splitTerms(text: string): readonly string[] {
  const terms: string[] = []
  let term = ''
  for (let i = 0; i < text.length; i++) {
    const sign = text.charAt(i)
    if (sign === ',') {
      terms.push(term)
      term = ''
    } else {
      term += sign
      if (sign === '\\') term += text.charAt(++i)
    }
  }
  return [...terms, term]
}
