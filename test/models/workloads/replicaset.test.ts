/** What the ReplicaSet controller asks for, after pkg/controller/replicaset/replica_set_test.go. */
import { describe, expect, test } from 'vitest'
import { getControllerOf, newControllerRef } from '#api/meta'
import { internalError, notFoundStatus } from '#api/status'
import type { Pod, ReplicaSet, Status } from '#api/types'
import type { World } from '#cluster/world'
import { namespaceTerminating } from '#models/control-plane/namespace-strategy'
import { responseTo, type ApiRequest } from '#machine/request'
import { expectationsKey } from '#models/client/expectations'
import { build, create, get } from '../../support/drive.js'
import { nodesAct, pods, replicaSet, request, run, setReady, template } from './cluster.js'

const controller = 'kube-controller-manager/replicaset'

const cluster = (): World => build([controller]).world

const withSet = (replicas: number, spec: Partial<ReplicaSet['spec']> = {}): World => {
  const world = cluster()
  const set = replicaSet('web', replicas)
  create(world, 'replicasets', { ...set, metadata: { ...set.metadata, uid: '' }, spec: { ...set.spec, ...spec } })
  return world
}

const web = (world: World): ReplicaSet => get(world, 'replicasets', 'default/web')!

const scale = (world: World, replicas: number): void =>
  request(world, { verb: 'patch', resource: 'replicasets', key: 'default/web', body: { type: 'merge', patch: { spec: { replicas } } } })

const makePod = (world: World, name: string, labels: object = { app: 'web' }): Pod => create(world, 'pods', {
  apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default', labels }, spec: template('web:1').spec,
}) as Pod // what was created

const relabel = (world: World, name: string, app: string): void =>
  request(world, { verb: 'patch', resource: 'pods', key: `default/${name}`, body: { type: 'merge', patch: { metadata: { labels: { app } } } } })

/** Takes what is enabled until nothing is, at this instant. `answers` may refuse a request before it takes effect. */
function settle(world: World, answers: (request: ApiRequest, count: number) => Status | undefined = () => undefined): string[] {
  const asked: string[] = []
  for (let choice = world.agenda.first(); choice !== undefined; choice = world.agenda.first()) {
    if (choice.startsWith('request|')) {
      const sent = world.store.get(choice) as ApiRequest // by prefix
      asked.push(`${sent.verb} ${sent.resource}${sent.subresource === undefined ? '' : `/${sent.subresource}`}`)
      const status = answers(sent, asked.length)
      if (status !== undefined) {
        const cell = choice
        world.perform((cells) => {
          cells.write(cell, undefined)
          cells.write(responseTo(cell), { request: sent, response: { ok: false, status } })
        })
        continue
      }
    }
    world.take(choice)
  }
  return asked
}

/** Creations by the first sync: its status, told at its end, makes the set be synced again. */
function creations(asked: readonly string[]): number {
  const end = asked.indexOf('update replicasets/status')
  return asked.slice(0, end < 0 ? asked.length : end).filter((one) => one === 'create pods').length
}
const expected = (world: World) => world.store.get(expectationsKey(controller, 'default/web'))

describe('A ReplicaSet with too few pods', () => {
  test('makes them, each of its template and its own', () => {
    const world = withSet(3)
    settle(world)
    expect(pods(world).map(({ metadata }) => metadata.name)).toEqual(['web-0', 'web-1', 'web-2'])
    for (const pod of pods(world)) {
      expect(getControllerOf(pod)).toEqual({ ...newControllerRef(web(world)) })
      expect(pod.spec.containers).toEqual(web(world).spec.template.spec.containers)
    }
    expect(web(world).status).toMatchObject({ replicas: 3, fullyLabeledReplicas: 3, readyReplicas: 0, observedGeneration: 1 })
  })

  test('makes at most 500 at once (TestControllerBurstReplicas)', () => {
    const world = withSet(501)
    const asked = settle(world)
    expect(creations(asked)).toBe(500)
    expect(asked.filter((one) => one === 'create pods')).toHaveLength(501)
  })

  test('starts slowly: when a batch fails the next is not tried (TestSyncReplicaSetCreateFailures)', () => {
    const world = withSet(30)
    const asked = settle(world, ({ verb }) => (verb === 'create' ? internalError('no') : undefined))
    expect(creations(asked)).toBe(1)
    expect(expected(world)).toBeUndefined() // nothing is expected of what was not tried
    expect(web(world).status.conditions).toEqual([
      { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'Internal error occurred: no' },
    ])
  })

  test.each([[0, 1], [1, 3], [3, 7], [5, 7], [7, 10]])('of whose ten creations the first %i succeed tries %i', (limit, tries) => {
    const world = withSet(10)
    let count = 0
    const asked = settle(world, ({ verb }) => (verb === 'create' && ++count > limit ? internalError('no') : undefined))
    expect(creations(asked)).toBe(tries)
    expect(pods(world)).toHaveLength(limit)
  })

  test('tries again after 5 ms, and twice as long after each failure (its own status makes it try at once, too), and no longer tells of a failure that is over', () => {
    const world = withSet(1)
    for (const wait of [5, 20, 40]) {
      const begun = world.now
      settle(world, ({ verb }) => (verb === 'create' ? internalError('no') : undefined))
      world.advance(world.nextDeadline!)
      expect(world.now - begun).toBe(wait)
    }
    settle(world)
    expect(pods(world)).toHaveLength(1)
    expect(web(world).status.conditions).toBeUndefined()
  })

  test('in a namespace that is being deleted does nothing more, and says nothing of a failure', () => {
    const world = withSet(3)
    const asked = settle(world, ({ verb }) => (verb === 'create' ? namespaceTerminating('pods', 'web-', 'default') : undefined))
    expect(creations(asked)).toBe(3)
    expect(web(world).status.conditions).toBeUndefined()
    expect(expected(world)).toMatchObject({ creations: 3 })
  })

  test('does not make more before it has seen what it made (TestSyncReplicaSetDormancy)', () => {
    const world = withSet(2)
    const others = (): string | undefined => [...world.agenda].find((one) => one !== `watch|${controller}|pods`)
    for (let choice = others(); choice !== undefined; choice = others()) world.take(choice)
    expect(pods(world)).toHaveLength(2)
    expect(expected(world)).toMatchObject({ creations: 2 })
    settle(world)
    expect([pods(world).length, expected(world)]).toEqual([2, undefined])
  })
})

describe('A ReplicaSet with too many pods', () => {
  test('deletes all that are too many at once', () => {
    const world = withSet(4)
    run(world)
    scale(world, 1)
    const asked = settle(world)
    expect(asked.filter((one) => one === 'delete pods')).toHaveLength(3)
  })

  test('takes a pod that is gone already for deleted, and tells of any other failure', () => {
    const world = withSet(3)
    run(world)
    scale(world, 1)
    let count = 0
    const told: unknown[] = []
    settle(world, ({ verb, subresource, body }) => {
      if (subresource === 'status') told.push((body as ReplicaSet).status.conditions?.[0]?.reason)
      if (verb === 'delete') count++
      return verb !== 'delete' || count > 2 ? undefined : count === 1 ? internalError('no') : notFoundStatus('pods', 'web-1')
    })
    expect(told[0]).toBe('FailedDelete')
    run(world)
    expect(pods(world)).toHaveLength(1)
    expect(web(world).status.conditions).toBeUndefined()
  })

  test('without a Deployment does not care where its pods are (getReplicaSetsWithSameController)', () => {
    const world = withSet(3)
    run(world) // all on one node
    const elsewhere = get(world, 'pods', 'default/web-2')!
    world.perform((cells) => cells.write('store|pods|default/web-2', { ...elsewhere, spec: { ...elsewhere.spec, nodeName: 'node-2' } }))
    scale(world, 2)
    settle(world)
    expect(pods(world).filter(({ metadata }) => metadata.deletionTimestamp !== undefined).map(({ metadata }) => metadata.name))
      .toEqual(['web-2']) // a tie: the newest, though another node has two
  })
})

describe('Pods that are not its own', () => {
  test('are adopted where the selector matches, after a look whether the set is still there', () => {
    const world = cluster()
    makePod(world, 'orphan')
    makePod(world, 'stranger', { app: 'other' })
    create(world, 'replicasets', { ...replicaSet('web', 1), metadata: { name: 'web', namespace: 'default' } })
    expect(settle(world).slice(0, 2)).toEqual(['get replicasets', 'patch pods'])
    expect(getControllerOf(get(world, 'pods', 'default/orphan')!)?.name).toBe('web')
    expect(getControllerOf(get(world, 'pods', 'default/stranger')!)).toBeUndefined()
    expect(pods(world)).toHaveLength(2)
  })

  test('are not adopted by a set that is on its way out (TestDoNotAdoptOrCreateIfBeingDeletedRace)', () => {
    const world = cluster()
    makePod(world, 'orphan')
    create(world, 'replicasets', { ...replicaSet('web', 1), metadata: { name: 'web', namespace: 'default', finalizers: ['example.com/wait'] } })
    let isAsked = false
    settle(world, ({ verb }) => {
      if (verb === 'get' && !isAsked) {
        isAsked = true
        request(world, { verb: 'delete', resource: 'replicasets', key: 'default/web' })
      }
      return undefined
    })
    expect(getControllerOf(get(world, 'pods', 'default/orphan')!)).toBeUndefined()
    expect(pods(world)).toHaveLength(1)
  })

  test('that another set took first stay with that one, and a pod is made instead', () => {
    const world = cluster()
    makePod(world, 'orphan')
    create(world, 'replicasets', { ...replicaSet('web', 1), metadata: { name: 'web', namespace: 'default' } })
    create(world, 'replicasets', { ...replicaSet('twin', 1), metadata: { name: 'twin', namespace: 'default' } })
    run(world)
    const owners = pods(world).map((pod) => getControllerOf(pod)?.name)
    expect(owners.sort()).toEqual(['twin', 'web'])
    expect(pods(world).every(({ metadata }) => metadata.ownerReferences?.length === 1)).toBe(true)
  })

  test('are released where their labels no longer match, and one is made in their place', () => {
    const world = withSet(2)
    run(world)
    relabel(world, 'web-0', 'other')
    run(world)
    expect(getControllerOf(get(world, 'pods', 'default/web-0')!)).toBeUndefined()
    expect(pods(world).map(({ metadata }) => metadata.name)).toEqual(['web-0', 'web-1', 'web-2'])
  })

  test('one that cannot be released does not keep another from being released, and is tried again', () => {
    const world = withSet(2)
    run(world)
    relabel(world, 'web-0', 'other')
    relabel(world, 'web-1', 'other')
    const refused: string[] = []
    const asked = settle(world, ({ verb, key }) => {
      if (verb !== 'patch' || refused.length > 0) return undefined
      refused.push(key)
      return internalError('no')
    })
    expect(asked.slice(0, 3)).toEqual(['patch pods', 'patch pods', 'patch pods']) // one is tried again, then all is managed
    run(world)
    expect(pods(world).filter((pod) => getControllerOf(pod) !== undefined).map(({ metadata }) => metadata.name)).toEqual(['web-2', 'web-3'])
  })
})

describe('minReadySeconds', () => {
  test('count for each pod from when that pod became ready (TestReplicaSetAvailabilityCheck)', () => {
    const world = withSet(2, { minReadySeconds: 30 })
    const available: [number, number][] = []
    const note = (): void => {
      const count = web(world).status.availableReplicas
      if (available.at(-1)?.[1] !== count) available.push([world.now / 1000, count])
    }
    run(world, { becomesReady: ({ metadata }) => metadata.name === 'web-0' }, 20_000, note)
    world.advance(20_000)
    setReady(world, get(world, 'pods', 'default/web-1')!, 'True')
    run(world, {}, Infinity, note)
    expect(available).toEqual([[0, 0], [30, 1], [50, 2]])
  })

  test('begin anew when the pod was not ready meanwhile', () => {
    const world = withSet(1, { minReadySeconds: 30 })
    run(world, {}, 20_000)
    world.advance(20_000)
    setReady(world, get(world, 'pods', 'default/web-0')!, 'False')
    settle(world)
    nodesAct(world)
    run(world, {}, 49_000)
    expect(web(world).status.availableReplicas).toBe(0)
    run(world)
    expect([world.now, web(world).status.availableReplicas]).toEqual([50_000, 1])
  })
})

describe('A ReplicaSet that is deleted', () => {
  test('leaves no expectations for one of its name (TestExpectationsOnRecreate)', () => {
    const world = withSet(2)
    run(world)
    request(world, { verb: 'delete', resource: 'replicasets', key: 'default/web', body: { propagationPolicy: 'Orphan' } })
    request(world, { verb: 'patch', resource: 'replicasets', key: 'default/web', body: { type: 'merge', patch: { metadata: { finalizers: null } } } })
    settle(world)
    expect([web(world), expected(world)]).toEqual([undefined, undefined])
  })
})
