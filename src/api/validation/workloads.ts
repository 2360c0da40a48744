/**
 * Deployments, ReplicaSets and budgets: `pkg/apis/apps/validation/validation.go`,
 * `pkg/apis/policy/validation/validation.go`.
 */
import { equal } from '#kernel/value'
import { selectorMatches } from '../selectors.js'
import type {
  Deployment, DeploymentSpec, DeploymentStatus, DeploymentStrategy, Input, IntOrString, LabelSelector,
  PodDisruptionBudget, PodTemplateSpec, ReplicaSet, ReplicaSetStatus, RollingUpdateDeployment,
} from '../types.js'
import {
  all, complain, forbiddenIf, immutableField, nonNegative, oneOf, sortedMap, when, type Errors,
} from './check.js'
import { forbidden, invalid, notSupported, required, valid } from './field.js'
import { shownSelector, validateLabelSelector, validateMeta, validateMetaUpdate } from './meta.js'
import { isPercentText, nameIsDNSSubdomain, nameIsPathSegment } from './names.js'
import { validatePodTemplate } from './pod-spec.js'

const toSelector = (selector: Input<LabelSelector>): LabelSelector => selector as LabelSelector // was validated

function validateSelector(selector: Input<LabelSelector> | undefined, path: string): Errors {
  if (selector === undefined) return [required(path)]
  const size = Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length
  return all(
    validateLabelSelector(selector, path),
    when(size === 0, () => invalid(path, shownSelector(selector), 'empty selector is invalid for deployment')))
}

/** `ValidatePodTemplateSpecForReplicaSet`: the selector finds its own pods, and they run for ever. */
function validateTemplate(
  template: Input<PodTemplateSpec> | undefined, selector: Input<LabelSelector> | undefined, path: string,
): Errors {
  if (selector !== undefined && validateLabelSelector(selector, '').length > 0) {
    return [invalid('spec.selector', shownSelector(selector), 'invalid label selector')]
  }
  const labels = template?.metadata?.labels
  const { restartPolicy = '', activeDeadlineSeconds } = template?.spec ?? {}
  return all(
    when(!selectorMatches(selector === undefined ? undefined : toSelector(selector), labels), () =>
      invalid(`${path}.metadata.labels`, sortedMap(labels), '`selector` does not match template `labels`')),
    validatePodTemplate(template ?? {}, path),
    when(restartPolicy !== 'Always', () => notSupported(`${path}.spec.restartPolicy`, restartPolicy, ['Always'])),
    forbiddenIf(activeDeadlineSeconds !== undefined, `${path}.spec.activeDeadlineSeconds`,
      'activeDeadlineSeconds in ReplicaSet is not Supported'))
}

/** `ValidateImmutableField` of a selector, as Go prints one. */
const immutableSelector = (
  selector: Input<LabelSelector> | undefined, old: Input<LabelSelector> | undefined,
): Errors =>
  when(!equal(selector ?? null, old ?? null), () =>
    invalid('spec.selector', selector === undefined ? null : shownSelector(selector), immutableField))

const percentOf = (value: IntOrString): number | undefined =>
  typeof value === 'string' && isPercentText(value).length === 0 ? Number(value.slice(0, -1)) : undefined

/** `ValidatePositiveIntOrPercent`. */
const intOrPercent = (path: string, value: IntOrString): Errors =>
  typeof value === 'string' ? complain(path, value, isPercentText(value)) : nonNegative(path, value)

const atMostAll = (path: string, value: IntOrString): Errors =>
  when((percentOf(value) ?? 0) > 100, () => invalid(path, value, 'must not be greater than 100%'))

function validateRollingUpdate(rolling: Input<RollingUpdateDeployment>, path: string): Errors {
  const { maxUnavailable = 0, maxSurge = 0 } = rolling
  const amount = (value: IntOrString): number =>
    percentOf(value) ?? (typeof value === 'number' ? value : Number(value) || 0)
  return all(
    intOrPercent(`${path}.maxUnavailable`, maxUnavailable),
    intOrPercent(`${path}.maxSurge`, maxSurge),
    when(amount(maxUnavailable) === 0 && amount(maxSurge) === 0, () =>
      invalid(`${path}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0')),
    atMostAll(`${path}.maxUnavailable`, maxUnavailable))
}

function validateStrategy(strategy: Input<DeploymentStrategy>, path: string): Errors {
  const { type = '', rollingUpdate } = strategy
  switch (type) {
    case 'Recreate': return when(rollingUpdate !== undefined, () =>
      forbidden(`${path}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'"))
    case 'RollingUpdate': return rollingUpdate === undefined
      ? [required(`${path}.rollingUpdate`, 'this should be defaulted and never be nil')]
      : validateRollingUpdate(rollingUpdate, `${path}.rollingUpdate`)
    default: return [notSupported(path, { Type: type, RollingUpdate: rollingUpdate === undefined ? null
      : { MaxUnavailable: rollingUpdate.maxUnavailable, MaxSurge: rollingUpdate.maxSurge } },
    ['Recreate', 'RollingUpdate'])]
  }
}

function validateDeploymentSpec(spec: Input<DeploymentSpec>): Errors {
  const { minReadySeconds = 0, progressDeadlineSeconds: deadline } = spec
  return all(
    nonNegative('spec.replicas', spec.replicas),
    validateSelector(spec.selector, 'spec.selector'),
    validateTemplate(spec.template, spec.selector, 'spec.template'),
    validateStrategy(spec.strategy ?? {}, 'spec.strategy'),
    nonNegative('spec.minReadySeconds', minReadySeconds),
    nonNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit),
    nonNegative('spec.progressDeadlineSeconds', deadline),
    when(deadline !== undefined && deadline <= minReadySeconds, () =>
      invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds')))
}

export const validateDeployment = (deployment: Input<Deployment>): Errors => all(
  validateMeta(deployment.metadata, true, nameIsDNSSubdomain), validateDeploymentSpec(deployment.spec ?? {}))

export const validateDeploymentUpdate = (deployment: Input<Deployment>, old: Input<Deployment>): Errors => all(
  validateMetaUpdate(deployment.metadata, old.metadata),
  validateDeploymentSpec(deployment.spec ?? {}),
  immutableSelector(deployment.spec?.selector, old.spec?.selector))

const validateReplicaSetSpec = (spec: Input<ReplicaSet['spec']>): Errors => all(
  nonNegative('spec.replicas', spec.replicas),
  nonNegative('spec.minReadySeconds', spec.minReadySeconds),
  validateSelector(spec.selector, 'spec.selector'),
  validateTemplate(spec.template, spec.selector, 'spec.template'))

export const validateReplicaSet = (replicaSet: Input<ReplicaSet>): Errors => all(
  validateMeta(replicaSet.metadata, true, nameIsDNSSubdomain), validateReplicaSetSpec(replicaSet.spec ?? {}))

export const validateReplicaSetUpdate = (replicaSet: Input<ReplicaSet>, old: Input<ReplicaSet>): Errors => all(
  validateMetaUpdate(replicaSet.metadata, old.metadata),
  validateReplicaSetSpec(replicaSet.spec ?? {}),
  immutableSelector(replicaSet.spec?.selector, old.spec?.selector))

type Counts = Input<DeploymentStatus> & Input<ReplicaSetStatus>

function validateCounts(
  status: Counts, fields: readonly (keyof Counts)[], parts: readonly (keyof Counts)[],
): Errors {
  const count = (field: keyof Counts): number => {
    const value = status[field]
    return typeof value === 'number' ? value : 0
  }
  return all(
    ...fields.map((field) => nonNegative(`status.${field}`, count(field))),
    ...parts.map((field) => when(count(field) > count('replicas'), () =>
      invalid(`status.${field}`, count(field), 'cannot be greater than status.replicas'))),
    when(count('availableReplicas') > count('readyReplicas'), () => invalid('status.availableReplicas',
      count('availableReplicas'), 'cannot be greater than readyReplicas')))
}

/** `ValidateDeploymentStatusUpdate`. */
export function validateDeploymentStatusUpdate(deployment: Input<Deployment>, old: Input<Deployment>): Errors {
  const status = deployment.status ?? {}
  const collisions = status.collisionCount ?? 0
  return all(
    validateMetaUpdate(deployment.metadata, old.metadata),
    validateCounts(status, ['observedGeneration', 'replicas', 'updatedReplicas', 'readyReplicas',
      'availableReplicas', 'unavailableReplicas', 'terminatingReplicas', 'collisionCount'],
    ['updatedReplicas', 'readyReplicas', 'availableReplicas']),
    when(collisions < (old.status?.collisionCount ?? 0), () =>
      invalid('status.collisionCount', collisions, 'cannot be decremented')))
}

/** `ValidateReplicaSetStatusUpdate`. */
export const validateReplicaSetStatusUpdate = (
  replicaSet: Input<ReplicaSet>, old: Input<ReplicaSet>,
): Errors => all(
  validateMetaUpdate(replicaSet.metadata, old.metadata),
  validateCounts(replicaSet.status ?? {}, ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas',
    'observedGeneration', 'terminatingReplicas'], ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas']))

/** `ValidatePodDisruptionBudget`. */
export function validatePodDisruptionBudget(budget: Input<PodDisruptionBudget>): Errors {
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy } = budget.spec ?? {}
  const bound = (value: IntOrString | undefined, path: string): Errors =>
    value === undefined ? valid : all(intOrPercent(path, value), atMostAll(path, value))
  return all(
    validateMeta(budget.metadata, true, nameIsPathSegment, false),
    when(minAvailable !== undefined && maxUnavailable !== undefined, () => invalid('spec', {
      MinAvailable: minAvailable, Selector: selector === undefined ? null : shownSelector(selector),
      MaxUnavailable: maxUnavailable, UnhealthyPodEvictionPolicy: unhealthyPodEvictionPolicy ?? null,
    }, 'minAvailable and maxUnavailable cannot be both set')),
    bound(minAvailable, 'spec.minAvailable'),
    bound(maxUnavailable, 'spec.maxUnavailable'),
    validateLabelSelector(selector, 'spec.selector'),
    oneOf('spec.unhealthyPodEvictionPolicy', unhealthyPodEvictionPolicy, ['AlwaysAllow', 'IfHealthyBudget']))
}

export const validatePodDisruptionBudgetUpdate = (
  budget: Input<PodDisruptionBudget>, old: Input<PodDisruptionBudget>,
): Errors => all(validateMetaUpdate(budget.metadata, old.metadata), validatePodDisruptionBudget(budget))
