/**
 * Models: pkg/kubelet/lifecycle/predicate.go (predicateAdmitHandler.Admit), pkg/scheduler/eventhandlers.go
 *   (AdmissionCheck)
 * Reads: store through the cache, memory
 * Writes: nothing
 * Omits: preemption for critical pods, sysctls, topology manager, declared
 *   features
 */
import type { Node, Pod } from '#api/types'
import { findUntoleratedTaint } from '#api/taints'
import { objectKey } from '#machine/objects'
import type { View } from '#machine/view'
import { admitUnderPressure } from './eviction-admission.js'
import { requiredNodeAffinity } from '../scheduling/node-affinity.js'
import { conflicts, shapeOf } from '../scheduling/node-info.js'
import { parseResources } from '../scheduling/requests.js'
import { nodeName } from './cells.js'
import { pressuresOf } from './eviction-watch.js'
import { wishesOf, type NodeLoad } from './node-load.js'

export interface Rejection {
  readonly reason: string
  readonly message: string
}

const operatingSystem = 'kubernetes.io/os'

/** `undefined` where the pod may run here. `load` is what runs here or is about to. */
export function admit(view: View, pod: Pod, load: NodeLoad): Rejection | undefined {
  const unsafe = admitUnderPressure(pressuresOf(view.cells, view.process), pod)
  if (unsafe !== undefined) return unsafe
  const node = view.get('nodes', nodeName(view.process))
  if (node === undefined) return undefined // a kubelet that has not registered goes by what it would register
  if ((pod.metadata.labels?.[operatingSystem] ?? 'linux') !== 'linux') {
    return {
      reason: 'PodOSSelectorNodeLabelDoesNotMatch',
      message: "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label",
    }
  }
  if ((pod.spec.os?.name ?? 'linux') !== 'linux') {
    return {
      reason: 'PodOSNotSupported', message: "Failed to admit pod as the OS field doesn't match node OS",
    }
  }
  const rejections = generalFilter(pod, node, load)
  if (rejections.length > 0 && rejections.every(({ reason }) => reason === 'NodeAffinity')) {
    // Labels may have changed: the kubelet asks the API server.
    const newest = view.cells.read(objectKey('nodes', node.metadata.name)) ?? node
    return generalFilter(pod, newest, load)[0]
  }
  return rejections[0]
}

const predicate = (name: string, why: string): Rejection =>
  ({ reason: name, message: `Predicate ${name} failed: ${why}` })

export function generalFilter(pod: Pod, node: Node, load: NodeLoad): readonly Rejection[] {
  const rejections: Rejection[] = []
  insufficientResources(pod, node, load, rejections)
  const matches = requiredNodeAffinity(pod.spec)
  if (matches !== undefined && !matches(shapeOf(node))) {
    rejections.push(predicate('NodeAffinity', "node(s) didn't match Pod's node affinity/selector"))
  }
  if (pod.spec.nodeName !== node.metadata.name) {
    rejections.push(predicate('NodeName', "node(s) didn't match the requested node name"))
  }
  if (wishesOf(pod).ports.some((port) => conflicts(port, load.ports))) {
    rejections.push(predicate('NodePorts', "node(s) didn't have free ports for the requested pod ports"))
  }
  const { taints } = node.spec
  if (taints !== undefined
    && findUntoleratedTaint(taints, pod.spec.tolerations, ['NoExecute']) !== undefined) {
    rejections.push(predicate('TaintToleration', "node(s) had taints that the pod didn't tolerate"))
  }
  return rejections
}

/** `OutOfcpu` and the like, in upstream's order. */
function insufficientResources(pod: Pod, node: Node, load: NodeLoad, rejections: Rejection[]): void {
  const check = (resource: string, requested: number, used: number, capacity: number): void => {
    if (requested === 0 || requested <= capacity - used) return
    const numbers = `requested: ${requested}, used: ${used}, capacity: ${capacity}`
    rejections.push(
      { reason: `OutOf${resource}`, message: `Node didn't have enough resource: ${resource}, ${numbers}` },
    )
  }
  const { requests } = wishesOf(pod)
  const allocatable = parseResources(node.status.allocatable)
  check('pods', 1, load.pods, Number(node.status.allocatable?.['pods'] ?? 0))
  check('cpu', requests.cpu, load.cpu, allocatable.cpu)
  check('memory', requests.memory, load.memory, allocatable.memory)
  check('ephemeral-storage', requests.ephemeral, load.ephemeral, allocatable.ephemeral)
  for (const name in requests.scalars) {
    const capacity = allocatable.scalars?.[name]
    // An extended resource that the node does not know of is not its own to count.
    if (capacity !== undefined || !name.includes('/')) {
      check(name, requests.scalars[name] ?? 0, load.scalars[name] ?? 0, capacity ?? 0)
    }
  }
}
