import * as either from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { applyMergePatch, applyStrategicMergePatch, patchSchemaOf } from '#api/patches'
import type { JsonObject } from '#api/types'
import { createThreeWayMergePatch } from '#models/client/three-way-merge'

/** What the API server makes of the patch that kubectl apply would send. */
function merged(kind: string, original: JsonObject | undefined, modified: JsonObject, current: JsonObject): JsonObject {
  const patch = createThreeWayMergePatch(kind, original, modified, current)
  if (patch === undefined) return current
  if (patch.type === 'merge') return applyMergePatch(current, patch.patch) as JsonObject // of an object
  const applied = applyStrategicMergePatch(current, patch.patch as JsonObject, patchSchemaOf(kind)) // ours is one
  if (either.isLeft(applied)) throw new Error(applied.left)
  return applied.right
}

const containers = (...list: readonly JsonObject[]): JsonObject => ({ spec: { containers: [...list] } })

// After apimachinery/pkg/util/strategicpatch/patch_test.go (TestStrategicMergePatch, the rows with original, modified, current).
describe('a three-way merge', () => {
  const table: readonly (readonly [string, string, JsonObject | undefined, JsonObject, JsonObject, JsonObject])[] = [
    ['adds what was not there', 'Pod', {}, { a: 1 }, { b: 2 }, { b: 2, a: 1 }],
    ['changes what differs', 'Pod', { a: 1 }, { a: 2 }, { a: 1 }, { a: 2 }],
    ['overwrites what others changed', 'Pod', { a: 1 }, { a: 2 }, { a: 3 }, { a: 2 }],
    ['takes back what is no longer said', 'Pod', { a: 1, b: 1 }, { a: 1 }, { a: 1, b: 1, c: 1 }, { a: 1, c: 1 }],
    ['leaves alone what it never said', 'Pod', { a: 1 }, { a: 1 }, { a: 1, c: 1 }, { a: 1, c: 1 }],
    ['without a first apply takes nothing back', 'Pod', undefined, { a: 1 }, { a: 2, b: 1 }, { a: 1, b: 1 }],
    ['merges lists by their key', 'Pod', containers({ name: 'a' }), containers({ name: 'a', image: 'x' }),
      containers({ name: 'a' }, { name: 'sidecar' }), containers({ name: 'a', image: 'x' }, { name: 'sidecar' })],
    ['adds to a merged list', 'Pod', containers({ name: 'a' }), containers({ name: 'a' }, { name: 'b' }),
      containers({ name: 'a' }, { name: 'sidecar' }), containers({ name: 'a' }, { name: 'b' }, { name: 'sidecar' })],
    ['takes from a merged list what it had added', 'Pod', containers({ name: 'a' }, { name: 'b' }), containers({ name: 'a' }),
      containers({ name: 'a' }, { name: 'b' }, { name: 'sidecar' }), containers({ name: 'a' }, { name: 'sidecar' })],
    ['orders a merged list as it says', 'Pod', containers({ name: 'a' }, { name: 'b' }), containers({ name: 'b' }, { name: 'a' }),
      containers({ name: 'a' }, { name: 'b' }), containers({ name: 'b' }, { name: 'a' })],
    ['replaces other lists as a whole', 'Pod', { spec: { tolerations: [{ key: 'a' }] } }, { spec: { tolerations: [{ key: 'b' }] } },
      { spec: { tolerations: [{ key: 'a' }, { key: 'c' }] } }, { spec: { tolerations: [{ key: 'b' }] } }],
    ['merges lists of names as sets', 'Pod', { metadata: { finalizers: ['a', 'b'] } }, { metadata: { finalizers: ['b', 'c'] } },
      { metadata: { finalizers: ['a', 'b', 'x'] } }, { metadata: { finalizers: ['b', 'c', 'x'] } }],
    ['keeps of a union only what is named', 'Deployment', { spec: {} }, { spec: { strategy: { type: 'Recreate' } } },
      { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } }, { spec: { strategy: { type: 'Recreate' } } }],
    ['keeps of a volume only the source that is named', 'Pod', { spec: { volumes: [{ name: 'v', emptyDir: {} }] } },
      { spec: { volumes: [{ name: 'v', configMap: { name: 'c' } }] } }, { spec: { volumes: [{ name: 'v', emptyDir: {} }] } },
      { spec: { volumes: [{ name: 'v', configMap: { name: 'c' } }] } }],
    ['replaces a selector that is not merged', 'PodDisruptionBudget', { spec: { selector: { matchLabels: { a: '1' } } } },
      { spec: { selector: { matchLabels: { b: '1' } } } }, { spec: { selector: { matchLabels: { a: '1' } } } },
      { spec: { selector: { matchLabels: { b: '1' } } } }],
    ['of a kind that is not modelled replaces every list', 'Widget', { spec: { list: [{ name: 'a' }] } },
      { spec: { list: [{ name: 'b' }] } }, { spec: { list: [{ name: 'a' }, { name: 'c' }] } }, { spec: { list: [{ name: 'b' }] } }],
  ]
  for (const [name, kind, original, modified, current, expected] of table) {
    test(name, () => expect(merged(kind, original, modified, current)).toEqual(expected))
  }

  test('of what is there already is no patch', () => {
    expect(createThreeWayMergePatch('Pod', { a: 1 }, containers({ name: 'a' }), containers({ name: 'a', image: 'x' }))).toMatchObject({
      patch: { a: null },
    })
    expect(createThreeWayMergePatch('Pod', containers({ name: 'a' }), containers({ name: 'a' }), containers({ name: 'a', image: 'x' }))).toBeUndefined()
  })
})
