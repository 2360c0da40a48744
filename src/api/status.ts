/**
 * `Status` answers with upstream's reason, code and spelling. Source: apimachinery
 * `pkg/api/errors/errors.go`.
 * A resource is its plural, with its group: `pods`, `deployments.apps`, `endpointslices.discovery.k8s.io`.
 */
import type { Status, StatusDetails, StatusReason } from './types.js'
import { errorBody, errorText, type FieldError } from './validation/field.js'

const codes: Readonly<Record<StatusReason, number>> = {
  Unauthorized: 401, Forbidden: 403, NotFound: 404, AlreadyExists: 409, Conflict: 409, Gone: 410, Expired: 410,
  Invalid: 422, ServerTimeout: 500, StoreReadError: 500, Timeout: 504, TooManyRequests: 429, BadRequest: 400,
  MethodNotAllowed: 405, NotAcceptable: 406, RequestEntityTooLarge: 413, UnsupportedMediaType: 415,
  InternalError: 500, ServiceUnavailable: 503,
}

const failure = (reason: StatusReason, message: string, details?: StatusDetails): Status => ({
  kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason,
  ...(details === undefined ? {} : { details }), code: codes[reason],
})

/** `deployments.apps` is resource `deployments` of group `apps`. */
function detailsOf(resource: string, name: string): StatusDetails {
  const dot = resource.indexOf('.')
  const kind = dot < 0 ? resource : resource.slice(0, dot)
  return {
    ...(name === '' ? {} : { name }),
    ...(dot < 0 ? {} : { group: resource.slice(dot + 1) }),
    kind,
  }
}

export const notFoundStatus = (resource: string, name: string): Status =>
  failure('NotFound', `${resource} "${name}" not found`, detailsOf(resource, name))

export const alreadyExists = (resource: string, name: string): Status =>
  failure('AlreadyExists', `${resource} "${name}" already exists`, detailsOf(resource, name))

/** `NewGenerateNameConflict`: the suffixes drawn for `generateName` were all taken. */
export const generateNameConflict = (resource: string, name: string, retryAfterSeconds: number): Status =>
  failure('AlreadyExists',
    `${resource} "${name}" already exists, the server was not able to generate a unique name for the object`,
    { ...detailsOf(resource, name), retryAfterSeconds })

/** What registry/generic/registry says when an update's copy is not the stored one. */
export const optimisticLockError =
  'the object has been modified; please apply your changes to the latest version and try again'

export const conflict = (resource: string, name: string, why: string = optimisticLockError): Status =>
  failure('Conflict', `Operation cannot be fulfilled on ${resource} "${name}": ${why}`, detailsOf(resource, name))

/** `kind` carries its group too: `Deployment.apps`, `Pod`. */
export const invalidStatus = (kind: string, name: string, errors: readonly FieldError[]): Status => {
  const texts = [...new Set(errors.map(errorText))]
  const list = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`
  return failure('Invalid', `${kind} "${name}" is invalid${texts.length === 0 ? '' : `: ${list}`}`, {
    ...detailsOf(kind, name),
    causes: errors.map((error) => ({ reason: error.type, message: errorBody(error), field: error.field })),
  })
}

export const forbiddenStatus = (resource: string, name: string, why: string): Status =>
  failure('Forbidden',
    resource === '' ? `forbidden: ${why}`
      : name === '' ? `${resource} is forbidden: ${why}` : `${resource} "${name}" is forbidden: ${why}`,
    detailsOf(resource, name))

/** `NewTooManyRequests`; the eviction subresource answers with it when a budget has nothing left. */
export const tooManyRequests = (message: string, retryAfterSeconds = 0): Status =>
  failure('TooManyRequests', message, retryAfterSeconds === 0 ? {} : { retryAfterSeconds })

export const gone = (message: string): Status => failure('Gone', message)

/** `NewResourceExpired`: the revision was compacted; list again. */
export const expired = (message: string): Status => failure('Expired', message)

/** What a watch from a revision older than the history answers. */
export const tooOldResourceVersion = (wanted: number | string, oldest: number | string): Status =>
  expired(`too old resource version: ${wanted} (${oldest})`)

export const badRequest = (reason: string): Status => failure('BadRequest', reason)

export const unauthorized = (reason = 'not authorized'): Status => failure('Unauthorized', reason)

export const methodNotSupported = (resource: string, action: string): Status =>
  failure('MethodNotAllowed', `${action} is not supported on resources of kind "${resource}"`,
    detailsOf(resource, ''))

export const serverTimeout = (resource: string, operation: string, retryAfterSeconds: number): Status =>
  failure('ServerTimeout',
    `The ${operation} operation against ${resource} could not be completed at this time, please try again.`,
    { ...detailsOf(resource, operation), ...(retryAfterSeconds === 0 ? {} : { retryAfterSeconds }) })

/** The request may or may not have taken effect. */
export const timeoutStatus = (message: string, retryAfterSeconds = 0): Status =>
  failure('Timeout', `Timeout: ${message}`, retryAfterSeconds === 0 ? {} : { retryAfterSeconds })

export const serviceUnavailable = (reason: string): Status => failure('ServiceUnavailable', reason)

export const unsupportedMediaType = (message: string): Status => failure('UnsupportedMediaType', message)

export const internalError = (why: string): Status =>
  failure('InternalError', `Internal error occurred: ${why}`, { causes: [{ message: why }] })

/** What a delete answers when the object is gone at once. */
export const success = (resource: string, name: string, uid: string): Status => ({
  kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success',
  details: { ...detailsOf(resource, name), uid },
})

/** Whether an answer is a Status and no object. */
export const isStatus = (answer: { readonly kind?: unknown } | undefined): answer is Status =>
  answer?.kind === 'Status'

/** Whether an answer refuses for this reason. */
export const hasReason = (answer: { readonly kind?: unknown } | undefined, reason: StatusReason): boolean =>
  isStatus(answer) && answer.reason === reason
