/** What the API server answers and stores, request by request. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { Deployment, Pod, ReplicaSet } from '#api/types'
import { equal } from '#kernel/value'
import type { World } from '#cluster/world'
import { objectKey, type StoredObject } from '#machine/objects'
import type { ApiRequest, ApiResponse } from '#machine/request'
import { handle } from '#models/control-plane/api-server'
import { build } from '../../support/drive.js'

let world: World

beforeEach(() => {
  world = build([]).world
  must({ verb: 'create', resource: 'namespaces', key: '', body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } } })
})

function ask(request: ApiRequest): ApiResponse {
  let answer: ApiResponse = { ok: true }
  world.perform((cells) => { answer = handle(cells, request) })
  return answer
}

function must(request: ApiRequest): StoredObject {
  const answer = ask(request)
  if (!answer.ok) throw new Error(answer.status.message)
  return answer.object as StoredObject // whatever was asked for
}

const refusal = (request: ApiRequest): string => {
  const answer = ask(request)
  return answer.ok ? 'accepted' : `${answer.status.reason} ${answer.status.message}`
}

const get = (resource: string, key: string): StoredObject | undefined => world.store.get(objectKey(resource, key)) as StoredObject | undefined

const labels = { app: 'web' }
const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web:1' }], terminationGracePeriodSeconds: 30 } }
const set = (more: object = {}): object => ({
  apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'web', namespace: 'shop', ...more },
  spec: { replicas: 1, selector: { matchLabels: labels }, template },
})
const pod = (metadata: object = { name: 'web' }, spec: object = {}): object =>
  ({ apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'shop', labels, ...metadata }, spec: { ...template.spec, ...spec } })

const createPod = (metadata?: object, spec?: object): Pod =>
  must({ verb: 'create', resource: 'pods', key: 'shop', body: pod(metadata, spec) }) as Pod
const createSet = (more?: object): ReplicaSet =>
  must({ verb: 'create', resource: 'replicasets', key: 'shop', body: set(more) }) as ReplicaSet
const remove = (resource: string, key: string, body?: object, more: object = {}): ApiRequest =>
  ({ verb: 'delete', resource, key, ...(body === undefined ? {} : { body }), ...more })

describe('a create', () => {
  it('stores the object with a uid and its first generation', () => {
    const { metadata } = createSet()
    expect(metadata).toMatchObject({ name: 'web', namespace: 'shop', uid: 'ReplicaSet:shop/web', generation: 1 })
    expect(get('replicasets', 'shop/web')?.metadata).toEqual(metadata)
  })

  it('gives no generation to kinds whose changes nobody counts', () => {
    const { metadata } = must({ verb: 'create', resource: 'configmaps', key: 'shop', body: {
      apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web', namespace: 'shop' } } })
    expect(metadata.generation).toBeUndefined()
  })

  it('is refused where there is one of that name', () => {
    createPod()
    createSet()
    expect(refusal({ verb: 'create', resource: 'pods', key: 'shop', body: pod() })).toBe('AlreadyExists pods "web" already exists')
    expect(refusal({ verb: 'create', resource: 'replicasets', key: 'shop', body: set() }))
      .toBe('AlreadyExists replicasets.apps "web" already exists')
  })

  it('says so where the one of that name is being deleted', () => {
    createPod({ name: 'web', finalizers: ['example.com/wait'] })
    ask(remove('pods', 'shop/web'))
    expect(refusal({ verb: 'create', resource: 'pods', key: 'shop', body: pod() }))
      .toBe('AlreadyExists object is being deleted: pods "web" already exists')
  })

  it('by a user is refused where there is no such namespace', () => {
    const body = pod({ name: 'web', namespace: 'nowhere' })
    expect(refusal({ verb: 'create', resource: 'pods', key: 'nowhere', body, raw: true }))
      .toBe('NotFound namespaces "nowhere" not found')
    expect(refusal({ verb: 'create', resource: 'pods', key: 'default', body: pod({ name: 'web', namespace: 'default' }), raw: true }))
      .toBe('accepted')
  })

  it('by a controller is refused where the namespace is gone meanwhile', () => {
    must({ verb: 'update', resource: 'namespaces', key: 'shop', body: { ...get('namespaces', 'shop'), spec: { finalizers: [] } } })
    ask(remove('namespaces', 'shop'))
    expect(get('namespaces', 'shop')).toBeUndefined()
    expect(refusal({ verb: 'create', resource: 'pods', key: 'shop', body: pod({ generateName: 'web-' }) }))
      .toBe('NotFound namespaces "shop" not found')
  })

  it('is forbidden while the namespace is being deleted, before anything else is looked at', () => {
    createPod()
    ask(remove('namespaces', 'shop'))
    const why = 'unable to create new content in namespace shop because it is being terminated'
    expect(refusal({ verb: 'create', resource: 'pods', key: 'shop', body: pod() })).toBe(`Forbidden pods "web" is forbidden: ${why}`)
    expect(refusal({ verb: 'create', resource: 'pods', key: 'shop', body: pod({ generateName: 'web-' }) }))
      .toBe(`Forbidden pods "web-" is forbidden: ${why}`)
    expect(refusal({ verb: 'create', resource: 'replicasets', key: 'shop', body: set() }))
      .toBe(`Forbidden replicasets.apps "web" is forbidden: ${why}`)
    expect(refusal(remove('pods', 'shop/web'))).toBe('accepted')
  })

  it('by a user is validated in upstream\'s words; by a controller it costs nothing', () => {
    const body = { ...set(), spec: { ...(set() as ReplicaSet).spec, replicas: -1 } }
    expect(refusal({ verb: 'create', resource: 'replicasets', key: 'shop', body, raw: true })).toContain(
      'Invalid ReplicaSet.apps "web" is invalid: ')
    expect(refusal({ verb: 'create', resource: 'replicasets', key: 'shop', body, raw: true })).toContain(
      'spec.replicas: Invalid value: -1: must be greater than or equal to 0')
    expect(refusal({ verb: 'create', resource: 'replicasets', key: 'shop', body })).toBe('accepted')
  })

  it('does not take a status from its caller', () => {
    const created = must({ verb: 'create', resource: 'pods', key: 'shop', body: { ...pod(), status: { phase: 'Running' } } }) as Pod
    expect(created.status.phase).toBe('Pending')
  })
})

describe('a generated name', () => {
  const generate = (): string => createPod({ generateName: 'web-' }).metadata.name

  it('is the prefix and the next slot', () => expect([generate(), generate(), generate()]).toEqual(['web-0', 'web-1', 'web-2']))

  it('is never one that is there, or was', () => {
    createPod({ name: 'web-0' })
    createPod({ name: 'web-2' })
    ask(remove('pods', 'shop/web-2'))
    expect([generate(), generate(), generate()]).toEqual(['web-1', 'web-3', 'web-4'])
    ask(remove('pods', 'shop/web-4'))
    expect(generate()).toBe('web-5')
  })

  it('that a user takes up later belongs to another object', () => {
    generate()
    ask(remove('pods', 'shop/web-0'))
    const uids = [createPod({ name: 'web-0' }).metadata.uid]
    ask(remove('pods', 'shop/web-0'))
    uids.push(createPod({ name: 'web-0' }).metadata.uid)
    expect(uids).toEqual(['Pod:shop/web-0~1', 'Pod:shop/web-0~2'])
  })

  it('is not used up by a create that is refused', () => {
    ask(remove('namespaces', 'shop'))
    ask({ verb: 'create', resource: 'pods', key: 'shop', body: pod({ generateName: 'web-' }) })
    expect([...world.store.keys()].filter((key) => key.startsWith('slots|'))).toEqual([])
  })
})

describe('a uid', () => {
  it('belongs to one object: a name that is used again has another', () => {
    const first = createSet().metadata.uid
    ask(remove('replicasets', 'shop/web'))
    const second = createSet().metadata.uid
    ask(remove('replicasets', 'shop/web'))
    expect(new Set([first, second, createSet().metadata.uid]).size).toBe(3)
  })
})

describe('an update', () => {
  const changed = (old: ReplicaSet, replicas: number): ReplicaSet => ({ ...old, spec: { ...old.spec, replicas } })
  const update = (body: StoredObject, more: object = {}): ApiRequest =>
    ({ verb: 'update', resource: 'replicasets', key: 'shop/web', body, ...more })

  it('conflicts where the caller\'s copy is not what is stored', () => {
    const old = createSet()
    must(update(changed(old, 2), { base: old }))
    expect(refusal(update(changed(old, 3), { base: old }))).toBe('Conflict Operation cannot be fulfilled on replicasets.apps "web": '
      + 'the object has been modified; please apply your changes to the latest version and try again')
    expect(refusal(update(changed(old, 3)))).toBe('accepted')
  })

  it('conflicts where the object is another one of that name', () => {
    const old = createSet()
    ask(remove('replicasets', 'shop/web'))
    createSet()
    expect(refusal(update(changed(old, 2)))).toBe('Conflict Operation cannot be fulfilled on replicasets.apps "web": '
      + 'Precondition failed: UID in precondition: ReplicaSet:shop/web, UID in object meta: ReplicaSet:shop/web~1')
  })

  it('of what is not there is refused', () => {
    const old = createSet()
    ask(remove('replicasets', 'shop/web'))
    expect(refusal(update(old))).toBe('NotFound replicasets.apps "web" not found')
  })

  it('counts a generation where what is desired changes, and no other', () => {
    const old = createSet()
    const scaled = must(update(changed(old, 2)))
    const labelled = must(update({ ...scaled, metadata: { ...scaled.metadata, labels: { a: 'b' }, generation: 77 } }))
    expect([scaled, labelled].map(({ metadata }) => metadata.generation)).toEqual([2, 2])
  })

  it('does not change status, nor an update of status anything else', () => {
    const old = createSet()
    must(update({ ...changed(old, 2), status: { replicas: 9 } } as StoredObject)) // a ReplicaSet
    expect((get('replicasets', 'shop/web') as ReplicaSet).status).toEqual(old.status)
    must(update({ ...changed(old, 3), status: { ...old.status, replicas: 7 } } as StoredObject, { subresource: 'status' }))
    const { spec, status, metadata } = get('replicasets', 'shop/web') as ReplicaSet
    expect([spec.replicas, status.replicas, metadata.generation]).toEqual([2, 7, 2])
  })

  it('that changes nothing is no event', () => {
    const old = createSet()
    world.write('watched|replicasets', ['api-1'])
    must(update(old))
    must(update({ ...old, metadata: { ...old.metadata, labels: { a: 'b' } } }))
    expect(world.read('cache|api-1|replicasets')).toHaveLength(1)
  })

  it('by a user is validated: what is immutable stays', () => {
    const old = must({ verb: 'create', resource: 'deployments', key: 'shop', raw: true, body: {
      ...set(), kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' },
    } }) as Deployment
    const other = { ...old, spec: { ...old.spec, selector: { matchLabels: { app: 'db' } } } }
    expect(refusal({ verb: 'update', resource: 'deployments', key: 'shop/web', body: other, raw: true })).toMatch(
      /Invalid Deployment\.apps "web" is invalid: .*spec\.selector: Invalid value: .*: field is immutable/)
  })
})

describe('a patch', () => {
  const patch = (body: object, more: object = {}): ApiRequest =>
    ({ verb: 'patch', resource: 'pods', key: 'shop/web', body, ...more })

  it('of what is not there is refused', () => {
    expect(refusal(patch({ type: 'merge', patch: {} }))).toBe('NotFound pods "web" not found')
  })

  it('is for one object alone where it says so', () => {
    createPod()
    expect(refusal(patch({ type: 'merge', patch: { metadata: { labels: { a: 'b' } } } }, { uid: 'another' }))).toBe(
      'Conflict Operation cannot be fulfilled on pods "web": '
      + 'Precondition failed: UID in precondition: another, UID in object meta: Pod:shop/web')
  })

  it('changes what it names', () => {
    createPod()
    must(patch({ type: 'merge', patch: { metadata: { labels: { a: 'b', app: null } } } }))
    must(patch({ type: 'json', patch: [{ op: 'add', path: '/metadata/annotations', value: { c: 'd' } }] }))
    must(patch({ type: 'strategic', patch: { spec: { containers: [{ name: 'web', image: 'web:2' }] } } }))
    expect(get('pods', 'shop/web')).toMatchObject({
      metadata: { labels: { a: 'b' }, annotations: { c: 'd' } }, spec: { containers: [{ name: 'web', image: 'web:2' }] },
    })
  })

  it('that does not fit is a bad request', () => {
    createPod()
    expect(refusal(patch({ type: 'json', patch: [{ op: 'remove', path: '/metadata/annotations' }] }))).toMatch(/^BadRequest /)
  })
})

// The order of upstream's decisions: rest.BeforeDelete, podStrategy.CheckGracefulDelete, Store.Delete.
describe('a delete of a pod', () => {
  const bound = { nodeName: 'node-1' }
  const left = (): number | undefined => get('pods', 'shop/web')?.metadata.deletionGracePeriodSeconds

  it('takes its grace period where a kubelet runs it', () => {
    createPod(undefined, bound)
    ask(remove('pods', 'shop/web'))
    expect(get('pods', 'shop/web')?.metadata).toMatchObject({ deletionTimestamp: 'set', deletionGracePeriodSeconds: 30, generation: 2 })
  })

  it('is at once where no kubelet runs it, or it has ended', () => {
    createPod()
    ask(remove('pods', 'shop/web', { gracePeriodSeconds: 60 }))
    createPod({ name: 'web' }, bound)
    const ended = { ...get('pods', 'shop/web'), status: { phase: 'Succeeded' } } as unknown as Pod
    must({ verb: 'update', resource: 'pods', subresource: 'status', key: 'shop/web', body: ended })
    ask(remove('pods', 'shop/web'))
    expect(get('pods', 'shop/web')).toBeUndefined()
  })

  it('may shorten a grace period, and never lengthen it', () => {
    createPod(undefined, bound)
    ask(remove('pods', 'shop/web', { gracePeriodSeconds: 60 }))
    expect(left()).toBe(60)
    for (const [asked, then] of [[90, 60], [undefined, 60], [20, 20], [30, 20], [-5, 1]] as const) {
      ask(remove('pods', 'shop/web', asked === undefined ? undefined : { gracePeriodSeconds: asked }))
      expect(left()).toBe(then)
    }
    expect(get('pods', 'shop/web')?.metadata.generation).toBe(2)
    ask(remove('pods', 'shop/web', { gracePeriodSeconds: 0 }))
    expect(get('pods', 'shop/web')).toBeUndefined()
  })

  it('counts a negative grace period as a second', () => {
    createPod(undefined, bound)
    ask(remove('pods', 'shop/web', { gracePeriodSeconds: -1 }))
    expect(left()).toBe(1)
  })

  it('waits for finalizers, whatever the grace period', () => {
    createPod({ name: 'web', finalizers: ['example.com/wait'] }, bound)
    ask(remove('pods', 'shop/web', { gracePeriodSeconds: 0 }))
    const held = get('pods', 'shop/web')!
    expect(held.metadata).toMatchObject({ deletionTimestamp: 'set', deletionGracePeriodSeconds: 0 })
    const { finalizers: _, ...metadata } = held.metadata
    must({ verb: 'update', resource: 'pods', key: 'shop/web', body: { ...held, metadata } })
    expect(get('pods', 'shop/web')).toBeUndefined()
  })

  it('is for one object alone where it says so', () => {
    createPod()
    const body = { preconditions: { uid: 'another' } }
    expect(refusal(remove('pods', 'shop/web', body))).toBe('Conflict Operation cannot be fulfilled on Pod "web": '
      + 'the UID in the precondition (another) does not match the UID in record (Pod:shop/web). '
      + 'The object might have been deleted and then recreated')
    expect(refusal(remove('pods', 'shop/web', undefined, { base: { ...get('pods', 'shop/web'), status: {} } })))
      .toMatch(/The object might have been modified$/)
    expect(refusal(remove('pods', 'shop/gone'))).toBe('NotFound pods "gone" not found')
  })
})

describe('a delete of another kind', () => {
  it('is at once where nothing holds the object', () => {
    createSet()
    ask(remove('replicasets', 'shop/web'))
    expect(get('replicasets', 'shop/web')).toBeUndefined()
  })

  it.each([
    ['Foreground', ['foregroundDeletion']], ['Orphan', ['orphan']], ['Background', undefined],
  ] as const)('with policy %s leaves the object with finalizers %j', (propagationPolicy, finalizers) => {
    createSet()
    ask(remove('replicasets', 'shop/web', { propagationPolicy }))
    expect(get('replicasets', 'shop/web')?.metadata.finalizers).toEqual(finalizers)
  })

  it('marks it while a finalizer holds it, and a later policy replaces an earlier one', () => {
    createSet({ finalizers: ['example.com/wait'] })
    ask(remove('replicasets', 'shop/web', { propagationPolicy: 'Foreground' }))
    expect(get('replicasets', 'shop/web')?.metadata).toMatchObject({
      deletionTimestamp: 'set', deletionGracePeriodSeconds: 0, generation: 2, finalizers: ['example.com/wait', 'foregroundDeletion'],
    })
    ask(remove('replicasets', 'shop/web', { propagationPolicy: 'Orphan' }))
    expect(get('replicasets', 'shop/web')?.metadata).toMatchObject({ generation: 2, finalizers: ['example.com/wait', 'orphan'] })
    ask(remove('replicasets', 'shop/web'))
    expect(get('replicasets', 'shop/web')?.metadata.finalizers).toEqual(['example.com/wait', 'orphan'])
  })

  it('cannot be undone by an update', () => {
    const old = createSet({ finalizers: ['example.com/wait'] })
    ask(remove('replicasets', 'shop/web'))
    must({ verb: 'update', resource: 'replicasets', key: 'shop/web', body: old })
    expect(get('replicasets', 'shop/web')?.metadata.deletionTimestamp).toBe('set')
  })

  it('spares the namespaces that every cluster needs', () => {
    must({ verb: 'create', resource: 'namespaces', key: '', body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } } })
    expect(refusal(remove('namespaces', 'default'))).toBe('Forbidden namespaces "default" is forbidden: this namespace may not be deleted')
  })
})

describe('a delete of a collection', () => {
  it('deletes what is in the namespace, each as its kind is deleted', () => {
    createPod({ name: 'a' })
    createPod({ name: 'b' }, { nodeName: 'node-1' })
    must({ verb: 'create', resource: 'pods', key: 'default', body: pod({ name: 'c', namespace: 'default' }) })
    ask({ verb: 'deletecollection', resource: 'pods', key: 'shop' })
    expect([get('pods', 'shop/a'), get('pods', 'shop/b')?.metadata.deletionGracePeriodSeconds, get('pods', 'default/c')?.metadata.deletionTimestamp])
      .toEqual([undefined, 30, undefined])
  })
})

describe('a resource that no model knows', () => {
  const widget = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w', namespace: 'shop' }, spec: { size: 1 } }

  it('is stored as it came, with a generation of its spec', () => {
    const created = must({ verb: 'create', resource: 'widgets', key: 'shop', body: widget, raw: true })
    const larger = must({ verb: 'patch', resource: 'widgets', key: 'shop/w', body: { type: 'merge', patch: { spec: { size: 2 } } }, raw: true })
    expect([created.metadata.generation, larger.metadata.generation]).toEqual([1, 2])
    expect(equal((larger as unknown as typeof widget).spec, { size: 2 })).toBe(true)
  })

  it('has no subresources of its own', () => {
    expect(refusal({ verb: 'create', resource: 'widgets', subresource: 'binding', key: 'shop/w' })).toMatch(/^MethodNotAllowed /)
  })
})
