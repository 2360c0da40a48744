/** The core/v1 Event: `pkg/apis/core/validation/events.go` legacyValidateEvent, for requests to v1. */
import type { Input, KubeEvent } from '../types.js'
import { all, complain, qualifiedName, requiredText, when, type Errors } from './check.js'
import { invalid, valid } from './field.js'
import { isDNS1123Subdomain } from './names.js'

const tooLongText = (path: string, text: string | undefined, most: number): Errors =>
  when((text ?? '').length > most, () => invalid(path, '', `can have at most ${most} characters`))

export function validateKubeEvent(event: Input<KubeEvent>): Errors {
  const namespace = event.metadata?.namespace ?? ''
  return all(
    validateInvolvedNamespace(event, namespace),
    event.eventTime === undefined || event.eventTime === null ? valid : validateNewStyle(event),
    complain('namespace', namespace, isDNS1123Subdomain(namespace)))
}

/** An event lies in its object's namespace; that of a cluster-scoped object lies in `default`. */
function validateInvolvedNamespace(event: Input<KubeEvent>, namespace: string): Errors {
  const involved = event.involvedObject?.namespace ?? ''
  const isNew = event.eventTime !== undefined && event.eventTime !== null
  const fits = involved === '' ? ['default', isNew ? 'kube-system' : ''].includes(namespace)
    : isNew || involved === namespace
  return when(!fits, () => invalid('involvedObject.namespace', involved, 'does not match event.namespace'))
}

const validateNewStyle = (event: Input<KubeEvent>): Errors => all(
  requiredText('reportingComponent', event.reportingComponent),
  qualifiedName('reportingComponent', event.reportingComponent ?? ''),
  requiredText('reportingInstance', event.reportingInstance),
  tooLongText('reportingInstance', event.reportingInstance, 128),
  requiredText('action', event.action),
  tooLongText('action', event.action, 128),
  requiredText('reason', event.reason),
  tooLongText('reason', event.reason, 128),
  tooLongText('message', event.message, 1024))
