import { expect, test } from 'vitest'
import { InternedStore } from '#kernel/interned-store'
import { PlainStore } from '#kernel/plain-store'
import type { Store } from '#kernel/store'
import { kubernetes } from '#models/kubernetes'
import { create, settle } from '../../support/drive.js'
import { cluster, readiness, remove, report, runPod, serviceObject } from './cluster.js'

/** Labels of all Steps, and the cells in the end. */
function run(store: Store): { readonly labels: readonly string[]; readonly cells: readonly string[] } {
  const { world } = cluster(['node-1', 'node-2', 'node-3'], kubernetes(), store)
  create(world, 'services', serviceObject('web', { type: 'NodePort', externalTrafficPolicy: 'Local' }))
  create(world, 'services', serviceObject('api', { internalTrafficPolicy: 'Local' }))
  for (let i = 0; i < 6; i++) runPod(world, `web-${i}`, i % 2 === 0 ? 'web' : 'api', `node-${i % 3 + 1}`, `10.244.0.${i + 2}`)
  const labels = settle(world)
  report(world, 'web-0', { conditions: readiness(false) })
  labels.push(...settle(world))
  report(world, 'web-0', { conditions: readiness(true) })
  remove(world, 'pods', 'default/web-2')
  labels.push(...settle(world))
  remove(world, 'services', 'default/api')
  labels.push(...settle(world))
  return { labels, cells: [...world.store.keys()].sort().map((key) => `${key} = ${JSON.stringify(world.store.get(key))}`) }
}

test('Services behave alike on both stores', () => {
  const [plain, interned] = [run(new PlainStore()), run(new InternedStore())]
  expect(interned.labels).toEqual(plain.labels)
  expect(interned.cells).toEqual(plain.cells)
})
