/**
 * Models: pkg/kubelet/nodeshutdown/nodeshutdown_manager.go (migrateConfig, groupByPriority, newPodManager, periodRequested,
 *   killPods as far as it decides)
 * Reads: nothing (it is handed pods)
 * Writes: nothing
 * Omits: metrics and their state file
 */
import type { Pod, PodStatus } from '#api/types'
import { disruptionCondition, disruptionTarget } from './pod-conditions.js'

/** KubeletConfiguration, in seconds; where nothing is said, machines are shut down without a word to pods. */
export interface ShutdownConfig {
  readonly shutdownGracePeriod?: number
  readonly shutdownGracePeriodCriticalPods?: number
  readonly shutdownGracePeriodByPodPriority?: readonly ShutdownPeriod[]
}

/** ShutdownGracePeriodByPodPriority: pods of this priority, up to the next one, get so many seconds. */
export interface ShutdownPeriod {
  readonly priority: number
  readonly seconds: number
}

export interface ShutdownGroup<T> extends ShutdownPeriod {
  readonly pods: readonly T[]
}

const defaultPriority = 0
export const systemCriticalPriority = 2_000_000_000

export function migrateConfig(requested: number, critical: number): readonly ShutdownPeriod[] {
  if (requested === 0 || requested < critical) return []
  return [
    { priority: defaultPriority, seconds: Math.trunc(requested - critical) },
    { priority: systemCriticalPriority, seconds: Math.trunc(critical) },
  ]
}

/** The periods in the order in which their pods are stopped; none where the manager is off. */
export function periodsOf({
  shutdownGracePeriod = 0, shutdownGracePeriodCriticalPods = 0, shutdownGracePeriodByPodPriority = [],
}: ShutdownConfig): readonly ShutdownPeriod[] {
  const periods = shutdownGracePeriodByPodPriority.length > 0 ? shutdownGracePeriodByPodPriority
    : migrateConfig(shutdownGracePeriod, shutdownGracePeriodCriticalPods)
  return [...periods].sort((a, b) => a.priority - b.priority)
}

/** What logind is asked to wait for at the most, in seconds. */
export const periodRequested = (periods: readonly ShutdownPeriod[]): number =>
  periods.reduce((sum, { seconds }) => sum + seconds, 0)

type Prioritized = { readonly spec: Pick<Pod['spec'], 'priority'> }

/** A pod goes with the highest period that is not above its priority; with the lowest one where all are above it. */
export function groupByPriority<T extends Prioritized>(
  periods: readonly ShutdownPeriod[], pods: readonly T[],
): readonly ShutdownGroup<T>[] {
  const groups = periods.map((period) => ({ ...period, pods: [] as T[] }))
  for (const pod of pods) {
    const above = groups.findIndex(({ priority }) => priority > (pod.spec.priority ?? 0))
    groups[above < 0 ? groups.length - 1 : Math.max(0, above - 1)]?.pods.push(pod)
  }
  return groups
}

/** Seconds that a pod of a group gets: its own where those are fewer. */
export const shutdownGrace = (seconds: number, { spec }: { readonly spec: Partial<Pod['spec']> }): number =>
  (spec.terminationGracePeriodSeconds === undefined ? seconds : Math.min(spec.terminationGracePeriodSeconds, seconds))

export const shutdownMessage = 'Pod was terminated in response to imminent node shutdown.'

/** The status of a pod that is stopped for this: failed, unless it has succeeded. */
export function shutdownStatus(pod: Pod, status: PodStatus): PodStatus {
  const phase = status.phase === 'Succeeded' ? 'Succeeded' : 'Failed'
  return { ...withShutdownCondition(pod, status), phase, reason: 'Terminated', message: shutdownMessage }
}

/** What it ended for stays, though its last phase is that of its containers: one that all exit with 0 has succeeded. */
export const withShutdownCondition = (pod: Pod, status: PodStatus): PodStatus => ({
  ...status,
  conditions: [
    ...(status.conditions ?? []).filter(({ type }) => type !== disruptionTarget), disruptionCondition(pod, shutdownMessage),
  ],
})
