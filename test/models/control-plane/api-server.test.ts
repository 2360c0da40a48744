/** What the API server answers and stores, request by request. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { Deployment, Pod, ReplicaSet } from '#api/types'
import { equal } from '#kernel/value'
import type { StoredObject } from '#machine/objects'
import type { ApiRequest } from '#machine/request'
import { pod, remove, Server, set } from './requests.js'

let server: Server

beforeEach(() => {
  server = new Server()
})

describe('a create', () => {
  it('stores the object with a uid and its first generation', () => {
    const { metadata } = server.createSet()
    expect(metadata).toMatchObject({ name: 'web', namespace: 'shop', uid: 'ReplicaSet:shop/web', generation: 1 })
    expect(server.get('replicasets', 'shop/web')?.metadata).toEqual(metadata)
  })

  it('gives no generation to kinds whose changes nobody counts', () => {
    const { metadata } = server.must({ verb: 'create', resource: 'configmaps', key: 'shop', body: {
      apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web', namespace: 'shop' } } })
    expect(metadata.generation).toBeUndefined()
  })

  it('is refused where there is one of that name', () => {
    server.createPod()
    server.createSet()
    expect(server.refusal({ verb: 'create', resource: 'pods', key: 'shop', body: pod() })).toBe('AlreadyExists pods "web" already exists')
    expect(server.refusal({ verb: 'create', resource: 'replicasets', key: 'shop', body: set() }))
      .toBe('AlreadyExists replicasets.apps "web" already exists')
  })

  it('says so where the one of that name is being deleted', () => {
    server.createPod({ name: 'web', finalizers: ['example.com/wait'] })
    server.ask(remove('pods', 'shop/web'))
    expect(server.refusal({ verb: 'create', resource: 'pods', key: 'shop', body: pod() }))
      .toBe('AlreadyExists object is being deleted: pods "web" already exists')
  })

  it('by a user is refused where there is no such namespace', () => {
    const body = pod({ name: 'web', namespace: 'nowhere' })
    expect(server.refusal({ verb: 'create', resource: 'pods', key: 'nowhere', body, raw: true }))
      .toBe('NotFound namespaces "nowhere" not found')
    expect(server.refusal({ verb: 'create', resource: 'pods', key: 'default', body: pod({ name: 'web', namespace: 'default' }), raw: true }))
      .toBe('accepted')
  })

  it('by a controller is refused where the namespace is gone meanwhile', () => {
    server.must({ verb: 'update', resource: 'namespaces', key: 'shop', body: { ...server.get('namespaces', 'shop'), spec: { finalizers: [] } } })
    server.ask(remove('namespaces', 'shop'))
    expect(server.get('namespaces', 'shop')).toBeUndefined()
    expect(server.refusal({ verb: 'create', resource: 'pods', key: 'shop', body: pod({ generateName: 'web-' }) }))
      .toBe('NotFound namespaces "shop" not found')
  })

  it('is forbidden while the namespace is being deleted, before anything else is looked at', () => {
    server.createPod()
    server.ask(remove('namespaces', 'shop'))
    const why = 'unable to create new content in namespace shop because it is being terminated'
    expect(server.refusal({ verb: 'create', resource: 'pods', key: 'shop', body: pod() })).toBe(`Forbidden pods "web" is forbidden: ${why}`)
    expect(server.refusal({ verb: 'create', resource: 'pods', key: 'shop', body: pod({ generateName: 'web-' }) }))
      .toBe(`Forbidden pods "web-" is forbidden: ${why}`)
    expect(server.refusal({ verb: 'create', resource: 'replicasets', key: 'shop', body: set() }))
      .toBe(`Forbidden replicasets.apps "web" is forbidden: ${why}`)
    expect(server.refusal(remove('pods', 'shop/web'))).toBe('accepted')
  })

  it('by a user is validated in upstream\'s words; by a controller it costs nothing', () => {
    const body = { ...set(), spec: { ...(set() as ReplicaSet).spec, replicas: -1 } }
    expect(server.refusal({ verb: 'create', resource: 'replicasets', key: 'shop', body, raw: true })).toContain(
      'Invalid ReplicaSet.apps "web" is invalid: ')
    expect(server.refusal({ verb: 'create', resource: 'replicasets', key: 'shop', body, raw: true })).toContain(
      'spec.replicas: Invalid value: -1: must be greater than or equal to 0')
    expect(server.refusal({ verb: 'create', resource: 'replicasets', key: 'shop', body })).toBe('accepted')
  })

  it('is defaulted whoever sends it: a pod of a template requests what it limits, as one of a user does', () => {
    const limits = { cpu: '1', memory: '1Gi' }
    const spec = { containers: [{ name: 'web', image: 'web', resources: { limits } }] }
    const own = server.createPod({ name: 'own' }, spec)
    const users = server.must({ verb: 'create', resource: 'pods', key: 'shop', body: pod({ name: 'users' }, spec), raw: true }) as Pod
    expect(own.spec).toEqual(users.spec)
    expect(own.spec).toMatchObject({ enableServiceLinks: true, containers: [{ imagePullPolicy: 'Always', resources: { requests: limits } }] })
  })

  it('does not take a status from its caller', () => {
    const created = server.must({ verb: 'create', resource: 'pods', key: 'shop', body: { ...pod(), status: { phase: 'Running' } } }) as Pod
    expect(created.status.phase).toBe('Pending')
  })
})

describe('a generated name', () => {
  const generate = (): string => server.createPod({ generateName: 'web-' }).metadata.name

  it('is the prefix and the next slot', () => expect([generate(), generate(), generate()]).toEqual(['web-0', 'web-1', 'web-2']))

  it('is never one that is there, or was', () => {
    server.createPod({ name: 'web-0' })
    server.createPod({ name: 'web-2' })
    server.ask(remove('pods', 'shop/web-2'))
    expect([generate(), generate(), generate()]).toEqual(['web-1', 'web-3', 'web-4'])
    server.ask(remove('pods', 'shop/web-4'))
    expect(generate()).toBe('web-5')
  })

  it('that a user takes up later belongs to another object', () => {
    generate()
    server.ask(remove('pods', 'shop/web-0'))
    const uids = [server.createPod({ name: 'web-0' }).metadata.uid]
    server.ask(remove('pods', 'shop/web-0'))
    uids.push(server.createPod({ name: 'web-0' }).metadata.uid)
    expect(uids).toEqual(['Pod:shop/web-0~1', 'Pod:shop/web-0~2'])
  })

  it('is not used up by a create that is refused', () => {
    server.ask(remove('namespaces', 'shop'))
    server.ask({ verb: 'create', resource: 'pods', key: 'shop', body: pod({ generateName: 'web-' }) })
    expect([...server.world.store.keys()].filter((key) => key.startsWith('slots|'))).toEqual([])
  })
})

describe('a uid', () => {
  it('belongs to one object: a name that is used again has another', () => {
    const first = server.createSet().metadata.uid
    server.ask(remove('replicasets', 'shop/web'))
    const second = server.createSet().metadata.uid
    server.ask(remove('replicasets', 'shop/web'))
    expect(new Set([first, second, server.createSet().metadata.uid]).size).toBe(3)
  })
})

describe('an update', () => {
  const changed = (old: ReplicaSet, replicas: number): ReplicaSet => ({ ...old, spec: { ...old.spec, replicas } })
  const update = (body: StoredObject, more: object = {}): ApiRequest =>
    ({ verb: 'update', resource: 'replicasets', key: 'shop/web', body, ...more })

  it('conflicts where the caller\'s copy is not what is stored', () => {
    const old = server.createSet()
    server.must(update(changed(old, 2), { base: old }))
    expect(server.refusal(update(changed(old, 3), { base: old }))).toBe('Conflict Operation cannot be fulfilled on replicasets.apps "web": '
      + 'the object has been modified; please apply your changes to the latest version and try again')
    expect(server.refusal(update(changed(old, 3)))).toBe('accepted')
  })

  it('conflicts where the object is another one of that name', () => {
    const old = server.createSet()
    server.ask(remove('replicasets', 'shop/web'))
    server.createSet()
    expect(server.refusal(update(changed(old, 2)))).toBe('Conflict Operation cannot be fulfilled on replicasets.apps "web": '
      + 'Precondition failed: UID in precondition: ReplicaSet:shop/web, UID in object meta: ReplicaSet:shop/web~1')
  })

  it('of what is not there is refused', () => {
    const old = server.createSet()
    server.ask(remove('replicasets', 'shop/web'))
    expect(server.refusal(update(old))).toBe('NotFound replicasets.apps "web" not found')
  })

  it('counts a generation where what is desired changes, and no other', () => {
    const old = server.createSet()
    const scaled = server.must(update(changed(old, 2)))
    const labelled = server.must(update({ ...scaled, metadata: { ...scaled.metadata, labels: { a: 'b' }, generation: 77 } }))
    expect([scaled, labelled].map(({ metadata }) => metadata.generation)).toEqual([2, 2])
  })

  it('does not change status, nor an update of status anything else', () => {
    const old = server.createSet()
    server.must(update({ ...changed(old, 2), status: { replicas: 9 } } as StoredObject)) // a ReplicaSet
    expect((server.get('replicasets', 'shop/web') as ReplicaSet).status).toEqual(old.status)
    server.must(update({ ...changed(old, 3), status: { ...old.status, replicas: 7 } } as StoredObject, { subresource: 'status' }))
    const { spec, status, metadata } = server.get('replicasets', 'shop/web') as ReplicaSet
    expect([spec.replicas, status.replicas, metadata.generation]).toEqual([2, 7, 2])
  })

  it('that changes nothing is no event', () => {
    const old = server.createSet()
    server.world.write('watched|replicasets', ['api-1'])
    server.must(update(old))
    server.must(update({ ...old, metadata: { ...old.metadata, labels: { a: 'b' } } }))
    expect(server.world.read('cache|api-1|replicasets')).toHaveLength(1)
  })

  it('by a user is validated: what is immutable stays', () => {
    const old = server.must({ verb: 'create', resource: 'deployments', key: 'shop', raw: true, body: {
      ...set(), kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' },
    } }) as Deployment
    const other = { ...old, spec: { ...old.spec, selector: { matchLabels: { app: 'db' } } } }
    expect(server.refusal({ verb: 'update', resource: 'deployments', key: 'shop/web', body: other, raw: true })).toMatch(
      /Invalid Deployment\.apps "web" is invalid: .*spec\.selector: Invalid value: .*: field is immutable/)
  })
})

describe('a patch', () => {
  const patch = (body: object, more: object = {}): ApiRequest =>
    ({ verb: 'patch', resource: 'pods', key: 'shop/web', body, ...more })

  it('of what is not there is refused', () => {
    expect(server.refusal(patch({ type: 'merge', patch: {} }))).toBe('NotFound pods "web" not found')
  })

  it('is for one object alone where it says so', () => {
    server.createPod()
    expect(server.refusal(patch({ type: 'merge', patch: { metadata: { labels: { a: 'b' } } } }, { uid: 'another' }))).toBe(
      'Invalid Pod "web" is invalid: metadata.uid: Invalid value: "another": field is immutable')
  })

  it('cannot give an object a second controller', () => {
    const owner = (name: string): object =>
      ({ apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid: `ReplicaSet:shop/${name}`, controller: true, blockOwnerDeletion: true })
    const adoption = (name: string): ApiRequest =>
      patch({ type: 'strategic', patch: { metadata: { ownerReferences: [owner(name)] } } }, { uid: 'Pod:shop/web' })
    server.createPod()
    server.must(adoption('a'))
    expect(server.refusal(adoption('b'))).toContain('Only one reference can have Controller set to true. '
      + 'Found "true" in references for ReplicaSet/b and ReplicaSet/a')
    server.must(patch({ type: 'strategic', patch: { metadata: { ownerReferences: [{ $patch: 'delete', uid: 'ReplicaSet:shop/a' }] } } }))
    expect(server.refusal(adoption('b'))).toBe('accepted')
  })

  it('changes what it names', () => {
    server.createPod()
    server.must(patch({ type: 'merge', patch: { metadata: { labels: { a: 'b', app: null } } } }))
    server.must(patch({ type: 'json', patch: [{ op: 'add', path: '/metadata/annotations', value: { c: 'd' } }] }))
    server.must(patch({ type: 'strategic', patch: { spec: { containers: [{ name: 'web', image: 'web:2' }] } } }))
    expect(server.get('pods', 'shop/web')).toMatchObject({
      metadata: { labels: { a: 'b' }, annotations: { c: 'd' } }, spec: { containers: [{ name: 'web', image: 'web:2' }] },
    })
  })

  it('that says null of a new item says nothing of that member', () => {
    server.createPod()
    const condition = { type: 'Ready', status: 'True' }
    server.must(patch({ type: 'strategic', patch: { status: { conditions: [{ ...condition, reason: null }] } } }, { subresource: 'status' }))
    expect((server.get('pods', 'shop/web') as Pod).status.conditions).toEqual([condition]) // by resource
  })

  it('that does not fit is a bad request', () => {
    server.createPod()
    expect(server.refusal(patch({ type: 'json', patch: [{ op: 'remove', path: '/metadata/annotations' }] }))).toMatch(/^BadRequest /)
  })
})

describe('a resource that no model knows', () => {
  const widget = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w', namespace: 'shop' }, spec: { size: 1 } }

  it('is stored as it came, with a generation of its spec', () => {
    const created = server.must({ verb: 'create', resource: 'widgets', key: 'shop', body: widget, raw: true })
    const larger = server.must({ verb: 'patch', resource: 'widgets', key: 'shop/w', body: { type: 'merge', patch: { spec: { size: 2 } } }, raw: true })
    expect([created.metadata.generation, larger.metadata.generation]).toEqual([1, 2])
    expect(equal((larger as unknown as typeof widget).spec, { size: 2 })).toBe(true)
  })

  it('has no subresources of its own', () => {
    expect(server.refusal({ verb: 'create', resource: 'widgets', subresource: 'binding', key: 'shop/w' })).toMatch(/^MethodNotAllowed /)
  })
})
