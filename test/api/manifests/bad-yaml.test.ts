import { describe, expect, it } from 'vitest'
import { loadManifests } from '#api/manifests/load'
import { configMap, deployment, expectOnlyError } from './rows.js'
import type { Row } from './rows.js'

const rows: readonly Row[] = [
  {
    says: 'text that is not YAML', text: 'a: b: c', code: 'E_YAML_SYNTAX', at: '1:4',
    message: 'the document is not valid YAML: nested mappings', next: 'Quote the value',
  },
  {
    says: 'a tab as indentation', text: 'a:\n\t- b', code: 'E_YAML_SYNTAX', at: '2:1',
    message: 'tabs are not allowed', next: 'Indent with spaces',
  },
  {
    says: 'a Helm template', text: 'a: {{ .Values.a }}', code: 'E_YAML_KEY', at: '1:5',
    message: 'cannot be the key of a map', next: 'helm template',
  },
  {
    says: 'a Helm template with control flow',
    text: `${configMap}{{- if .Values.on }}\ndata: {}\n{{- end }}`, code: 'E_YAML_SYNTAX', at: '4:1',
    message: 'not valid YAML', next: 'helm template',
  },
  {
    says: 'a merge conflict', text: `${configMap}<<<<<<< HEAD\ndata: {}\n=======`, code: 'E_YAML_SYNTAX',
    at: '4:1', message: 'not valid YAML', next: 'Resolve the merge conflict',
  },
  {
    says: 'JSON that is cut off', text: '{"apiVersion": "v1",', code: 'E_YAML_SYNTAX', at: '1:21',
    message: 'not valid YAML', next: 'Close the bracket',
  },
  {
    says: 'a picture', text: '\x89PNG\r\n\x1a\n', code: 'E_NOT_TEXT', at: '2:1',
    message: 'control character U+001A', next: 'YAML or JSON files in UTF-8',
  },
  {
    says: 'prose', text: 'hello world', code: 'E_NOT_AN_OBJECT', at: '1:1',
    message: 'a string stands where a Kubernetes object should be', next: 'apiVersion, kind and metadata',
  },
  {
    says: 'a list at the top', text: '- a\n- b', code: 'E_NOT_AN_OBJECT', at: '1:1',
    message: 'a list stands where a Kubernetes object should be', next: 'apiVersion, kind and metadata',
  },
  {
    says: 'a null key', text: 'null: 1', code: 'E_YAML_KEY', at: '1:1', message: 'a null cannot be the key',
    next: 'quotes',
  },
  {
    says: 'infinity', text: `${configMap}data: .inf`, code: 'E_YAML_VALUE', at: '4:7', field: 'data',
    message: '`.inf` has no meaning in JSON', next: 'finite number',
  },
  {
    says: 'a tag that does not fit', text: `${configMap}immutable: !!int abc`, code: 'E_YAML_VALUE',
    at: '4:18', field: 'immutable', message: 'cannot decode !!str `abc` as a !!int', next: 'Remove the tag',
  },
  {
    says: 'an unknown anchor', text: 'a: *b', code: 'E_YAML_ALIAS', at: '1:4',
    message: "unknown anchor 'b' referenced", next: '&b',
  },
  {
    says: 'a value that contains itself', text: 'a: &a [*a]', code: 'E_YAML_ALIAS', at: '1:8',
    message: "anchor 'a' value contains itself", next: 'Write the value out',
  },
  {
    says: 'a field given twice', text: deployment('replicas: 1', 'replicas: 2'), code: 'E_DUPLICATE_FIELD',
    at: '6:3', field: 'spec.replicas', message: 'duplicate field "spec.replicas"',
    next: 'Keep one of the two',
  },
]

describe('a text that is not YAML as kubectl reads it is told with a code, a place and the next step', () => {
  it.each(rows)('$says: $code', expectOnlyError)
})

describe('everything that is wrong is told at once', () => {
  it('in several fields, objects and files, in the order of the input', () => {
    const { errors, objects } = loadManifests([
      { file: 'b.yaml', text: `${deployment('replica: 1', 'paused: 1')}\n---\na: [\n---\n${configMap}` },
      { file: 'a.yaml', text: `${configMap}dta: {}` },
    ])
    expect(errors.map(({ file, line, code }) => `${file}:${line} ${code}`)).toEqual([
      'b.yaml:5 E_UNKNOWN_FIELD', 'b.yaml:6 E_WRONG_TYPE', 'b.yaml:9 E_YAML_SYNTAX',
      'a.yaml:3 E_DUPLICATE_OBJECT', 'a.yaml:4 E_UNKNOWN_FIELD',
    ])
    expect(objects.map(({ name }) => name)).toEqual(['a'])
  })
})
