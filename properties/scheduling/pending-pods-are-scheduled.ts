import type { Pod } from '#api/types'
import { isPodTerminal } from '#api/pods'
import type { Cells } from '#kernel/cells'
import { nameOf, objectKey } from '#machine/objects'
import { Newest, View } from '#machine/view'
import { unseenBy } from '#machine/watch'
import { nodeInfoOf, placedKey } from '#models/scheduling/cache'
import { isResponsible } from '#models/scheduling/event-handlers'
import type { Snapshot } from '#models/scheduling/framework'
import { defaultProfile, prepareFilters, runFilters } from '#models/scheduling/schedule-pod'
import { flushTimer, queuedKey } from '#models/scheduling/scheduling-queue'
import type { Ending, Finally, Verdict } from '#checker/claim'
import { newestSnapshot, process } from './known-placements.js'

/** Pods that the scheduler ought to have found a place for: not gated, not being deleted, not ended. */
const isToBePlaced = (pod: Pod): boolean => isResponsible(pod) && !isPodTerminal(pod)
  && pod.metadata.deletionTimestamp === undefined && (pod.spec.schedulingGates ?? []).length === 0

/** The first node that takes the pod as things are; pods never need each other's leave to stay. */
function admittedBy(pod: Pod, snapshot: Snapshot): string | undefined {
  const filters = prepareFilters({ pod, snapshot }, defaultProfile.filters)
  return snapshot.names.find((_, index) => runFilters(filters, snapshot.at(index)) === undefined)
}

/** Whether nothing is under way that would have the scheduler try this pod again. */
function isLeftAlone(cells: Cells, pod: string): boolean {
  const queued = cells.read(queuedKey(process, pod))
  const isUpToDate = ['pods', 'nodes'].every((resource) => unseenBy(cells, process, resource).length === 0)
  return isUpToDate && (queued === undefined || queued.where === 'unschedulable') && !cells.pending(flushTimer(process, pod))
}

function judgeUnassigned(cells: Cells, pod: Pod, ending: Ending): Verdict {
  const name = nameOf(pod)
  if (ending !== 'quiescent' && !isLeftAlone(cells, name)) return undefined
  const snapshot = newestSnapshot(cells)
  if (snapshot.names.length === 0) return undefined
  const node = admittedBy(pod, snapshot)
  if (node === undefined) return 'held'
  return {
    message: `Pod ${name} waits for a node for ever, although ${node} would take it`,
    objects: [`Pod ${name}`, `Node ${node}`],
    cells: [objectKey('pods', name), queuedKey(process, name)],
  }
}

/**
 * Bound to a node that is not there, no kubelet ever runs it. That may happen to a node that goes at the same time, until
 * the pod garbage collector has come round; not where the scheduler would bind the next pod to that node again.
 */
function judgeAssigned(cells: Cells, pod: Pod): Verdict {
  const node = pod.spec.nodeName ?? ''
  if (cells.read(objectKey('nodes', node)) !== undefined) return 'held'
  if (pod.status.phase !== 'Pending') return undefined
  const isOffered = nodeInfoOf(cells, process, node)?.shape !== undefined
  if (!isOffered || new View(cells, process).get('nodes', node) !== undefined) return undefined
  const name = nameOf(pod)
  return {
    message: `Pod ${name} never runs: kube-scheduler bound it to node ${node}, which does not exist, and would do so again`,
    objects: [`Pod ${name}`, `Node ${node}`],
    cells: [objectKey('pods', name), placedKey(process)],
  }
}

export const pendingPodsAreScheduled: Finally = {
  kind: 'finally',
  name: 'pending-pods-are-scheduled',
  title: 'In the end no pod waits for a node although one would take it, and none is bound to a node of which the scheduler '
    + 'ought to know that it is gone (pods with scheduling gates or for another scheduler aside)',
  source: 'pkg/scheduler/backend/queue/scheduling_queue.go; kubernetes/kubernetes#56261',
  subjects: (cells) => new Newest(cells).all('pods').filter(isToBePlaced).map(nameOf),
  check({ cells, disturbed }, subject, ending) {
    const pod = cells.read(objectKey('pods', subject))
    if (pod === undefined || disturbed || ending === 'livelock') return undefined
    return (pod.spec.nodeName ?? '') === '' ? judgeUnassigned(cells, pod, ending) : judgeAssigned(cells, pod)
  },
}
