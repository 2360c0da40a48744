/**
 * Models: pkg/scheduler/framework/plugins/interpodaffinity/plugin.go (isSchedulableAfterPodChange,
 *   isSchedulableAfterNodeChange)
 * Reads: nothing (it is handed the objects)
 * Writes: nothing
 * Omits: nominated nodes; hints ask namespace selectors without the namespace's labels, as upstream does
 */
import type { Labels, Pod } from '#api/types'
import { matchesAll, requiredTerms, subjectOf, type Term } from './affinity-terms.js'
import type { ClusterEvent } from './cluster-events.js'
import type { Hint } from './queueing-hints.js'

const affinityTerms = (pod: Pod): readonly Term[] => requiredTerms(subjectOf(pod), pod.spec.affinity?.podAffinity)
const antiAffinityTerms = (pod: Pod): readonly Term[] => requiredTerms(subjectOf(pod), pod.spec.affinity?.podAntiAffinity)

const matches = (terms: readonly Term[], pod: Pod): boolean => matchesAll(terms, subjectOf(pod), undefined)
const matchesAny = (terms: readonly Term[], pod: Pod): boolean =>
  terms.some((term) => term.matches(subjectOf(pod), undefined))

/** Upstream asks whether all terms match; one that matches is enough to keep a pod away. */
const otherwise = (mayHelp: boolean): Hint => (mayHelp ? 'flush' : 'skip')

function afterUpdate(pod: Pod, old: Pod, updated: Pod): Hint {
  const affinity = affinityTerms(pod)
  if (!matches(affinity, old) && matches(affinity, updated)) return 'queue'
  const antiAffinity = antiAffinityTerms(pod)
  if (matches(antiAffinity, old) && !matches(antiAffinity, updated)) return 'queue'
  return otherwise(matchesAny(antiAffinity, old))
}

function afterDelete(pod: Pod, old: Pod): Hint {
  if (matches(antiAffinityTerms(pod), old) || matches(antiAffinityTerms(old), pod)) return 'queue'
  return otherwise(matchesAny(antiAffinityTerms(pod), old) || matchesAny(antiAffinityTerms(old), pod))
}

const noLabels: Labels = {}

/** Whether a node came into a domain that affinity asks for, or out of one that anti-affinity avoids. */
function afterNodeUpdate(pod: Pod, before: Labels, after: Labels): boolean {
  const moved = ({ topologyKey }: Term): boolean => before[topologyKey] !== after[topologyKey]
  return affinityTerms(pod).some((term) => after[term.topologyKey] !== undefined && moved(term))
    || antiAffinityTerms(pod).some((term) => before[term.topologyKey] !== undefined && moved(term))
}

export function affinityHint(pod: Pod, event: ClusterEvent): Hint {
  switch (event.kind) {
    case 'pod-add': return matches(affinityTerms(pod), event.pod) ? 'queue' : 'skip'
    case 'pod-update': return event.changes.includes('labels') ? afterUpdate(pod, event.old, event.pod) : 'skip'
    case 'pod-delete': return afterDelete(pod, event.old)
    case 'own': return event.changes.includes('labels') ? 'queue' : 'skip'
    case 'node-add': {
      const labels = event.node.metadata.labels ?? noLabels
      const affinity = affinityTerms(pod)
      if (antiAffinityTerms(pod).length > 0 || affinity.some(({ topologyKey }) => labels[topologyKey] !== undefined)) {
        return 'queue'
      }
      // A pod that only others repel is not tried on a new node at once.
      return affinity.length > 0 ? 'skip' : 'flush'
    }
    case 'node-update':
      if (!event.changes.includes('labels')) return 'skip'
      return afterNodeUpdate(pod, event.old.metadata.labels ?? noLabels, event.node.metadata.labels ?? noLabels)
        ? 'queue' : 'flush'
    case 'node-delete': return 'flush'
    case 'namespace': return 'flush'
  }
}
