/**
 * Models: EventsToRegister and the QueueingHintFns of pkg/scheduler/framework/plugins/{schedulinggates,
 *   nodeunschedulable,nodename,tainttoleration,nodeaffinity,nodeports,noderesources}
 * Reads: nothing (it is handed the objects)
 * Writes: nothing
 * Omits: the hint for pods whose requests shrink in place
 */
import type { Node, Pod } from '#api/types'
import { findUntoleratedTaint, toleratesTaint } from '#api/taints'
import { affinityHint } from './affinity-hints.js'
import type { ClusterEvent } from './cluster-events.js'
import { fitsRequest, keepingAway } from './filters.js'
import type { Plugin } from './framework.js'
import { requiredNodeAffinity } from './node-affinity.js'
import { conflicts, emptyNodeInfo, hostPortsOf, shapeOf, withShape } from './node-info.js'
import { podRequests } from './requests.js'
import { spreadHint } from './spread-hints.js'

/**
 * `queue`: worth another attempt. `skip`: the event changes nothing for this pod. `flush`: upstream skips it although
 * it may help, so that only the flush of pods that were unschedulable for five minutes finds out.
 */
export type Hint = 'queue' | 'skip' | 'flush'

type HintFunction = (pod: Pod, event: ClusterEvent) => Hint

const when = (is: boolean): Hint => (is ? 'queue' : 'skip')

const schedulingGates: HintFunction = (_, event) => when(event.kind === 'own' && event.changes.includes('gates'))

const nodeUnschedulable: HintFunction = (_, event) => {
  if (event.kind === 'node-add') return when(event.node.spec.unschedulable !== true)
  if (event.kind === 'node-update') {
    return when(event.old.spec.unschedulable === true && event.node.spec.unschedulable !== true)
  }
  return when(event.kind === 'own' && event.changes.includes('tolerations') && (event.pod.spec.tolerations ?? [])
    .some((one) => toleratesTaint(one, { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' })))
}

const nodeName: HintFunction = (_, event) => when(event.kind === 'node-add')

const isTolerated = (pod: Pod, node: Node): boolean =>
  findUntoleratedTaint(node.spec.taints, pod.spec.tolerations, keepingAway) === undefined

const taintToleration: HintFunction = (pod, event) => {
  if (event.kind === 'node-add') return when(isTolerated(pod, event.node))
  if (event.kind === 'node-update' && event.changes.includes('taints')) {
    return when(!isTolerated(pod, event.old) && isTolerated(pod, event.node))
  }
  return when(event.kind === 'own' && event.changes.includes('tolerations'))
}

const isWanted = (pod: Pod, node: Node): boolean => requiredNodeAffinity(pod.spec)?.(shapeOf(node)) ?? true

const nodeAffinity: HintFunction = (pod, event) => {
  if (event.kind === 'node-add') return when(isWanted(pod, event.node))
  return when(event.kind === 'node-update' && event.changes.includes('labels')
    && isWanted(pod, event.node) && !isWanted(pod, event.old))
}

const nodePorts: HintFunction = (pod, event) => {
  if (event.kind === 'node-add') return 'queue'
  if (event.kind !== 'pod-delete') return 'skip'
  const freed = hostPortsOf(event.old)
  return when(freed.length > 0 && hostPortsOf(pod).some((port) => conflicts(port, freed)))
}

const fitsEmpty = (pod: Pod, node: Node): boolean => {
  const shape = shapeOf(node)
  return fitsRequest(podRequests(pod.spec), { ...withShape(emptyNodeInfo, shape), shape }) === undefined
}

/** haveAnyRequestedResourcesIncreased. */
function hasMore(pod: Pod, old: Node, node: Node): boolean {
  const [before, after, wanted] = [shapeOf(old), shapeOf(node), podRequests(pod.spec)]
  const asked = [wanted.cpu, wanted.memory, wanted.ephemeral, 1] // the order of what is offered
  return asked.some((amount, at) => amount > 0 && after.offered[at]! > before.offered[at]!)
    || Object.entries(wanted.scalars ?? {}).some(([name, amount]) =>
      amount > 0 && (after.scalars?.[name] ?? 0) > (before.scalars?.[name] ?? 0))
}

const nodeResourcesFit: HintFunction = (pod, event) => {
  if (event.kind === 'pod-delete') return 'queue'
  if (event.kind === 'node-add') return when(fitsEmpty(pod, event.node))
  return when(event.kind === 'node-update' && event.changes.includes('allocatable')
    && fitsEmpty(pod, event.node) && hasMore(pod, event.old, event.node))
}

const hints: Readonly<Record<Plugin, HintFunction>> = {
  SchedulingGates: schedulingGates,
  NodeUnschedulable: nodeUnschedulable,
  NodeName: nodeName,
  TaintToleration: taintToleration,
  NodeAffinity: nodeAffinity,
  NodePorts: nodePorts,
  NodeResourcesFit: nodeResourcesFit,
  PodTopologySpread: spreadHint,
  InterPodAffinity: affinityHint,
}

/** Which plugins care for a kind of event at all; others need not be asked about their pods. */
export const interestedIn: Readonly<Record<ClusterEvent['kind'], readonly Plugin[]>> = {
  'node-add': ['NodeUnschedulable', 'NodeName', 'TaintToleration', 'NodeAffinity', 'NodePorts', 'NodeResourcesFit',
    'PodTopologySpread', 'InterPodAffinity'],
  'node-update': ['NodeUnschedulable', 'TaintToleration', 'NodeAffinity', 'NodeResourcesFit', 'PodTopologySpread',
    'InterPodAffinity'],
  'node-delete': ['PodTopologySpread', 'InterPodAffinity'],
  'pod-add': ['PodTopologySpread', 'InterPodAffinity'],
  'pod-update': ['PodTopologySpread', 'InterPodAffinity'],
  'pod-delete': ['NodePorts', 'NodeResourcesFit', 'PodTopologySpread', 'InterPodAffinity'],
  own: ['SchedulingGates', 'NodeUnschedulable', 'TaintToleration', 'PodTopologySpread', 'InterPodAffinity'],
  namespace: ['InterPodAffinity'],
}

/** isPodWorthRequeuing: whether one of the plugins that rejected the pod has a reason to think again. */
export function isPodWorthRequeuing(pod: Pod, rejectedBy: readonly Plugin[], event: ClusterEvent): Hint {
  let hint: Hint = 'skip'
  for (const plugin of rejectedBy) {
    if (!interestedIn[event.kind].includes(plugin)) continue
    const said = hints[plugin](pod, event)
    if (said === 'queue') return said
    if (said === 'flush') hint = said
  }
  return hint
}
