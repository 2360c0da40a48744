/**
 * Models: pkg/scheduler/framework/events.go (PodSchedulingPropertiesChange, NodeSchedulingPropertiesChange)
 * Reads: nothing (it is handed the objects)
 * Writes: nothing
 * Omits: conditions, annotations and declared features of nodes, which no modelled plugin asks about; resize of pods
 */
import type { Node, Pod } from '#api/types'
import { equal } from '#kernel/value'

export type NodeChange = 'allocatable' | 'labels' | 'taints'
export type PodChange = 'labels' | 'tolerations' | 'gates'

/** What may make an unschedulable pod schedulable. Pods are assigned ones, but for `own`: the unschedulable pod itself. */
export type ClusterEvent =
  | { readonly kind: 'node-add'; readonly node: Node }
  | { readonly kind: 'node-update'; readonly old: Node; readonly node: Node; readonly changes: readonly NodeChange[] }
  | { readonly kind: 'node-delete'; readonly old: Node }
  | { readonly kind: 'pod-add'; readonly pod: Pod }
  | { readonly kind: 'pod-update'; readonly old: Pod; readonly pod: Pod; readonly changes: readonly PodChange[] }
  | { readonly kind: 'pod-delete'; readonly old: Pod }
  | { readonly kind: 'own'; readonly old: Pod; readonly pod: Pod; readonly changes: readonly PodChange[] }
  /** No event upstream: labels of namespaces are only looked at when a pod is tried again. */
  | { readonly kind: 'namespace' }

/** A node that became schedulable counts as a change of its taints. */
export function nodeChanges(old: Node, node: Node): readonly NodeChange[] {
  const changes: NodeChange[] = []
  if (old.status !== node.status && !equal(old.status.allocatable, node.status.allocatable)) changes.push('allocatable')
  if (old.metadata !== node.metadata && !equal(old.metadata.labels, node.metadata.labels)) changes.push('labels')
  const becameSchedulable = old.spec.unschedulable === true && node.spec.unschedulable !== true
  if (becameSchedulable || !equal(old.spec.taints, node.spec.taints)) changes.push('taints')
  return changes
}

export function podChanges(old: Pod, pod: Pod): readonly PodChange[] {
  const changes: PodChange[] = []
  if (!equal(old.metadata.labels, pod.metadata.labels)) changes.push('labels')
  if ((old.spec.schedulingGates ?? []).length > 0 && (pod.spec.schedulingGates ?? []).length === 0) changes.push('gates')
  if ((old.spec.tolerations ?? []).length !== (pod.spec.tolerations ?? []).length) changes.push('tolerations')
  return changes
}
