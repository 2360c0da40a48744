import * as either from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { escapeValue, unescapeValue } from '#api/field-selectors'
import {
  compileLabelMap, compileSelector, parseFieldSelector, parseLabelSelector, selectorMatches,
  selectsEverything,
} from '#api/selectors'
import type { Labels, LabelSelector } from '#api/types'
import { recorded } from './recorded.js'

type Case = {
  readonly of: 'labels' | 'fields'
  readonly text: string
  readonly error?: string
  readonly canonical?: string
}

test('selectors are read, refused and spelled as upstream does it', () => {
  for (const { of, text, error, canonical } of recorded<Case>('selectors.jsonl')) {
    const parsed = of === 'labels' ? parseLabelSelector(text) : parseFieldSelector(text)
    if (either.isLeft(parsed)) expect(parsed.left, text).toBe(error)
    else expect(parsed.right.text, text).toBe(canonical)
  }
})

const matches = (text: string, labels: Labels): boolean => {
  const parsed = parseLabelSelector(text)
  if (either.isLeft(parsed)) throw new Error(parsed.left)
  return parsed.right.matches(labels)
}

/** apimachinery pkg/labels/selector_test.go TestSelectorMatches. */
describe('a label selector as text', () => {
  const pod = { foo: 'bar', baz: 'blah' }
  test.each<[string, Labels, boolean]>([
    ['', { x: 'y' }, true], ['x=y', { x: 'y' }, true], ['x=y,z=w', { x: 'y', z: 'w' }, true],
    ['x!=y,z!=w', { x: 'z', z: 'a' }, true], ['notin=in', { notin: 'in' }, true], ['x', { x: 'z' }, true],
    ['!x', { y: 'z' }, true], ['x>1', { x: '2' }, true], ['x<1', { x: '0' }, true], ['x=z', {}, false],
    ['x=y', { x: 'z' }, false], ['x=y,z=w', { x: 'w', z: 'w' }, false], ['x!=y,z!=w', { x: 'z', z: 'w' }, false],
    ['x', { y: 'z' }, false], ['!x', { x: 'z' }, false], ['x>1', { x: '0' }, false], ['x<1', { x: '2' }, false],
    ['foo=bar,baz=blah', pod, true], ['foo=blah', pod, false], ['foo=bar,foobar=bar,baz=blah', pod, false],
    ['constructor', {}, false],
  ])('"%s" on %o: %s', (text, labels, expected) => {
    expect(matches(text, labels)).toBe(expected)
  })
})

/** apimachinery pkg/apis/meta/v1/helpers_test.go TestLabelSelectorAsSelector. */
describe('a LabelSelector', () => {
  const matchLabels = { foo: 'bar' }
  const inBar = { key: 'baz', operator: 'In', values: ['qux', 'norf'] } as const
  test.each<[LabelSelector | undefined, Labels | undefined, boolean]>([
    [undefined, { foo: 'bar' }, false],
    [{}, undefined, true],
    [{}, { foo: 'bar' }, true],
    [{ matchLabels }, { foo: 'bar', x: 'y' }, true],
    [{ matchLabels }, undefined, false],
    [{ matchExpressions: [inBar] }, { baz: 'norf' }, true],
    [{ matchExpressions: [inBar] }, { baz: 'x' }, false],
    [{ matchLabels, matchExpressions: [inBar] }, { foo: 'bar', baz: 'qux' }, true],
    [{ matchLabels, matchExpressions: [inBar] }, { foo: 'bar' }, false],
    [{ matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['b'] }] }, {}, true],
    [{ matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['b'] }] }, { a: 'b' }, false],
    [{ matchExpressions: [{ key: 'toString', operator: 'Exists' }] }, {}, false],
    [{ matchExpressions: [{ key: 'toString', operator: 'DoesNotExist' }] }, {}, true],
    [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }, { a: '' }, true],
  ])('%o on %o: %s', (selector, labels, expected) => {
    expect(selectorMatches(selector, labels)).toBe(expected)
  })

  test('is compiled once for each object', () => {
    const selector: LabelSelector = { matchLabels }
    expect(compileSelector(selector)).toBe(compileSelector(selector))
    const map = { app: 'web' }
    expect(compileLabelMap(map)).toBe(compileLabelMap(map))
    expect(compileLabelMap(map)({ app: 'web', tier: 'front' })).toBe(true)
  })

  test('selects everything only when it is there and empty', () => {
    expect(selectsEverything(undefined)).toBe(false)
    expect(selectsEverything({})).toBe(true)
    expect(selectsEverything({ matchLabels })).toBe(false)
  })

  test('matches what its canonical text matches', () => {
    const key = fc.constantFrom('a', 'b', 'c')
    const value = fc.constantFrom('x', 'y', '')
    const expression = fc.oneof(
      fc.record({
        key, operator: fc.constantFrom('In' as const, 'NotIn' as const),
        values: fc.uniqueArray(value, { minLength: 1 }),
      }),
      fc.record({ key, operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const) }))
    fc.assert(fc.property(fc.array(expression, { maxLength: 3 }), fc.dictionary(key, value), (list, labels) => {
      const text = list.map((one) => {
        switch (one.operator) {
          case 'In': return `${one.key} in (${one.values.join(',')})`
          case 'NotIn': return `${one.key} notin (${one.values.join(',')})`
          case 'Exists': return one.key
          case 'DoesNotExist': return `!${one.key}`
        }
      }).join(',')
      expect(selectorMatches({ matchExpressions: list }, labels)).toBe(matches(text, labels))
    }))
  })
})

/** apimachinery pkg/fields/selector_test.go TestSelectorMatches, TestRequiresExactMatch, TestEscapeValue. */
describe('a field selector', () => {
  const select = (text: string) => {
    const parsed = parseFieldSelector(text)
    if (either.isLeft(parsed)) throw new Error(parsed.left)
    return parsed.right
  }
  const fields: Readonly<Record<string, string>> = { foo: 'bar', baz: 'blah', complex: '=value\\,\\' }

  test.each([
    ['', true], ['foo=bar', true], ['foo==bar,baz=blah', true], ['foo=bar,baz=blah,complex=\\=value\\\\\\,\\\\', true],
    ['foo=blah', false], ['foo!=bar', false], ['foo=bar,foobar=bar', false], ['none=', true],
  ])('"%s" matches: %s', (text, expected) => {
    expect(select(text).matches((field) => fields[field] ?? '')).toBe(expected)
  })

  test('knows the one value that it demands of a field', () => {
    expect(select('spec.nodeName=node-1,status.phase!=Failed').requiredValue('spec.nodeName')).toBe('node-1')
    expect(select('status.phase!=Failed').requiredValue('status.phase')).toBeUndefined()
  })

  test('any value survives being escaped', () => {
    fc.assert(fc.property(fc.string(), (value) => {
      expect(unescapeValue(escapeValue(value))).toEqual(either.right(value))
    }))
  })
})
