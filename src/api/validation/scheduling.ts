/** Tolerations, taints, affinity and topology spread: `pkg/apis/core/validation/validation.go`. */
import type {
  Affinity, Input, LabelSelector, NodeSelectorRequirement, NodeSelectorTerm, PodAffinity, PodAffinityTerm,
  Taint,
  Toleration, TopologySpreadConstraint,
} from '../types.js'
import {
  all, complain, each, isSet, oneOf, positive, qualifiedName, requiredOneOf, when, type Errors,
} from './check.js'
import { duplicate, forbidden, invalid, notSupported, required, valid } from './field.js'
import { validateLabelSelector } from './meta.js'
import { isLabelKey, isLabelValue, nameIsDNSLabel, nameIsDNSSubdomain } from './names.js'

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

/** `ValidateTolerations`. */
export const validateTolerations = (tolerations: readonly Input<Toleration>[] | undefined, path: string): Errors =>
  each(tolerations, path, ({ key = '', operator = '', value = '', effect = '', tolerationSeconds }, place) => all(
    key === '' ? valid : qualifiedName(`${place}.key`, key),
    when(key === '' && operator !== 'Exists', () => invalid(`${place}.operator`, operator,
      'operator must be Exists when `key` is empty, which means "match all values and all keys"')),
    when(tolerationSeconds !== undefined && effect !== 'NoExecute', () =>
      invalid(`${place}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set")),
    validateTolerationValue(operator, value, `${place}.operator`),
    effect === '' ? valid : oneOf(`${place}.effect`, effect, effects)))

function validateTolerationValue(operator: string, value: string, path: string): Errors {
  switch (operator) {
    case '': case 'Equal': {
      const complaints = isLabelValue(value)
      return when(complaints.length > 0, () => invalid(path, value, complaints.join(';')))
    }
    case 'Exists':
      return when(value !== '', () => invalid(path, value, "value must be empty when `operator` is 'Exists'"))
    case 'Lt': case 'Gt': return [notSupported(path, operator, ['Equal', 'Exists', 'Lt', 'Gt'])]
    default: return [notSupported(path, operator, ['Equal', 'Exists'])]
  }
}

/** `validateNodeTaints`. */
export function validateTaints(taints: readonly Input<Taint>[] | undefined, path: string): Errors {
  const seen = new Set<string>()
  return each(taints, path, (taint, place) => {
    const { key = '', value = '', effect = '' } = taint
    const complaints = isLabelValue(value)
    const pair = `${effect} ${key}`
    const repeated = seen.has(pair)
    seen.add(pair)
    return all(
      qualifiedName(`${place}.key`, key),
      when(complaints.length > 0, () => invalid(`${place}.value`, value, complaints.join(';'))),
      requiredOneOf(`${place}.effect`, effect, effects),
      when(repeated, () => ({
        ...duplicate(place, { Key: key, Value: value, Effect: effect, TimeAdded: null }),
        detail: 'taints must be unique by key and effect pair',
      })))
  })
}

/** `validateAffinity`. */
export function validateAffinity(affinity: Input<Affinity> | undefined, path: string): Errors {
  const node = affinity?.nodeAffinity
  const hard = node?.requiredDuringSchedulingIgnoredDuringExecution
  const required_ = `${path}.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms`
  const preferred = `${path}.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution`
  return all(
    hard === undefined ? valid
      : (hard.nodeSelectorTerms ?? []).length === 0
        ? [required(required_, 'must have at least one node selector term')]
        : each(hard.nodeSelectorTerms, required_, (term, place) => validateNodeSelectorTerm(term, place, true)),
    each(node?.preferredDuringSchedulingIgnoredDuringExecution, preferred, ({ weight = 0, preference }, place) =>
      all(validateWeight(weight, place),
        validateNodeSelectorTerm(preference ?? {}, `${place}.preference`, false))),
    validatePodAffinity(affinity?.podAffinity, `${path}.podAffinity`),
    validatePodAffinity(affinity?.podAntiAffinity, `${path}.podAntiAffinity`))
}

const validateWeight = (weight: number, path: string): Errors =>
  when(weight <= 0 || weight > 100, () => invalid(`${path}.weight`, weight, 'must be in the range 1-100'))

const validateNodeSelectorTerm = (
  term: Input<NodeSelectorTerm>, path: string, strictValues: boolean,
): Errors => all(
  each(term.matchExpressions, `${path}.matchExpressions`, (requirement, place) =>
    validateNodeRequirement(requirement, place, strictValues)),
  each(term.matchFields, `${path}.matchFields`, validateNodeFieldRequirement))

function validateNodeRequirement(
  { key = '', operator = '', values = [] }: Input<NodeSelectorRequirement>, path: string, strictValues: boolean,
): Errors {
  return all(
    validateNodeOperator(operator, values.length, path),
    complain(`${path}.key`, key, isLabelKey(key)),
    strictValues
      ? each(values, `${path}.values`, (value, place) => complain(place, value, isLabelValue(value))) : valid)
}

function validateNodeOperator(operator: string, count: number, path: string): Errors {
  switch (operator) {
    case 'In': case 'NotIn':
      return when(count === 0, () =>
        required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"))
    case 'Exists': case 'DoesNotExist':
      return when(count > 0, () =>
        forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
    case 'Gt': case 'Lt':
      return when(count !== 1, () =>
        required(`${path}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"))
    default: return [invalid(`${path}.operator`, operator, 'not a valid selector operator')]
  }
}

const validateNodeFieldRequirement = (
  { key = '', operator = '', values = [] }: Input<NodeSelectorRequirement>, path: string,
): Errors => all(
  operator === 'In' || operator === 'NotIn'
    ? when(values.length !== 1, () => required(`${path}.values`,
      "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"))
    : [invalid(`${path}.operator`, operator, 'not a valid selector operator')],
  key === 'metadata.name'
    ? each(values, `${path}.values`, (value, place) => complain(place, value, nameIsDNSSubdomain(value, false)))
    : [invalid(`${path}.key`, key, 'not a valid field selector key')])

const validatePodAffinity = (affinity: Input<PodAffinity> | undefined, path: string): Errors => all(
  each(affinity?.requiredDuringSchedulingIgnoredDuringExecution,
    `${path}.requiredDuringSchedulingIgnoredDuringExecution`, validatePodAffinityTerm),
  each(affinity?.preferredDuringSchedulingIgnoredDuringExecution,
    `${path}.preferredDuringSchedulingIgnoredDuringExecution`, ({ weight = 0, podAffinityTerm }, place) =>
      all(validateWeight(weight, place),
        validatePodAffinityTerm(podAffinityTerm ?? {}, `${place}.podAffinityTerm`))))

const validatePodAffinityTerm = (term: Input<PodAffinityTerm>, path: string): Errors => all(
  validateLabelSelector(term.labelSelector, `${path}.labelSelector`),
  validateLabelSelector(term.namespaceSelector, `${path}.namespaceSelector`),
  ...(term.namespaces ?? []).map((name) => complain(`${path}.namespace`, name, nameIsDNSLabel(name, false))),
  validateMatchLabelKeys(term.matchLabelKeys, term.labelSelector, `${path}.matchLabelKeys`),
  validateMatchLabelKeys(term.mismatchLabelKeys, term.labelSelector, `${path}.mismatchLabelKeys`),
  each(term.matchLabelKeys, `${path}.matchLabelKeys`, (key, place) =>
    when(term.mismatchLabelKeys?.includes(key) ?? false, () =>
      invalid(place, key, 'exists in both matchLabelKeys and mismatchLabelKeys'))),
  when(!isSet(term.topologyKey), () => required(`${path}.topologyKey`, 'can not be empty')),
  qualifiedName(`${path}.topologyKey`, term.topologyKey ?? ''))

function validateMatchLabelKeys(
  keys: readonly string[] | undefined, selector: Input<LabelSelector> | undefined, path: string,
): Errors {
  if (keys === undefined || keys.length === 0) return valid
  if (selector === undefined) return [forbidden(path, 'must not be specified when labelSelector is not set')]
  return each(keys, path, (key, place) => qualifiedName(place, key))
}

/** `validateTopologySpreadConstraints`. */
export const validateTopologySpread = (
  constraints: readonly Input<TopologySpreadConstraint>[] | undefined, path: string,
): Errors => each(constraints, path, (constraint, place, index) => {
  const { topologyKey = '', whenUnsatisfiable = '', minDomains } = constraint
  const repeated = constraints?.slice(index + 1).some((other) =>
    other.topologyKey === constraint.topologyKey && other.whenUnsatisfiable === constraint.whenUnsatisfiable)
  return all(
    positive(`${place}.maxSkew`, constraint.maxSkew),
    when(topologyKey === '', () => required(`${place}.topologyKey`, 'can not be empty')),
    oneOf(`${place}.whenUnsatisfiable`, whenUnsatisfiable, ['DoNotSchedule', 'ScheduleAnyway']),
    when(repeated === true, () =>
      duplicate(`${place}.{topologyKey, whenUnsatisfiable}`, `{${topologyKey}, ${whenUnsatisfiable}}`)),
    minDomains === undefined ? valid : positive(`${place}.minDomains`, minDomains),
    when(minDomains !== undefined && whenUnsatisfiable !== 'DoNotSchedule', () => invalid(`${place}.minDomains`,
      minDomains, `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`)),
    oneOf(`${place}.nodeAffinityPolicy`, constraint.nodeAffinityPolicy, ['Honor', 'Ignore']),
    oneOf(`${place}.nodeTaintsPolicy`, constraint.nodeTaintsPolicy, ['Honor', 'Ignore']),
    validateMatchLabelKeys(constraint.matchLabelKeys, constraint.labelSelector, `${place}.matchLabelKeys`),
    validateLabelSelector(constraint.labelSelector, `${place}.labelSelector`))
})
