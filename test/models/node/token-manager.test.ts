/** Rows of pkg/kubelet/token/token_manager_test.go. Times are in seconds. */
import { describe, expect, it } from 'vitest'
import {
  cachedToken, cacheKey, isExpired, refreshAfter, requiresRefresh, taken, withoutExpired, withoutPod, type TokenCache,
} from '#models/node/token-manager'
import type { TokenRequest } from '#models/control-plane/tokens/token-request'

const minute = 60
const hour = 60 * minute
const token = { namespace: '', serviceAccount: { name: '', uid: '' }, audiences: [] }

const lasting = (seconds: number, from = 0): TokenRequest =>
  ({ spec: { expirationSeconds: seconds }, status: { token, expirationTimestamp: from + seconds } })

describe('A token is asked for anew (TestRequiresRefresh)', () => {
  it.each([
    [10 * minute, 60 * minute, false], [50 * minute, 60 * minute, true], [25 * hour, 60 * hour, true], [70 * minute, 60 * minute, true],
    [48 * minute, 60 * minute, false], [48 * minute + 1, 60 * minute, true], [24 * hour, 60 * hour, false], [24 * hour + 1, 60 * hour, true],
  ])('after %d s of a life of %d s: %s', (now, seconds, wanted) => {
    expect(requiresRefresh(lasting(seconds), now)).toBe(wanted)
  })

  it('never, where it does not say how long it lasts', () => {
    expect(requiresRefresh({ spec: {}, status: { token, expirationTimestamp: 0 } }, 10 * hour)).toBe(false)
  })

  it('earlier by the jitter', () => {
    expect([requiresRefresh(lasting(hour), 48 * minute - 8, 9), requiresRefresh(lasting(hour), 48 * minute - 9, 9)]).toEqual([true, false])
  })

  it.each([[3607, 2886], [3600, 2880], [600, 480], [60 * hour, 24 * hour]])('of %d s after %d s', (seconds, wanted) => {
    expect(refreshAfter(seconds)).toBe(wanted)
    expect(requiresRefresh(lasting(seconds), wanted)).toBe(false)
    expect(requiresRefresh(lasting(seconds), wanted + 1)).toBe(true)
  })
})

const failed = { ok: false, message: 'err' } as const

describe('The token manager (TestTokenCachingAndExpiration)', () => {
  const cache: TokenCache = { key: lasting(hour) }

  it('gives what it has', () => expect(cachedToken(cache, 'key', 10 * minute)).toBe(cache['key']))

  it.each([['an hour', hour, 50 * minute], ['forty hours', 40 * hour, 25 * hour]])('asks anew for a token of %s', (_, seconds, now) => {
    expect(cachedToken({ key: lasting(seconds) }, 'key', now)).toBeUndefined()
  })

  it('gives the old one where it is refused a new one, while that lasts', () => {
    expect(taken(cache, 'key', failed, 50 * minute)).toEqual({ cache, result: { ok: true, token: cache['key'] } })
    expect(taken(cache, 'key', failed, 61 * minute).result).toEqual({ ok: false, message: 'token key expired and refresh failed: err' })
    expect(taken({}, 'key', failed, 0)).toEqual({ cache: {}, result: { ok: false, message: 'failed to fetch token: err' } })
  })

  it('keeps the new one', () => {
    const fresh = lasting(hour, 50 * minute)
    expect(taken(cache, 'key', { ok: true, token: fresh }, 50 * minute)).toEqual({ cache: { key: fresh }, result: { ok: true, token: fresh } })
  })

  it('forgets expired ones (TestCleanup)', () => {
    expect(Object.keys(withoutExpired({ old: lasting(hour), new: lasting(3 * hour) }, 2 * hour))).toEqual(['new'])
    expect(isExpired(lasting(hour), hour)).toBe(false)
  })
})

const bound = (index: number): TokenRequest =>
  ({ spec: { boundObjectRef: { name: `fake-name-${index}`, uid: `fake-uid-${index}` } }, status: { token, expirationTimestamp: 36_000 } })

/** Requests by number; 3 is refused, and 4 is the same, given. */
const askFor = (requests: readonly number[]): TokenCache => requests.reduce<TokenCache>((cache, index) => {
  const number = index === 4 ? 4 : index + 1
  const key = cacheKey(`fake-namespace-${number}`, `fake-name-${number}`, bound(number))
  return taken(cache, key, index === 3 ? failed : { ok: true, token: bound(number) }, 0).cache
}, {})

describe('When pods are deleted (TestDeleteServiceAccountToken)', () => {
  it.each([
    ['none', [0, 1, 2], [], [1, 2, 3]], ['one', [0, 1, 2], [1], [2, 3]], ['two', [0, 1, 2], [1, 3], [2]], ['all', [0, 1, 2], [1, 2, 3], []],
    ['none, with one refused', [0, 1, 2, 3], [], [1, 2, 3]], ['another, with one refused', [0, 1, 2, 3], [2], [1, 3]],
    ['none, with one that was refused before', [0, 1, 2, 3, 4], [], [1, 2, 3, 4]], ['that one', [0, 1, 2, 3, 4], [4], [1, 2, 3]],
    ['another one', [0, 1, 2, 3, 4], [1], [2, 3, 4]], ['some that have none', [0, 1, 2], [100, 200], [1, 2, 3]],
  ])('%s', (_, requests, deleted, left) => {
    const cache = deleted.reduce((now, index) => withoutPod(now, `fake-uid-${index}`), askFor(requests))
    expect(Object.values(cache).map(({ spec }) => spec?.boundObjectRef?.uid)).toEqual(left.map((index) => `fake-uid-${index}`))
  })
})

describe('A key (TestKeyFunc)', () => {
  const request: TokenRequest = { spec: { audiences: ['foo1', 'foo2'], expirationSeconds: 2000, boundObjectRef: { kind: 'pod', name: 'foo-pod', uid: 'foo-uid' } } }
  const key = cacheKey('foo-ns', 'foo-sa', request)
  const withSpec = (more: NonNullable<TokenRequest['spec']>): TokenRequest => ({ ...request, spec: { ...request.spec, ...more } })

  it('is the same for the same request', () => expect(cacheKey('foo-ns', 'foo-sa', structuredClone(request))).toBe(key))

  it.each([
    ['ServiceAccount', cacheKey('foo-ns', 'ame-sa', request)], ['namespace', cacheKey('ame-ns', 'foo-sa', request)],
    ['time', cacheKey('foo-ns', 'foo-sa', withSpec({ expirationSeconds: 2001 }))],
    ['audience', cacheKey('foo-ns', 'foo-sa', withSpec({ audiences: ['foo1', 'foo3'] }))],
    ['kind', cacheKey('foo-ns', 'foo-sa', withSpec({ boundObjectRef: { kind: 'node', name: 'foo-pod', uid: 'foo-uid' } }))],
    ['pod', cacheKey('foo-ns', 'foo-sa', withSpec({ boundObjectRef: { kind: 'pod', name: 'foo-pod', uid: 'diff-uid' } }))],
    ['ServiceAccount that was made again', cacheKey('foo-ns', 'foo-sa', { ...request, metadata: { uid: 'service-account-uid-2' } })],
  ])('is another for another %s', (_, other) => expect(other).not.toBe(key))
})
