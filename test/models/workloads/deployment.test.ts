import { describe, expect, test } from 'vitest'
import type { ReplicaSet } from '#api/types'
import { getControllerOf } from '#api/meta'
import type { World } from '#cluster/world'
import { objectKey } from '#machine/objects'
import type { Scale } from '#models/control-plane/workload-strategies'
import { handle } from '#models/control-plane/api-server'
import { create, get } from '../../support/drive.js'
import {
  apply, change, cluster, deployment, pods, progressing, recreate, replicaSet, request, rolling, run, sets, setImage,
  setReady, sizes, template, web,
} from './cluster.js'

const annotation = (world: World, set: string, name: string): string | undefined =>
  get(world, 'replicasets', `default/${set}`)?.metadata.annotations?.[`deployment.kubernetes.io/${name}`]

const started = (d = deployment()): World => {
  const world = cluster()
  apply(world, d)
  run(world)
  return world
}

describe('A new Deployment', () => {
  test('makes a ReplicaSet of its template, by which its pods are told from others', () => {
    const world = started()
    const [set] = sets(world)
    expect(set?.metadata).toMatchObject({ name: 'web#1', labels: { app: 'web', 'pod-template-hash': 'web#1' } })
    expect(set?.spec.selector).toEqual({ matchLabels: { app: 'web', 'pod-template-hash': 'web#1' } })
    expect(getControllerOf(set!)?.uid).toBe('Deployment:default/web')
    expect(set?.metadata.annotations).toEqual({
      'deployment.kubernetes.io/revision': '1', 'deployment.kubernetes.io/desired-replicas': '3',
      'deployment.kubernetes.io/max-replicas': '4',
    })
    expect(pods(world).map(({ metadata }) => metadata.name)).toEqual(['web#1-0', 'web#1-1', 'web#1-2'])
  })

  test('is complete in the end, with its revision, and nothing is left to do', () => {
    const world = started()
    expect(web(world).metadata).toMatchObject({ generation: 1, annotations: { 'deployment.kubernetes.io/revision': '1' } })
    expect(web(world).status).toMatchObject({
      observedGeneration: 1, replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3, unavailableReplicas: 0,
      terminatingReplicas: 0,
    })
    expect(web(world).status.conditions).toEqual([
      { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' },
      {
        type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable',
        message: 'ReplicaSet "web#1" has successfully progressed.',
      },
    ])
    expect([world.agenda.first(), world.nextDeadline]).toEqual([undefined, undefined])
  })

  test('counts on its first status as upstream does: the second write of the first sync conflicts', () => {
    const world = cluster()
    apply(world, deployment())
    const heard: string[] = []
    for (let choice = world.agenda.first(); choice !== undefined; choice = world.agenda.first()) {
      if (choice.startsWith('response|kube-controller-manager/deployment')) heard.push(world.label(choice).split(' hears ')[1]!)
      world.take(choice)
    }
    expect(heard.slice(0, 3)).toEqual([
      'ok to create replicasets default', 'ok to update deployments/status default/web',
      'Conflict to update deployments/status default/web',
    ])
  })
})

describe('A rolling update', () => {
  test('goes one by one with the defaults on three replicas', () => {
    const world = started()
    setImage(world, 'web:2')
    const seen: string[] = []
    run(world, {}, Infinity, () => {
      const now = JSON.stringify(Object.values(sizes(world)))
      if (seen.at(-1) !== now) seen.push(now)
    })
    expect(seen).toEqual(['[3]', '[3,1]', '[2,1]', '[2,2]', '[1,2]', '[1,3]', '[0,3]'])
    expect(progressing(world)).toBe('NewReplicaSetAvailable')
    expect(annotation(world, 'web#2', 'revision')).toBe('2')
  })

  test('goes down first where there is no surge', () => {
    const world = started(rolling(3, 0, 1))
    setImage(world, 'web:2')
    const seen: string[] = []
    run(world, {}, Infinity, () => {
      const now = JSON.stringify(Object.values(sizes(world)))
      if (seen.at(-1) !== now) seen.push(now)
    })
    expect(seen).toEqual(['[3]', '[3,0]', '[2,0]', '[2,1]', '[1,1]', '[1,2]', '[0,2]', '[0,3]'])
  })

  test('back to a template of before takes its ReplicaSet, with a new revision', () => {
    const world = started()
    setImage(world, 'web:2')
    run(world)
    setImage(world, 'web:1')
    run(world)
    expect(sizes(world)).toEqual({ 'web#1': 3, 'web#2': 0 })
    expect([annotation(world, 'web#1', 'revision'), annotation(world, 'web#1', 'revision-history')]).toEqual(['3', '1'])
    expect(web(world).metadata.annotations).toEqual({ 'deployment.kubernetes.io/revision': '3' })
  })

  test('waits for minReadySeconds, which a change of theirs brings to the set without new pods', () => {
    const world = started()
    change(world, { minReadySeconds: 10 })
    run(world)
    expect([sets(world).length, sets(world)[0]?.spec.minReadySeconds]).toEqual([1, 10])
    const before = world.now
    setImage(world, 'web:2')
    run(world)
    expect(world.now - before).toBeGreaterThanOrEqual(30_000)
    expect(sizes(world)).toEqual({ 'web#1': 0, 'web#2': 3 })
  })

  test('keeps as many old ReplicaSets as revisionHistoryLimit says', () => {
    const world = started(deployment({ revisionHistoryLimit: 1 }))
    for (const image of ['web:2', 'web:3', 'web:4']) {
      setImage(world, image)
      run(world)
    }
    expect(sizes(world)).toEqual({ 'web#3': 0, 'web#4': 3 })
  })

  test('copies annotations of the Deployment to the new set; a change of them is a new generation', () => {
    const world = started()
    request(world, {
      verb: 'patch', resource: 'deployments', key: 'default/web',
      body: { type: 'merge', patch: { metadata: { annotations: { team: 'shop' } } } },
    })
    expect(web(world).metadata.generation).toBe(2)
    run(world)
    expect(sets(world)[0]?.metadata.annotations?.['team']).toBe('shop')
    expect(web(world).status.observedGeneration).toBe(2)
  })
})

describe('A rollout whose pods do not become ready', () => {
  const stuck = (): World => {
    const world = started()
    setImage(world, 'web:2')
    return world
  }
  const isOld = { becomesReady: ({ metadata }: { readonly metadata: { readonly name: string } }) => metadata.name.startsWith('web#1') }

  test('says ReplicaSetUpdated until the deadline, and then that it is exceeded', () => {
    const world = stuck()
    const from = world.now
    run(world, isOld, from + 600_500)
    expect([progressing(world), sizes(world)]).toEqual(['ReplicaSetUpdated', { 'web#1': 3, 'web#2': 1 }])
    run(world, isOld)
    expect(world.now - from).toBeGreaterThanOrEqual(601_000)
    expect(world.now - from).toBeLessThan(602_000)
    expect(web(world).status.conditions?.at(-1)).toEqual({
      type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded',
      message: 'ReplicaSet "web#2" has timed out progressing.',
    })
    expect(world.nextDeadline).toBeUndefined()
  })

  test('goes on all the same when they are ready at last', () => {
    const world = stuck()
    run(world, isOld)
    run(world)
    expect([progressing(world), sizes(world)]).toEqual(['NewReplicaSetAvailable', { 'web#1': 0, 'web#2': 3 }])
  })

  test('has its whole time again after progress', () => {
    const world = stuck()
    const from = world.now
    run(world, isOld, from + 300_000)
    const late = pods(world).find(({ metadata }) => metadata.name === 'web#2-0')
    world.advance(from + 300_000)
    setReady(world, late!, 'True')
    run(world, isOld, from + 700_000)
    expect(progressing(world)).toBe('ReplicaSetUpdated')
    run(world, isOld)
    expect(world.now - from).toBeGreaterThanOrEqual(901_000)
    expect(progressing(world)).toBe('ProgressDeadlineExceeded')
  })

  test('is rolled over by a third template without waiting for the second', () => {
    const world = stuck()
    run(world, isOld, world.now + 1000)
    setImage(world, 'web:3')
    run(world)
    expect(sizes(world)).toEqual({ 'web#1': 0, 'web#2': 0, 'web#3': 3 })
  })
})

describe('A paused Deployment', () => {
  test('does not roll out, and does when it is resumed', () => {
    const world = started()
    change(world, { paused: true, template: template('web:2') })
    run(world)
    expect([progressing(world), sizes(world)]).toEqual(['DeploymentPaused', { 'web#1': 3 }])
    change(world, { paused: null })
    run(world)
    expect([progressing(world), sizes(world)]).toEqual(['NewReplicaSetAvailable', { 'web#1': 0, 'web#2': 3 }])
  })

  test('is scaled in proportion in the middle of a rollout', () => {
    const world = started(rolling(4, 2, 0))
    setImage(world, 'web:2')
    run(world, { becomesReady: ({ metadata }) => metadata.name.startsWith('web#1') }, world.now + 1000)
    expect(sizes(world)).toEqual({ 'web#1': 4, 'web#2': 2 })
    change(world, { paused: true, replicas: 8 })
    run(world, { becomesReady: () => false }, world.now + 1000)
    expect(sizes(world)).toEqual({ 'web#1': 7, 'web#2': 3 })
  })
})

describe('A Deployment that is recreated', () => {
  test('starts its new pods only when the last old one is gone', () => {
    const world = started(recreate(3))
    setImage(world, 'web:2')
    run(world, { stops: () => false }, world.now + 10_000)
    expect(sizes(world)).toEqual({ 'web#1': 0 })
    run(world, { stops: ({ metadata }) => metadata.name !== 'web#1-0' }, world.now + 10_000)
    expect(sizes(world)).toEqual({ 'web#1': 0 })
    run(world)
    expect([sizes(world), progressing(world)]).toEqual([{ 'web#1': 0, 'web#2': 3 }, 'NewReplicaSetAvailable'])
  })
})

describe('ReplicaSets that are not its own', () => {
  const orphan = (name: string, image: string, size: number): ReplicaSet => {
    const set = replicaSet(name, size)
    const labels = { app: 'web', 'pod-template-hash': name }
    return {
      ...set, metadata: { name, uid: '', namespace: 'default', labels },
      spec: { ...set.spec, selector: { matchLabels: labels }, template: { ...template(image), metadata: { labels } } },
    }
  }

  test('are adopted where its selector matches, and taken for the new one by their template', () => {
    const world = cluster()
    create(world, 'replicasets', orphan('web-before', 'web:1', 3))
    run(world)
    apply(world, deployment())
    run(world)
    expect(sets(world).map(({ metadata }) => [metadata.name, metadata.ownerReferences?.[0]?.uid]))
      .toEqual([['web-before', 'Deployment:default/web']])
    expect(web(world).status).toMatchObject({ updatedReplicas: 3, availableReplicas: 3 })
  })

  test('are let go when their labels no longer match', () => {
    const world = started()
    request(world, {
      verb: 'patch', resource: 'replicasets', key: 'default/web#1',
      body: { type: 'merge', patch: { metadata: { labels: { app: 'other' } } } },
    })
    run(world)
    // A set of the same template, and so of the same name, cannot be made: a collision, as upstream has it.
    expect(sets(world).map(({ metadata }) => [metadata.name, getControllerOf({ metadata })?.name]))
      .toEqual([['web#1', undefined], ['web#2', 'web']])
    expect(web(world).status.collisionCount).toBe(1)
  })
})

describe('A Deployment that is deleted', () => {
  test('only reports while its pods are collected', () => {
    const world = started()
    request(world, { verb: 'delete', resource: 'deployments', key: 'default/web', body: { propagationPolicy: 'Foreground' } })
    change(world, { template: template('web:2') })
    run(world)
    expect(sizes(world)).toEqual({ 'web#1': 3 })
    expect(web(world).status.observedGeneration).toBe(web(world).metadata.generation)
  })

  test('leaves no deadline behind', () => {
    const world = started()
    setImage(world, 'web:2')
    run(world, { becomesReady: () => false }, world.now + 1000)
    expect(world.nextDeadline).toBeDefined()
    request(world, { verb: 'delete', resource: 'deployments', key: 'default/web', body: {} })
    run(world, { becomesReady: () => false }, world.now + 1000)
    expect(world.nextDeadline).toBeUndefined()
  })
})

describe('The subresource scale', () => {
  test('is read and written like any object, and conflicts like one', () => {
    const world = started()
    let answers: readonly unknown[] = []
    world.perform((cells) => {
      const sent = { resource: 'deployments', subresource: 'scale', key: 'default/web' }
      const read = handle(cells, { ...sent, verb: 'get' })
      const scale = (read.ok ? read.object : undefined) as Scale // the answer to a get of a scale
      const body = { ...scale, spec: { replicas: 5 } }
      answers = [
        scale.status.replicas,
        handle(cells, { ...sent, verb: 'update', base: scale, body }).ok,
        handle(cells, { ...sent, verb: 'update', base: scale, body }).ok,
        handle(cells, { ...sent, verb: 'patch', body: { type: 'merge', patch: { spec: { replicas: 2 } } } }).ok,
      ]
    })
    expect(answers).toEqual([3, true, false, true])
    run(world)
    expect([sizes(world), web(world).status.availableReplicas]).toEqual([{ 'web#1': 2 }, 2])
  })
})

describe('Writes that fail', () => {
  test('are tried again fifteen times, each time after twice as long, and then no more', () => {
    const world = cluster()
    apply(world, deployment())
    const tries: number[] = []
    for (let steps = 0; steps < 2000; steps++) {
      const choice = world.agenda.first()
      if (choice === undefined) {
        if (world.nextDeadline === undefined) break
        world.advance(world.nextDeadline)
      } else if (choice.startsWith('request|kube-controller-manager/deployment')) {
        tries.push(world.now)
        world.perform((cells) => {
          const sent = world.store.get(choice)
          cells.write(choice, undefined)
          cells.write(choice.replace('request', 'response'), {
            request: sent, response: { ok: false, status: { reason: 'InternalError', message: 'no quorum' } },
          })
        })
      } else world.take(choice)
    }
    // A ReplicaSet that cannot be created is reported as well: two calls a try.
    expect(tries.length).toBe(32)
    expect(tries.at(-1)).toBe(5 * (2 ** 15 - 1))
    expect(world.store.get(objectKey('replicasets', 'default/web#1'))).toBeUndefined()
  })
})
