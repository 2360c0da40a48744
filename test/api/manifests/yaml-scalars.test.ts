import { describe, expect, it } from 'vitest'
import { parseYamlFile } from '#api/manifests/yaml-file'

/**
 * What kubectl makes of a value, as printed by sigs.k8s.io/yaml v1.6.0 `YAMLToJSON` (go.yaml.in/yaml v2.4.2)
 * for the text `a: <value>`.
 */
const meanings: readonly (readonly [written: string, means: unknown])[] = [
  // YAML 1.1's words for true and false, quotes keep them text
  ['yes', true], ['Y', true], ['on', true], ['TRUE', true], ['No', false], ['n', false], ['OFF', false],
  ["'yes'", 'yes'], ['"on"', 'on'], ['tRUE', 'tRUE'], ['yep', 'yep'],
  // nothing
  ['', null], ['~', null], ['Null', null], ['""', ''],
  // a leading zero is octal, unless an 8 or 9 makes it decimal
  ['0644', 420], ['0o644', 420], ['+0644', 420], ['-0644', -420], ['0888', 888], ['09', 9], ['08.5', 8.5],
  ['"0644"', '0644'], ['0o8', '0o8'], ['00', 0],
  // other numbers
  ['0x1F', 31], ['0b11', 3], ['-0b11', -3], ['1_000', 1000], ['1_', 1], ['_1', '_1'], ['+1', 1], ['-0', 0],
  ['1e3', 1000], ['1E+3', 1000], ['1.', 1], ['.5', 0.5], ['-.5', -0.5], ['1.10', 1.1], ['1e', '1e'],
  ['1e400', '1e400'], ['0x', '0x'], ['1.2.3', '1.2.3'], ['18446744073709551616', 18446744073709551616],
  // no base 60, no dates
  ['1:30', '1:30'], ['12:30:45', '12:30:45'], ['2001-01-01', '2001-01-01'],
  // tags
  ['!!str 1', '1'], ['!!int "3"', 3], ['!!float 3', 3], ['!!bool "yes"', true], ['!custom 1', '1'],
  ['!!timestamp 2001-01-01', '2001-01-01'],
  // text
  ['<<', '<<'], ['=', '='], ["it's", "it's"], ['a#b', 'a#b'], ['a #b', 'a'], ['"\\x41\\u00e9"', 'Aé'],
  ['|\n  a\n  b', 'a\nb\n'], ['>-\n  a\n  b', 'a b'],
]

describe('a YAML value means what it means to kubectl', () => {
  it.each(meanings)('a: %s', (written, means) => {
    expect(parseYamlFile(`a: ${written}\n`, 'a.yaml')).toMatchObject({ value: { a: means }, errors: [] })
  })
})

describe('a key that is not text becomes text', () => {
  it.each([
    ['8080', '8080'], ['0644', '420'], ['yes', 'true'], ['2.5', '2.5'], ['1.0', '1'], ['1e3', '1000'],
    ['12345678.9', '1.2345679e+07'], ['1e20', '1e+20'], ['-1', '-1'], ['.inf', '.inf'], ['"yes"', 'yes'],
  ])('%s: x has the key "%s"', (written, key) => {
    expect(parseYamlFile(`${written}: x`, 'a.yaml').value).toEqual({ [key]: 'x' })
  })
})

describe('merge keys and aliases', () => {
  it.each([
    ['a later field wins over a merged one', '<<: {a: 2}\na: 1', { a: 1 }],
    ['a merge wins over an earlier field, as upstream has it', 'a: 1\n<<: {a: 2}', { a: 2 }],
    ['of several sources the first wins', '<<: [{a: 1}, {a: 2, b: 3}]', { a: 1, b: 3 }],
    ['a quoted << is a field', '"<<": {a: 1}', { '<<': { a: 1 } }],
    ['an alias stands for its value', 'x: &x {a: 1}\nz:\n  <<: *x\n  b: *x',
      { x: { a: 1 }, z: { a: 1, b: { a: 1 } } }],
    ['a name given again means the newer value', 'a: &x 1\nb: &x 2\nc: *x', { a: 1, b: 2, c: 2 }],
    ['an alias may stand for a key', '&k a: 1\nb: *k', { a: 1, b: 'a' }],
    ['a field called __proto__ is a field', '__proto__: {a: 1}', JSON.parse('{"__proto__": {"a": 1}}')],
  ])('%s', (_, text, value) => {
    const read = parseYamlFile(text, 'a.yaml')
    expect(read.errors).toEqual([])
    expect(JSON.stringify(read.value)).toBe(JSON.stringify(value))
  })
})
