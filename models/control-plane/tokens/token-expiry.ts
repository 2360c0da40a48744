/**
 * Models: pkg/serviceaccount/claims.go (exp), where the time is a World's: a token of a pod is taken until a deadline
 * Reads: deadlines, and what `token-request.ts` reads
 * Writes: elapsed
 * Omits: a token before its last renewal, which is the same text here and lasts as long; those that last a year
 */
import { key, type Cells } from '#kernel/cells'
import type { ApiRequest, ApiResponse } from '#machine/request'
import type { Token } from '#machine/token'
import { createToken, defaultTokenOptions, warnOnlyExpirationSeconds, type TokenRequest } from './token-request.js'

const expiryKey = (id: string): string => key('elapsed', 'tokens', id)

/** Whether the token's time is over. */
export const isExpired = (cells: Pick<Cells, 'pending'>, { id }: Token): boolean => id !== undefined && !cells.pending(expiryKey(id))

/** The subresource `token`, in a World. */
export function createTokenHere(cells: Cells, request: ApiRequest): ApiResponse {
  const response = createToken(cells, request, defaultTokenOptions)
  if (!response.ok) return response
  const answer = response.object as TokenRequest // to a request for a token
  const { spec: { expirationSeconds = 0 } = {}, status } = answer
  const { token } = status ?? {}
  if (token?.pod === undefined || expirationSeconds === warnOnlyExpirationSeconds) return response
  const id = `${token.pod.uid} ${token.audiences.join(' ')} ${expirationSeconds}`
  cells.arm(expiryKey(id), expirationSeconds * 1000)
  return { ok: true, object: { ...answer, status: { ...status, token: { ...token, id } } } satisfies TokenRequest }
}
