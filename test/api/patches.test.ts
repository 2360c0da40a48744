import * as either from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  applyJsonPatch, applyMergePatch, applyStrategicMergePatch, diffMergePatch, patchSchemaOf,
} from '#api/patches'
import type { Json, JsonObject } from '#api/types'
import { recorded } from './recorded.js'

/** RFC 6902, appendix A. */
describe('a JSON patch', () => {
  test.each<[string, Json, Json, Json]>([
    ['adds a member', { foo: 'bar' }, [{ op: 'add', path: '/baz', value: 'qux' }], { foo: 'bar', baz: 'qux' }],
    ['adds an element', { foo: ['bar', 'baz'] }, [{ op: 'add', path: '/foo/1', value: 'qux' }],
      { foo: ['bar', 'qux', 'baz'] }],
    ['appends', { foo: ['bar'] }, [{ op: 'add', path: '/foo/-', value: ['abc'] }], { foo: ['bar', ['abc']] }],
    ['removes a member', { baz: 'qux', foo: 'bar' }, [{ op: 'remove', path: '/baz' }], { foo: 'bar' }],
    ['removes an element', { foo: ['a', 'b'] }, [{ op: 'remove', path: '/foo/0' }], { foo: ['b'] }],
    ['replaces', { baz: 'qux' }, [{ op: 'replace', path: '/baz', value: 'boo' }], { baz: 'boo' }],
    ['moves', { foo: { waldo: 'fred' }, qux: {} }, [{ op: 'move', from: '/foo/waldo', path: '/qux/thud' }],
      { foo: {}, qux: { thud: 'fred' } }],
    ['moves an element', { foo: ['all', 'grass', 'cows', 'eat'] },
      [{ op: 'move', from: '/foo/1', path: '/foo/3' }], { foo: ['all', 'cows', 'eat', 'grass'] }],
    ['copies', { a: [1] }, [{ op: 'copy', from: '/a', path: '/b' }], { a: [1], b: [1] }],
    ['tests', { baz: 'qux', foo: ['a', 2] }, [{ op: 'test', path: '/foo/1', value: 2 }],
      { baz: 'qux', foo: ['a', 2] }],
    ['unescapes', { '/': 9, '~1': 10 }, [{ op: 'test', path: '/~01', value: 10 }], { '/': 9, '~1': 10 }],
  ])('%s', (_, before, patch, after) => {
    expect(applyJsonPatch(before, patch)).toEqual(either.right(after))
  })

  test.each<[string, Json, Json]>([
    ['a test that fails', { baz: 'qux' }, [{ op: 'test', path: '/baz', value: 'bar' }]],
    ['a target that is not there', { foo: 'bar' }, [{ op: 'add', path: '/baz/bat', value: 'qux' }]],
    ['an index past the end', { foo: [1] }, [{ op: 'add', path: '/foo/2', value: 1 }]],
    ['an unknown operation', {}, [{ op: 'frob', path: '/a' }]],
    ['a path without a slash', {}, [{ op: 'remove', path: 'a' }]],
    ['a move into itself', { a: { b: 1 } }, [{ op: 'move', from: '/a', path: '/a/b' }]],
    ['no list', {}, { op: 'add' }],
  ])('with %s changes nothing', (_, before, patch) => {
    expect(either.isLeft(applyJsonPatch(before, patch))).toBe(true)
  })

  test('gives what the library of the API server gives', () => {
    const [{ document } = { document: null }, ...cases] = recorded<{
      readonly document?: Json; readonly patch?: Json; readonly result?: Json; readonly refused?: true
    }>('json-patches.jsonl')
    expect(cases.length).toBeGreaterThan(200)
    for (const { patch = null, result, refused } of cases) {
      const ours = applyJsonPatch(document ?? null, patch)
      expect(either.isLeft(ours) ? 'refused' : ours.right, JSON.stringify(patch)).toEqual(refused === true ? 'refused' : result)
    }
  })

  test('shares what it does not touch', () => {
    const before = { spec: { replicas: 1 }, metadata: { labels: { a: 'b' } } }
    const after = applyJsonPatch(before, [{ op: 'replace', path: '/spec/replicas', value: 2 }])
    expect(either.isRight(after) && (after.right as typeof before).metadata).toBe(before.metadata)
    expect(before.spec.replicas).toBe(1)
  })
})

/** RFC 7386, appendix A. */
describe('a merge patch', () => {
  test.each<[Json, Json, Json]>([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }], [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }], [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }], [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }], [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [['a', 'b'], ['c', 'd'], ['c', 'd']], [{ a: 'b' }, ['c'], ['c']], [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'], [{ e: null }, { a: 1 }, { e: null, a: 1 }], [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%o with %o is %o', (before, patch, after) => {
    expect(applyMergePatch(before, patch)).toEqual(after)
  })

  test('computed between two objects leads from one to the other', () => {
    const leaf = fc.oneof(fc.integer(), fc.string({ maxLength: 3 }), fc.boolean(), fc.array(fc.integer()))
    const object = fc.letrec<{ object: JsonObject; value: Json }>((tie) => ({
      object: fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value')),
      value: fc.oneof({ maxDepth: 3 }, leaf, tie('object')),
    })).object
    fc.assert(fc.property(object, object, (before, after) => {
      expect(applyMergePatch(before, diffMergePatch(before, after))).toEqual(after)
    }))
  })
})

/** Without directives: upstream leaves some in what a patch adds, and decoding drops them. */
const plain = (json: Json): Json => JSON.parse(JSON.stringify(json),
  (_, value: JsonObject) => (typeof value !== 'object' || value === null || Array.isArray(value) ? value
    : Object.fromEntries(Object.entries(value).filter(([name]) => !name.startsWith('$'))))) as Json

describe('a strategic merge patch', () => {
  test('gives what upstream gives', () => {
    type Case = { readonly before: JsonObject; readonly patch: JsonObject; readonly after: Json }
    for (const { before, patch, after } of recorded<Case>('patches.jsonl')) {
      const patched = applyStrategicMergePatch(before, patch, patchSchemaOf('Pod'))
      expect(either.map(plain)(patched), JSON.stringify(patch)).toEqual(either.right(after))
    }
  })

  const deployment = {
    spec: {
      replicas: 2,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } },
      template: { spec: { containers: [{ name: 'app', image: 'a:1', env: [{ name: 'X', value: '1' }] }, { name: 'log' }] } },
    },
  }
  const patch = (change: JsonObject) => applyStrategicMergePatch(deployment, change, patchSchemaOf('Deployment'))

  test('sets the image of one container and leaves the others', () => {
    expect(patch({ spec: { template: { spec: { containers: [{ name: 'app', image: 'a:2' }] } } } })).toMatchObject(
      either.right({ spec: { replicas: 2, template: { spec: { containers: [
        { name: 'app', image: 'a:2', env: [{ name: 'X', value: '1' }] }, { name: 'log' },
      ] } } } }))
  })

  test('removes a container by its name', () => {
    expect(patch({ spec: { template: { spec: { containers: [{ name: 'log', $patch: 'delete' }] } } } })).toMatchObject(
      either.right({ spec: { template: { spec: { containers: [{ name: 'app' }] } } } }))
  })

  test('changes the strategy without keeping the parameters of the old one', () => {
    expect(patch({ spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } })).toMatchObject(
      either.right({ spec: { strategy: { type: 'Recreate' } } }))
    const patched = patch({ spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } })
    expect(JSON.stringify(patched)).not.toContain('rollingUpdate')
  })

  test('of an item without its merge key is refused', () => {
    expect(patch({ spec: { template: { spec: { containers: [{ image: 'x' }] } } } })).toEqual(
      either.left('map: {"image":"x"} does not contain declared merge key: name'))
  })
})
