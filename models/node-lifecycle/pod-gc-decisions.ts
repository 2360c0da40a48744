/**
 * Models: pkg/controller/podgc/gc_controller.go (gcTerminated, gcTerminating, gcOrphaned, gcUnscheduledTerminating,
 *   markFailedAndDeletePodWithCondition)
 * Reads: what it is handed
 * Writes: nothing
 * Omits: creation times: pods are handed over oldest first
 */
import type { Node, Pod, PodCondition } from '#api/types'
import { isBeingDeleted } from '#api/meta'
import { isPodTerminal } from '#api/pods'
import type { Call } from '#machine/process'
import { nameOf } from '#machine/objects'
import { readyStatus } from './conditions.js'
import { taintKeys, taintsOf } from './taints.js'

/** --terminated-pod-gc-threshold. */
export const terminatedPodThreshold = 12_500

/** A pod that is collected, and the condition that says why where there is one. */
export interface Collected {
  readonly pod: Pod
  readonly condition?: PodCondition
}

const isEvicted = ({ status }: Pod): boolean => status.phase === 'Failed' && status.reason === 'Evicted'

/** Everything was done for its deletion that this controller could do; a finalizer holds it. */
export const isHeld = (pod: Pod): boolean =>
  isBeingDeleted(pod) && (pod.metadata.deletionGracePeriodSeconds ?? 0) === 0 && isPodTerminal(pod)

/** isPodTerminated. */
export const isPodTerminated = isPodTerminal

/** gcTerminated: the oldest above the threshold, evicted ones first. A threshold of 0 switches it off. */
export function gcTerminated(pods: readonly Pod[], threshold: number): readonly Pod[] {
  if (threshold <= 0) return []
  const terminated = pods.filter(isPodTerminated)
  const count = terminated.length - threshold
  if (count <= 0) return []
  return [...terminated.filter(isEvicted), ...terminated.filter((pod) => !isEvicted(pod))].slice(0, count)
}

/** Whether pods that are being deleted are not waited for on this node. */
export const isOutOfService = (node: Node): boolean =>
  readyStatus(node) !== 'True' && taintsOf(node).some(({ key }) => key === taintKeys.outOfService)

/** gcTerminating. */
export const gcTerminating = (pods: readonly Pod[], nodeOf: (name: string) => Node | undefined): readonly Pod[] =>
  pods.filter((pod) => {
    const node = isBeingDeleted(pod) ? nodeOf(pod.spec.nodeName ?? '') : undefined
    return node !== undefined && isOutOfService(node)
  })

/** gcUnscheduledTerminating. */
export const gcUnscheduledTerminating = (pods: readonly Pod[]): readonly Pod[] =>
  pods.filter((pod) => isBeingDeleted(pod) && (pod.spec.nodeName ?? '') === '')

/** Why an orphaned pod goes. */
export const orphanCondition: PodCondition = {
  type: 'DisruptionTarget', status: 'True', reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists',
}

/** The status patch that comes before the deletion; `undefined` where the pod has ended already. */
export function markFailed({ pod, condition }: Collected): Call | undefined {
  if (isPodTerminated(pod)) return undefined
  const observedGeneration = pod.metadata.generation
  return {
    verb: 'patch', resource: 'pods', subresource: 'status', key: nameOf(pod), uid: pod.metadata.uid,
    body: { type: 'strategic', patch: { status: {
      phase: 'Failed', observedGeneration,
      ...(condition === undefined ? {} : { conditions: [{ ...condition, observedGeneration }] }),
    } } },
  }
}

/** Deleted by name, without waiting for a kubelet. */
export const forceDelete = ({ pod }: Collected): Call =>
  ({ verb: 'delete', resource: 'pods', key: nameOf(pod), body: { gracePeriodSeconds: 0 } })
