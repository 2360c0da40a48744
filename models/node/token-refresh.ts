/**
 * Models: pkg/kubelet/token/token_manager.go (requiresRefresh)
 * Reads: nothing (it is handed times)
 * Writes: nothing
 * Omits: nothing that is observable
 */

/** A token is not used for longer than this, however long it is valid, in seconds. */
export const maxTokenAge = 24 * 3600

/** A refresh comes earlier by up to so many seconds, at random. */
export const maxTokenJitter = 10

/** A token that the kubelet holds for a pod; times in seconds. */
export interface HeldToken {
  /** `spec.expirationSeconds` of its TokenRequest; the API server always fills it in. */
  readonly expirationSeconds: number | undefined
  /** `status.expirationTimestamp`. */
  readonly expiresAt: number
}

/**
 * The last instant at which a token is still handed out: four fifths of its life after it was issued, or a
 * day, less the jitter. `undefined` where it is never renewed.
 */
export function refreshesAfter({ expirationSeconds, expiresAt }: HeldToken,
  jitter: number): number | undefined {
  if (expirationSeconds === undefined) return undefined
  const issuedAt = expiresAt - expirationSeconds
  const lastFifth = Math.trunc(expirationSeconds * 20 / 100)
  return Math.min(issuedAt + maxTokenAge, expiresAt - lastFifth) - jitter
}

/** `jitter`: from 0 up to `maxTokenJitter`, in whole seconds. */
export function requiresRefresh(token: HeldToken, now: number, jitter: number): boolean {
  const at = refreshesAfter(token, jitter)
  return at !== undefined && now > at
}
