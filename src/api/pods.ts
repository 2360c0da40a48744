/**
 * What is asked of a pod everywhere; nothing here allocates.
 * Sources: `pkg/api/v1/pod/util.go`, `pkg/controller/controller_utils.go`.
 */
import type {
  Container, ContainerRestartRule, ContainerStatus, Pod, PodCondition, PodPhase, PodSpec, PodStatus,
} from './types.js'

type HasStatus = { readonly status: PodStatus }

/** `GetPodCondition`. */
export function getPodCondition(status: PodStatus, type: string): PodCondition | undefined {
  const conditions = status.conditions
  if (conditions === undefined) return undefined
  for (let i = 0; i < conditions.length; i++) if (conditions[i]?.type === type) return conditions[i]
  return undefined
}

export const getPodReadyCondition = (status: PodStatus): PodCondition | undefined =>
  getPodCondition(status, 'Ready')

export const getContainersReadyCondition = (status: PodStatus): PodCondition | undefined =>
  getPodCondition(status, 'ContainersReady')

export const isPodReady = (pod: HasStatus): boolean => getPodReadyCondition(pod.status)?.status === 'True'

/**
 * `IsPodAvailable`, without its clock: `readyLongEnough` answers whether `minReadySeconds` have passed since
 * the pod became ready, and is asked only when that matters.
 */
export const isPodAvailable = (
  pod: HasStatus, minReadySeconds: number, readyLongEnough: () => boolean,
): boolean => isPodReady(pod) && (minReadySeconds === 0 || readyLongEnough())

export const isPodPhaseTerminal = (phase: PodPhase): boolean => phase === 'Failed' || phase === 'Succeeded'

export const isPodTerminal = (pod: HasStatus): boolean => isPodPhaseTerminal(pod.status.phase)

const isDeleted = (pod: Pod): boolean =>
  pod.metadata.deletionTimestamp !== undefined && pod.metadata.deletionTimestamp !== null

/** `IsPodActive`: neither finished nor asked to stop. */
export const isPodActive = (pod: Pod): boolean => !isPodTerminal(pod) && !isDeleted(pod)

/** `IsPodTerminating`: asked to stop and not yet finished. */
export const isPodTerminating = (pod: Pod): boolean => !isPodTerminal(pod) && isDeleted(pod)

/** `IsRestartableInitContainer`: a sidecar. */
export const isRestartableInitContainer = (container: Container): boolean =>
  container.restartPolicy === 'Always'

/** `GetContainerStatus`. */
export function getContainerStatus(
  statuses: readonly ContainerStatus[] | undefined, name: string,
): ContainerStatus | undefined {
  if (statuses === undefined) return undefined
  for (let i = 0; i < statuses.length; i++) if (statuses[i]?.name === name) return statuses[i]
  return undefined
}

/** `ContainerShouldRestart`: the container's rules first, then its policy, then the pod's. */
export function containerShouldRestart(container: Container, spec: PodSpec, exitCode: number): boolean {
  if (container.restartPolicy !== undefined && matchingRestartRule(container, exitCode) !== undefined) return true
  switch (container.restartPolicy ?? spec.restartPolicy) {
    case 'Always': return true
    case 'OnFailure': return exitCode !== 0
    case 'Never': return false
  }
}

/** `FindMatchingContainerRestartRule`. */
export function matchingRestartRule(container: Container, exitCode: number): ContainerRestartRule | undefined {
  for (const rule of container.restartPolicyRules ?? []) {
    const listed = rule.exitCodes?.values?.includes(exitCode) ?? false
    if (rule.exitCodes !== undefined && listed === (rule.exitCodes.operator === 'In')) return rule
  }
  return undefined
}
