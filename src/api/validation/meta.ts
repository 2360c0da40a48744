/**
 * Metadata, labels and label selectors.
 * Sources: apimachinery `pkg/api/validation/objectmeta.go`, `pkg/apis/meta/v1/validation/validation.go`.
 */
import { equal } from '#kernel/value'
import { byteLength } from '../text.js'
import type {
  Input, Json, Labels, LabelSelector, LabelSelectorRequirement, NamespacedMeta, OwnerReference,
} from '../types.js'
import {
  all, child, complain, each, forbiddenIf, immutableField, isSet, nonNegative, sortedMap, when, type Errors,
} from './check.js'
import { forbidden, invalid, required, tooLong, valid } from './field.js'
import { isLabelKey, isLabelValue, nameIsDNSLabel, type NameRule } from './names.js'

export type Meta = Input<NamespacedMeta> | undefined

const TOTAL_ANNOTATION_BYTES = 256 * 1024

/**
 * `ValidateObjectMeta`, for an object as a user or controller hands it in. `core` is for the many kinds whose
 * finalizers must be fully qualified or Kubernetes' own.
 */
export function validateMeta(meta: Meta, namespaced: boolean, rule: NameRule, core = true): Errors {
  const path = 'metadata'
  const { generateName, name, namespace } = meta ?? {}
  return all(
    isSet(generateName) ? complain(`${path}.generateName`, generateName, rule(generateName, true)) : valid,
    isSet(name) ? complain(`${path}.name`, name, rule(name, false))
      : isSet(generateName) ? valid : [required(`${path}.name`, 'name or generateName is required')],
    namespaced
      ? isSet(namespace) ? complain(`${path}.namespace`, namespace, nameIsDNSLabel(namespace, false))
        : [required(`${path}.namespace`)]
      : forbiddenIf(isSet(namespace), `${path}.namespace`, 'not allowed on this type'),
    nonNegative(`${path}.generation`, meta?.generation),
    validateLabels(meta?.labels, `${path}.labels`),
    validateAnnotations(meta?.annotations, `${path}.annotations`),
    validateOwnerReferences(meta?.ownerReferences, `${path}.ownerReferences`),
    validateFinalizers(meta?.finalizers, `${path}.finalizers`),
    core ? each(meta?.finalizers, `${path}.finalizers`, validateKubeFinalizer) : valid)
}

/**
 * `ValidateObjectMetaUpdate`. The resource version is not asked for: inside a World an object's version is its value.
 */
export function validateMetaUpdate(meta: Meta, old: Meta): Errors {
  const path = 'metadata'
  const added = (meta?.finalizers ?? []).filter((one) => !old?.finalizers?.includes(one)).sort()
  const list = added.map((one) => JSON.stringify(one)).join(', ')
  return all(
    forbiddenIf(isPresent(old?.deletionTimestamp) && added.length > 0, `${path}.finalizers`,
      'no new finalizers can be added if the object is being deleted, found new finalizers ' +
      `[]string{${list}}`),
    when((meta?.generation ?? 0) < (old?.generation ?? 0), () =>
      invalid(`${path}.generation`, meta?.generation ?? 0, 'must not be decremented')),
    immutable(`${path}.name`, meta?.name, old?.name),
    immutable(`${path}.namespace`, meta?.namespace, old?.namespace),
    immutable(`${path}.uid`, meta?.uid, old?.uid),
    immutable(`${path}.creationTimestamp`, meta?.creationTimestamp, old?.creationTimestamp),
    immutable(`${path}.deletionTimestamp`, meta?.deletionTimestamp, old?.deletionTimestamp),
    immutable(`${path}.deletionGracePeriodSeconds`, meta?.deletionGracePeriodSeconds,
      old?.deletionGracePeriodSeconds),
    validateLabels(meta?.labels, `${path}.labels`),
    validateAnnotations(meta?.annotations, `${path}.annotations`),
    validateOwnerReferences(meta?.ownerReferences, `${path}.ownerReferences`))
}

const isPresent = (value: unknown): boolean => value !== undefined && value !== null

/** `ValidateImmutableField`. */
export const immutable = (path: string, value: Json | undefined, old: Json | undefined): Errors =>
  when(!equal(value ?? null, old ?? null), () => invalid(path, value ?? null, immutableField))

export const validateLabels = (labels: Labels | undefined, path: string): Errors =>
  labels === undefined ? valid : all(...Object.entries(labels).map(([key, value]) =>
    all(complain(path, key, isLabelKey(key)), complain(path, value, isLabelValue(value)))))

export function validateAnnotations(annotations: Labels | undefined, path: string): Errors {
  if (annotations === undefined) return valid
  const entries = Object.entries(annotations)
  const total = entries.reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0)
  return all(
    ...entries.map(([key]) => complain(path, key, isLabelKey(key.toLowerCase()))),
    when(total > TOTAL_ANNOTATION_BYTES, () => tooLong(path, TOTAL_ANNOTATION_BYTES)))
}

/** `ValidateOwnerReferences`. */
export function validateOwnerReferences(refs: readonly Input<OwnerReference>[] | undefined, path: string): Errors {
  const controllers = (refs ?? []).filter((ref) => ref.controller === true)
    .map((ref) => `${ref.kind ?? ''}/${ref.name ?? ''}`)
  const [first, ...others] = controllers
  return all(
    ...(refs ?? []).map((ref) => all(
      mustNotBeEmpty(`${path}.apiVersion`, ref.apiVersion, 'version must not be empty'),
      mustNotBeEmpty(`${path}.kind`, ref.kind),
      mustNotBeEmpty(`${path}.name`, ref.name),
      mustNotBeEmpty(`${path}.uid`, ref.uid),
      when(ref.apiVersion === 'v1' && ref.kind === 'Event', () =>
        invalid(path, ref, '/v1, Kind=Event is disallowed from being an owner')))),
    others.map((other) => invalid(path, refs ?? [],
      'Only one reference can have Controller set to true. ' +
      `Found "true" in references for ${first ?? ''} and ${other}`)))
}

const mustNotBeEmpty = (path: string, value: string | undefined, detail = 'must not be empty'): Errors =>
  when(!isSet(value), () => invalid(path, '', detail))

export const validateFinalizers = (finalizers: readonly string[] | undefined, path: string): Errors => all(
  ...(finalizers ?? []).map((finalizer) => complain(path, finalizer, isLabelKey(finalizer))),
  when(finalizers !== undefined && finalizers.includes('orphan') && finalizers.includes('foregroundDeletion'), () =>
    invalid(path, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set')))

const standardFinalizers = ['kubernetes', 'orphan', 'foregroundDeletion']

/** `validateKubeFinalizerName`. */
export const validateKubeFinalizer = (finalizer: string, path: string): Errors =>
  when(!finalizer.includes('/') && !standardFinalizers.includes(finalizer), () =>
    invalid(path, finalizer, 'name is neither a standard finalizer name nor is it fully qualified'))

/** `ValidateLabelSelector`. */
export const validateLabelSelector = (selector: Input<LabelSelector> | undefined, path: string): Errors => all(
  validateLabels(selector?.matchLabels, child(path, 'matchLabels')),
  each(selector?.matchExpressions, child(path, 'matchExpressions'), validateSelectorRequirement))

function validateSelectorRequirement(requirement: Input<LabelSelectorRequirement>, path: string): Errors {
  const { key = '', operator = '', values = [] } = requirement
  return all(
    validateOperator(operator, values, path),
    complain(`${path}.key`, key, isLabelKey(key)),
    each(values, `${path}.values`, (value, place) => complain(place, value, isLabelValue(value))))
}

function validateOperator(operator: string, values: readonly string[], path: string): Errors {
  switch (operator) {
    case 'In': case 'NotIn':
      return when(values.length === 0, () =>
        required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"))
    case 'Exists': case 'DoesNotExist':
      return when(values.length > 0, () =>
        forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
    default:
      return [invalid(`${path}.operator`, operator, 'not a valid selector operator')]
  }
}

/** The selector as Go prints it: labels sorted, empty members left out. */
export const shownSelector = (selector: Input<LabelSelector>): Json => ({
  ...(Object.keys(selector.matchLabels ?? {}).length === 0 ? {} : { matchLabels: sortedMap(selector.matchLabels) }),
  ...((selector.matchExpressions ?? []).length === 0 ? {} : { matchExpressions: selector.matchExpressions }),
})
