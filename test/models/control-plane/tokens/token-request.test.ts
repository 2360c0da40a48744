/** Requests for tokens: rows of pkg/registry/core/serviceaccount/storage/token_test.go, and what the code refuses beside them. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { ApiResponse } from '#machine/request'
import { createToken, defaultTokenOptions, lifetime, validateExpiration, type TokenRequest } from '#models/control-plane/tokens/token-request'
import { Server } from '../requests.js'

const account = (name: string, uid?: string): object =>
  ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: 'shop', ...(uid === undefined ? {} : { uid }) } })

let server: Server

const ask = (body: TokenRequest, key = 'shop/web'): ApiResponse =>
  server.ask({ verb: 'create', resource: 'serviceaccounts', subresource: 'token', key, body })

const said = (body: TokenRequest, key?: string): string => {
  const answer = ask(body, key)
  return answer.ok ? 'given' : `${answer.status.code} ${answer.status.message}`
}

const tokenOf = (body: TokenRequest) => {
  const answer = ask(body)
  if (!answer.ok) throw new Error(answer.status.message)
  return (answer.object as TokenRequest).status?.token // the answer to such a request
}

beforeEach(() => {
  server = new Server()
  server.must({ verb: 'create', resource: 'serviceaccounts', key: 'shop', body: account('web') })
  server.createPod({ name: 'web' }, { serviceAccountName: 'web' })
  server.must({ verb: 'create', resource: 'secrets', key: 'shop', body: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key', namespace: 'shop' }, type: 'Opaque' } })
})

const hour = 3600
const extended = 365 * 24 * hour

describe('How long a token lasts (TestCreate_Token_WithExpiryCap)', () => {
  it.each([
    ['as asked, where that is less than the most', false, 5 * hour, extended, 3607],
    ['as long as such tokens are extended', true, 2 * hour, 5 * hour, 5 * hour],
    ['a year, where more is allowed', true, 2 * extended, extended, extended],
    ['a year, where it is asked for less than the most', true, 5 * hour, extended, extended],
    ['as asked, where none are extended', false, 5 * hour, extended, 3607],
    ['the most, where none are extended', false, hour / 2, extended, hour / 2],
  ])('%s', (_, extendExpiration, maxExpirationSeconds, maxExtendedExpirationSeconds, wanted) => {
    const options = { ...defaultTokenOptions, extendExpiration, maxExpirationSeconds, maxExtendedExpirationSeconds }
    expect(lifetime(3607, true, defaultTokenOptions.audiences, options).expiry).toBe(wanted)
  })

  it.each([
    ['of a pod, for the API server, that asks for 3607 s', 3607, true, defaultTokenOptions.audiences, { expiry: extended, warnAfter: 3607 }],
    ['that asks for another time', 3600, true, defaultTokenOptions.audiences, { expiry: 3600, warnAfter: 0 }],
    ['of no pod', 3607, false, defaultTokenOptions.audiences, { expiry: 3607, warnAfter: 0 }],
    ['for somebody else', 3607, true, ['vault'], { expiry: 3607, warnAfter: 0 }],
  ])('is extended only of a token %s: %#', (_, seconds, isPods, audiences, wanted) => {
    expect(lifetime(seconds, isPods, audiences, defaultTokenOptions)).toEqual(wanted)
  })

  it.each([[599, false], [600, true], [2 ** 32, true], [2 ** 32 + 1, false]])('%d seconds: %s', (seconds, isFine) => {
    expect(validateExpiration(seconds) === undefined).toBe(isFine)
  })

  it('is told in seconds where there is a clock', () => {
    server.world.perform((cells) => {
      const answer = createToken(cells, { verb: 'create', resource: 'serviceaccounts', subresource: 'token', key: 'shop/web', body: {} }, undefined, 1000)
      expect(answer).toMatchObject({ ok: true, object: { spec: { expirationSeconds: 3600 }, status: {
        expirationTimestamp: 4600, token: { times: { issuedAt: 1000, notBefore: 1000, expiry: 4600 } } } } })
    })
  })
})

describe('A token', () => {
  const uid = 'ServiceAccount:shop/web'

  it('is for the API server unless asked otherwise, and is bound to nothing', () => {
    expect(tokenOf({})).toEqual({ namespace: 'shop', serviceAccount: { name: 'web', uid }, audiences: defaultTokenOptions.audiences })
    expect(tokenOf({ spec: { audiences: ['vault'] } })).toMatchObject({ audiences: ['vault'] })
  })

  it('is bound to a pod and its node, to a secret, or to a node', () => {
    const pod = { apiVersion: 'v1', kind: 'Pod', name: 'web' }
    expect(tokenOf({ spec: { boundObjectRef: pod } })).toMatchObject({ pod: { name: 'web', uid: 'Pod:shop/web' } })
    server.ask({ verb: 'create', resource: 'pods', subresource: 'binding', key: 'shop/web', body: { target: { name: 'n' } } })
    expect(tokenOf({ spec: { boundObjectRef: pod } })).toMatchObject({ node: { name: 'n', uid: '' } })
    expect(tokenOf({ spec: { boundObjectRef: { apiVersion: 'v1', kind: 'Secret', name: 'key' } } })).toMatchObject({ secret: { name: 'key' } })
    server.must({ verb: 'create', resource: 'nodes', key: '', body: { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' }, spec: {}, status: {} } })
    expect(tokenOf({ spec: { boundObjectRef: { apiVersion: 'v1', kind: 'Node', name: 'n' } } })).toMatchObject({ node: { name: 'n', uid: 'Node:n' } })
    expect(tokenOf({ spec: { boundObjectRef: pod } })).toMatchObject({ pod: { name: 'web' }, node: { name: 'n', uid: 'Node:n' } })
  })

  it.each([
    ['a ServiceAccount that is not there', {}, 'shop/none', '404 serviceaccounts "none" not found'],
    ['another name', { metadata: { name: 'x' } }, undefined, '422 TokenRequest.authentication.k8s.io "web" is invalid: metadata.name: ' +
      'Invalid value: "x": must match the service account name if specified'],
    ['another namespace', { metadata: { namespace: 'x' } }, undefined, '422 TokenRequest.authentication.k8s.io "web" is invalid: ' +
      'metadata.namespace: Invalid value: "x": must match the service account namespace if specified'],
    ['another uid (TestTokenRequest_ServiceAccountUIDValidation)', { metadata: { uid: 'wrong-sa-uid-456' } }, undefined,
      '409 Operation cannot be fulfilled on TokenRequest.authentication.k8s.io "web": the UID in the token request (wrong-sa-uid-456) ' +
      `does not match the UID of the service account (${uid})`],
    ['the same uid', { metadata: { uid } }, undefined, 'given'],
    ['too short a time', { spec: { expirationSeconds: 60 } }, undefined, '422 TokenRequest.authentication.k8s.io "" is invalid: ' +
      'spec.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes'],
    ['too long a time', { spec: { expirationSeconds: 2 ** 32 + 1 } }, undefined, '422 TokenRequest.authentication.k8s.io "" is invalid: ' +
      'spec.expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds'],
    ['a pod that is not there', { spec: { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'x' } } }, undefined, '404 pods "x" not found'],
    ['a pod of another account', { spec: { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'web' } } }, 'shop/other',
      '400 cannot bind token for serviceaccount "other" to pod running with different serviceaccount name.'],
    ['a pod that was made again', { spec: { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'web', uid: 'old' } } }, undefined,
      '409 Operation cannot be fulfilled on Pod "web": the UID in the bound object reference (old) does not match the UID in record. ' +
      'The object might have been deleted and then recreated'],
    ['a kind that tokens are not bound to', { spec: { boundObjectRef: { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'x' } } }, undefined,
      '400 cannot bind token to object of type apps/v1, Kind=ReplicaSet'],
    ['another kind of the core', { spec: { boundObjectRef: { apiVersion: 'v1', kind: 'Service', name: 'x' } } }, undefined,
      '400 cannot bind token to object of type /v1, Kind=Service'],
  ] as const)('for %s', (_, body, key, wanted) => {
    server.must({ verb: 'create', resource: 'serviceaccounts', key: 'shop', body: account('other') })
    expect(said(body, key)).toBe(wanted)
  })
})
