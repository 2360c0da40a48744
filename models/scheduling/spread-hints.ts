/**
 * Models: pkg/scheduler/framework/plugins/podtopologyspread/plugin.go (isSchedulableAfterPodChange,
 *   isSchedulableAfterNodeChange)
 * Reads: nothing (it is handed the objects)
 * Writes: nothing
 * Omits: nominated nodes
 */
import type { Labels, Node, Pod } from '#api/types'
import { equal } from '#kernel/value'
import type { ClusterEvent, PodChange } from './cluster-events.js'
import { constraintsOf, hasTopologies, type Constraint } from './pod-topology-spread.js'
import type { Hint } from './queueing-hints.js'

const when = (is: boolean): Hint => (is ? 'queue' : 'skip')
const labelsOf = (object: { readonly metadata: { readonly labels?: Labels } }): Labels => object.metadata.labels ?? {}

const isSelected = (constraints: readonly Constraint[], pod: Pod): boolean =>
  constraints.some(({ selects }) => selects(pod.metadata.labels))

function afterUpdate(constraints: readonly Constraint[], old: Pod, pod: Pod, changes: readonly PodChange[]): Hint {
  return when(changes.includes('labels')
    && constraints.some(({ selects }) => selects(old.metadata.labels) !== selects(pod.metadata.labels)))
}

function afterNodeUpdate(constraints: readonly Constraint[], old: Node, node: Node): Hint {
  const was = hasTopologies(labelsOf(old), constraints)
  const is = hasTopologies(labelsOf(node), constraints)
  if (was !== is) return 'queue'
  if (!is) return 'skip'
  const moved = constraints.some(({ topologyKey }) => labelsOf(old)[topologyKey] !== labelsOf(node)[topologyKey])
  if (moved || !equal(old.spec.taints, node.spec.taints)) return 'queue'
  // Other labels may take the node out of the pod's own node affinity, and its domain out of the count.
  return constraints.some(({ honorsAffinity }) => honorsAffinity) && !equal(labelsOf(old), labelsOf(node)) ? 'flush' : 'skip'
}

export function spreadHint(pod: Pod, event: ClusterEvent): Hint {
  const constraints = constraintsOf(pod, 'DoNotSchedule')
  const isNear = (other: Pod): boolean => other.metadata.namespace === pod.metadata.namespace
  switch (event.kind) {
    case 'pod-add': return when(isNear(event.pod) && isSelected(constraints, event.pod))
    case 'pod-delete': return when(isNear(event.old) && isSelected(constraints, event.old))
    case 'pod-update':
      return isNear(event.pod) ? afterUpdate(constraints, event.old, event.pod, event.changes) : 'skip'
    case 'own':
      if (event.changes.includes('tolerations') && constraints.some(({ honorsTaints }) => honorsTaints)) return 'queue'
      return afterUpdate(constraints, event.old, event.pod, event.changes)
    case 'node-add': return when(hasTopologies(labelsOf(event.node), constraints))
    case 'node-delete': return when(hasTopologies(labelsOf(event.old), constraints))
    case 'node-update': return event.changes.some((change) => change !== 'allocatable')
      ? afterNodeUpdate(constraints, event.old, event.node) : 'skip'
    case 'namespace': return 'skip'
  }
}
