/**
 * Models: pkg/scheduler/framework/plugins/podtopologyspread/{common,filtering,scoring}.go
 * Reads: nothing (it is handed the snapshot)
 * Writes: nothing
 * Omits: the system's default constraints (ScheduleAnyway over host names and zones for the pods of a Service or
 *   ReplicaSet): they only weigh in scores
 */
import type { Labels, Pod, TopologySpreadConstraint } from '#api/types'
import { compileSelector, selectsEverything, type LabelMatcher } from '#api/selectors'
import { findUntoleratedTaint } from '#api/taints'
import { withLabelKeys } from './affinity-terms.js'
import { keepingAway } from './filters.js'
import {
  maxScore, type Cycle, type FilterPlugin, type PlacedNode, type Rejection, type ScorePlugin, type Snapshot,
} from './framework.js'
import { requiredNodeAffinity } from './node-affinity.js'
import { eachPopulation, perCohort } from './topology-counts.js'

const name = 'PodTopologySpread'

/** A constraint with its selector compiled, and defaults in place. */
export interface Constraint {
  readonly maxSkew: number
  readonly topologyKey: string
  readonly minDomains: number
  readonly selects: LabelMatcher
  /** An empty selector selects the pod itself but counts no others (countPodsMatchSelector). */
  readonly countsNone: boolean
  readonly honorsTaints: boolean
  readonly honorsAffinity: boolean
}

/** filterTopologySpreadConstraints. */
export function constraintsOf(pod: Pod, action: TopologySpreadConstraint['whenUnsatisfiable']): readonly Constraint[] {
  const own = pod.spec.topologySpreadConstraints ?? []
  return own.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === action).map((constraint) => {
    const selector = withLabelKeys(constraint.labelSelector, pod.metadata.labels, constraint.matchLabelKeys)
    return {
      maxSkew: constraint.maxSkew,
      topologyKey: constraint.topologyKey,
      minDomains: constraint.minDomains ?? 1,
      selects: compileSelector(selector),
      countsNone: selectsEverything(selector),
      honorsTaints: constraint.nodeTaintsPolicy === 'Honor',
      honorsAffinity: constraint.nodeAffinityPolicy !== 'Ignore',
    }
  })
}

export const hasTopologies = (labels: Labels, constraints: readonly Constraint[]): boolean =>
  constraints.every(({ topologyKey }) => labels[topologyKey] !== undefined)

/** matchNodeInclusionPolicies: whether the pods on a node count for a constraint. */
function inclusion(pod: Pod): (constraint: Constraint, node: PlacedNode) => boolean {
  const matches = requiredNodeAffinity(pod.spec)
  return ({ honorsAffinity, honorsTaints }, { shape }) =>
    (!honorsAffinity || matches === undefined || matches(shape))
    && (!honorsTaints || findUntoleratedTaint(shape.taints, pod.spec.tolerations, keepingAway) === undefined)
}

/** For each constraint, how many pods it selects in each domain; domains without any count 0. */
function countDomains(
  { pod, snapshot }: Cycle, constraints: readonly Constraint[], isEligible: (constraint: Constraint, node: PlacedNode) => boolean,
): readonly Map<string, number>[] {
  return constraints.map((constraint) => {
    const { topologyKey, selects, countsNone } = constraint
    const domains = new Map<string, number>()
    for (let i = 0; i < snapshot.names.length; i++) {
      const node = snapshot.at(i)
      const value = node.shape.labels[topologyKey]
      if (value !== undefined && isEligible(constraint, node)) domains.set(value, 0)
    }
    const selected = perCohort(snapshot, countsNone ? [] : snapshot.cohorts.all, ({ namespace, labels, terminating }) =>
      (!terminating && namespace === pod.metadata.namespace && selects(labels) ? true : undefined))
    eachPopulation(snapshot, selected, (node, count) => {
      const value = node.shape.labels[topologyKey]
      const before = value === undefined ? undefined : domains.get(value)
      if (value !== undefined && before !== undefined && isEligible(constraint, node)) domains.set(value, before + count)
    })
    return domains
  })
}

const rejected = (reason: string, isUnresolvable: boolean): Rejection =>
  ({ plugin: name, reasons: [reason], isUnresolvable })

const constraintsNotMatch = rejected("node(s) didn't match pod topology spread constraints", false)
const nodeLabelNotMatch = rejected(
  "node(s) didn't match pod topology spread constraints (missing required label)", true)

const leastOf = (domains: ReadonlyMap<string, number>): number => {
  let least = Infinity
  for (const count of domains.values()) least = Math.min(least, count)
  return least
}

export const podTopologySpread: FilterPlugin = {
  name,
  prepare(cycle) {
    const { pod } = cycle
    const constraints = constraintsOf(pod, 'DoNotSchedule')
    if (constraints.length === 0) return undefined
    const isIncluded = inclusion(pod)
    const counted = countDomains(cycle, constraints, (constraint, node) =>
      hasTopologies(node.shape.labels, constraints) && isIncluded(constraint, node))
    const rules = constraints.map(({ topologyKey, maxSkew, minDomains, selects }, at) => {
      const domains = counted[at]!
      const least = domains.size < minDomains ? 0 : leastOf(domains)
      return { topologyKey, domains, most: maxSkew + least - (selects(pod.metadata.labels) ? 1 : 0) }
    })
    return ({ shape: { labels } }) => {
      for (const { topologyKey, domains, most } of rules) {
        const value = labels[topologyKey]
        if (value === undefined) return nodeLabelNotMatch
        if ((domains.get(value) ?? 0) > most) return constraintsNotMatch
      }
      return undefined
    }
  },
}

const hostname = 'kubernetes.io/hostname'

/** Pods on one node that the constraint selects. */
function countOn(node: PlacedNode, snapshot: Snapshot, namespace: string, { selects, countsNone }: Constraint): number {
  let count = 0
  for (const id in node.cohorts) {
    const cohort = snapshot.cohort(id)
    if (cohort === undefined || countsNone || cohort.terminating || cohort.namespace !== namespace) continue
    if (selects(cohort.labels)) count += node.cohorts[id] ?? 0
  }
  return count
}

/** NormalizeScore: the fewer pods, the more; nodes that miss a topology score nothing. */
function normalize(scores: readonly (number | undefined)[]): readonly number[] {
  const counted = scores.filter((score) => score !== undefined)
  const max = counted.reduce((a, b) => Math.max(a, b), 0)
  const min = counted.reduce((a, b) => Math.min(a, b), Infinity)
  return scores.map((score) => {
    if (score === undefined) return 0
    return max === 0 ? maxScore : Math.floor((maxScore * (max + min - score)) / max)
  })
}

export const podTopologySpreadScore: ScorePlugin = {
  name,
  weight: 2,
  score(cycle, nodes) {
    const { pod, snapshot } = cycle
    const constraints = constraintsOf(pod, 'ScheduleAnyway')
    if (constraints.length === 0) return undefined
    const fitting = nodes.filter(({ shape }) => hasTopologies(shape.labels, constraints))
    const isIncluded = inclusion(pod)
    const domains = countDomains(cycle, constraints, (constraint, node) => constraint.topologyKey !== hostname
      && hasTopologies(node.shape.labels, constraints) && isIncluded(constraint, node))
    const weights = constraints.map(({ topologyKey }) => Math.log(2 + (topologyKey === hostname
      ? fitting.length : new Set(fitting.map(({ shape }) => shape.labels[topologyKey])).size)))
    return normalize(nodes.map((node) => {
      if (!hasTopologies(node.shape.labels, constraints)) return undefined
      const sum = constraints.reduce((score, constraint, at) => {
        const { topologyKey, maxSkew } = constraint
        const count = topologyKey === hostname
          ? countOn(node, snapshot, pod.metadata.namespace, constraint)
          : domains[at]!.get(node.shape.labels[topologyKey] ?? '') ?? 0
        return score + count * weights[at]! + (maxSkew - 1)
      }, 0)
      return Math.round(sum)
    }))
  },
}
