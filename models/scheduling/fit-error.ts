/**
 * Models: pkg/scheduler/framework/types.go (Diagnosis, FitError.Error), plugins/dynamicresources and
 *   defaultpreemption (PostFilter's words), framework/preemption/preemption.go (Preempt)
 * Reads: nothing (it is handed the rejections)
 * Writes: nothing
 * Omits: preemption itself: pods of lower priority are left alone, as if there were none
 */
import type { Pod } from '#api/types'
import type { Plugin, Rejection } from './framework.js'

export interface Diagnosis {
  readonly nodes: number
  /** What each node that was looked at said. */
  readonly rejections: readonly Rejection[]
  /** What the nodes that were not looked at count as, where PreFilter named the only ones. */
  readonly absent?: string
  /** PreFilter turned the pod away as a whole. */
  readonly preFilter?: string
}

export interface Unfit {
  readonly message: string
  /** UnschedulablePlugins: whose mind has to change before another attempt is worth while. */
  readonly rejectedBy: readonly Plugin[]
}

/** `2 Insufficient cpu, 1 node(s) were unschedulable`, as texts in order. */
const histogram = (reasons: ReadonlyMap<string, number>): string =>
  [...reasons].map(([reason, count]) => `${count} ${reason}`).sort().join(', ')

function count(reasons: Map<string, number>, reason: string, by: number): void {
  if (by > 0) reasons.set(reason, (reasons.get(reason) ?? 0) + by)
}

/** Preempt: nothing to evict on the nodes where evicting could help, and no help on the others. */
function preemption(pod: Pod, { nodes, rejections }: Diagnosis): string {
  if (pod.spec.preemptionPolicy === 'Never') return 'preemption: not eligible due to preemptionPolicy=Never.'
  const resolvable = rejections.filter(({ isUnresolvable }) => !isUnresolvable).length
  const reasons = new Map<string, number>()
  count(reasons, 'No preemption victims found for incoming pod', resolvable)
  count(reasons, 'Preemption is not helpful for scheduling', nodes - resolvable)
  return `preemption: 0/${nodes} nodes are available: ${histogram(reasons)}.`
}

/** What a pod that fits nowhere is told. */
export function fitError(pod: Pod, diagnosis: Diagnosis): string {
  const { nodes, rejections, absent, preFilter } = diagnosis
  // PostFilter of DynamicResources finds what its PreFilter left; it leaves nothing where PreFilter ended early.
  if (preFilter !== undefined) return `0/${nodes} nodes are available: ${preFilter}. not found`
  const reasons = new Map<string, number>()
  for (const rejection of rejections) for (const reason of rejection.reasons) count(reasons, reason, 1)
  if (absent !== undefined) count(reasons, absent, nodes - rejections.length)
  const filters = reasons.size === 0 ? '' : ` ${histogram(reasons)}.`
  return `0/${nodes} nodes are available:${filters} no new claims to deallocate, ${preemption(pod, diagnosis)}`
}

/** ErrNoNodesAvailable: retried with back-off like an error, since no plugin is to blame. */
export const noNodesAvailable: Unfit = { message: 'no nodes available to schedule pods', rejectedBy: [] }
