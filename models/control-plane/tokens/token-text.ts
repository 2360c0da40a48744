/**
 * Models: pkg/serviceaccount/jwt.go, claims.go: what a token looks like as text, in a file or in a header
 * Reads: nothing
 * Writes: nothing
 * Omits: the signature (a fixed word in its place); times, which tokens in a World do not have
 */
import { serviceAccountUser } from '#machine/binding-subjects'
import type { Ref, Token } from '#machine/token'
import { apiAudiences } from './token.js'

const [issuer = ''] = apiAudiences

const base64url = (value: unknown): string =>
  btoa(JSON.stringify(value)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')

interface Private {
  readonly namespace: string
  readonly serviceaccount: Ref
  readonly pod?: Ref
  readonly secret?: Ref
  readonly node?: Ref
}

interface Claims {
  readonly 'aud': readonly string[]
  readonly 'jti'?: string
  readonly 'kubernetes.io': Private
}

/** A JSON web token. */
export function textOf({ namespace, serviceAccount, audiences, pod, secret, node, id }: Token): string {
  const own: Private = {
    namespace, serviceaccount: serviceAccount,
    ...(pod === undefined ? {} : { pod }), ...(secret === undefined ? {} : { secret }), ...(node === undefined ? {} : { node }),
  }
  const claims = {
    'aud': audiences, 'iss': issuer, ...(id === undefined ? {} : { jti: id }), 'kubernetes.io': own,
    'sub': serviceAccountUser(namespace, serviceAccount.name),
  }
  return `${base64url({ alg: 'RS256', kid: 'orrery' })}.${base64url(claims)}.signature`
}

/** The token of a text; `undefined` where it is none that the API server made. */
export function tokenOf(text: string): Token | undefined {
  const [header, body = '', signature, ...more] = text.trim().split('.')
  if (signature !== 'signature' || more.length > 0 || header !== base64url({ alg: 'RS256', kid: 'orrery' })) return undefined
  try {
    const { aud, jti, 'kubernetes.io': { namespace, serviceaccount, pod, secret, node } } =
      JSON.parse(atob(body.replaceAll('-', '+').replaceAll('_', '/'))) as Claims // it is signed
    return {
      namespace, serviceAccount: serviceaccount, audiences: aud, ...(pod === undefined ? {} : { pod }),
      ...(secret === undefined ? {} : { secret }), ...(node === undefined ? {} : { node }), ...(jti === undefined ? {} : { id: jti }),
    }
  } catch {
    return undefined
  }
}
