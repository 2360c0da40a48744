/** Rows of pkg/serviceaccount/claims_test.go. */
import { describe, expect, it } from 'vitest'
import type { Token } from '#machine/token'
import { claims, timesFrom, userOf } from '#models/control-plane/tokens/token'
import { invalid, misdirected, type Clock, type TokenGetter } from '#models/control-plane/tokens/token-validation'

const account = { name: 'mysvcacct', uid: 'mysvcacct-uid' }
const pod = { name: 'mypod', uid: 'mypod-uid' }
const secret = { name: 'mysecret', uid: 'mysecret-uid' }
const node = { name: 'mynode', uid: 'mynode-uid' }
const then = 1514764800
const common = { namespace: 'myns', serviceAccount: account }
const lasting = (seconds: number) => ({ issuedAt: then, notBefore: then, expiry: then + seconds })

describe('The claims of a token (TestClaims)', () => {
  it.each([
    ['of a pod', { pod }, [], 100, 0, { ...common, audiences: [], pod, times: lasting(100) }],
    ['of a secret', { secret }, ['1'], 100, 0, { ...common, audiences: ['1'], secret, times: lasting(100) }],
    ['of nothing', {}, ['1', '2'], 100, 0, { ...common, audiences: ['1', '2'], times: lasting(100) }],
    ['that is warned of', { pod }, [], 86_400, 3600, { ...common, audiences: [], pod, times: { ...lasting(86_400), warnAfter: then + 3600 } }],
    ['of a node', { node }, [], 0, 0, { ...common, audiences: [], node, times: lasting(0) }],
    ['of a pod on a node', { pod, node }, [], 0, 0, { ...common, audiences: [], pod, node, times: lasting(0) }],
  ] as const)('%s', (_, bound, audiences, seconds, warnAfter, wanted) => {
    expect(claims('myns', account, bound, audiences, timesFrom(then, seconds, warnAfter))).toEqual(wanted)
  })

  it.each([['a pod and a secret', { pod, secret }], ['a node and a secret', { node, secret }]] as const)('are not made for %s', (_, bound) => {
    expect(() => claims('myns', account, bound, [])).toThrow('internal error, token can only be bound to one object type')
  })
})

type Found = { readonly metadata: { readonly name: string; readonly uid: string } }

const objects = {
  serviceAccount: { metadata: { name: 'saname', uid: 'sauid' } }, secret: { metadata: { name: 'secretname', uid: 'secretuid' } },
  pod: { metadata: { name: 'podname', uid: 'poduid' } }, node: { metadata: { name: 'nodename', uid: 'nodeuid' } },
} as const satisfies Readonly<Record<string, Found>>

type Kind = keyof typeof objects

const having = (...kinds: readonly Kind[]): TokenGetter => {
  const find = (kind: Kind) => () => (kinds.includes(kind) ? objects[kind] : undefined)
  return { serviceAccount: find('serviceAccount'), secret: find('secret'), pod: find('pod'), node: find('node') }
}

const clock = (deleted?: Found, at?: number): Clock => ({ now: then, deletedAt: (object) => (object === deleted ? at : undefined) })

const good: Token = { namespace: 'ns', serviceAccount: { name: 'saname', uid: 'sauid' }, audiences: [], times: lasting(0) }

const refTo = (kind: Exclude<Kind, 'serviceAccount'>, uid = `${kind}uid`) => ({ [kind]: { name: `${kind}name`, uid } })

const gone = 'service account token has been invalidated'
const hour = 3600

describe('A token (TestValidatePrivateClaims)', () => {
  it.each([
    ['good', good, having('serviceAccount'), undefined],
    ['expired', { ...good, times: { ...lasting(0), expiry: then - 1000 * hour } }, having('serviceAccount'), 'service account token has expired'],
    ['not yet valid', { ...good, times: { ...lasting(0), notBefore: then + 1000 * hour } }, having('serviceAccount'), 'service account token is not valid yet'],
    ['issued in the future', { ...good, times: { ...lasting(0), issuedAt: then + 61 } }, having('serviceAccount'), 'service account token is issued in the future'],
    ['without its account', good, having(), 'serviceaccounts "saname" not found'],
    ['without its secret', { ...good, ...refTo('secret') }, having('serviceAccount'), gone],
    ['without its pod', { ...good, ...refTo('pod') }, having('serviceAccount'), gone],
    ['without its node', { ...good, ...refTo('node') }, having('serviceAccount'), gone],
    ['of a pod, without the node', { ...good, ...refTo('pod'), ...refTo('node') }, having('serviceAccount', 'pod'), undefined],
    ['of another account', { ...good, serviceAccount: { name: 'saname', uid: 'sauidold' } }, having('serviceAccount'),
      'service account UID (sauid) does not match claim (sauidold)'],
    ['of another secret', { ...good, ...refTo('secret', 'secretuidold') }, having('serviceAccount', 'secret'),
      'secret UID (secretuid) does not match service account secret ref claim (secretuidold)'],
    ['of another pod', { ...good, ...refTo('pod', 'poduidold') }, having('serviceAccount', 'pod'),
      'pod UID (poduid) does not match service account pod ref claim (poduidold)'],
    ['of another node', { ...good, ...refTo('node', 'nodeuidold') }, having('serviceAccount', 'node'),
      'node UID (nodeuid) does not match service account node ref claim (nodeuidold)'],
  ] as const)('%s', (_, token, getter, wanted) => {
    expect(invalid(token, getter, clock())).toBe(wanted)
  })

  const deletions = [
    ['valid', undefined, false], ['deleted now', 0, false], ['deleted near past', -1, false], ['deleted near future', 1, false],
    ['deleted now-leeway', -60, false], ['deleted now-leeway-1', -61, true],
  ] as const
  const kinds = ['serviceAccount', 'secret', 'pod', 'node'] as const

  it.each(deletions.flatMap((row) => kinds.map((kind) => [row[0], kind, row[1], row[2]] as const)))('%s: %s', (_, kind, at, isRefused) => {
    const token = kind === 'serviceAccount' ? good : { ...good, ...refTo(kind) }
    const wanted = kind === 'serviceAccount' ? 'service account ns/saname has been deleted' : gone
    expect(invalid(token, having('serviceAccount', kind), clock(objects[kind], at === undefined ? undefined : then + at)))
      .toBe(isRefused ? wanted : undefined)
  })

  it('is for the API server where it names nobody', () => {
    expect(misdirected(good)).toBeUndefined()
    expect(misdirected({ ...good, audiences: ['vault'] })).toBe(
      'token audiences ["vault"] is invalid for the target audiences ["https://kubernetes.default.svc.cluster.local"]')
    expect(misdirected({ ...good, audiences: ['vault'] }, ['vault', 'x'])).toBeUndefined()
  })

  it('says who shows it', () => {
    expect(userOf({ ...good, ...refTo('pod'), ...refTo('node'), id: '1' })).toEqual({
      name: 'system:serviceaccount:ns:saname', uid: 'sauid',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:ns', 'system:authenticated'],
      extra: {
        'authentication.kubernetes.io/pod-name': ['podname'], 'authentication.kubernetes.io/pod-uid': ['poduid'],
        'authentication.kubernetes.io/credential-id': ['JTI=1'],
        'authentication.kubernetes.io/node-name': ['nodename'], 'authentication.kubernetes.io/node-uid': ['nodeuid'],
      },
    })
  })
})
