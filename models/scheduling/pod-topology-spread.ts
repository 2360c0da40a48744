/**
 * Models: pkg/scheduler/framework/plugins/podtopologyspread/{common,filtering,scoring}.go
 * Reads: nothing (it is handed the snapshot)
 * Writes: nothing
 * Omits: default constraints other than the system's
 */
import type { Labels, Pod, TopologySpreadConstraint } from '#api/types'
import { compileSelector, selectsEverything, type LabelMatcher } from '#api/selectors'
import { findUntoleratedTaint } from '#api/taints'
import { withLabelKeys } from './affinity-terms.js'
import { keepingAway } from './filters.js'
import {
  maxScore, type Candidates, type Cycle, type FilterPlugin, type PlacedNode, type Rejection, type ScorePlugin,
} from './framework.js'
import { requiredNodeAffinity } from './node-affinity.js'
import { perNode } from './per-node.js'
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
  cycle: Cycle, constraints: readonly Constraint[], isEligible: (constraint: Constraint, node: PlacedNode) => boolean,
): readonly Map<string, number>[] {
  const { snapshot } = cycle
  return constraints.map((constraint) => {
    const { topologyKey } = constraint
    const domains = new Map<string, number>()
    for (let i = 0; i < snapshot.names.length; i++) {
      const node = snapshot.at(i)
      const value = node.shape.labels[topologyKey]
      if (value !== undefined && isEligible(constraint, node)) domains.set(value, 0)
    }
    eachPopulation(snapshot, countedCohorts(cycle, constraint), (node, count) => {
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

/** The cohorts whose pods a constraint counts. */
function countedCohorts({ pod, snapshot }: Cycle, { selects, countsNone }: Constraint): ReadonlyMap<string, true> {
  return perCohort(snapshot, countsNone ? [] : snapshot.cohorts.all, ({ namespace, labels, terminating }) =>
    (!terminating && namespace === pod.metadata.namespace && selects(labels) ? true : undefined))
}

/** Pods of these cohorts on one node. */
function countOn({ cohorts }: PlacedNode, counted: ReadonlyMap<string, true>): number {
  let count = 0
  for (const id in cohorts) if (counted.has(id)) count += cohorts[id] ?? 0
  return count
}

/** How many pods there are in each domain of a node that is to be scored; by node they are counted as it is scored. */
function scoredDomains(
  { snapshot }: Cycle, { topologyKey }: Constraint, counted: ReadonlyMap<string, true>, values: readonly (string | undefined)[],
  isEligible: (node: PlacedNode) => boolean,
): ReadonlyMap<string, number> {
  const domains = new Map<string, number>()
  if (topologyKey === hostname) return domains
  for (const value of values) if (value !== undefined) domains.set(value, 0)
  if (domains.size === 0) return domains
  eachPopulation(snapshot, counted, (node, count) => {
    const value = node.shape.labels[topologyKey]
    const before = value === undefined ? undefined : domains.get(value)
    if (value !== undefined && before !== undefined && isEligible(node)) domains.set(value, before + count)
  })
  return domains
}

/** systemDefaultConstraints: the pods of a Service and their set are spread over nodes and zones, where that costs nothing. */
const systemDefaults = [{ topologyKey: hostname, maxSkew: 3 }, { topologyKey: 'topology.kubernetes.io/zone', maxSkew: 5 }]

/** buildDefaultConstraints. */
const defaultConstraints = (selects: LabelMatcher | undefined): readonly Constraint[] => (selects === undefined ? []
  : systemDefaults.map((one) =>
    ({ ...one, minDomains: 1, selects, countsNone: false, honorsTaints: false, honorsAffinity: true })))

/** NormalizeScore: the fewer pods, the more; nodes that miss a topology score nothing. */
function normalize(scores: readonly (number | undefined)[]): readonly number[] {
  let max = 0
  let min = Infinity
  for (const score of scores) {
    if (score === undefined) continue
    if (score > max) max = score
    if (score < min) min = score
  }
  return scores.map((score) => {
    if (score === undefined) return 0
    return max === 0 ? maxScore : Math.floor((maxScore * (max + min - score)) / max)
  })
}

/** The value of each candidate's label; `undefined` where a node has none. */
function valuesOf({ pod, snapshot }: Cycle, { nodes, places }: Candidates, topologyKey: string): (string | undefined)[] {
  const known = perNode(pod.spec, snapshot.names.length, `${name}/${topologyKey}`, undefined,
    ({ shape }) => shape.labels[topologyKey])
  return nodes.map((node, at) => known.at(places[at]!, node))
}

/** Pods of these cohorts on each candidate. */
function countsOn({ pod, snapshot }: Cycle, { nodes, places }: Candidates, counted: ReadonlyMap<string, true>): number[] {
  const known = perNode(pod.spec, snapshot.names.length, name, [...counted.keys()].join(' '), (node) => countOn(node, counted))
  return nodes.map((node, at) => known.at(places[at]!, node))
}

export const podTopologySpreadScore: ScorePlugin = {
  name,
  weight: 2,
  score(cycle, candidates) {
    const { pod } = cycle
    const { nodes } = candidates
    // Only constraints of its own ask for nodes that have every topology.
    const isOwn = (pod.spec.topologySpreadConstraints ?? []).length > 0
    const constraints = isOwn ? constraintsOf(pod, 'ScheduleAnyway') : defaultConstraints(cycle.spreads)
    if (constraints.length === 0) return undefined
    const hasThem = ({ shape }: PlacedNode): boolean => !isOwn || hasTopologies(shape.labels, constraints)
    const isScored = isOwn ? nodes.map(hasThem) : undefined
    const isIncluded = inclusion(pod)
    const first = countedCohorts(cycle, constraints[0]!) // there is one
    const counted = constraints.map((constraint, at) => (at === 0 || !isOwn ? first : countedCohorts(cycle, constraint)))
    const sums = nodes.map(() => 0)
    constraints.forEach((constraint, which) => { // scoreForCount
      const { topologyKey, maxSkew } = constraint
      const values = valuesOf(cycle, candidates, topologyKey)
      const scored = isScored === undefined ? values : values.filter((_, at) => isScored[at])
      const domains = scoredDomains(cycle, constraint, counted[which]!, scored,
        (node) => hasThem(node) && isIncluded(constraint, node))
      const isByHost = topologyKey === hostname
      if (!isByHost && domains.size === 0) return // no node has that topology
      const weight = Math.log(2 + (isByHost ? scored.length : new Set(scored).size))
      const counts = isByHost ? countsOn(cycle, candidates, counted[which]!)
        : values.map((value) => (value === undefined ? 0 : domains.get(value) ?? 0))
      for (let at = 0; at < sums.length; at++) {
        if (values[at] !== undefined) sums[at]! += counts[at]! * weight + (maxSkew - 1)
      }
    })
    return normalize(sums.map((sum, at) => (isScored?.[at] === false ? undefined : Math.round(sum))))
  },
}
