/**
 * Models: staging/src/k8s.io/component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go (GetRequiredNodeAffinity,
 *   PreferredSchedulingTerms), pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go (PreFilter)
 * Reads: nothing (it is handed pods and nodes)
 * Writes: nothing
 * Omits: affinity added by the scheduler's configuration
 */
import type {
  Labels, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm, PodSpec, PreferredSchedulingTerm,
} from '#api/types'
import { compileLabelMap, compileRequirement } from '#api/selectors'

/** What node affinity looks at. */
export interface Place {
  readonly name: string
  readonly labels: Labels
}

export type PlaceMatcher = (place: Place) => boolean

const integer = /^[+-]?[0-9]{1,18}$/

const compare = ({ key, operator, values = [] }: NodeSelectorRequirement): PlaceMatcher => {
  const [bound = ''] = values
  if (values.length !== 1 || !integer.test(bound)) return () => false
  return ({ labels }) => {
    const value = labels[key]
    if (value === undefined || !integer.test(value)) return false
    return operator === 'Gt' ? Number(value) > Number(bound) : Number(value) < Number(bound)
  }
}

function compileExpression(requirement: NodeSelectorRequirement): PlaceMatcher {
  const { key, operator, values = [] } = requirement
  if (operator === 'Gt' || operator === 'Lt') return compare(requirement)
  const matches = compileRequirement({ key, operator, values })
  return ({ labels }) => matches(labels)
}

/** The only field is `metadata.name`; what cannot be parsed matches nothing. */
function compileField({ key, operator, values = [] }: NodeSelectorRequirement): PlaceMatcher {
  const [value] = values
  if (values.length !== 1 || (operator !== 'In' && operator !== 'NotIn')) return () => false
  return ({ name }) => ((key === 'metadata.name' ? name : '') === value) === (operator === 'In')
}

/** A term without requirements matches no node. */
function compileTerm({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm): PlaceMatcher {
  if (matchExpressions.length === 0 && matchFields.length === 0) return () => false
  const all = [...matchExpressions.map(compileExpression), ...matchFields.map(compileField)]
  return (place) => all.every((matches) => matches(place))
}

// Caches of pure functions of immutable objects.
const selectors = new WeakMap<NodeSelector, PlaceMatcher>()
const preferences = new WeakMap<readonly PreferredSchedulingTerm[], (place: Place) => number>()

/** Terms are ORed. */
export function compileNodeSelector(selector: NodeSelector): PlaceMatcher {
  let matcher = selectors.get(selector)
  if (matcher === undefined) {
    const terms = selector.nodeSelectorTerms.map(compileTerm)
    matcher = (place) => terms.some((matches) => matches(place))
    selectors.set(selector, matcher)
  }
  return matcher
}

/** The pod's nodeSelector and required node affinity; `undefined` where it has neither. */
export function requiredNodeAffinity({ nodeSelector, affinity }: PodSpec): PlaceMatcher | undefined {
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  if (nodeSelector === undefined && required === undefined) return undefined
  const byLabels = nodeSelector === undefined ? undefined : compileLabelMap(nodeSelector)
  const byTerms = required === undefined ? undefined : compileNodeSelector(required)
  return (place) => (byLabels === undefined || byLabels(place.labels)) && (byTerms === undefined || byTerms(place))
}

/** The sum of the weights of the preferred terms that match; `undefined` where there are none. */
export function preferredNodeAffinity({ affinity }: PodSpec): ((place: Place) => number) | undefined {
  const preferred = affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution
  if (preferred === undefined) return undefined
  let score = preferences.get(preferred)
  if (score === undefined) {
    const terms = preferred.filter(({ weight }) => weight !== 0)
      .map(({ weight, preference }) => ({ weight, matches: compileTerm(preference) }))
    score = (place) => terms.reduce((sum, { weight, matches }) => sum + (matches(place) ? weight : 0), 0)
    preferences.set(preferred, score)
  }
  return score
}

/**
 * PreFilter: the names of the only nodes that can match, where every term names some; `undefined` for all nodes. An
 * empty list says that the terms contradict each other.
 */
export function nodeNamesOf({ affinity }: PodSpec): readonly string[] | undefined {
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []
  if (terms.length === 0) return undefined
  const names = new Set<string>()
  for (const { matchFields = [] } of terms) {
    let ofTerm: readonly string[] | undefined
    for (const { key, operator, values = [] } of matchFields) {
      if (key !== 'metadata.name' || operator !== 'In') continue
      ofTerm = ofTerm === undefined ? values : ofTerm.filter((name) => values.includes(name))
    }
    if (ofTerm === undefined) return undefined
    for (const name of ofTerm) names.add(name)
  }
  return [...names]
}
