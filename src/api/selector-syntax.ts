/**
 * Selectors as users and clients write them: `app=web,tier in (a,b),!old` and `spec.nodeName=node-1`.
 * Grammar and error texts: apimachinery `pkg/labels/selector.go` Parser, `pkg/fields/selector.go`.
 */
import * as either from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import type { Labels } from './types.js'
import { errorText, invalid, type FieldError } from './validation/field.js'
import { isLabelKey, isLabelValue } from './validation/names.js'

export type Operator = '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt'

export type Requirement = {
  readonly key: string
  readonly operator: Operator
  /** Sorted, without duplicates. */
  readonly values: readonly string[]
}

export type ParsedLabelSelector = {
  /** Sorted by key. */
  readonly requirements: readonly Requirement[]
  readonly matches: (labels: Labels | undefined) => boolean
  /** Canonical spelling. */
  readonly text: string
}

const spelled: Record<string, Operator> = {
  '=': '=', '==': '==', '!=': '!=', '>': 'gt', '<': 'lt', in: 'in', notin: 'notin',
}
const binary = 'in, notin, =, ==, !=, gt, lt'
const token = /\s*(==|!=|[=!(),<>]|[^=!(),<>\s]+)/y

class SyntaxProblem extends Error {}

function lex(text: string): readonly string[] {
  const tokens: string[] = []
  token.lastIndex = 0
  for (let found = token.exec(text); found !== null; found = token.exec(text)) tokens.push(found[1] ?? '')
  return tokens
}

const isIdentifier = (word: string): boolean => word !== '' && !/^[=!(),<>]/.test(word)

/** Left carries upstream's error text. */
export function parseLabelSelector(text: string): Either<string, ParsedLabelSelector> {
  try {
    const requirements = [...parse(lex(text))].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    return either.right({
      requirements,
      matches: (labels) => requirements.every((requirement) => requirementMatches(requirement, labels)),
      text: requirements.map(spell).join(','),
    })
  } catch (problem) {
    if (problem instanceof SyntaxProblem) return either.left(problem.message)
    throw problem
  }
}

function parse(words: readonly string[]): readonly Requirement[] {
  const requirements: Requirement[] = []
  let at = 0
  const peek = (): string => words[at] ?? ''
  const next = (): string => words[at++] ?? ''
  while (at < words.length) {
    if (!isIdentifier(peek()) && peek() !== '!') {
      throw new SyntaxProblem(`found '${peek()}', expected: !, identifier, or 'end of string'`)
    }
    requirements.push(within('unable to parse requirement', () => requirement(peek, next)))
    if (at >= words.length) break
    const separator = next()
    if (separator !== ',') throw new SyntaxProblem(`found '${separator}', expected: ',' or 'end of string'`)
    if (!isIdentifier(peek()) && peek() !== '!') {
      throw new SyntaxProblem(`found '${peek()}', expected: identifier after ','`)
    }
  }
  return requirements
}

function requirement(peek: () => string, next: () => string): Requirement {
  const negated = peek() === '!'
  if (negated) next()
  const key = next()
  if (!isIdentifier(key)) throw new SyntaxProblem(`found '${key}', expected: identifier`)
  check(isLabelKey(key).length === 0 ? [] : [invalid('<nil>', key, isLabelKey(key).join('; '))])
  if (negated) return { key, operator: '!', values: [] }
  if (peek() === '' || peek() === ',') return { key, operator: 'exists', values: [] }
  const word = next()
  const operator = spelled[word]
  if (operator === undefined) throw new SyntaxProblem(`found '${word}', expected: ${binary}`)
  const values = operator === 'in' || operator === 'notin' ? valueSet(peek, next) : [exactValue(peek, next)]
  return checked({ key, operator, values: [...new Set(values)].sort() })
}

function exactValue(peek: () => string, next: () => string): string {
  if (peek() === '' || peek() === ',') return ''
  const word = next()
  if (!isIdentifier(word)) throw new SyntaxProblem(`found '${word}', expected: identifier`)
  return word
}

/** `(a,b)`; an empty place, as in `(a,)` or `()`, is the empty value. */
function valueSet(peek: () => string, next: () => string): readonly string[] {
  const open = next()
  if (open !== '(') throw new SyntaxProblem(`found '${open}' expected: '('`)
  const values: string[] = []
  let last = '('
  for (;;) {
    const word = next()
    if (isIdentifier(word)) {
      if (isIdentifier(last)) throw new SyntaxProblem(`found '${word}', expected: ',' or ')'`)
      values.push(word)
    } else if (word === ',' || word === ')') {
      if (!isIdentifier(last)) values.push('')
      if (word === ')') return values
    } else {
      throw new SyntaxProblem(
        `found '${word}', expected: ${isIdentifier(last) ? "',' or ')'" : "',', or identifier"}`)
    }
    last = word
  }
}

function checked(requirement: Requirement): Requirement {
  const { key, operator, values } = requirement
  const errors: FieldError[] = []
  if ((operator === 'gt' || operator === 'lt') && !/^[+-]?[0-9]+$/.test(values[0] ?? '')) {
    errors.push(invalid('values[0]', values[0] ?? '',
      "for 'Gt', 'Lt' operators, the value must be an integer"))
  }
  values.forEach((value, index) => {
    const problems = isLabelValue(value)
    if (problems.length > 0) errors.push(invalid(`values[${index}][${key}]`, value, problems.join('; ')))
  })
  check(errors)
  return requirement
}

function check(errors: readonly FieldError[]): void {
  const [first, second] = errors
  if (first === undefined) return
  throw new SyntaxProblem(second === undefined ? errorText(first) : `[${errors.map(errorText).join(', ')}]`)
}

function within<T>(prefix: string, run: () => T): T {
  try {
    return run()
  } catch (problem) {
    if (problem instanceof SyntaxProblem) throw new SyntaxProblem(`${prefix}: ${problem.message}`)
    throw problem
  }
}

function requirementMatches({ key, operator, values }: Requirement, labels: Labels | undefined): boolean {
  const value = labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined
  switch (operator) {
    case 'exists': return value !== undefined
    case '!': return value === undefined
    case '=': case '==': case 'in': return value !== undefined && values.includes(value)
    case '!=': case 'notin': return value === undefined || !values.includes(value)
    case 'gt': case 'lt': {
      if (value === undefined || !/^[+-]?[0-9]+$/.test(value)) return false
      const [left, right] = [BigInt(value), BigInt(values[0] ?? '0')]
      return operator === 'gt' ? left > right : left < right
    }
  }
}

function spell({ key, operator, values }: Requirement): string {
  switch (operator) {
    case 'exists': return key
    case '!': return `!${key}`
    case 'in': case 'notin': return `${key} ${operator} (${values.join(',')})`
    case 'gt': return `${key}>${values.join(',')}`
    case 'lt': return `${key}<${values.join(',')}`
    case '=': case '==': case '!=': return `${key}${operator}${values.join(',')}`
  }
}
