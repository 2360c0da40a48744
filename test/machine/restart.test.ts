/** A controller that ends between any two of its Steps and starts again with nothing in memory. */
import { describe, expect, it } from 'vitest'
import { InternedStore } from '#kernel/interned-store'
import { PlainStore } from '#kernel/plain-store'
import type { Store } from '#kernel/store'
import { part } from '#kernel/cells'
import type { World } from '#cluster/world'
import type { Pod, ReplicaSet } from '#api/types'
import { objectKey } from '#machine/objects'
import { Newest } from '#machine/view'
import type { Scene } from '#models/faults'
import { restart } from '#models/faults/restart'
import { build, create } from '../support/drive.js'

const controller = 'kube-controller-manager/replicaset'
const labels = { app: 'web' }

/** A cluster in which a ReplicaSet of three was just created. */
function scaleUp(store: Store): { readonly world: World; readonly scene: (world: World) => Scene } {
  const { world, kubernetes: { runtime } } = build([controller], undefined, store)
  create(world, 'namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } })
  create(world, 'replicasets', {
    apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'web', namespace: 'default' },
    spec: { replicas: 3, selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web:1' }], terminationGracePeriodSeconds: 30 } } },
  })
  return { world, scene: (of) => ({
    cells: of, runtime,
    keys: () => [...of.store.keys(), ...of.store.deadlines.entries().map(([name]) => name)],
  }) }
}

/** Goes on promptly until nothing is left to do, or for so many Steps. */
function drive(world: World, steps = 10_000): number {
  for (let taken = 0; taken < steps; taken++) {
    const choice = world.agenda.first()
    if (choice !== undefined) world.take(choice)
    else if (world.nextDeadline !== undefined) world.advance(world.nextDeadline)
    else return taken
  }
  return steps
}

const pods = (world: World): readonly Pod[] => new Newest(world).all('pods')
const active = (world: World): number => pods(world).filter(({ metadata }) => metadata.deletionTimestamp === undefined).length

/** What in the World belongs to the controller's memory, beside its empty queue. */
const remembered = (world: World): readonly string[] =>
  [...world.store.keys()].filter((key) => part(key, 1) === controller && ['chart', 'expectations', 'request', 'response'].includes(part(key, 0)))

const whole = drive(scaleUp(new PlainStore()).world)
const stores: readonly (readonly [string, () => Store])[] =
  [['plain', () => new PlainStore()], ['interned', () => new InternedStore()]]

describe('a ReplicaSet controller that scales up to three', () => {
  it('takes a Step for every call, answer and event', () => expect(whole).toBeGreaterThan(20))

  // Outcome 0: a request in flight still arrives, and it comes back to the same API server instance; 1: neither.
  const crashes = Array.from({ length: whole + 1 }, (_, at) => at)
  it.each(crashes)('and ends before Step %i ends with exactly three pods', (at) => {
    for (const [, store] of stores) {
      for (const outcome of [0, 1]) {
        const { world, scene } = scaleUp(store())
        world.picker = (options) => Math.min(outcome, options.length - 1)
        drive(world, at)
        world.perform(() => restart.inject(scene(world), controller))
        expect(remembered(world).filter((key) => !part(key, 2).startsWith('orphaned '))).toEqual([])
        world.perform(() => restart.heal?.(scene(world), controller))
        drive(world)
        expect(pods(world).length, `outcome ${outcome}`).toBe(3)
        const set = world.read(objectKey('replicasets', 'default/web')) as ReplicaSet
        expect(set.status).toMatchObject({ replicas: 3, fullyLabeledReplicas: 3, observedGeneration: 1 })
        expect(remembered(world)).toEqual([])
      }
    }
  })

  it('and ends twice, at any two Steps, still ends with exactly three', () => {
    for (let first = 0; first <= whole; first += 3) {
      for (let second = 1; second <= whole; second += 4) {
        const { world, scene } = scaleUp(new PlainStore())
        for (const steps of [first, second]) {
          drive(world, steps)
          world.perform(() => restart.inject(scene(world), controller))
          world.perform(() => restart.heal?.(scene(world), controller))
        }
        drive(world)
        expect([pods(world).length, active(world)]).toEqual([3, 3])
      }
    }
  })
})
