import { describe, expect, it } from 'vitest'
import { parseYamlFile } from '#api/manifests/yaml-file'

describe('a YAML file of Orrery\'s own', () => {
  const text = '# severities\nclaims:\n  - name: routes\n    severity: error\nnodes: 3\n'

  it('is read with the place of every field', () => {
    const { value, locate, errors } = parseYamlFile(text, 'orrery.yaml')
    expect(errors).toEqual([])
    expect(value).toEqual({ claims: [{ name: 'routes', severity: 'error' }], nodes: 3 })
    expect(locate('claims[0].severity')).toEqual({ line: 4, column: 5 })
    expect(locate('nodes')).toEqual({ line: 5, column: 1 })
    expect(locate('claims[0].reason')).toEqual({ line: 3, column: 5 })
  })

  it('may be empty', () => {
    expect(parseYamlFile('# nothing yet\n', 'orrery.yaml')).toMatchObject({ value: null, errors: [] })
  })

  it.each([
    ['not YAML', 'a: [', 'E_YAML_SYNTAX', 1],
    ['a field given twice', 'a: 1\nb: 2\na: 3', 'E_DUPLICATE_FIELD', 3],
    ['two documents', 'a: 1\n---\n# two\nb: 2', 'E_MANY_DOCUMENTS', 4],
    ['brackets without end', '['.repeat(10_000), 'E_YAML_DEPTH', 1],
  ])('is refused with code and place: %s', (_, broken, code, line) => {
    expect(parseYamlFile(broken, 'orrery.yaml').errors).toMatchObject([{ code, line, file: 'orrery.yaml' }])
  })
})
