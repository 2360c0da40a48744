/**
 * Models: pkg/kubelet/status/status_manager.go (mergePodStatus, isPodStatusByKubeletEqual, needsReconcile),
 *   pkg/util/pod/pod.go (PatchPodStatus: the difference between what is wanted and what the API has)
 * Reads: nothing (it is handed statuses)
 * Writes: nothing
 * Omits: the get before each patch: the patch is made from the cache and from what was sent last, and names
 *   everything that differs from either
 */
import type { Json, JsonObject, PodCondition, PodStatus } from '#api/types'
import { getPodCondition, isPodPhaseTerminal } from '#api/pods'
import { equal } from '#kernel/value'
import type { Patch } from '../control-plane/patch.js'
import { disruptionTarget, ownedConditions } from './pod-conditions.js'

/**
 * Members that the kubelet owns, conditions apart. Addresses are merged by the API server, so they need more
 * care.
 */
const owned = [
  'observedGeneration', 'phase', 'reason', 'message', 'hostIP', 'podIP', 'initContainerStatuses',
  'containerStatuses',
] as const

/** Whether both say the same of everything that the kubelet owns. */
export function isSameByKubelet(api: PodStatus, own: PodStatus): boolean {
  for (const member of owned) {
    if (api[member] !== own[member] && !equal(api[member], own[member])) return false
  }
  if (!equal(api.podIPs, own.podIPs)) return false
  for (const type of conditionsIn(own)) if (differs(api, own, type)) return false
  return true
}

const withDisruption = [...ownedConditions, disruptionTarget]

/** Those that the kubelet owns, and the shared one where it has something to say of it. */
const conditionsIn = (own: PodStatus): readonly string[] =>
  (isDisruption(own) ? withDisruption : ownedConditions)

const isDisruption = ({ conditions }: PodStatus): boolean =>
  conditions?.some(({ type }) => type === disruptionTarget) === true

/** A disruption is told with the end of the pod, no sooner. */
export function withoutEarlyDisruption(api: PodStatus, own: PodStatus, couldHaveRunningContainers: boolean): PodStatus {
  if (!isDisruption(own)) return own
  const isEnd = !couldHaveRunningContainers && !isPodPhaseTerminal(api.phase) && isPodPhaseTerminal(own.phase)
  if (isEnd) return own
  return { ...own, conditions: (own.conditions ?? []).filter(({ type }) => type !== disruptionTarget) }
}

const differs = (api: PodStatus, own: PodStatus, type: string): boolean => {
  const a = getPodCondition(api, type)
  const b = getPodCondition(own, type)
  if (a === undefined || b === undefined) return a !== b
  return a.status !== b.status || a.reason !== b.reason || a.message !== b.message
    || a.observedGeneration !== b.observedGeneration
}

/** A pod that may still have running containers is not told to have ended. */
export const isHeldBack = (api: PodStatus, own: PodStatus, couldHaveRunningContainers: boolean): boolean =>
  couldHaveRunningContainers && !isPodPhaseTerminal(api.phase) && isPodPhaseTerminal(own.phase)

/**
 * What is to be sent so that the API has `own`; `known` are the statuses that it may have now. `undefined`
 * where it has it already.
 */
export function statusPatch(known: readonly PodStatus[], own: PodStatus): Patch | undefined {
  if (known.every((api) => isSameByKubelet(api, own))) return undefined
  const status: Record<string, Json | undefined> = {}
  for (const member of owned) {
    if (known.every((api) => api[member] === own[member] || equal(api[member], own[member]))) continue
    status[member] = (own[member] ?? null) as Json // members of a status are JSON
  }
  if (known.some((api) => api.hostIPs === undefined) && own.hostIPs !== undefined) {
    status['hostIPs'] = own.hostIPs
  }
  if (!known.every((api) => equal(api.podIPs, own.podIPs))) {
    status['podIPs'] = own.podIPs === undefined
      ? null
      : known.some((api) => api.podIPs !== undefined) ? [{ $patch: 'replace' }, ...own.podIPs] : own.podIPs
  }
  const conditions = conditionsIn(own).flatMap((type) =>
    (known.some((api) => differs(api, own, type)) ? conditionPatch(known, own, type) : []))
  if (conditions.length > 0) status['conditions'] = conditions
  return { type: 'strategic', patch: { status } as JsonObject }
}

function conditionPatch(known: readonly PodStatus[], own: PodStatus, type: string): readonly JsonObject[] {
  const condition = getPodCondition(own, type)
  if (condition === undefined) return [{ $patch: 'delete', type }]
  const had = (member: keyof PodCondition): boolean =>
    condition[member] === undefined && known.some((api) => getPodCondition(api, type)?.[member] !== undefined)
  const [reason, message] = [had('reason'), had('message')]
  return [{ ...condition, ...(reason ? { reason: null } : {}), ...(message ? { message: null } : {}) }]
}
