/**
 * Models: pkg/serviceaccount/claims.go (validator.Validate), pkg/serviceaccount/jwt.go (audiences)
 * Reads: nothing by itself (objects come from a TokenGetter)
 * Writes: nothing
 * Omits: issuer and signature; tokens of other issuers; that the API server looks things up in its informers' caches first
 */
import type { ObjectMeta } from '#api/types'
import { notFoundStatus } from '#api/status'
import type { Ref, Token } from '#machine/token'
import { apiAudiences } from './token.js'

type Found = { readonly metadata: ObjectMeta }

/** The objects that a token names, as the API server has them. */
export interface TokenGetter {
  serviceAccount(namespace: string, name: string): Found | undefined
  pod(namespace: string, name: string): Found | undefined
  secret(namespace: string, name: string): Found | undefined
  node(name: string): Found | undefined
}

/** How long clocks may differ (go-jose jwt.DefaultLeeway), in seconds; what is being deleted is taken that long, too. */
export const leeway = 60

/** When it is, and how long an object has been marked as deleted; both in seconds. */
export interface Clock {
  readonly now: number
  /** `undefined` while the object is not being deleted. */
  deletedAt(object: Found): number | undefined
}

export const invalidated = 'service account token has been invalidated'

/** Why a token is not taken; `undefined` where it is good. Without a clock neither times nor deletion marks count. */
export function invalid(token: Token, getter: TokenGetter, clock?: Clock): string | undefined {
  return outOfTime(token, clock) ?? accountInvalid(token, getter, clock) ?? boundInvalid(token, getter, clock)
}

function outOfTime({ times }: Token, clock: Clock | undefined): string | undefined {
  if (times === undefined || clock === undefined) return undefined
  const { now } = clock
  if (now + leeway < times.notBefore) return 'service account token is not valid yet'
  if (now - leeway > times.expiry) return 'service account token has expired'
  if (now + leeway < times.issuedAt) return 'service account token is issued in the future'
  return undefined
}

const isDeleted = (object: Found, clock: Clock | undefined): boolean => {
  const at = clock?.deletedAt(object)
  return at !== undefined && at < (clock?.now ?? 0) - leeway
}

function accountInvalid({ namespace, serviceAccount: { name, uid } }: Token, getter: TokenGetter, clock: Clock | undefined) {
  const account = getter.serviceAccount(namespace, name)
  if (account === undefined) return notFoundStatus('serviceaccounts', name).message
  if (uid !== '' && account.metadata.uid !== uid) return `service account UID (${account.metadata.uid}) does not match claim (${uid})`
  return isDeleted(account, clock) ? `service account ${namespace}/${name} has been deleted` : undefined
}

function boundInvalid({ namespace, secret, pod, node }: Token, getter: TokenGetter, clock: Clock | undefined) {
  const to = (kind: string, ref: Ref | undefined, find: (name: string) => Found | undefined): string | undefined => {
    if (ref === undefined) return undefined
    const object = find(ref.name)
    if (object === undefined) return invalidated
    const { uid } = object.metadata
    if (uid !== ref.uid) return `${kind} UID (${uid}) does not match service account ${kind} ref claim (${ref.uid})`
    return isDeleted(object, clock) ? invalidated : undefined
  }
  return to('secret', secret, (name) => getter.secret(namespace, name))
    ?? to('pod', pod, (name) => getter.pod(namespace, name))
    // A pod's token only mentions its node.
    ?? to('node', pod === undefined ? node : undefined, (name) => getter.node(name))
}

const list = (texts: readonly string[]): string => `[${texts.map((text) => JSON.stringify(text)).join(' ')}]`

/** Why the token is not meant for any of `wanted`; a token that names nobody is meant for the API server. */
export function misdirected({ audiences }: Token, wanted: readonly string[] = apiAudiences): string | undefined {
  const own = audiences.length === 0 ? apiAudiences : audiences
  return own.some((audience) => wanted.includes(audience)) ? undefined
    : `token audiences ${list(own)} is invalid for the target audiences ${list(wanted)}`
}
