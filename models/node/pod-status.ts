/**
 * Models: pkg/kubelet/kubelet_pods.go (generateAPIPodStatus), pkg/kubelet/status/status_manager.go
 *   (TerminatePod, SetContainerReadiness), pkg/kubelet/kubelet.go (rejectPod, OnPodSandboxReady)
 * Reads: nothing (it is handed a pod and what is seen of it)
 * Writes: nothing
 * Omits: QoS class (set when the pod is created), resource resize, ephemeral containers, conditions of others
 *   (they stay as the API has them)
 */
import type { ContainerStatus, Pod, PodCondition, PodStatus } from '#api/types'
import { getContainerStatus, isPodPhaseTerminal, isRestartableInitContainer } from '#api/pods'
import {
  convertContainerStatuses, exitedByPolicy, goneWhenTerminated, type Seen,
} from './container-statuses.js'
import { podSandboxChanged } from './pod-actions.js'
import {
  containersReadyCondition, disruptionCondition, initializedCondition, readyCondition, readyToStartCondition, scheduledCondition,
} from './pod-conditions.js'
import { getPhase } from './pod-phase.js'
import { allContainersRestartingCondition, couldAllContainersRestart } from './restart-all.js'

export interface Evicted {
  readonly reason: string
  readonly message: string
  /** It is a disruption: the condition DisruptionTarget says so. */
  readonly disruption?: true
}

/**
 * What the kubelet says of a pod now. `old` is what it said last, or what the API has where it said nothing
 * yet.
 */
export function generateStatus(
  pod: Pod, old: PodStatus, seen: Seen, { hostIPs }: { readonly hostIPs: readonly string[] },
  isTerminal: boolean, evicted?: Evicted,
): PodStatus {
  const containerStatuses =
    convertContainerStatuses(pod, pod.spec.containers, old.containerStatuses, seen, false)
  const inits = pod.spec.initContainers ?? []
  const initContainerStatuses = inits.length === 0
    ? undefined
    : convertContainerStatuses(pod, inits, old.initContainerStatuses, seen, true)
  const all = initContainerStatuses === undefined
    ? containerStatuses
    : [...initContainerStatuses, ...containerStatuses]
  const hasInitialized = hasAnyActiveRegularContainerStarted(pod, seen)
  let phase = getPhase(pod, all, isTerminal, hasInitialized)
  if (!isPodPhaseTerminal(phase)) {
    if (isPodPhaseTerminal(old.phase)) phase = old.phase
    else if (isPodPhaseTerminal(pod.status.phase)) phase = pod.status.phase
  }
  let reason = phase === old.phase ? old.reason ?? pod.status.reason : undefined
  let message = phase === old.phase ? old.message ?? pod.status.message : undefined
  if (evicted !== undefined) {
    phase = 'Failed'
    reason = evicted.reason
    message = evicted.message
  }
  if (isPodPhaseTerminal(pod.status.phase)) phase = pod.status.phase
  const ips = ipsOf(pod, old, seen, hostIPs, isTerminal || isPodPhaseTerminal(phase))
  const [hostIP] = hostIPs
  const [podIP] = ips
  return {
    observedGeneration: pod.metadata.generation ?? 0,
    phase,
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
    conditions: [
      readyToStartCondition(pod, !podSandboxChanged(pod, seen)[0]),
      initializedCondition(pod, old.conditions, all, phase),
      readyCondition(pod, pod.status.conditions, all, phase),
      containersReadyCondition(pod, all, phase),
      scheduledCondition(pod),
      ...(couldAllContainersRestart(pod) ? [allContainersRestartingCondition(pod, seen, old, phase)] : []),
      ...(evicted?.disruption === true ? [disruptionCondition(pod, evicted.message)] : []),
    ],
    ...(hostIP === undefined ? {} : { hostIP, hostIPs: hostIPs.map((ip) => ({ ip })) }),
    ...(podIP === undefined ? {} : { podIP, podIPs: ips.map((ip) => ({ ip })) }),
    ...(initContainerStatuses === undefined ? {} : { initContainerStatuses }),
    containerStatuses,
  }
}

/** An app container of the present sandbox was started, whether or not it still runs. */
export const hasAnyActiveRegularContainerStarted = (
  pod: Pod, { sandbox, container }: Pick<Seen, 'sandbox' | 'container'>,
): boolean =>
  sandbox?.ready === true
  && pod.spec.containers.some(({ name }) => container(name)?.sandbox === sandbox.attempt)

/**
 * The addresses of the sandbox; those of a stopped pod are still told, those of the host network never
 * change.
 */
function ipsOf(
  pod: Pod, old: PodStatus, { sandbox }: Seen, hostIPs: readonly string[], isEnding: boolean,
): readonly string[] {
  const told = old.podIPs?.map(({ ip }) => ip) ?? []
  if (pod.spec.hostNetwork === true) return told.length > 0 ? told : hostIPs
  if (sandbox?.ready === true) return sandbox.ips
  return isEnding ? told : []
}

/** OnPodSandboxReady: told as soon as the sandbox is there, before images are pulled. */
export const withSandboxReady = (pod: Pod, status: PodStatus): PodStatus => ({
  ...status,
  conditions: status.conditions?.map((condition) =>
    (condition.type === 'PodReadyToStartContainers' ? readyToStartCondition(pod, true) : condition)) ?? [],
})

/** rejectPod: the kubelet will not run it. Of its conditions none stays. */
export const rejectedStatus = (pod: Pod, reason: string, message: string): PodStatus => ({
  observedGeneration: pod.metadata.generation ?? 0,
  phase: 'Failed',
  reason,
  message: `Pod was rejected: ${message}`,
})

/** SetContainerReadiness; `undefined` where nothing changes. */
export function withReadiness(
  pod: Pod, status: PodStatus, name: string, attempt: number, ready: boolean,
): PodStatus | undefined {
  const change = (statuses: readonly ContainerStatus[] | undefined): readonly ContainerStatus[] | undefined =>
    statuses?.map((one) =>
      (one.name === name && one.restartCount === attempt && one.ready !== ready ? { ...one, ready } : one))
  const containerStatuses = change(status.containerStatuses)
  const initContainerStatuses = change(status.initContainerStatuses)
  const isSame = (a: readonly unknown[] | undefined, b: readonly unknown[] | undefined): boolean =>
    a === undefined || a.every((one, index) => one === b?.[index])
  if (isSame(containerStatuses, status.containerStatuses)
    && isSame(initContainerStatuses, status.initContainerStatuses)) {
    return undefined
  }
  const all = [...initContainerStatuses ?? [], ...containerStatuses ?? []]
  const renewed: Readonly<Record<string, PodCondition>> = {
    Ready: readyCondition(pod, pod.status.conditions, all, status.phase),
    ContainersReady: containersReadyCondition(pod, all, status.phase),
  }
  return {
    ...status,
    conditions: status.conditions?.map((condition) => renewed[condition.type] ?? condition) ?? [],
    ...(containerStatuses === undefined ? {} : { containerStatuses }),
    ...(initContainerStatuses === undefined ? {} : { initContainerStatuses }),
  }
}

const lost = exitedByPolicy('ContainerStatusUnknown', goneWhenTerminated)

const asEnded = (status: ContainerStatus): ContainerStatus =>
  (status.state.terminated === undefined ? { ...status, state: lost } : status)

/**
 * TerminatePod: the last status. A container of which nothing is known has failed, and the phase is terminal.
 */
export function terminatedStatus(pod: Pod, status: PodStatus): PodStatus {
  const inits = status.initContainerStatuses
  return {
    ...status,
    phase: isPodPhaseTerminal(status.phase) ? status.phase : 'Failed',
    ...(hasPodInitialized(pod) && status.containerStatuses !== undefined
      ? { containerStatuses: status.containerStatuses.map(asEnded) } : {}),
    ...(inits === undefined ? {} : {
      initContainerStatuses: inits.map((one, index) => (index < initialized(inits) ? asEnded(one) : one)),
    }),
  }
}

/** hasPodInitialized, by what the API has of the pod. */
function hasPodInitialized({ spec, status }: Pod): boolean {
  const inits = spec.initContainers ?? []
  if (inits.length === 0) return true
  const wasStarted = (one: ContainerStatus): boolean =>
    one.lastState?.terminated !== undefined || one.state.waiting === undefined
  if (status.containerStatuses?.some(wasStarted) === true) return true
  const last = inits[inits.length - 1]
  const lastStatus = last === undefined
    ? undefined
    : getContainerStatus(status.initContainerStatuses, last.name)
  if (last === undefined || lastStatus === undefined) return false
  if (isRestartableInitContainer(last)) {
    return lastStatus.state.running !== undefined && lastStatus.started === true
  }
  return lastStatus.lastState?.terminated?.exitCode === 0 || lastStatus.state.terminated?.exitCode === 0
}

/** initializedContainers: all but the last ones that never started; the first one in any case. */
function initialized(statuses: readonly ContainerStatus[]): number {
  for (let i = statuses.length - 1; i >= 0; i--) {
    const status = statuses[i]
    if (status?.state.waiting === undefined || status.lastState?.terminated !== undefined) return i + 1
  }
  return Math.min(1, statuses.length)
}
