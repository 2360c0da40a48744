import * as either from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { admitCreate, admitUpdate } from '#api/admit'
import type { Json, JsonObject, ModelledKind } from '#api/types'
import { bases, changed, recorded } from './recorded.js'

type Case = { readonly base: string; readonly set: string; readonly to?: Json }

/** Fields that the recording visits, so that nonsense lands where code looks. */
const visited = recorded<Case>('validation.jsonl')
const json = fc.jsonValue({ maxDepth: 3 }).map((value) => value as Json) // a JSON value is Json

/** A value with nonsense somewhere inside it. */
const spoiled = (value: Json | undefined): fc.Arbitrary<Json> => {
  if (Array.isArray(value)) {
    const list = value as readonly Json[] // Array.isArray forgets what a JSON list holds
    return fc.oneof(json, fc.array(json), ...list.map((item, index) =>
      spoiled(item).map((after): Json => list.with(index, after))))
  }
  if (typeof value === 'object' && value !== null) {
    return fc.oneof(json, ...Object.entries(value).map(([name, member]) =>
      spoiled(member as Json).map((after): Json => ({ ...value, [name]: after })))) // a member of JSON is JSON
  }
  return json
}

const nonsense = fc.constantFrom(...visited).chain(({ base, set, to }) =>
  spoiled(to).map((value): JsonObject => changed(bases[base] ?? {}, set, value) as JsonObject)) // bases are objects

test('no object makes the API throw: it is stored or refused with a Status', () => {
  fc.assert(fc.property(nonsense, (object) => {
    const kind = object.kind as ModelledKind // the kind of a base is never changed
    const answer = admitCreate(kind, object)
    // An update may refuse what a create let pass: a Node's addresses that are there twice, for example.
    const changed = either.isLeft(answer) ? answer : admitUpdate(kind, answer.right, answer.right)
    if (either.isLeft(changed)) expect(changed.left).toMatchObject({ kind: 'Status', status: 'Failure' })
  }), { numRuns: 3000 })
})

test('what is not an object at all is a bad request', () => {
  fc.assert(fc.property(json, (value) => {
    const answer = admitCreate('Pod', value)
    expect(either.isLeft(answer) && ['BadRequest', 'Invalid'].includes(answer.left.reason ?? '')).toBe(true)
  }))
})
