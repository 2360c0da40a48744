/**
 * Models: pkg/registry/core/serviceaccount/storage/token.go (TokenREST.Create), pkg/apis/authentication (defaults, validation)
 * Reads: store
 * Writes: nothing
 * Omits: warnings and audit annotations; external signers; the node of a pod from the watch cache
 */
import type { Pod, Status } from '#api/types'
import { badRequest, conflict, invalidStatus, notFoundStatus } from '#api/status'
import { invalid } from '#api/validation/field'
import type { Cells } from '#kernel/cells'
import { objectKey, splitName } from '#machine/objects'
import type { ApiRequest, ApiResponse } from '#machine/request'
import type { Ref, Token } from '#machine/token'
import { apiAudiences, claims, timesFrom, type BoundTo } from './token.js'

export interface BoundObjectReference {
  readonly apiVersion?: string
  readonly kind?: string
  readonly name?: string
  readonly uid?: string
}

/** authentication.k8s.io/v1 */
export interface TokenRequest {
  readonly metadata?: { readonly name?: string; readonly namespace?: string; readonly uid?: string }
  readonly spec?: {
    readonly audiences?: readonly string[]
    readonly expirationSeconds?: number
    readonly boundObjectRef?: BoundObjectReference
  }
  readonly status?: { readonly token: Token; readonly expirationTimestamp?: number }
}

/** The flags of kube-apiserver that tokens depend on. */
export interface TokenOptions {
  readonly audiences: readonly string[]
  /** `--service-account-max-token-expiration`; 0 is none. */
  readonly maxExpirationSeconds: number
  /** `--service-account-extend-token-expiration`. */
  readonly extendExpiration: boolean
  readonly maxExtendedExpirationSeconds: number
}

/** What asks for this many seconds is a pod's own token, whose age is only warned of. */
export const warnOnlyExpirationSeconds = 3607

const oneYear = 365 * 24 * 60 * 60

export const defaultTokenOptions: TokenOptions =
  { audiences: apiAudiences, maxExpirationSeconds: 0, extendExpiration: true, maxExtendedExpirationSeconds: oneYear }

const group = 'authentication.k8s.io'
const kind = `TokenRequest.${group}`

const requestInvalid = (name: string, field: string, value: string | number, detail: string): Status =>
  invalidStatus(kind, name, [invalid(field, value, detail)])

/** What is wrong with a request, before anything but its ServiceAccount is looked up. */
export function validateExpiration(seconds: number): Status | undefined {
  const field = 'spec.expirationSeconds'
  if (seconds < 600) return requestInvalid('', field, seconds, 'may not specify a duration less than 10 minutes')
  return seconds > 2 ** 32
    ? requestInvalid('', field, seconds, 'may not specify a duration larger than 2^32 seconds') : undefined
}

function misnamed({ metadata = {} }: TokenRequest, namespace: string, name: string): Status | undefined {
  const { name: ownName = '', namespace: ownNamespace = '' } = metadata
  if (ownName !== '' && ownName !== name) {
    return requestInvalid(name, 'metadata.name', ownName, 'must match the service account name if specified')
  }
  return ownNamespace === '' || ownNamespace === namespace ? undefined
    : requestInvalid(name, 'metadata.namespace', ownNamespace, 'must match the service account namespace if specified')
}

/** How long the token lasts, and after how long the API server warns of it (0: never). */
export function lifetime(
  requested: number, isPods: boolean, audiences: readonly string[], options: TokenOptions,
): { readonly expiry: number; readonly warnAfter: number } {
  const { maxExpirationSeconds: most } = options
  const seconds = most > 0 && requested > most ? most : requested
  const isOwn = audiences.every((audience) => options.audiences.includes(audience))
  return options.extendExpiration && isPods && seconds === warnOnlyExpirationSeconds && isOwn
    ? { expiry: options.maxExtendedExpirationSeconds, warnAfter: seconds } : { expiry: seconds, warnAfter: 0 }
}

const gvk = (apiVersion: string, name: string): string =>
  `${apiVersion.includes('/') ? apiVersion : `/${apiVersion}`}, Kind=${name}`

/** What the token is to be bound to, as it is stored, or the refusal. */
function boundTo(cells: Cells, ref: BoundObjectReference | undefined, namespace: string, account: string): BoundTo | Status {
  if (ref === undefined) return {}
  const { apiVersion = '', kind: of = '', name = '', uid = '' } = ref
  const isCore = !apiVersion.includes('/')
  const resources = { Pod: 'pods', Node: 'nodes', Secret: 'secrets' } as const
  if (!isCore || (of !== 'Pod' && of !== 'Node' && of !== 'Secret')) {
    return badRequest(`cannot bind token to object of type ${gvk(apiVersion, of)}`)
  }
  const object = cells.read(objectKey(resources[of], of === 'Node' ? name : `${namespace}/${name}`))
  if (object === undefined) return notFoundStatus(resources[of], name)
  if (of === 'Pod' && (object as Pod).spec.serviceAccountName !== account) { // by kind
    return badRequest(`cannot bind token for serviceaccount "${account}" to pod running with different serviceaccount name.`)
  }
  if (uid !== '' && uid !== object.metadata.uid) {
    return conflict(of, name, `the UID in the bound object reference (${uid}) does not match the UID in record. ` +
      'The object might have been deleted and then recreated')
  }
  const self: Ref = { name, uid: object.metadata.uid }
  return of === 'Pod' ? { pod: self, ...nodeOf(cells, object as Pod) } : of === 'Node' ? { node: self } : { secret: self } // by kind
}

function nodeOf(cells: Cells, { spec: { nodeName: name = '' } }: Pod): { readonly node?: Ref } {
  if (name === '') return {}
  return { node: { name, uid: cells.read(objectKey('nodes', name))?.metadata.uid ?? '' } }
}

/** The subresource `token`. Without `now` (in seconds) the token has no times, as in a World. */
export function createToken(cells: Cells, request: ApiRequest, options = defaultTokenOptions, now?: number): ApiResponse {
  const { namespace, name } = splitName(request.key)
  const sent = request.body as TokenRequest // by subresource
  const wrong = misnamed(sent, namespace, name)
  if (wrong !== undefined) return { ok: false, status: wrong }
  const account = cells.read(objectKey('serviceaccounts', request.key))
  if (account === undefined) return { ok: false, status: notFoundStatus('serviceaccounts', name) }
  const { uid } = account.metadata
  const { uid: wanted = '' } = sent.metadata ?? {}
  if (wanted !== '' && wanted !== uid) {
    return { ok: false, status: conflict(kind, name,
      `the UID in the token request (${wanted}) does not match the UID of the service account (${uid})`) }
  }
  const { audiences: asked = [], expirationSeconds = 3600, boundObjectRef } = sent.spec ?? {}
  const audiences = asked.length === 0 ? options.audiences : asked
  const refused = validateExpiration(expirationSeconds)
  if (refused !== undefined) return { ok: false, status: refused }
  const bound = boundTo(cells, boundObjectRef, namespace, name)
  if ('status' in bound) return { ok: false, status: bound }
  const { expiry, warnAfter } = lifetime(expirationSeconds, bound.pod !== undefined, audiences, options)
  const times = now === undefined ? undefined : timesFrom(now, expiry, warnAfter)
  const said = Math.min(expirationSeconds, options.maxExpirationSeconds > 0 ? options.maxExpirationSeconds : Infinity)
  const token = claims(namespace, { name, uid }, bound, audiences, times)
  const answer: TokenRequest = {
    metadata: { name, namespace, uid },
    spec: { ...sent.spec, audiences, expirationSeconds: said },
    status: { token, ...(now === undefined ? {} : { expirationTimestamp: now + said }) },
  }
  return { ok: true, object: answer }
}
