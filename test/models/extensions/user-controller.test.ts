/** A user's own controller runs like any other: reflectors with their own lag, a workqueue, requests that are Steps. */
import { describe, expect, it } from 'vitest'
import {
  controller, isAlreadyExists, isConflict, isNotFound, newControllerRef, withOracle,
  type ApiError, type ConfigMap, type ControllerOptions, type Pod, type Reconcile,
} from 'kube-orrery'
import { byXState, quickly, type Interpreter } from '#machine/chart'
import { Footprints } from '#checker/footprint'
import { InternedStore } from '#kernel/interned-store'
import { PlainStore } from '#kernel/plain-store'
import { part } from '#kernel/cells'
import type { Store } from '#kernel/store'
import type { World } from '#cluster/world'
import type { Scene } from '#models/faults'
import { restart } from '#models/faults/restart'
import { kubernetes, type Kubernetes } from '#models/kubernetes'
import { footprintOf, partyOf } from '#models/footprints'
import { build, create, get, settle } from '../../support/drive.js'

const name = 'site-operator'

const configMap = (data: Readonly<Record<string, string>> = {}, more: object = {}) => ({
  apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'site', namespace: 'default', ...more }, data,
})

const podOf = (config: ConfigMap, named: object) => ({
  metadata: { ...named, namespace: 'default', ownerReferences: [newControllerRef(config)] },
  spec: { containers: [{ name: 'main', image: 'x:1' }] },
})

/** Lets `act` do what it likes to a World in which the controller runs; a reconcile that has to be run first is. */
function run<T>(
  options: Partial<ControllerOptions> & { readonly reconcile: Reconcile }, act: (world: World, machinery: Kubernetes) => T,
  { store, interpret }: { readonly store?: () => Store; readonly interpret?: Interpreter } = {},
): Promise<T> {
  const own = controller({ name, for: 'configmaps', owns: ['pods'], ...options })
  return withOracle(() => {
    const { world, kubernetes: machinery } = build([name], kubernetes((all) => [...all, own.process], undefined, interpret), store?.())
    create(world, 'namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } })
    return act(world, machinery)
  })
}

const syncs = (labels: readonly string[]): readonly string[] =>
  labels.filter((label) => label.startsWith(`${name} syncs `)).map((label) => label.slice(`${name} syncs `.length))

const nothing: Reconcile = async () => {}

/** What the function throws by itself ends the test, and is no failed reconcile. */
const said: string[] = []
const say = (what: unknown): void => void (said.includes(String(what)) ? 0 : said.push(String(what)))

describe('what a controller is called for', () => {
  it('is each event about an object of its kind', async () => {
    expect(await run({ reconcile: nothing }, (world) => {
      create(world, 'configmaps', configMap())
      return syncs(settle(world))
    })).toEqual(['default/site'])
  })

  it('is only those with its labels', async () => {
    expect(await run({ reconcile: nothing, labels: { app: 'site' } }, (world) => {
      create(world, 'configmaps', configMap())
      create(world, 'configmaps', { ...configMap(), metadata: { name: 'mine', namespace: 'default', labels: { app: 'site' } } })
      return syncs(settle(world))
    })).toEqual(['default/mine'])
  })

  it('is the object that controls what it owns, where that is of its kind', async () => {
    expect(await run({ reconcile: nothing }, (world) => {
      const config = create(world, 'configmaps', configMap()) as ConfigMap // as it was sent
      settle(world)
      create(world, 'pods', { apiVersion: 'v1', kind: 'Pod', ...podOf(config, { name: 'a' }) })
      const other = { ...newControllerRef(config), kind: 'ReplicaSet', apiVersion: 'apps/v1', name: 'b' }
      create(world, 'pods', { apiVersion: 'v1', kind: 'Pod', ...podOf(config, { name: 'b' }), metadata: { name: 'b', namespace: 'default', ownerReferences: [other] } })
      return syncs(settle(world))
    })).toEqual(['default/site'])
  })

  it('is what its own function says of other objects', async () => {
    const watches = [{ resource: 'secrets', requests: () => [{ namespace: 'default', name: 'site' }] }]
    expect(await run({ reconcile: nothing, watches }, (world) => {
      create(world, 'secrets', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key', namespace: 'default' } })
      return syncs(settle(world))
    })).toEqual(['default/site'])
  })

  it('comes again after an error, each time twice as late, and at once after a success', async () => {
    const labels = await run({ reconcile: async () => { throw new Error('no') } }, (world) => {
      create(world, 'configmaps', configMap())
      return syncs(settle(world, { until: 100 }))
    })
    expect(labels).toHaveLength(5) // after 0, 5, 15, 35 and 75 ms
  })

  it('comes again when it asked for it', async () => {
    const times = await run({ reconcile: async () => ({ requeueAfter: 30_000 }) }, (world) => {
      create(world, 'configmaps', configMap())
      return syncs(settle(world, { until: 100_000 }))
    })
    expect(times).toHaveLength(4)
    expect(await run({ reconcile: async () => ({ requeue: true }) }, (world) => {
      create(world, 'configmaps', configMap())
      return syncs(settle(world, { until: 20 })).length
    })).toBe(3)
  })
})

describe('a call', () => {
  it('is a Step; calls that are made together are outstanding together', async () => {
    const outstanding = await run({
      reconcile: async (request, client) => {
        const config = await client.get('configmaps', request)
        if (config === undefined) return
        await Promise.all(['a', 'b', 'c'].map((one) => client.create('pods', podOf(config, { name: one }))))
      },
    }, (world) => {
      create(world, 'configmaps', configMap())
      let most = 0
      for (let choice = world.agenda.first(); choice !== undefined && most < 3; choice = world.agenda.first()) {
        world.take(choice)
        most = Math.max(most, [...world.store.keys()].filter((key) => key.startsWith(`request|${name}|`)).length)
      }
      return most
    })
    expect(outstanding).toBe(3)
  })

  it('that is refused throws what the API server said', async () => {
    said.length = 0
    await run({
      reconcile: async (request, client) => {
        const config = await client.get('configmaps', request)
        if (config === undefined) return
        const tried = await Promise.allSettled([
          client.create('configmaps', configMap()), client.delete('pods', { namespace: 'default', name: 'nobody' }),
          client.create('pods', { metadata: { name: 'Wrong', namespace: 'default' }, spec: { containers: [] } }),
        ])
        for (const [index, is] of [isAlreadyExists, isNotFound].entries()) say(is((tried[index] as PromiseRejectedResult).reason))
        for (const one of tried) say(((one as PromiseRejectedResult).reason as ApiError).message)
      },
    }, (world) => {
      create(world, 'configmaps', configMap())
      settle(world, { until: 1_000 })
    })
    expect(said.slice(0, 3)).toEqual(['true', 'configmaps "site" already exists', 'pods "nobody" not found'])
    expect(said[3]).toMatch(/^Pod "Wrong" is invalid: /)
  })

  it('that updates a copy conflicts where the object has changed since; without a version the last write wins', async () => {
    said.length = 0
    const data = await run({
      reconcile: async (request, client) => {
        const config = await client.get('configmaps', request)
        if (config === undefined || config.data?.['done'] === 'yes') return
        await client.patch('configmaps', request, { data: { other: 'writer' } })
        const updated = { ...config, data: { done: 'yes' } }
        await client.update('configmaps', updated).catch((error: unknown) => say(isConflict(error)))
        await client.update('configmaps', { ...updated, metadata: { name: 'site', namespace: 'default' } })
      },
    }, (world) => {
      create(world, 'configmaps', configMap({ some: 'thing' }))
      settle(world)
      return get(world, 'configmaps', 'default/site')?.data
    })
    expect(said).toEqual(['true'])
    expect(data).toEqual({ done: 'yes' })
  })

  it('to the API server sees what the cache has not', async () => {
    said.length = 0
    await run({
      reconcile: async (request, client) => {
        const config = await client.get('configmaps', request)
        if (config === undefined) return
        await client.create('pods', podOf(config, { name: 'a' })).catch(() => {})
        const cached = await client.list('pods', { ownedBy: config })
        const newest = await client.listFromServer('pods', { namespace: 'default' })
        const one = await client.getFromServer('pods', { namespace: 'default', name: 'a' })
        const none = await client.getFromServer('pods', { namespace: 'default', name: 'b' })
        say([cached.length, newest.length, one?.metadata.name, none].join())
      },
    }, (world) => {
      create(world, 'configmaps', configMap())
      // Answers come before events here: nothing of the pods is delivered.
      for (;;) {
        const choice = [...world.agenda].find((one) => part(one, 2) !== 'pods')
        if (choice === undefined) return
        world.take(choice)
      }
    })
    expect(said).toEqual(['0,1,a,'])
  })

  it('to status writes status alone', async () => {
    const pod = await run({
      for: 'pods', owns: [],
      reconcile: async (request, client) => {
        const found = await client.get('pods', request)
        if (found === undefined || found.status.phase === 'Failed') return
        await client.updateStatus('pods', { ...found, spec: {}, status: { ...found.status, phase: 'Failed' } })
      },
    }, (world) => {
      create(world, 'pods', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'default' }, spec: { containers: [{ name: 'main', image: 'x:1' }] } })
      settle(world)
      return get(world, 'pods', 'default/a') as Pod
    })
    expect([pod.status.phase, pod.spec.containers.length]).toEqual(['Failed', 1])
  })

  it('that is left behind takes effect, and its answer is nobody’s', async () => {
    const reconcile: Reconcile = async (request, client) => {
      const config = await client.get('configmaps', request)
      if (config === undefined) return
      await Promise.all([
        client.create('pods', podOf(config, { name: 'a' })), client.create('pods', podOf(config, { name: 'b' })),
      ])
    }
    const pods = await run({ reconcile }, (world) => {
      create(world, 'configmaps', configMap())
      create(world, 'pods', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'default' }, spec: { containers: [] } })
      // The refusal of the first comes before the second takes effect.
      for (;;) {
        const open = [...world.agenda]
        const choice = open.find((one) => one.startsWith('response|')) ?? open.find((one) => !one.startsWith('request|')) ?? open[0]
        if (choice === undefined) break
        world.take(choice)
        if (get(world, 'pods', 'default/b') !== undefined) break
      }
      expect([...world.store.keys()].filter((key) => key.startsWith(`chart|${name}|`))).toEqual([])
      settle(world, { until: 1 })
      return [get(world, 'pods', 'default/a'), get(world, 'pods', 'default/b')].map((pod) => pod?.metadata.ownerReferences?.length)
    })
    expect(pods).toEqual([undefined, 1])
  })
})

/** Makes pods a, b and c, one after the other, and takes away any other. */
const careful: Reconcile = async (request, client) => {
  const config = await client.get('configmaps', request)
  if (config === undefined) return
  const pods = await client.list('pods', { ownedBy: config })
  for (const one of ['a', 'b', 'c']) {
    if (pods.some(({ metadata }) => metadata.name === one)) continue
    await client.create('pods', podOf(config, { name: one })).catch((error: unknown) => {
      if (!isAlreadyExists(error)) throw error
    })
  }
}

describe('a controller that ends between any two of its calls and starts again', () => {
  const sceneOf = (of: World, { runtime }: Kubernetes): Scene => ({
    cells: of, runtime, keys: () => [...of.store.keys(), ...of.store.deadlines.entries().map(([key]) => key)],
  })

  it('knows nothing of what it was about, and does it in the end', async () => {
    for (const outcome of [0, 1]) {
      for (let at = 0; at < 25; at++) {
        const [left, pods] = await run({ reconcile: careful }, (world, machinery) => {
          create(world, 'configmaps', configMap())
          world.picker = (options) => Math.min(outcome, options.length - 1)
          for (let taken = 0; taken < at; taken++) {
            const choice = world.agenda.first()
            if (choice !== undefined) world.take(choice)
          }
          world.perform(() => restart.inject(sceneOf(world, machinery), name))
          const remembered = [...world.store.keys()].filter((key) => part(key, 1) === name
            && !part(key, 2).startsWith('orphaned ') && ['chart', 'request', 'response', 'queue'].includes(part(key, 0)))
          world.perform(() => restart.heal?.(sceneOf(world, machinery), name))
          settle(world)
          return [remembered, ['a', 'b', 'c'].map((one) => get(world, 'pods', `default/${one}`)?.metadata.name)] as const
        })
        expect([left, pods], `before Step ${at}`).toEqual([[], ['a', 'b', 'c']])
      }
    }
  })
})

describe('its Steps', () => {
  const labels = (how: Parameters<typeof run>[2]): Promise<string[]> => run({ reconcile: careful }, (world) => {
    create(world, 'configmaps', configMap())
    return settle(world)
  }, how)

  it('are the same in both stores, and by either way of running charts', async () => {
    const first = await labels({ store: () => new InternedStore(), interpret: quickly })
    expect(first.length).toBeGreaterThan(15)
    expect(await labels({ store: () => new PlainStore(), interpret: byXState })).toEqual(first)
  })

  it('keep to what is declared', async () => {
    const own = controller({ name, for: 'configmaps', owns: ['pods'], reconcile: careful })
    const declared = { reads: own.process.reads ?? [], writes: own.process.writes ?? [] }
    const excess = await run({ reconcile: careful }, (world) => {
      const footprints = new Footprints(
        (choice, process) => (process === name && part(choice, 0) !== 'request' ? name : partyOf(choice, process)),
        (who) => (who === name ? declared : footprintOf(who)))
      create(world, 'configmaps', configMap())
      world.tracking = true
      for (let choice = world.agenda.first(); choice !== undefined; choice = world.agenda.first()) {
        world.take(choice)
        footprints.after(world, choice, choice)
      }
      return footprints.excess
    })
    expect(excess).toEqual([])
  })
})
