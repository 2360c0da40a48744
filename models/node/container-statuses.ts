/**
 * Models: pkg/kubelet/kubelet_pods.go (convertToAPIContainerStatuses), prober_manager.go (UpdatePodStatus)
 * Reads: nothing (it is handed what the runtime and the probes say)
 * Writes: nothing
 * Omits: times, image and container ids of the runtime's own making, resources, volumes, users, ephemeral
 *   containers
 */
import type { Container as ContainerSpec, ContainerState, ContainerStatus, Pod } from '#api/types'
import { containerShouldRestart, getContainerStatus, isRestartableInitContainer } from '#api/pods'
import type { Container, Sandbox } from './cells.js'
import type { RuntimeContainer } from './pod-actions.js'
import { restartingAllContainers } from './restart-all.js'
import { greaterCount, never, nextCount, type Saturates } from './restart-counts.js'
import { withMessagesClipped } from './termination-message.js'

/** Why a container could not be started: the reason cache. */
export interface Reason {
  readonly reason: string
  readonly message: string
}

/** A container as the CRI tells of it; its runtime may not know how it is. */
export type SeenContainer = Omit<Container, 'state'> & Pick<RuntimeContainer, 'state'>

/** What the kubelet can see of a pod on its node. */
export interface Seen {
  readonly sandbox: Sandbox | undefined
  readonly container: (name: string) => SeenContainer | undefined
  readonly reasons: Readonly<Record<string, Reason>>
  readonly isStarted: (spec: ContainerSpec, container: Container) => boolean
  /** Whether the readiness probe has succeeded; asked only where there is one. */
  readonly isReady: (spec: ContainerSpec, container: Container) => boolean
  /** All containers are being restarted in place. */
  readonly restartsAll?: boolean
  readonly saturates?: Saturates
}

const unknownReason = 'ContainerStatusUnknown'

export const exitedByPolicy = (reason: string, message: string): ContainerState =>
  ({ terminated: { exitCode: 137, reason, message } })

/** ShouldContainerBeRestarted. */
export function shouldContainerBeRestarted(
  spec: ContainerSpec, pod: Pod, container: Pick<RuntimeContainer, 'state' | 'exitCode'> | undefined,
): boolean {
  if (pod.metadata.deletionTimestamp !== undefined) return false
  if (container === undefined) return true
  if (container.state === 'running') return false
  return container.state !== 'exited' || containerShouldRestart(spec, pod.spec, container.exitCode ?? 0)
}

const runs = (container: SeenContainer | undefined): container is Container => container?.state === 'running'

export const hasAnyRegularContainerCreated = (pod: Pod, seen: Pick<Seen, 'container'>): boolean =>
  pod.spec.containers.some(({ name }) => seen.container(name) !== undefined)

export function convertContainerStatuses(
  pod: Pod, specs: readonly ContainerSpec[], old: readonly ContainerStatus[] | undefined, seen: Seen,
  isInit: boolean,
): readonly ContainerStatus[] {
  const statuses = specs.map((spec) => {
    const container = seen.container(spec.name)
    const before = getContainerStatus(old, spec.name)
    const status = container === undefined
      ? withoutContainer(pod, spec, before, seen)
      : convert(spec, container, before, seen)
    return withMessagesClipped(pod, withReadiness(
      spec, container, failedToStart(pod, spec, container, status, seen, isInit), seen, isInit,
    ))
  })
  // The API lists app containers by name, init containers as they are specified.
  return isInit || statuses.length < 2
    ? statuses
    : statuses.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

const waiting = (pod: Pod): ContainerState =>
  ({ waiting: {
    reason: (pod.spec.initContainers ?? []).length > 0 ? 'PodInitializing' : 'ContainerCreating',
  } })

/** The runtime knows of no such container: it was never started, or its record is lost. */
function withoutContainer(
  pod: Pod, spec: ContainerSpec, old: ContainerStatus | undefined, { restartsAll = false, saturates = never }: Seen,
): ContainerStatus {
  if (restartsAll && old !== undefined && old.state.waiting === undefined) {
    return {
      ...old, restartCount: nextCount(old.restartCount, saturates), state: { waiting: removedInPlace },
      lastState: exitedByPolicy(restartingAllContainers, removedInPlace.message),
    }
  }
  if (old?.state.terminated !== undefined) return old
  const status: ContainerStatus = {
    name: spec.name, state: waiting(pod), ready: false, restartCount: old?.restartCount
      ?? 0, image: spec.image,
    ...(old?.lastState === undefined ? {} : { lastState: old.lastState }),
  }
  if (old?.state.running === undefined || old.lastState?.terminated !== undefined) return status
  return {
    ...status,
    restartCount: pod.metadata.deletionTimestamp === undefined ? nextCount(status.restartCount, saturates) : status.restartCount,
    lastState: exitedByPolicy(unknownReason,
      'The container could not be located when the pod was deleted.  The container used to be Running'),
  }
}

const removedInPlace = {
  reason: restartingAllContainers, message: 'The container is removed because RestartAllContainers in place',
} as const

function convert(
  spec: ContainerSpec, container: SeenContainer, old: ContainerStatus | undefined, seen: Seen,
): ContainerStatus {
  const { state, restarts = 0 } = stateOf(container, old, seen)
  const before = state.running !== undefined ? old?.state.terminated : undefined
  const lastState = container.last !== undefined
    ? { terminated: container.last }
    : before !== undefined ? { terminated: before } : old?.lastState
  return {
    name: spec.name,
    state,
    ...(lastState === undefined ? {} : { lastState }),
    ready: false,
    restartCount: greaterCount(container.attempt, restarts, seen.saturates ?? never),
    image: container.image,
  }
}

/** `restarts`: how many there were at least, whatever the runtime counts. */
function stateOf(
  { state, exitCode = 0, reason = '', message }: SeenContainer, old: ContainerStatus | undefined,
  { restartsAll, saturates = never }: Seen,
): { readonly state: ContainerState; readonly restarts?: number } {
  const restarts = old?.restartCount ?? 0
  switch (state) {
    // What was told to have ended, and runs, is another one.
    case 'running': {
      const isAnother = old?.state.terminated !== undefined
      return { state: { running: {} }, restarts: isAnother ? nextCount(restarts, saturates) : restarts }
    }
    case 'exited': {
      const said = message === undefined ? {} : { message }
      return { state: { terminated: { exitCode, reason, ...said } }, restarts }
    }
    case 'created': return { state: { waiting: {} }, restarts }
    case 'unknown': {
      if (old?.state.running === undefined) return { state: { waiting: {} }, restarts }
      const why = restartsAll === true ? restartingAllContainers : unknownReason
      return { state: exitedByPolicy(why, goneWhenTerminated), restarts: nextCount(restarts, saturates) }
    }
  }
}

/** What is told of a container that ran, where nothing of it can be found any more. */
export const goneWhenTerminated = 'The container could not be located when the pod was terminated'

/** A container that is to be started again, and could not be, is waiting. */
function failedToStart(
  pod: Pod, spec: ContainerSpec, container: SeenContainer | undefined, status: ContainerStatus, seen: Seen,
  isInit: boolean,
): ContainerStatus {
  if (isInit) {
    if (container?.state === 'exited' && container.exitCode === 0) return status
    const isForgotten = container === undefined && status.state.waiting !== undefined
      && !isRestartableInitContainer(spec) && hasAnyRegularContainerCreated(pod, seen)
    if (isForgotten) {
      return {
        ...status, state: { terminated: { exitCode: 0, reason: 'Completed', message: lostInitContainer } },
      }
    }
  }
  const reason = seen.reasons[spec.name]
  if (reason === undefined || !shouldContainerBeRestarted(spec, pod, container)) return status
  return {
    ...status,
    ...(status.state.terminated === undefined ? {} : { lastState: status.state }),
    state: { waiting: { reason: reason.reason, message: reason.message } },
  }
}

const lostInitContainer =
  'Unable to get init container status from container runtime and pod has been initialized, treat it as exited normally'

/** UpdatePodStatus: started and ready, as the probes have it. */
function withReadiness(
  spec: ContainerSpec, container: SeenContainer | undefined, status: ContainerStatus, seen: Seen,
  isInit: boolean,
): ContainerStatus {
  const running = runs(container) ? container : undefined
  const started = running !== undefined && seen.isStarted(spec, running)
  if (isInit && !isRestartableInitContainer(spec)) {
    return { ...status, started, ready: status.state.terminated?.exitCode === 0 }
  }
  const ready = running !== undefined && started
    && (spec.readinessProbe === undefined || seen.isReady(spec, running))
  return { ...status, started, ready }
}
