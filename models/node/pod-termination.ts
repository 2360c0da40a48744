/**
 * Models: pkg/kubelet/kubelet.go (SyncTerminatingPod, SyncTerminatedPod), pod_workers.go (UpdatePod as far as
 *   it decides on an end)
 * Reads: store through the cache, sandbox, container, chart
 * Writes: nothing (it says what is to be done)
 * Omits: volumes; a shorter grace period given later, which upstream does not pass on to a kill under way
 *   either
 */
import type { Pod, PodStatus } from '#api/types'
import { isPodPhaseTerminal } from '#api/pods'
import type { View } from '#machine/view'
import { nodeName, runningContainers } from './cells.js'
import { effectiveGracePeriod } from './grace-periods.js'
import { lastStatus, Look, lookAtNode, podOf, type PodMemory } from './pod-memory.js'
import { shutdownStatus, withShutdownCondition } from './node-shutdown-decisions.js'
import { says as say } from './pod-says.js'
import { generateStatus, terminatedStatus } from './pod-status.js'
import type { Outcome, Saying } from './stage.js'

/** Whether no container is to be started any more: the pod is deleted, or has ended by the API's word. */
export function isTerminationRequested(view: View, memory: PodMemory): boolean {
  if (memory.removed !== undefined || memory.orphan === true || memory.shutdown !== undefined) return true
  const pod = podOf(view, memory)
  return pod !== undefined
    && (pod.metadata.deletionTimestamp !== undefined || isPodPhaseTerminal(pod.status.phase))
}

const podToEnd = (view: View, memory: PodMemory): Pod | undefined =>
  (memory.orphan === true ? undefined : podOf(view, memory))

/**
 * SyncTerminatingPod, up to where containers have to be waited for. `known` is the status where it was
 * generated before.
 */
export function beginTermination(view: View, memory: PodMemory, known?: PodStatus): Outcome<PodMemory> {
  const { uid, name, removed, evicted, grace, shutdown } = memory
  const pod = podToEnd(view, memory)
  const says: Saying[] = []
  if (pod !== undefined && removed === undefined) {
    const status = known
      ?? generateStatus(
        pod, lastStatus(view, pod), new Look(view, uid, memory.reasons), lookAtNode(view), false, evicted,
      )
    says.push(say.setStatus({
      uid, name, status: shutdown === undefined ? status : shutdownStatus(pod, status), couldRun: true,
    }))
  }
  const running = runningContainers(view.cells, nodeName(view.process), uid)
  if (running.length > 0) {
    const containers = running.map((container) => ({ name: container, reason: '' as const }))
    says.push(say.killContainers({ uid, name, pod, containers, grace: effectiveGracePeriod(pod, shutdown ?? grace) }))
  }
  return { memory: { next: running.length > 0 ? 'die' : 'dead', plan: undefined, pending: false }, says }
}

export const hasRunningContainers = ({ cells, process }: View, { uid }: PodMemory): boolean =>
  runningContainers(cells, nodeName(process), uid).length > 0

/** No container runs any more: SyncTerminatingPod ends. */
export function endTermination(view: View, memory: PodMemory): Outcome<PodMemory> {
  const { uid, name, removed, admitted, shutdown } = memory
  const pod = podToEnd(view, memory)
  const says: Saying[] = []
  if (pod !== undefined) {
    const containers = [...pod.spec.initContainers ?? [], ...pod.spec.containers]
    says.push(say.removeProbes({ uid, name, containers }))
    if (removed === undefined) {
      says.push(say.setStatus({ uid, name, status: finalStatus(view, pod, memory), couldRun: false }))
    }
    if (admitted === true) says.push(say.leave({ uid, name, pod }))
  }
  if (shutdown !== undefined) says.push(say.podStopped({ uid, name }))
  says.push(say.stopSandbox({ uid, name }), say.arm({ name: 'relist', ms: 0 }))
  return { says }
}

/** The sandbox is stopped by then, and told so. */
function finalStatus(view: View, pod: Pod, { uid, reasons, evicted, shutdown }: PodMemory): PodStatus {
  const look = new Look(view, uid, reasons)
  const { container, isReady, isStarted, sandbox } = look
  const stopped = sandbox === undefined ? undefined : { ...sandbox, ready: false }
  const seen = { sandbox: stopped, container, isReady, isStarted, reasons }
  const status = generateStatus(pod, lastStatus(view, pod), seen, lookAtNode(view), true, evicted)
  return shutdown === undefined ? status : withShutdownCondition(pod, status)
}

/** SyncTerminatedPod: everything of the pod on this node is cleaned up. */
export function finishPod(view: View, memory: PodMemory): Outcome<PodMemory> {
  const { uid, name, removed } = memory
  const pod = removed !== undefined ? undefined : podToEnd(view, memory)
  if (pod === undefined) return {}
  const status = terminatedStatus(pod, finalStatus(view, pod, memory))
  return { says: [
    say.unmountVolumes({ uid, name }), say.removeCgroup({ uid, name }),
    say.setStatus({ uid, name, status, couldRun: false, finished: true }),
  ] }
}
