/** Rows of pkg/controller/serviceaccount/tokens_controller_test.go (TestTokenCreation), as decisions. */
import { describe, expect, it } from 'vitest'
import type { Secret, ServiceAccount } from '#api/types'
import { accountOf, decideSecret, isTokenOf, orphanedTokens, tokenText, withoutReference } from '#models/control-plane/tokens/token-secrets'

const account = (...names: readonly string[]): ServiceAccount => ({
  apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'default', uid: '12345' },
  secrets: names.map((name) => ({ name })),
})

const annotations = { 'kubernetes.io/service-account.name': 'default', 'kubernetes.io/service-account.uid': '12345' }

const whole = { 'token': btoa('ABC'), 'ca.crt': btoa('CA Data'), 'namespace': btoa('default') }

const token = (data: NonNullable<Secret['data']> = whole, more: object = {}): Secret => ({
  apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/service-account-token', data,
  metadata: { name: 'token-secret-1', namespace: 'default', uid: '23456', annotations, ...more },
})

const opaque: Secret = { ...token(), type: 'Opaque', metadata: { name: 'regular-secret-1', namespace: 'default', uid: '23456' } }

const without = (member: keyof typeof whole): NonNullable<Secret['data']> => {
  const { [member]: _, ...others } = whole
  return others
}

const decided = (secret: Secret, found: ServiceAccount | undefined = account('token-secret-1')) => decideSecret(secret, found, 'CA Data')

describe('A secret that is added or updated', () => {
  it('is deleted where its ServiceAccount is not there', () => {
    expect(decideSecret(token(), undefined, 'CA Data')).toEqual({ is: 'delete' })
    expect(decided(token(), { ...account(), metadata: { ...account().metadata, uid: 'another' } })).toEqual({ is: 'delete' })
  })

  it.each([
    ['has all that it needs', token()],
    ['names another namespace, which is kept', token({ ...whole, namespace: btoa('custom') })],
    ['is no token', opaque],
    ['is a token for nobody', token(whole, { annotations: {} })],
  ])('is left alone where it %s', (_, secret) => expect(decided(secret)).toEqual({ is: 'nothing' }))

  it.each([
    ['token data', token(without('token')), token({ ...whole, token: btoa(tokenText(token(), account())) })],
    ['ca data', token(without('ca.crt')), token()],
    ['the right ca data', token({ ...whole, 'ca.crt': btoa('mismatched') }), token()],
    ['namespace data', token(without('namespace')), token()],
    ['anything', token({}), token({ ...whole, token: btoa(tokenText(token(), account())) })],
  ])('is filled in where it lacks %s', (_, secret, wanted) => {
    expect(decided(secret)).toEqual({ is: 'update', secret: wanted })
  })

  it('learns whose it is where it names only the name', () => {
    const named = token(without('token'), { annotations: { 'kubernetes.io/service-account.name': 'default' } })
    expect(accountOf(named)).toEqual({ name: 'default', uid: '' })
    expect(decided(named)).toMatchObject({ is: 'update', secret: { metadata: { annotations } } })
  })

  it('needs no certificate where there is none', () => {
    expect(decideSecret(token(without('ca.crt')), account(), '')).toEqual({ is: 'nothing' })
  })
})

describe('A ServiceAccount that is deleted', () => {
  it('takes its tokens with it, and no other secrets', () => {
    expect(orphanedTokens(account('token-secret-1'), [opaque, token()])).toEqual([token()])
    expect(orphanedTokens(account(), [opaque])).toEqual([])
    const other = token(whole, { annotations: { ...annotations, 'kubernetes.io/service-account.uid': 'another' } })
    expect([isTokenOf(token(), account()), isTokenOf(other, account()), isTokenOf(opaque, account())]).toEqual([true, false, false])
  })
})

describe('A secret that is deleted', () => {
  const ref = { name: 'default', uid: '12345' }

  it.each([
    ['no account', undefined, undefined], ['an account that names it', account('token-secret-1', 'b'), account('b')],
    ['an account that does not', account('b'), undefined],
    ['an account that was made again', { ...account('token-secret-1'), metadata: { ...account().metadata, uid: 'another' } }, undefined],
  ])('is named no more by %s', (_, found, wanted) => {
    expect(withoutReference(found, ref, 'token-secret-1')).toEqual(wanted)
  })
})
