/**
 * Models: pkg/scheduler/framework/plugins/interpodaffinity/filtering.go (PreFilter, Filter), scoring.go
 * Reads: nothing (it is handed the snapshot)
 * Writes: nothing
 * Omits: nothing that is observable
 */
import type { Pod } from '#api/types'
import { matchesAll, preferredTerms, requiredTerms, subjectOf, type Term } from './affinity-terms.js'
import type { Cohort } from './cohorts.js'
import { maxScore, type Cycle, type Filter, type FilterPlugin, type Rejection, type ScorePlugin } from './framework.js'
import { eachPopulation, perCohort, TopologyCounts } from './topology-counts.js'

const name = 'InterPodAffinity'

const rejected = (reason: string, isUnresolvable: boolean): Rejection =>
  ({ plugin: name, reasons: [reason], isUnresolvable })

const affinityRulesNotMatch = rejected("node(s) didn't match pod affinity rules", true)
const antiAffinityRulesNotMatch = rejected("node(s) didn't match pod anti-affinity rules", false)
const existingAntiAffinityRulesNotMatch = rejected("node(s) didn't satisfy existing pods anti-affinity rules", false)

/** Counts, by topology, what `terms` says of each cohort named: one for each term that it returns and each pod. */
function countTerms(
  { snapshot }: Cycle, ids: readonly string[], terms: (cohort: Cohort) => readonly Term[],
): TopologyCounts {
  const counts = new TopologyCounts()
  const matched = perCohort(snapshot, ids, (cohort) => {
    const said = terms(cohort)
    return said.length === 0 ? undefined : said
  })
  eachPopulation(snapshot, matched, ({ shape }, count, said) => {
    for (const { topologyKey } of said) {
      const value = shape.labels[topologyKey]
      if (value !== undefined) counts.add(topologyKey, value, count)
    }
  })
  return counts
}

const antiTermsOf = (cohort: Cohort): readonly Term[] => requiredTerms(cohort, cohort.affinity?.podAntiAffinity)

/** getExistingAntiAffinityCounts: pods whose required anti-affinity matches the incoming pod. */
function existingAntiAffinity(cycle: Cycle): TopologyCounts {
  const subject = subjectOf(cycle.pod)
  const labels = cycle.snapshot.namespaceLabels(subject.namespace)
  return countTerms(cycle, cycle.snapshot.cohorts.repelling, (cohort) =>
    antiTermsOf(cohort).filter((term) => term.matches(subject, labels)))
}

function prepare(cycle: Cycle): Filter | undefined {
  const { pod, snapshot } = cycle
  const self = subjectOf(pod)
  const affinity = requiredTerms(self, pod.spec.affinity?.podAffinity)
  const antiAffinity = requiredTerms(self, pod.spec.affinity?.podAntiAffinity)
  if (affinity.length === 0 && antiAffinity.length === 0 && snapshot.cohorts.repelling.length === 0) return undefined
  const existing = existingAntiAffinity(cycle)
  if (affinity.length === 0 && antiAffinity.length === 0 && existing.isEmpty) return undefined
  const labelsOf = (cohort: Cohort) => snapshot.namespaceLabels(cohort.namespace)
  const attracting = affinity.length === 0 ? undefined
    : countTerms(cycle, snapshot.cohorts.all, (cohort) => (matchesAll(affinity, cohort, labelsOf(cohort)) ? affinity : []))
  const repelling = antiAffinity.length === 0 ? undefined
    : countTerms(cycle, snapshot.cohorts.all, (cohort) => antiAffinity.filter((term) => term.matches(cohort, labelsOf(cohort))))
  // The first of pods that have affinity to each other may go anywhere.
  const mayBeFirst = attracting?.isEmpty === true && matchesAll(affinity, self, snapshot.namespaceLabels(self.namespace))
  const repels = [...existing.keys()]
  return ({ shape: { labels } }) => {
    if (attracting !== undefined) {
      if (affinity.some(({ topologyKey }) => labels[topologyKey] === undefined)) return affinityRulesNotMatch
      const isNear = affinity.every(({ topologyKey }) => attracting.get(topologyKey, labels[topologyKey]) > 0)
      if (!isNear && !mayBeFirst) return affinityRulesNotMatch
    }
    if (repelling !== undefined
      && antiAffinity.some(({ topologyKey }) => repelling.get(topologyKey, labels[topologyKey]) > 0)) {
      return antiAffinityRulesNotMatch
    }
    return repels.some((key) => existing.get(key, labels[key]) > 0) ? existingAntiAffinityRulesNotMatch : undefined
  }
}

export const interPodAffinity: FilterPlugin = { name, prepare }

/** What required affinity of existing pods towards the incoming one counts (HardPodAffinityWeight). */
const hardPodAffinityWeight = 1

interface Pull {
  readonly topologyKey: string
  readonly weight: number
}

/** processExistingPod: how one pod of the cohort pulls the incoming pod towards its own topologies, or away. */
function pullsOf(pod: Pod, cohort: Cohort, { snapshot }: Cycle): readonly Pull[] | undefined {
  const self = subjectOf(pod)
  const pulls: Pull[] = []
  const note = (terms: readonly Term[], of: { readonly namespace: string; readonly labels: Cohort['labels'] }, sign: number): void => {
    const labels = snapshot.namespaceLabels(of.namespace)
    for (const term of terms) {
      if (term.matches(of, labels)) pulls.push({ topologyKey: term.topologyKey, weight: sign * term.weight })
    }
  }
  note(preferredTerms(self, pod.spec.affinity?.podAffinity), cohort, 1)
  note(preferredTerms(self, pod.spec.affinity?.podAntiAffinity), cohort, -1)
  note(requiredTerms(cohort, cohort.affinity?.podAffinity), self, hardPodAffinityWeight)
  note(preferredTerms(cohort, cohort.affinity?.podAffinity), self, 1)
  note(preferredTerms(cohort, cohort.affinity?.podAntiAffinity), self, -1)
  return pulls.length === 0 ? undefined : pulls
}

const prefers = ({ spec: { affinity } }: Pod): boolean =>
  (affinity?.podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).length > 0
  || (affinity?.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).length > 0

export const interPodAffinityScore: ScorePlugin = {
  name,
  weight: 2,
  score(cycle, { nodes }) {
    const { cohorts } = cycle.snapshot
    const ids = prefers(cycle.pod) ? cohorts.all : cohorts.affine
    if (ids.length === 0) return undefined
    const sums = new TopologyCounts()
    const pulls = perCohort(cycle.snapshot, ids, (cohort) => pullsOf(cycle.pod, cohort, cycle))
    eachPopulation(cycle.snapshot, pulls, ({ shape }, count, of) => {
      for (const { topologyKey, weight } of of) {
        const value = shape.labels[topologyKey]
        if (value !== undefined) sums.add(topologyKey, value, weight * count)
      }
    })
    if (sums.isEmpty) return undefined
    const keys = [...sums.keys()]
    const scores = nodes.map(({ shape: { labels } }) =>
      keys.reduce((sum, key) => sum + sums.get(key, labels[key]), 0))
    const min = scores.reduce((a, b) => Math.min(a, b))
    const range = scores.reduce((a, b) => Math.max(a, b)) - min
    return scores.map((score) => (range > 0 ? Math.trunc(maxScore * ((score - min) / range)) : 0))
  },
}
