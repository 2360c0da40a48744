/**
 * Pods: `pkg/apis/core/validation/validation.go` ValidatePodCreate, ValidatePodUpdate,
 * ValidatePodStatusUpdate.
 */
import { equal } from '#kernel/value'
import { containerShouldRestart } from '../pods.js'
import type { Container, ContainerStatus, Input, Pod, PodSpec, Toleration } from '../types.js'
import { all, each, forbiddenIf, nameIfSet, qualifiedName, when, type Errors } from './check.js'
import { validateContainerUpdates, validateImageNames } from './containers.js'
import { forbidden, invalid, valid } from './field.js'
import { isDualStack, validateIP } from './ip.js'
import { immutable, validateMeta, validateMetaUpdate } from './meta.js'
import { nameIsDNSSubdomain } from './names.js'
import { validateDeletionCost, validatePodSpec } from './pod-spec.js'
import { validateTolerations } from './scheduling.js'

type InputPod = Input<Pod>

/** `validatePodMetadataAndSpec`. */
function validatePod(pod: InputPod): Errors {
  const spec = pod.spec ?? {}
  return all(
    validateMeta(pod.metadata, true, nameIsDNSSubdomain),
    validateDeletionCost(pod.metadata?.annotations, 'metadata.annotations'),
    validatePodSpec(spec, 'spec', true),
    validateImageNames(spec.containers, 'spec.containers'),
    validateImageNames(spec.initContainers, 'spec.initContainers'))
}

export const validatePodCreate = (pod: InputPod): Errors => all(
  validatePod(pod),
  forbiddenIf((pod.spec?.ephemeralContainers ?? []).length > 0, 'spec.ephemeralContainers',
    'cannot be set on create'),
  forbiddenIf((pod.spec?.nodeName ?? '') !== '' && (pod.spec?.schedulingGates ?? []).length > 0, 'spec.nodeName',
    'cannot be set until all schedulingGates have been cleared'))

const updatable = [
  '`spec.containers[*].image`', '`spec.initContainers[*].image`', '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
]

/**
 * What a user may change in a running pod is little; the rest is upstream's one long sentence, without its
 * diff.
 */
export function validatePodUpdate(pod: InputPod, old: InputPod): Errors {
  const [spec, before] = [pod.spec ?? {}, old.spec ?? {}]
  const containers = validateContainerUpdates(spec.containers ?? [], before.containers ?? [], 'spec.containers')
  const initContainers =
    validateContainerUpdates(spec.initContainers ?? [], before.initContainers ?? [], 'spec.initContainers')
  const first = all(validateMetaUpdate(pod.metadata, old.metadata), validatePod(pod), containers, initContainers)
  if (spec.containers?.length !== before.containers?.length) return first
  if (spec.initContainers?.length !== before.initContainers?.length) return first
  return all(
    first,
    validateDeadlineUpdate(spec.activeDeadlineSeconds, before.activeDeadlineSeconds),
    validateAddedTolerations(spec.tolerations ?? [], before.tolerations ?? []),
    validateRemovedGates(spec, before),
    forbiddenIf(!equal(withOldImages(spec, before), before), 'spec',
      `pod updates may not change fields other than ${updatable.join(',')}`))
}

/** The new spec with everything that may change taken from the old one. */
function withOldImages(spec: Input<PodSpec>, old: Input<PodSpec>): Input<PodSpec> {
  const image = (list: readonly Input<Container>[] | undefined, before: readonly Input<Container>[] | undefined) =>
    list?.map((container, index) => ({ ...container, image: before?.[index]?.image }))
  const wasGated = (old.schedulingGates ?? []).length > 0
  const wasNegative = (old.terminationGracePeriodSeconds ?? 0) < 0 && spec.terminationGracePeriodSeconds === 1
  return {
    ...spec,
    containers: image(spec.containers, old.containers),
    initContainers: image(spec.initContainers, old.initContainers),
    activeDeadlineSeconds: old.activeDeadlineSeconds,
    tolerations: old.tolerations,
    schedulingGates: old.schedulingGates,
    ...(wasNegative ? { terminationGracePeriodSeconds: old.terminationGracePeriodSeconds } : {}),
    // a gated pod may still be told where to go
    ...(wasGated ? { nodeSelector: old.nodeSelector, affinity: old.affinity } : {}),
  }
}

function validateDeadlineUpdate(deadline: number | undefined, old: number | undefined): Errors {
  const path = 'spec.activeDeadlineSeconds'
  if (deadline === undefined) {
    return when(old !== undefined, () =>
      invalid(path, null, 'must not update from a positive integer to nil value'))
  }
  return when(old !== undefined && old < deadline, () =>
    invalid(path, deadline, 'must be less than or equal to previous value'))
}

function validateAddedTolerations(
  tolerations: readonly Input<Toleration>[], old: readonly Input<Toleration>[],
): Errors {
  const kept = old.every((before) => tolerations.some((after) =>
    equal({ ...before, tolerationSeconds: after.tolerationSeconds }, after)))
  return kept ? validateTolerations(tolerations, 'spec.tolerations')
    : [forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds')]
}

const validateRemovedGates = (spec: Input<PodSpec>, old: Input<PodSpec>): Errors =>
  each(spec.schedulingGates, 'spec.schedulingGates', ({ name = '' }, place) =>
    forbiddenIf(!old.schedulingGates?.some((gate) => gate.name === name), `${place}.name`,
      `only deletion is allowed, but found new scheduling gate '${name}'`))

const systemConditions = ['PodScheduled', 'Ready', 'Initialized']

/** `ValidatePodStatusUpdate`: `old` is stored, so its spec is complete. */
export function validatePodStatusUpdate(pod: InputPod, old: Pod): Errors {
  const [status, before] = [pod.status ?? {}, old.status]
  const ips = (status.podIPs ?? []).map(({ ip = '' }) => ip)
  return all(
    validateMetaUpdate(pod.metadata, old.metadata),
    each(status.conditions, 'status.conditions', ({ type = '' }, place) =>
      (systemConditions.includes(type) ? valid : qualifiedName(`${place}.Type`, type))),
    forbiddenIf(pod.spec?.nodeName !== old.spec.nodeName, 'status.nodeName', 'may not be changed directly'),
    status.nominatedNodeName === before.nominatedNodeName ? valid
      : nameIfSet('status.nominatedNodeName', status.nominatedNodeName, nameIsDNSSubdomain),
    immutable('status.qosClass', status.qosClass, before.qosClass),
    validateTransitions(status.containerStatuses, before.containerStatuses, old.spec.containers, old.spec,
      'status.containerStatuses'),
    validateTransitions(status.initContainerStatuses, before.initContainerStatuses,
      (old.spec.initContainers ?? []).filter((one) => one.restartPolicy !== 'Always'), old.spec,
      'status.initContainerStatuses'),
    each(ips, 'status.podIPs', (ip, place) => validateIP(place, ip, before.podIPs?.map((one) => one.ip))),
    when(ips.length > 1 && (ips.length > 2 || !isDualStack(ips)), () =>
      invalid('status.podIPs', status.podIPs, 'may specify no more than one IP for each IP family')))
}

/** `ValidateContainerStateTransition`: a container that its policy does not restart stays terminated. */
function validateTransitions(
  statuses: readonly Input<ContainerStatus>[] | undefined, old: readonly ContainerStatus[] | undefined,
  containers: readonly Container[], spec: PodSpec, path: string,
): Errors {
  return each(old, path, ({ name, state }, place) => {
    const container = containers.find((one) => one.name === name)
    const after = statuses?.find((one) => one.name === name)
    if (state.terminated === undefined || container === undefined || after === undefined) return valid
    return forbiddenIf(
      after.state?.terminated === undefined && !containerShouldRestart(container, spec, state.terminated.exitCode),
      `${place}.state`, 'may not be transitioned to non-terminated state')
  })
}
