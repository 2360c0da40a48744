/**
 * Models: pkg/scheduler/framework/plugins/noderesources/{least_allocated,balanced_allocation,resource_allocation}.go,
 *   tainttoleration and nodeaffinity (Score), with the weights of apis/config/v1/default_plugins.go
 * Reads: nothing (it is handed the snapshot)
 * Writes: nothing
 * Omits: ImageLocality, VolumeBinding and DynamicResources (they score every node the same where there are no images,
 *   volumes or claims), other scoring strategies than LeastAllocated over CPU and memory
 */
import type { Pod } from '#api/types'
import { toleratesTaint } from '#api/taints'
import {
  defaultNormalizeScore, maxScore, type Candidates, type Cycle, type PlacedNode, type ScorePlugin,
} from './framework.js'
import { interPodAffinityScore } from './inter-pod-affinity.js'
import { preferredNodeAffinity } from './node-affinity.js'
import { amount } from './node-info.js'
import { perNode } from './per-node.js'
import { podTopologySpreadScore } from './pod-topology-spread.js'
import { podRequests, scoredRequests } from './requests.js'

/** What a pure function of the pod's spec and a node says of each of them. */
function remembered(
  what: string, { pod, snapshot }: Cycle, { nodes, places }: Candidates, of: (pod: Pod) => (node: PlacedNode) => number,
): number[] {
  const known = perNode(pod.spec, snapshot.names.length, what, undefined, of(pod))
  return nodes.map((node, at) => known.at(places[at]!, node))
}

const leastRequestedScore = (requested: number, capacity: number): number =>
  (requested > capacity ? 0 : Math.floor(((capacity - requested) * maxScore) / capacity))

/** leastResourceScorer over CPU and memory, one weight each; a resource that the node does not have does not count. */
export function leastAllocated(cpu: number, memory: number, { amounts }: PlacedNode): number {
  const [offeredCpu, offeredMemory] = [amounts[amount.offeredCpu]!, amounts[amount.offeredMemory]!]
  let score = 0
  let weights = 0
  if (offeredCpu !== 0) {
    score += leastRequestedScore(amounts[amount.nonZeroCpu]! + cpu, offeredCpu)
    weights++
  }
  if (offeredMemory !== 0) {
    score += leastRequestedScore(amounts[amount.nonZeroMemory]! + memory, offeredMemory)
    weights++
  }
  return weights === 0 ? 0 : Math.floor(score / weights)
}

const nodeResourcesFit: ScorePlugin = {
  name: 'NodeResourcesFit',
  weight: 1,
  each({ spec }) {
    const { cpu, memory } = scoredRequests(spec)
    return (node) => leastAllocated(cpu, memory, node)
  },
  score(cycle, { nodes }) {
    return nodes.map(this.each!(cycle.pod)!) // it is there
  },
}

/** balancedResourceScore of two resources: 100 where both are used alike. Half the difference is their deviation. */
function balance(cpu: number, memory: number, offeredCpu: number, offeredMemory: number): number {
  if (offeredCpu === 0 || offeredMemory === 0) return maxScore
  const deviation = Math.abs((Math.min(cpu / offeredCpu, 1) - Math.min(memory / offeredMemory, 1)) / 2)
  return Math.trunc((1 - deviation) * maxScore)
}

/** balancedResourceScorer: 75 where the pod changes nothing about the balance of the node, more where it improves it. */
export function balancedAllocation(cpu: number, memory: number, { amounts }: PlacedNode): number {
  const [offeredCpu, offeredMemory] = [amounts[amount.offeredCpu]!, amounts[amount.offeredMemory]!]
  const [usedCpu, usedMemory] = [amounts[amount.cpu]!, amounts[amount.memory]!]
  const after = balance(usedCpu + cpu, usedMemory + memory, offeredCpu, offeredMemory)
  const before = balance(usedCpu, usedMemory, offeredCpu, offeredMemory)
  return maxScore / 2 + Math.trunc((maxScore / 2 + after - before) / 2)
}

const nodeResourcesBalancedAllocation: ScorePlugin = {
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  each({ spec }) {
    const { cpu, memory } = podRequests(spec)
    return cpu === 0 && memory === 0 ? undefined : (node) => balancedAllocation(cpu, memory, node)
  },
  score(cycle, { nodes }) {
    const each = this.each?.(cycle.pod)
    return each === undefined ? undefined : nodes.map(each)
  },
}

/** countIntolerableTaintsPreferNoSchedule. */
function intolerable({ spec: { tolerations = [] } }: Pod, { shape: { taints } }: PlacedNode): number {
  let count = 0
  for (const taint of taints) {
    if (taint.effect === 'PreferNoSchedule' && !tolerations.some((one) => toleratesTaint(one, taint))) count++
  }
  return count
}

const taintToleration: ScorePlugin = {
  name: 'TaintToleration',
  weight: 3,
  score(cycle, candidates) {
    const guarded = remembered('guarded', cycle, candidates, () => ({ amounts }) => amounts[amount.isGuarded]!)
    if (guarded.every((is) => is === 0)) return undefined
    return defaultNormalizeScore(candidates.nodes.map((node) => intolerable(cycle.pod, node)), true)
  },
}

const nodeAffinity: ScorePlugin = {
  name: 'NodeAffinity',
  weight: 2,
  score({ pod }, { nodes }) {
    const prefers = preferredNodeAffinity(pod.spec)
    return prefers === undefined ? undefined : defaultNormalizeScore(nodes.map(({ shape }) => prefers(shape)), false)
  },
}

/** In upstream's order. */
export const scorePlugins: readonly ScorePlugin[] = [
  taintToleration, nodeAffinity, nodeResourcesFit, podTopologySpreadScore, interPodAffinityScore,
  nodeResourcesBalancedAllocation,
]
