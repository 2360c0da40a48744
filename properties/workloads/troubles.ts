/** Why pods are not available, as their status and the runtime tell. */
import type { Container, ContainerStatus, Pod, ReplicaSet } from '#api/types'
import { getPodCondition, isPodReady, isRestartableInitContainer } from '#api/meta'
import type { Cells } from '#kernel/cells'
import { restartsKey, type Restart } from '#models/node/cells'
import { profileOf } from '#models/node/profile'
import { activePodsOf, isAvailable, isLost } from './workloads.js'

export type Trouble =
  /** No node takes it, by the scheduler's own words. */
  | { readonly kind: 'unschedulable'; readonly pod: Pod; readonly message: string }
  /** Its own probe kills a container that is only slow to start. */
  | {
    readonly kind: 'killed'; readonly pod: Pod; readonly container: Container
    readonly probe: 'liveness' | 'startup'; readonly restarts: number
  }
  /** An upstream reason stands in its place, which the pod brought with it: its image, its exits, its node. */
  | { readonly kind: 'own'; readonly pod: Pod; readonly reason: string }
  | { readonly kind: 'unexplained'; readonly pod: Pod }

/** Waiting for something that its own spec asks for, or cannot have. */
const ownReasons: ReadonlySet<string> = new Set([
  'ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull', 'ImageInspectError',
  'CreateContainerConfigError', 'CreateContainerError', 'RunContainerError', 'PostStartHookError',
])

/** So many restarts of a container that is not ready are a loop. */
const loop = 3

const statusesOf = ({ status }: Pod): readonly ContainerStatus[] =>
  [...status.initContainerStatuses ?? [], ...status.containerStatuses ?? []]

const containerOf = ({ spec }: Pod, name: string): Container | undefined =>
  [...spec.initContainers ?? [], ...spec.containers].find((container) => container.name === name)

/** Whether the container comes up late and nothing else is the matter with it. */
function isSlowStarter(cells: Cells, pod: Pod, container: Container, probe: 'liveness' | 'startup'): boolean {
  const profile = profileOf(cells, pod, container)
  return profile.exits === undefined && profile.listens === undefined && profile.probes?.[probe] === undefined
}

function troubleIn(cells: Cells, pod: Pod, status: ContainerStatus): Trouble | undefined {
  const waiting = status.state.waiting?.reason
  if (waiting !== undefined && ownReasons.has(waiting)) return { kind: 'own', pod, reason: waiting }
  if (status.ready || status.restartCount === 0) return undefined
  const restart: Restart | undefined = cells.read(restartsKey(pod.metadata.uid, status.name))
  const container = containerOf(pod, status.name)
  if (restart === undefined || container === undefined) return { kind: 'own', pod, reason: waiting ?? 'Error' }
  const { cause } = restart
  if (cause === 'exit' || cause === 'oom' || !isSlowStarter(cells, pod, container, cause)) {
    return { kind: 'own', pod, reason: waiting ?? 'CrashLoopBackOff' }
  }
  return status.restartCount < loop
    ? undefined
    : { kind: 'killed', pod, container, probe: cause, restarts: status.restartCount }
}

/** An init container, and no sidecar, that has not ended. */
const isAtWork = (pod: Pod, { name, state }: ContainerStatus): boolean => {
  const container = containerOf(pod, name)
  return state.running !== undefined && container !== undefined && !isRestartableInitContainer(container)
}

/** What keeps an active pod from being available. */
export function troubleOf(cells: Cells, pod: Pod): Trouble {
  const scheduled = getPodCondition(pod.status, 'PodScheduled')
  if ((pod.spec.nodeName ?? '') === '') {
    if (scheduled?.reason === 'Unschedulable') return { kind: 'unschedulable', pod, message: scheduled.message ?? '' }
    if (scheduled?.reason === 'SchedulingGated') return { kind: 'own', pod, reason: 'SchedulingGated' }
    return pod.spec.schedulerName === 'default-scheduler'
      ? { kind: 'unexplained', pod }
      : { kind: 'own', pod, reason: `no scheduler ${pod.spec.schedulerName}` }
  }
  const node = pod.spec.nodeName ?? ''
  if (isLost(cells, node)) return { kind: 'own', pod, reason: `${node} is lost` }
  for (const status of statusesOf(pod)) {
    const trouble = troubleIn(cells, pod, status)
    if (trouble !== undefined) return trouble
  }
  // An init container that runs has an end of its own, or none.
  if ((pod.status.initContainerStatuses ?? []).some((status) => isAtWork(pod, status))) {
    return { kind: 'own', pod, reason: 'PodInitializing' }
  }
  const isUp = (pod.status.containerStatuses ?? []).length > 0
    && (pod.status.containerStatuses ?? []).every(({ state }) => state.running !== undefined)
  // Its containers run, and what they answer to the readiness probe is their own affair.
  return isUp && !isPodReady(pod) ? { kind: 'own', pod, reason: 'not ready' } : { kind: 'unexplained', pod }
}

export const troublesOf = (cells: Cells, set: ReplicaSet): readonly Trouble[] =>
  activePodsOf(cells, set).filter((pod) => !isAvailable(cells, pod)).map((pod) => troubleOf(cells, pod))

export const isKilled = (trouble: Trouble): trouble is Extract<Trouble, { kind: 'killed' }> => trouble.kind === 'killed'
export const isUnschedulable = (trouble: Trouble): trouble is Extract<Trouble, { kind: 'unschedulable' }> =>
  trouble.kind === 'unschedulable'
