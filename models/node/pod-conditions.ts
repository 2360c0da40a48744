/**
 * Models: pkg/kubelet/status/generate.go
 * Reads: nothing (it is handed a pod and statuses)
 * Writes: nothing
 * Omits: times
 */
import type { ContainerStatus, Pod, PodCondition, PodPhase } from '#api/types'
import { getContainerStatus, getPodCondition, isRestartableInitContainer } from '#api/pods'

/** PodConditionByKubelet, in the order in which the kubelet writes them. */
export const ownedConditions: readonly string[] =
  ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled', 'AllContainersRestarting']

/** PodConditionSharedByKubelet: others write it as well. */
export const disruptionTarget = 'DisruptionTarget'

const condition = (
  pod: Pod, type: string, status: 'True' | 'False', reason?: string, message?: string,
): PodCondition => ({
  type,
  observedGeneration: pod.metadata.generation ?? 0,
  status,
  ...(reason === undefined ? {} : { reason }),
  ...(message === undefined ? {} : { message }),
})

export const disruptionCondition = (pod: Pod, message: string): PodCondition =>
  condition(pod, disruptionTarget, 'True', 'TerminationByKubelet', message)

const list = (names: readonly string[]): string => `[${names.join(' ')}]`

const complaints = (unknown: readonly string[], others: readonly string[], what: string): string => [
  ...(unknown.length > 0 ? [`containers with unknown status: ${list(unknown)}`] : []),
  ...(others.length > 0 ? [`containers with ${what} status: ${list(others)}`] : []),
].join(', ')

export function containersReadyCondition(
  pod: Pod, statuses: readonly ContainerStatus[] | undefined, phase: PodPhase, type = 'ContainersReady',
): PodCondition {
  if (statuses === undefined) return condition(pod, type, 'False', 'UnknownContainerStatuses')
  const unknown: string[] = []
  const unready: string[] = []
  const look = (name: string): void => {
    const status = getContainerStatus(statuses, name)
    if (status === undefined) unknown.push(name)
    else if (!status.ready) unready.push(name)
  }
  for (const container of pod.spec.initContainers ?? []) {
    if (isRestartableInitContainer(container)) look(container.name)
  }
  for (const container of pod.spec.containers) look(container.name)
  if (phase === 'Succeeded' && unknown.length === 0) return condition(pod, type, 'False', 'PodCompleted')
  if (phase === 'Failed') return condition(pod, type, 'False', 'PodFailed')
  const message = complaints(unknown, unready, 'unready')
  return message === ''
    ? condition(pod, type, 'True')
    : condition(pod, type, 'False', 'ContainersNotReady', message)
}

/** `conditions` are those of others too: readiness gates are looked up in them. */
export function readyCondition(
  pod: Pod, conditions: readonly PodCondition[] | undefined, statuses: readonly ContainerStatus[] | undefined,
  phase: PodPhase,
): PodCondition {
  const containersReady = containersReadyCondition(pod, statuses, phase, 'Ready')
  if (containersReady.status !== 'True' || pod.spec.readinessGates === undefined) return containersReady
  const unready = pod.spec.readinessGates.flatMap(({ conditionType }) => {
    const gate = conditions?.find(({ type }) => type === conditionType)
    if (gate === undefined) {
      return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`]
    }
    return gate.status === 'True'
      ? []
      : [`the status of pod readiness gate "${conditionType}" is not "True", but ${gate.status}`]
  })
  return unready.length === 0
    ? containersReady
    : condition(pod, 'Ready', 'False', 'ReadinessGatesNotReady', unready.join(', '))
}

export function initializedCondition(
  pod: Pod, old: readonly PodCondition[] | undefined, statuses: readonly ContainerStatus[] | undefined,
  phase: PodPhase,
): PodCondition {
  const containers = pod.spec.initContainers ?? []
  if (containers.length === 0 && phase !== 'Succeeded') return condition(pod, 'Initialized', 'True')
  if (statuses === undefined && containers.length > 0) {
    return condition(pod, 'Initialized', 'False', 'UnknownContainerStatuses')
  }
  const unknown: string[] = []
  const incomplete: string[] = []
  for (const container of containers) {
    const status = getContainerStatus(statuses, container.name)
    if (status === undefined) unknown.push(container.name)
    else if (!(isRestartableInitContainer(container)
      ? status.started === true
      : status.ready)) incomplete.push(container.name)
  }
  if (phase === 'Succeeded' && unknown.length === 0) {
    return condition(pod, 'Initialized', 'True', 'PodCompleted')
  }
  // An app container was started, or the pod was initialized before: it stays so while sidecars are
  // restarted.
  if (hasAnyRegularContainerStarted(pod, statuses)) return condition(pod, 'Initialized', 'True')
  const message = complaints(unknown, incomplete, 'incomplete')
  if (message === ''
    || old?.some(({ type, status }) => type === 'Initialized' && status === 'True') === true) {
    return condition(pod, 'Initialized', 'True')
  }
  return condition(pod, 'Initialized', 'False', 'ContainersNotInitialized', message)
}

export const hasAnyRegularContainerStarted = (
  pod: Pod, statuses: readonly ContainerStatus[] | undefined,
): boolean =>
  pod.spec.containers.some(({ name }) => {
    const state = getContainerStatus(statuses, name)?.state
    return state?.running !== undefined || state?.terminated !== undefined
  })

export const readyToStartCondition = (pod: Pod, hasSandbox: boolean): PodCondition =>
  condition(pod, 'PodReadyToStartContainers', hasSandbox ? 'True' : 'False')

export const scheduledCondition = (pod: Pod): PodCondition => condition(pod, 'PodScheduled', 'True')

/** NeedToReconcilePodReadiness: somebody else has written a condition that a readiness gate asks for. */
export function needsReadinessSync(pod: Pod): boolean {
  if ((pod.spec.readinessGates ?? []).length === 0) return false
  const current = getPodCondition(pod.status, 'Ready')
  const { conditions, containerStatuses, phase } = pod.status
  const wanted = readyCondition(pod, conditions, containerStatuses, phase)
  return current !== undefined && (current.status !== wanted.status || current.message !== wanted.message)
}
