/**
 * Models: pkg/kubelet/kuberuntime/kuberuntime_container.go (setTerminationGracePeriod),
 *   pkg/kubelet/pod_workers.go (calculateEffectiveGracePeriod)
 * Reads: nothing (it is handed a pod)
 * Writes: nothing
 * Omits: a shorter grace period given later
 */
import type { Container as ContainerSpec, Pod } from '#api/types'
import { minimumGracePeriod } from './kill.js'
import type { KillReason } from './pod-actions.js'

/**
 * How long one container of a pod that goes on is given, in seconds; that of a failed probe is its own where
 * it has one. Without a pod nothing is known but the minimum.
 */
export function terminationGracePeriod(
  pod: Pod | undefined, spec: ContainerSpec | undefined, reason: KillReason,
): number {
  if (pod === undefined) return minimumGracePeriod
  const own = reason === 'StartupProbe' ? spec?.startupProbe?.terminationGracePeriodSeconds
    : reason === 'LivenessProbe' ? spec?.livenessProbe?.terminationGracePeriodSeconds : undefined
  return pod.metadata.deletionGracePeriodSeconds ?? own ?? pod.spec.terminationGracePeriodSeconds
}

/** How long a pod that ends is given, in seconds; `override` is asked for by an eviction. At least one. */
export function effectiveGracePeriod(pod: Pod | undefined, override = Infinity): number {
  if (pod === undefined) return 1
  const asked = Math.min(pod.metadata.deletionGracePeriodSeconds ?? Infinity, override)
  return Math.max(1, asked === Infinity ? pod.spec.terminationGracePeriodSeconds : asked)
}
