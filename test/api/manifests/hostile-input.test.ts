import { describe, expect, it } from 'vitest'
import { limits } from '#api/manifests/limits'
import { loadManifests } from '#api/manifests/load'
import { configMap } from './rows.js'

const times = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n')

/** Nine lists of nine aliases each of the list before: 9^9 values. */
const aliasBomb = `a0: &a0 [x]\n${times(9, (index) => `a${index + 1}: &a${index + 1} [${
  Array.from({ length: 9 }, () => `*a${index}`).join(', ')}]`)}`

/** Each map merges the one before twice: 2^30 fields written. */
const mergeBomb = `a0: &a0 {x: 1}\n${times(30, (index) =>
  `a${index + 1}: &a${index + 1} {<<: [*a${index}, *a${index}]}`)}`

describe('hostile input is refused by a stated limit, quickly', () => {
  it.each([
    ['an alias bomb', aliasBomb, 'E_YAML_ALIAS', 'document contains excessive aliasing'],
    ['merge keys that multiply', mergeBomb, 'E_YAML_ALIAS', 'excessive aliasing'],
    ['10,000 brackets', '['.repeat(10_000), 'E_YAML_DEPTH', `more than ${limits.depth} deep`],
    ['10,000 closed brackets', '['.repeat(10_000) + ']'.repeat(10_000), 'E_YAML_DEPTH', 'deep'],
    ['10,000 braces of JSON', '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000), 'E_YAML_DEPTH', 'deep'],
    ['10,000 dashes', '- '.repeat(10_000), 'E_YAML_DEPTH', 'deep'],
    ['1,500 levels of indentation', times(1500, (index) => `${' '.repeat(index)}a:`), 'E_YAML_DEPTH', 'deep'],
    ['an object too large for the API server', `${configMap}data: {a: ${'x'.repeat(limits.objectBytes)}}`,
      'E_OBJECT_TOO_LARGE', `Request entity too large: limit is ${limits.objectBytes}`],
    ['a file that is too large', ' '.repeat(limits.fileBytes + 1), 'E_FILE_TOO_LARGE', '33554432 bytes'],
  ])('%s', (_, text, code, message) => {
    const start = performance.now()
    const { errors } = loadManifests([{ file: 'a.yaml', text }])
    expect(errors.map((error) => error.code)).toEqual([code])
    expect(errors[0]?.message).toContain(message)
    expect(performance.now() - start).toBeLessThan(5000)
  })
})
