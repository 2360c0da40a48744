import { describe, expect, test } from 'vitest'
import { handle } from '#models/control-plane/api-server'
import { kubernetes } from '#models/kubernetes'
import { gcForgetsDependents } from '#models/mutants/gc-forgets-dependents'
import { gcUidOnlyAbsentCache } from '#models/mutants/gc-uid-only-absent-cache'
import { namespaceSkipsAResource } from '#models/mutants/namespace-skips-a-resource'
import type { Mutant } from '#models/mutants'
import { claims } from '#properties/control-plane/index'
import { build } from '../../support/drive.js'
import { judge, type Judged } from '../../support/judged.js'

const collector = 'kube-controller-manager/garbage-collector'
const controllers = [
  collector, 'kube-controller-manager/namespace', 'kube-controller-manager/serviceaccount',
  'kube-controller-manager/root-ca-certificate-publisher',
]

const owner = (namespace: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: `ConfigMap:${namespace}/owner` })

const object = (kind: string, namespace: string, name: string, ...owners: readonly object[]) =>
  ({ apiVersion: 'v1', kind, metadata: { name, namespace, ...(owners.length === 0 ? {} : { ownerReferences: owners }) } })

interface Story {
  create(resource: string, object: object): void
  remove(resource: string, key: string): void
  readonly drive: Judged
}

/** What claims say of a story, with mutants on. */
function tell(story: (world: Story) => void, ...mutants: readonly Mutant[]) {
  const machinery = kubernetes((all) => mutants.reduce((processes, mutant) => mutant.apply(processes), all))
  const { world } = build(controllers, machinery)
  const drive = judge(world, claims)
  story({
    drive,
    create: (resource, body) => drive.perform((cells) => {
      const answer = handle(cells, { verb: 'create', resource, key: '', body })
      if (!answer.ok) throw new Error(answer.status.message)
    }),
    remove: (resource, key) => drive.perform((cells) => handle(cells, { verb: 'delete', resource, key })),
  })
  const { violations, exercised } = drive.verdict()
  return { broken: [...new Set(violations.map(({ claim }) => claim))], messages: violations.map(({ message }) => message), exercised }
}

function orphan({ create, remove, drive }: Story): void {
  create('configmaps', object('ConfigMap', 'default', 'owner'))
  create('configmaps', object('ConfigMap', 'default', 'child', owner('default')))
  create('configmaps', object('ConfigMap', 'default', 'kept', owner('default'), { ...owner('default'), name: 'other', uid: 'ConfigMap:default/other' }))
  create('configmaps', object('ConfigMap', 'default', 'other'))
  drive.run()
  remove('configmaps', 'default/owner')
}

/** A copy of a child went to another namespace, its owner reference and all; the collector is late to learn of the owner. */
function copiedChild({ create, drive }: Story): void {
  create('configmaps', object('ConfigMap', 'ns1', 'owner'))
  create('secrets', object('Secret', 'ns2', 'copy', owner('ns1')))
  create('secrets', object('Secret', 'ns1', 'child', owner('ns1')))
  drive.run({ until: 0, hold: (choice) => choice === `watch|${collector}|configmaps` })
}

function deletedNamespace({ create, remove, drive }: Story): void {
  create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } })
  drive.run()
  create('configmaps', object('ConfigMap', 'shop', 'settings'))
  create('secrets', object('Secret', 'shop', 'key'))
  remove('namespaces', 'shop')
}

describe('claims about garbage and namespaces', () => {
  test('hold, and are exercised', () => {
    for (const [story, claim] of [
      [orphan, 'orphans-collected'], [orphan, 'live-owner-never-collected'], [copiedChild, 'live-owner-never-collected'],
      [deletedNamespace, 'namespace-deleted-in-the-end'],
    ] as const) {
      const { broken, messages, exercised } = tell(story)
      expect(messages).toEqual([])
      expect(broken).toEqual([])
      expect(exercised.get(claim) ?? 0).toBeGreaterThan(0)
    }
  })

  for (const [mutant, story, message] of [
    [gcForgetsDependents, orphan, 
      'ConfigMap default/child is still there 10 minutes after it was orphaned: its owner is gone: ConfigMap owner.'],
    [gcUidOnlyAbsentCache, copiedChild, 'The garbage collector deletes Secret ns1/child although its owner ConfigMap ns1/owner is there.'],
    [namespaceSkipsAResource, deletedNamespace,
      'Namespace shop is gone with 2 objects in it: ConfigMap shop/kube-root-ca.crt, ConfigMap shop/settings.'],
  ] as const) {
    test(`${mutant.name} breaks ${mutant.breaks.join(' and ')}`, () => {
      const { broken, messages } = tell(story, mutant)
      expect(broken).toEqual(mutant.breaks)
      expect(messages).toContain(message)
    })
  }

  test('a namespace that a finalizer holds, and its content, are waited for', () => {
    const { messages } = tell(({ create, remove, drive }) => {
      create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } })
      const held = object('ConfigMap', 'shop', 'held')
      create('configmaps', { ...held, metadata: { ...held.metadata, finalizers: ['example.com/hold'] } })
      remove('namespaces', 'shop')
      drive.run({ until: 20 * 60_000 })
      drive.perform((cells) => handle(cells, {
        verb: 'patch', resource: 'configmaps', key: 'shop/held', body: { type: 'merge', patch: { metadata: { finalizers: null } } },
      }))
    })
    expect(messages).toEqual([])
  })
})
