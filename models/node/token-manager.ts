/**
 * Models: pkg/kubelet/token/token_manager.go (keyFunc, requiresRefresh, GetServiceAccountToken, DeleteServiceAccountToken)
 * Reads: nothing (it is handed a cache, a request and the time)
 * Writes: nothing
 * Omits: the jitter of up to ten seconds, but for being told of it
 */
import type { TokenRequest } from '../control-plane/tokens/token-request.js'

const oneDay = 24 * 60 * 60

/** Requests for the same token have the same key; whose ServiceAccount was made again has another. */
export function cacheKey(namespace: string, name: string, { metadata, spec = {} }: TokenRequest): string {
  const { audiences = [], expirationSeconds = 0, boundObjectRef: { kind = '', apiVersion = '', name: of = '', uid = '' } = {} } = spec
  return JSON.stringify([name, namespace, audiences, expirationSeconds, kind, apiVersion, of, uid, metadata?.uid ?? ''])
}

/** Times in seconds. A token is asked for anew after 80 % of its life, and after a day; earlier by `jitter`, below ten seconds. */
export function requiresRefresh({ spec, status }: TokenRequest, now: number, jitter = 0): boolean {
  const seconds = spec?.expirationSeconds
  if (seconds === undefined) return false
  const expires = status?.expirationTimestamp ?? 0
  if (now > expires - seconds + oneDay - jitter) return true
  return now > expires - Math.floor(seconds * 20 / 100) - jitter
}

/** After how many seconds `requiresRefresh` becomes true of a token of that life. */
export const refreshAfter = (expirationSeconds: number): number =>
  Math.min(oneDay, expirationSeconds - Math.floor(expirationSeconds * 20 / 100))

export const isExpired = ({ status }: TokenRequest, now: number): boolean => now > (status?.expirationTimestamp ?? 0)

export type TokenCache = Readonly<Record<string, TokenRequest>>

export type Fetched =
  | { readonly ok: true; readonly token: TokenRequest }
  | { readonly ok: false; readonly message: string }

/** Whether the cached token will do; `undefined` where the API server must be asked. */
export function cachedToken(cache: TokenCache, key: string, now: number, jitter = 0): TokenRequest | undefined {
  const cached = cache[key]
  return cached === undefined || requiresRefresh(cached, now, jitter) ? undefined : cached
}

/** What becomes of the API server's answer: the old token stays in use while it lasts. */
export function taken(cache: TokenCache, key: string, answer: Fetched, now: number): { readonly cache: TokenCache; readonly result: Fetched } {
  if (answer.ok) return { cache: { ...cache, [key]: answer.token }, result: answer }
  const cached = cache[key]
  if (cached === undefined) return { cache, result: { ok: false, message: `failed to fetch token: ${answer.message}` } }
  return { cache, result: isExpired(cached, now)
    ? { ok: false, message: `token ${key} expired and refresh failed: ${answer.message}` } : { ok: true, token: cached } }
}

const without = (cache: TokenCache, isGone: (token: TokenRequest) => boolean): TokenCache =>
  Object.fromEntries(Object.entries(cache).filter(([, token]) => !isGone(token)))

/** The pod is gone: its tokens are forgotten. */
export const withoutPod = (cache: TokenCache, uid: string): TokenCache =>
  without(cache, ({ spec }) => spec?.boundObjectRef?.uid === uid)

/** Once a minute. */
export const withoutExpired = (cache: TokenCache, now: number): TokenCache => without(cache, (token) => isExpired(token, now))
