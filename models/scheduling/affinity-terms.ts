/**
 * Models: staging/src/k8s.io/kube-scheduler/framework (GetAffinityTerms, AffinityTerm.Matches),
 *   pkg/registry/core/pod/strategy.go (matchLabelKeys and mismatchLabelKeys of a pod's own terms)
 * Reads: nothing (it is handed the pods)
 * Writes: nothing
 * Omits: nothing that is observable
 */
import type {
  Labels, LabelSelector, LabelSelectorRequirement, Namespace, Pod, PodAffinity, PodAffinityTerm,
} from '#api/types'
import { compileSelector, selectsEverything, type LabelMatcher } from '#api/selectors'

/** A pod as affinity sees it: a pod, or a cohort of pods that look the same. */
export interface Subject {
  readonly namespace: string
  readonly labels: Labels | undefined
}

export interface Term {
  readonly topologyKey: string
  readonly weight: number
  /** `namespaceLabels` are those of the subject's namespace; `undefined` where it is not cached. */
  matches(subject: Subject, namespaceLabels: Labels | undefined): boolean
}

export const subjectOf = (pod: Pod): Subject => ({ namespace: pod.metadata.namespace, labels: pod.metadata.labels })

/** The selector, and the values that the pod itself has for the keys named. */
export function withLabelKeys(
  selector: LabelSelector | undefined, labels: Labels | undefined,
  same: readonly string[] = [], other: readonly string[] = [],
): LabelSelector | undefined {
  if (selector === undefined || (same.length === 0 && other.length === 0)) return selector
  const extra: LabelSelectorRequirement[] = []
  for (const key of same) {
    const value = labels?.[key]
    if (value !== undefined) extra.push({ key, operator: 'In', values: [value] })
  }
  for (const key of other) {
    const value = labels?.[key]
    if (value !== undefined) extra.push({ key, operator: 'NotIn', values: [value] })
  }
  return extra.length === 0 ? selector
    : { ...selector, matchExpressions: [...selector.matchExpressions ?? [], ...extra] }
}

// Caches of pure functions: pods of one template share their terms; the second key is the pod's namespace.
const compiled = new WeakMap<PodAffinityTerm, Map<string, Term>>()

function compileTerm(owner: Subject, term: PodAffinityTerm, weight: number): Term {
  const usesLabels = (term.matchLabelKeys ?? []).length > 0 || (term.mismatchLabelKeys ?? []).length > 0
  const known = usesLabels ? undefined : compiled.get(term)?.get(owner.namespace)
  if (known !== undefined) return known
  const matches = compileSelector(
    withLabelKeys(term.labelSelector, owner.labels, term.matchLabelKeys, term.mismatchLabelKeys))
  const named = term.namespaces ?? []
  const namespaces = named.length === 0 && term.namespaceSelector === undefined ? [owner.namespace] : named
  const inNamespace: LabelMatcher = selectsEverything(term.namespaceSelector)
    ? () => true
    : compileSelector(term.namespaceSelector)
  const result: Term = {
    topologyKey: term.topologyKey,
    weight,
    matches: (subject, namespaceLabels) =>
      (namespaces.includes(subject.namespace) || inNamespace(namespaceLabels)) && matches(subject.labels),
  }
  if (!usesLabels) {
    const byNamespace = compiled.get(term)
    if (byNamespace === undefined) compiled.set(term, new Map([[owner.namespace, result]]))
    else byNamespace.set(owner.namespace, result)
  }
  return result
}

const none: readonly Term[] = []

/** GetAffinityTerms of `requiredDuringScheduling…`. */
export const requiredTerms = (owner: Subject, affinity: PodAffinity | undefined): readonly Term[] =>
  affinity?.requiredDuringSchedulingIgnoredDuringExecution?.map((term) => compileTerm(owner, term, 1)) ?? none

/** GetWeightedAffinityTerms of `preferredDuringScheduling…`. */
export const preferredTerms = (owner: Subject, affinity: PodAffinity | undefined): readonly Term[] =>
  affinity?.preferredDuringSchedulingIgnoredDuringExecution?.map(({ podAffinityTerm, weight }) =>
    compileTerm(owner, podAffinityTerm, weight)) ?? none

/** podMatchesAllAffinityTerms: false where there are none. */
export function matchesAll(terms: readonly Term[], subject: Subject, namespaceLabels: Labels | undefined): boolean {
  if (terms.length === 0) return false
  for (const term of terms) if (!term.matches(subject, namespaceLabels)) return false
  return true
}

/** Labels of a namespace, where the cache has it. */
export type NamespaceLabels = (namespace: string) => Labels | undefined

export const namespaceLabelsFrom = (get: (name: string) => Namespace | undefined): NamespaceLabels => (name) =>
  get(name)?.metadata.labels
