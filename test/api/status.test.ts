import { describe, expect, test } from 'vitest'
import {
  alreadyExists, badRequest, conflict, expired, forbiddenStatus, generateNameConflict, gone, hasReason,
  internalError,
  invalidStatus, isStatus, methodNotSupported, notFoundStatus, serverTimeout, serviceUnavailable, success,
  timeoutStatus,
  tooManyRequests, tooOldResourceVersion, unauthorized,
} from '#api/status'
import type { Status } from '#api/types'
import { invalid, required } from '#api/validation/field'

/** Reasons, codes and messages of apimachinery pkg/api/errors/errors.go. */
describe('the API server answers', () => {
  test.each<[Status, number, string, string]>([
    [notFoundStatus('pods', 'a'), 404, 'NotFound', 'pods "a" not found'],
    [alreadyExists('deployments.apps', 'a'), 409, 'AlreadyExists', 'deployments.apps "a" already exists'],
    [generateNameConflict('pods', 'a', 1), 409, 'AlreadyExists',
      'pods "a" already exists, the server was not able to generate a unique name for the object'],
    [conflict('pods', 'a'), 409, 'Conflict', 'Operation cannot be fulfilled on pods "a": the object has been ' +
      'modified; please apply your changes to the latest version and try again'],
    [forbiddenStatus('pods', 'a', 'no'), 403, 'Forbidden', 'pods "a" is forbidden: no'],
    [forbiddenStatus('pods', '', 'no'), 403, 'Forbidden', 'pods is forbidden: no'],
    [forbiddenStatus('', '', 'no'), 403, 'Forbidden', 'forbidden: no'],
    [tooManyRequests('slow down', 3), 429, 'TooManyRequests', 'slow down'],
    [gone('gone'), 410, 'Gone', 'gone'],
    [expired('old'), 410, 'Expired', 'old'],
    [tooOldResourceVersion(3, 7), 410, 'Expired', 'too old resource version: 3 (7)'],
    [badRequest('no'), 400, 'BadRequest', 'no'],
    [unauthorized(), 401, 'Unauthorized', 'not authorized'],
    [methodNotSupported('pods', 'frob'), 405, 'MethodNotAllowed', 'frob is not supported on resources of kind "pods"'],
    [serverTimeout('pods', 'create', 2), 500, 'ServerTimeout',
      'The create operation against pods could not be completed at this time, please try again.'],
    [timeoutStatus('late'), 504, 'Timeout', 'Timeout: late'],
    [serviceUnavailable('down'), 503, 'ServiceUnavailable', 'down'],
    [internalError('oops'), 500, 'InternalError', 'Internal error occurred: oops'],
  ])('%#: %o', (status, code, reason, message) => {
    expect(status).toMatchObject({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message })
    expect(hasReason(status, status.reason ?? 'Gone')).toBe(true)
  })

  test('with every invalid field, each said once', () => {
    const errors = [
      invalid('spec.replicas', -1, 'must be greater than or equal to 0'), required('spec.selector'),
      required('spec.selector'),
    ]
    expect(invalidStatus('Deployment.apps', 'web', errors)).toEqual({
      kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code: 422, reason: 'Invalid',
      message: 'Deployment.apps "web" is invalid: [spec.replicas: Invalid value: -1: must be greater than or ' +
        'equal to 0, spec.selector: Required value]',
      details: {
        name: 'web', group: 'apps', kind: 'Deployment', causes: [
          { reason: 'FieldValueInvalid', message: 'Invalid value: -1: must be greater than or equal to 0',
            field: 'spec.replicas' },
          { reason: 'FieldValueRequired', message: 'Required value', field: 'spec.selector' },
          { reason: 'FieldValueRequired', message: 'Required value', field: 'spec.selector' },
        ],
      },
    })
  })

  test('with the resource and its group apart', () => {
    expect(notFoundStatus('endpointslices.discovery.k8s.io', 'a').details)
      .toEqual({ name: 'a', group: 'discovery.k8s.io', kind: 'endpointslices' })
  })

  test('with success when a deleted object is gone at once', () => {
    expect(success('pods', 'a', 'u')).toMatchObject({ status: 'Success', details: { name: 'a', kind: 'pods', uid: 'u' } })
  })

  test('with an object, which is no Status', () => {
    expect(isStatus({ kind: 'Pod' })).toBe(false)
    expect(isStatus(undefined)).toBe(false)
  })
})
