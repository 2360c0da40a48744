/** What a get or list is answered from, by its `resourceVersion`. */
import { beforeEach, describe, expect, it } from 'vitest'
import { PlainStore } from '#kernel/plain-store'
import type { StoredObject } from '#machine/objects'
import type { ApiRequest, ApiResponse } from '#machine/request'
import { brokenKey, lagKey } from '#models/client/reflector'
import { handle } from '#models/control-plane/api-server'
import { Observed, pod } from '../client/observers.js'

const near = 'observer/all'
const far = 'observer/other'
let observed: Observed

beforeEach(() => {
  observed = new Observed(new PlainStore())
  observed.start(near, 'api-1')
  observed.start(far, 'api-2')
  observed.write('a', pod('a', { version: 1, node: 'node-1' }))
  observed.drain()
  // api-1 has taken two changes more than api-2, and its reflector one of them; one is new to everybody.
  for (const version of [2, 3, 4]) observed.write('a', pod('a', { version, node: 'node-1' }))
  observed.write('b', pod('b', { version: 1, node: 'node-2' }))
  for (const choice of ['cache|api-1|pods', 'cache|api-1|pods', `watch|${near}|pods`]) observed.world.take(choice)
})

const ask = (process: string, request: Partial<ApiRequest>): ApiResponse =>
  handle(observed.world, { verb: 'get', resource: 'pods', key: 'default/a', ...request }, process)

const version = (answer: ApiResponse): unknown =>
  (answer.ok ? (answer.object as StoredObject).metadata.labels?.['version'] : answer.status.reason)

const listed = (answer: ApiResponse): unknown => (!answer.ok ? answer.status.reason
  : (answer.object as { readonly items: readonly StoredObject[] }).items
    .map(({ metadata }) => `${metadata.name}${metadata.labels?.['version']}`))

const list = (process: string, request: Partial<ApiRequest> = {}): unknown =>
  listed(ask(process, { verb: 'list', key: '', ...request }))

describe('a read without resourceVersion', () => {
  it('answers with what is newest, whichever API server is asked', () => {
    for (const process of [near, far, 'kubectl']) {
      expect(version(ask(process, {}))).toBe('4')
      expect(list(process)).toEqual(['a4', 'b1'])
    }
  })

  it('lists a namespace, or what is on a node', () => {
    expect(list(near, { key: 'default' })).toEqual(['a4', 'b1'])
    expect(list(near, { key: 'other' })).toEqual([])
    expect(list(near, { selector: 'spec.nodeName=node-2' })).toEqual(['b1'])
  })

  it('of an object that is not there says so in upstream\'s words', () => {
    const answer = ask(near, { key: 'default/gone' })
    expect(answer).toMatchObject({ ok: false, status: { reason: 'NotFound', code: 404, message: 'pods "gone" not found' } })
    expect(ask(near, { resource: 'deployments', key: 'default/web' })).toMatchObject({
      status: { message: 'deployments.apps "web" not found', details: { name: 'web', group: 'apps', kind: 'deployments' } },
    })
  })
})

describe('a read with resourceVersion 0', () => {
  it('answers from the watch cache of the caller\'s own API server, however old', () => {
    expect(version(ask(near, { resourceVersion: '0' }))).toBe('3')
    expect(version(ask(far, { resourceVersion: '0' }))).toBe('1')
    expect(list(near, { resourceVersion: '0' })).toEqual(['a3'])
    expect(list(far, { resourceVersion: '0', selector: 'spec.nodeName=node-2' })).toEqual([])
  })

  it('misses what that cache does not have yet, and still has what is gone', () => {
    observed.write('a', undefined)
    expect(version(ask(far, { resourceVersion: '0', key: 'default/b' }))).toBe('NotFound')
    expect(version(ask(far, { resourceVersion: '0' }))).toBe('1')
    expect(version(ask(far, {}))).toBe('NotFound')
  })

  it('of a resource that nobody watches there answers with what is newest', () => {
    observed.world.write('store|nodes|node-1', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1', uid: '' } })
    expect(ask(far, { resource: 'nodes', key: 'node-1', resourceVersion: '0' }).ok).toBe(true)
  })

  it('of a process that never connected answers with what is newest', () => {
    expect(version(ask('kubectl', { resourceVersion: '0' }))).toBe('4')
  })
})

describe('a read with the version of the caller\'s cache', () => {
  it('is not older than that cache, and as new as the API server\'s', () => {
    expect(version(ask(near, { resourceVersion: 'cached' }))).toBe('3')
    expect(list(far, { resourceVersion: 'cached' })).toEqual(['a1'])
  })

  it('waits for an API server that is behind the caller', () => {
    observed.start(near, 'api-2') // it lists what is newest
    expect(version(ask(near, { resourceVersion: 'cached' }))).toBe('4')
    expect(list(near, { resourceVersion: 'cached' })).toEqual(['a4', 'b1'])
  })

  it('is refused where that API server stays behind', () => {
    observed.start(near, 'api-2')
    observed.world.write(lagKey('api-2'), true)
    expect(ask(near, { resourceVersion: 'cached' })).toMatchObject({
      ok: false,
      status: { reason: 'Timeout', code: 504, message: 'Timeout: Too large resource version', details: { retryAfterSeconds: 1 } },
    })
  })
})

describe('a list at exactly the version of the caller\'s cache', () => {
  const exact = { resourceVersion: 'cached', resourceVersionMatch: 'Exact' } as const

  it('is the very state that the cache stands for', () => {
    expect([list(near, exact), list(far, exact)]).toEqual([['a2'], ['a1']])
  })

  it('is refused once that was compacted away', () => {
    observed.world.write(brokenKey(near, 'pods'), true)
    expect(ask(near, { verb: 'list', key: '', ...exact })).toMatchObject({
      ok: false, status: { reason: 'Expired', code: 410, message: 'The resourceVersion for the provided list is too old.' },
    })
    expect(list('kubectl', exact)).toBe('Expired')
  })
})
