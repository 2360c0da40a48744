/**
 * Models: pkg/scheduler/framework/interface.go (Filter and Score plugins), pkg/scheduler/backend/cache/snapshot.go
 * Reads: nothing by itself
 * Writes: nothing
 * Omits: extenders, profiles, Reserve, Permit, PreBind and PostBind plugins (none of the default ones does anything here)
 */
import type { LabelMatcher } from '#api/selectors'
import type { Labels, Pod } from '#api/types'
import type { Cohort, CohortDirectory } from './cohorts.js'
import type { NodeInfo, Shape } from './node-info.js'

/** The plugins that can reject a pod, by upstream's names (pkg/scheduler/framework/plugins/names). */
export type Plugin =
  | 'SchedulingGates' | 'NodeUnschedulable' | 'NodeName' | 'TaintToleration' | 'NodeAffinity' | 'NodePorts'
  | 'NodeResourcesFit' | 'PodTopologySpread' | 'InterPodAffinity'

/** A node that the cache knows, as a scheduling cycle sees it. */
export interface PlacedNode extends NodeInfo {
  readonly shape: Shape
}

/** The cache at the beginning of a scheduling cycle. */
export interface Snapshot {
  /** In the order of the node tree. */
  readonly names: readonly string[]
  at(index: number): PlacedNode
  find(name: string): PlacedNode | undefined
  readonly cohorts: CohortDirectory
  cohort(id: string): Cohort | undefined
  namespaceLabels(namespace: string): Labels | undefined
}

/** A pod on its way through one scheduling cycle. */
export interface Cycle {
  readonly pod: Pod
  readonly snapshot: Snapshot
  /** helper.DefaultSelector: the pods beside which this one is spread, unless it says so itself. */
  readonly spreads?: LabelMatcher | undefined
}

/** Why a node does not take the pod. */
export interface Rejection {
  readonly plugin: Plugin
  readonly reasons: readonly string[]
  /** UnschedulableAndUnresolvable: evicting pods from the node would not help. */
  readonly isUnresolvable: boolean
}

export type Filter = (node: PlacedNode) => Rejection | undefined

export interface FilterPlugin {
  readonly name: Plugin
  /** Whether what it says of a node follows from the pod's spec and that node alone. */
  readonly isLocal?: boolean
  /** PreFilter: what can be worked out once; `undefined` where the plugin has nothing to say about this pod (Skip). */
  prepare(cycle: Cycle): Filter | undefined
}

/** Scores of the nodes that fit, from 0 to `maxScore`, after NormalizeScore; in the nodes' order. */
export type Scores = readonly number[]

export const maxScore = 100

/** Nodes that fit, with their places in the list that was searched. */
export interface Candidates {
  readonly nodes: readonly PlacedNode[]
  readonly places: readonly number[]
}

export interface ScorePlugin {
  readonly name: string
  readonly weight: number
  /** PreScore, Score and NormalizeScore; `undefined` where every node scores the same (Skip). */
  score(cycle: Cycle, candidates: Candidates): Scores | undefined
  /** The score where it is not normalized, and follows from the pod's spec and the node alone: then `score` gives the same. */
  readonly each?: (pod: Pod) => ((node: PlacedNode) => number) | undefined
}

/** helper.DefaultNormalizeScore: the largest becomes `maxScore`, or 0 where `reverse`. */
export function defaultNormalizeScore(scores: number[], reverse: boolean): Scores {
  let max = 0
  for (const score of scores) if (score > max) max = score
  if (max === 0) return reverse ? scores.fill(maxScore) : scores
  for (let i = 0; i < scores.length; i++) {
    const score = Math.floor((maxScore * scores[i]!) / max)
    scores[i] = reverse ? maxScore - score : score
  }
  return scores
}
