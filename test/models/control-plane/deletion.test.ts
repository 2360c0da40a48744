/** Graceful deletion, finalizers and propagation policies. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { Pod } from '#api/types'
import { pod, remove, Server } from './requests.js'

let server: Server

beforeEach(() => {
  server = new Server()
})

// The order of upstream's decisions: rest.BeforeDelete, podStrategy.CheckGracefulDelete, Store.Delete.
describe('a delete of a pod', () => {
  const bound = { nodeName: 'node-1' }
  const left = (): number | undefined => server.get('pods', 'shop/web')?.metadata.deletionGracePeriodSeconds

  it('takes its grace period where a kubelet runs it', () => {
    server.createPod(undefined, bound)
    server.ask(remove('pods', 'shop/web'))
    expect(server.get('pods', 'shop/web')?.metadata).toMatchObject({ deletionTimestamp: 'set', deletionGracePeriodSeconds: 30, generation: 2 })
  })

  it('is at once where no kubelet runs it, or it has ended', () => {
    server.createPod()
    server.ask(remove('pods', 'shop/web', { gracePeriodSeconds: 60 }))
    server.createPod({ name: 'web' }, bound)
    const ended = { ...server.get('pods', 'shop/web'), status: { phase: 'Succeeded' } } as unknown as Pod
    server.must({ verb: 'update', resource: 'pods', subresource: 'status', key: 'shop/web', body: ended })
    server.ask(remove('pods', 'shop/web'))
    expect(server.get('pods', 'shop/web')).toBeUndefined()
  })

  it('may shorten a grace period, and never lengthen it', () => {
    server.createPod(undefined, bound)
    server.ask(remove('pods', 'shop/web', { gracePeriodSeconds: 60 }))
    expect(left()).toBe(60)
    for (const [asked, then] of [[90, 60], [undefined, 60], [20, 20], [30, 20], [-5, 1]] as const) {
      server.ask(remove('pods', 'shop/web', asked === undefined ? undefined : { gracePeriodSeconds: asked }))
      expect(left()).toBe(then)
    }
    expect(server.get('pods', 'shop/web')?.metadata.generation).toBe(2)
    server.ask(remove('pods', 'shop/web', { gracePeriodSeconds: 0 }))
    expect(server.get('pods', 'shop/web')).toBeUndefined()
  })

  it('counts a negative grace period as a second', () => {
    server.createPod(undefined, bound)
    server.ask(remove('pods', 'shop/web', { gracePeriodSeconds: -1 }))
    expect(left()).toBe(1)
  })

  it('waits for finalizers, whatever the grace period', () => {
    server.createPod({ name: 'web', finalizers: ['example.com/wait'] }, bound)
    server.ask(remove('pods', 'shop/web', { gracePeriodSeconds: 0 }))
    const held = server.get('pods', 'shop/web')!
    expect(held.metadata).toMatchObject({ deletionTimestamp: 'set', deletionGracePeriodSeconds: 0 })
    const { finalizers: _, ...metadata } = held.metadata
    server.must({ verb: 'update', resource: 'pods', key: 'shop/web', body: { ...held, metadata } })
    expect(server.get('pods', 'shop/web')).toBeUndefined()
  })

  it('is for one object alone where it says so', () => {
    server.createPod()
    const body = { preconditions: { uid: 'another' } }
    expect(server.refusal(remove('pods', 'shop/web', body))).toBe('Conflict Operation cannot be fulfilled on Pod "web": '
      + 'the UID in the precondition (another) does not match the UID in record (Pod:shop/web). '
      + 'The object might have been deleted and then recreated')
    expect(server.refusal(remove('pods', 'shop/web', undefined, { base: { ...server.get('pods', 'shop/web'), status: {} } })))
      .toMatch(/The object might have been modified$/)
    expect(server.refusal(remove('pods', 'shop/gone'))).toBe('NotFound pods "gone" not found')
  })
})

describe('a delete of another kind', () => {
  it('is at once where nothing holds the object', () => {
    server.createSet()
    server.ask(remove('replicasets', 'shop/web'))
    expect(server.get('replicasets', 'shop/web')).toBeUndefined()
  })

  it.each([
    ['Foreground', ['foregroundDeletion']], ['Orphan', ['orphan']], ['Background', undefined],
  ] as const)('with policy %s leaves the object with finalizers %j', (propagationPolicy, finalizers) => {
    server.createSet()
    server.ask(remove('replicasets', 'shop/web', { propagationPolicy }))
    expect(server.get('replicasets', 'shop/web')?.metadata.finalizers).toEqual(finalizers)
  })

  it('marks it while a finalizer holds it, and a later policy replaces an earlier one', () => {
    server.createSet({ finalizers: ['example.com/wait'] })
    server.ask(remove('replicasets', 'shop/web', { propagationPolicy: 'Foreground' }))
    expect(server.get('replicasets', 'shop/web')?.metadata).toMatchObject({
      deletionTimestamp: 'set', deletionGracePeriodSeconds: 0, generation: 2, finalizers: ['example.com/wait', 'foregroundDeletion'],
    })
    server.ask(remove('replicasets', 'shop/web', { propagationPolicy: 'Orphan' }))
    expect(server.get('replicasets', 'shop/web')?.metadata).toMatchObject({ generation: 2, finalizers: ['example.com/wait', 'orphan'] })
    server.ask(remove('replicasets', 'shop/web'))
    expect(server.get('replicasets', 'shop/web')?.metadata.finalizers).toEqual(['example.com/wait', 'orphan'])
  })

  it('cannot be undone by an update', () => {
    const old = server.createSet({ finalizers: ['example.com/wait'] })
    server.ask(remove('replicasets', 'shop/web'))
    server.must({ verb: 'update', resource: 'replicasets', key: 'shop/web', body: old })
    expect(server.get('replicasets', 'shop/web')?.metadata.deletionTimestamp).toBe('set')
  })

  it('spares the namespaces that every cluster needs', () => {
    server.must({ verb: 'create', resource: 'namespaces', key: '', body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } } })
    expect(server.refusal(remove('namespaces', 'default'))).toBe('Forbidden namespaces "default" is forbidden: this namespace may not be deleted')
  })
})

describe('a delete of a collection', () => {
  it('deletes what is in the namespace, each as its kind is deleted', () => {
    server.createPod({ name: 'a' })
    server.createPod({ name: 'b' }, { nodeName: 'node-1' })
    server.must({ verb: 'create', resource: 'pods', key: 'default', body: pod({ name: 'c', namespace: 'default' }) })
    server.ask({ verb: 'deletecollection', resource: 'pods', key: 'shop' })
    expect([server.get('pods', 'shop/a'), server.get('pods', 'shop/b')?.metadata.deletionGracePeriodSeconds, server.get('pods', 'default/c')?.metadata.deletionTimestamp])
      .toEqual([undefined, 30, undefined])
  })
})
