import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadManifests } from '#api/manifests/load'
import { parseYamlFile } from '#api/manifests/yaml-file'

/** Pieces from which YAML is made, so that random texts get past its first character. */
const piece = fc.constantFrom(
  'a', 'b: ', '- ', '? ', '{', '}', '[', ']', ',', ': ', '&a ', '*a', '<<: ', '!!int ', '|', '>-', '"', "'",
  '#', '\n', '\n  ', '\r\n', '\n---\n', '\n...\n', '%YAML 1.1\n', '\t', '0644', 'yes', '~',
  '{{ x }}', 'é', '😀',
  'apiVersion: v1\n', 'kind: Pod\n', 'kind: List\n', 'metadata: {name: x}\n', 'items:\n', 'spec:\n',
)
const text = fc.oneof(
  fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')), fc.string({ maxLength: 200 }),
)

/** JSON.parse keeps -0 apart from 0; kubectl does not. */
const plainZero = (_: string, value: unknown): unknown => (value === 0 ? 0 : value)

describe('any text at all', () => {
  it('gives objects, or errors with a place inside the file and a next step, and never an exception', () => {
    fc.assert(fc.property(text, (input) => {
      const { objects, errors } = loadManifests([{ file: 'a.yaml', text: input }])
      expect(objects.length + errors.length).toBeGreaterThan(0)
      const lines = input.split('\n')
      for (const { line = 1, column = 1, message, next, code } of errors) {
        expect(code).toMatch(/^E_[A-Z_]+$/)
        expect(message).not.toBe('')
        expect(next).toMatch(/[.?]"?$|: .+$/)
        expect(line).toBeLessThanOrEqual(lines.length)
        expect(column).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1)
      }
    }), { numRuns: 3000 })
  })

  it('that is JSON keeps its meaning', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 4 }), fc.nat(4), (value, indent) => {
      // Control characters are not text; `__proto__` is covered by an example.
      const json = JSON.stringify(value, undefined, indent)
      fc.pre(!/[\x7f]/.test(json) && !json.includes('__proto__'))
      const read = parseYamlFile(json, 'a.json')
      expect(read.errors).toEqual([])
      expect(JSON.stringify(read.value)).toBe(JSON.stringify(JSON.parse(json, plainZero)))
    }), { numRuns: 1000 })
  })
})
