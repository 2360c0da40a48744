/**
 * Models: pkg/scheduler/schedule_one.go (updatePod), pkg/api/v1/pod/util.go (UpdatePodCondition)
 * Reads: nothing (it is handed the pod)
 * Writes: nothing
 * Omits: nominatedNodeName; retries of a patch that the API server could not answer
 */
import type { Pod, PodCondition } from '#api/types'
import { getPodCondition } from '#api/pods'
import type { Call } from '#machine/process'
import { nameOf } from '#machine/objects'

/** Unschedulable: no node takes the pod. SchedulerError: something went wrong. */
export type Reason = 'Unschedulable' | 'SchedulerError'

/** The patch that tells a pod why it has no node; `undefined` where it was told so before. */
export function podScheduledPatch(pod: Pod, reason: Reason, message: string): Call | undefined {
  const before = getPodCondition(pod.status, 'PodScheduled')
  if (before?.status === 'False' && before.reason === reason && before.message === message) return undefined
  const condition: PodCondition = {
    type: 'PodScheduled', observedGeneration: pod.metadata.generation ?? 0, status: 'False', reason, message,
  }
  return {
    verb: 'patch', resource: 'pods', subresource: 'status', key: nameOf(pod),
    body: { type: 'strategic', patch: { status: { conditions: [condition] } } },
  }
}
