/**
 * Models: pkg/kubelet/kubelet_pods.go (getPhase), with the gates ContainerRestartRules and
 *   RestartAllContainersOnContainerExits as in 1.36
 * Reads: nothing (it is handed a pod and statuses)
 * Writes: nothing
 * Omits: static pods
 */
import type { Container, ContainerStateTerminated, ContainerStatus, Pod, PodPhase } from '#api/types'
import { containerShouldRestart, getContainerStatus, isRestartableInitContainer } from '#api/pods'
import { restartingAllContainers } from './restart-all.js'

/**
 * `podIsTerminal`: no container will be started again, whatever the policy. `podHasInitialized`: an app
 * container of the present sandbox was started.
 */
export function getPhase(
  pod: Pod, statuses: readonly ContainerStatus[], podIsTerminal: boolean, podHasInitialized: boolean,
): PodPhase {
  const init = initProgress(pod, statuses)
  const app = appProgress(pod, statuses)
  if (init.failedForGood) return 'Failed'
  if (init.pending || (app.pendingSidecars > 0 && !podHasInitialized) || app.waiting > 0) return 'Pending'
  if (app.running > 0 && app.unknown === 0) return 'Running'
  if (app.running === 0 && app.stopped > 0 && app.unknown === 0) {
    const ended: PodPhase = app.stopped === app.succeeded ? 'Succeeded' : 'Failed'
    if (podIsTerminal) return ended
    return app.stopped === app.stoppedForGood ? ended : 'Running'
  }
  return 'Pending'
}

/** One that was removed in place is started again, whatever its policy. */
const isStoppedForGood = (
  container: Container, pod: Pod, { exitCode, reason }: ContainerStateTerminated,
): boolean => reason !== restartingAllContainers && !containerShouldRestart(container, pod.spec, exitCode)

/** Init containers that run one after the other to their end. */
function initProgress(
  pod: Pod, statuses: readonly ContainerStatus[],
): { readonly pending: boolean; readonly failedForGood: boolean } {
  let [pending, failedForGood] = [false, false]
  for (const container of pod.spec.initContainers ?? []) {
    if (isRestartableInitContainer(container)) continue
    const status = getContainerStatus(statuses, container.name)
    const ended = status?.state.terminated
      ?? (status?.state.waiting === undefined ? undefined : status.lastState?.terminated)
    if (status === undefined || ended === undefined) pending = true
    else if (ended.exitCode !== 0 && isStoppedForGood(container, pod, ended)) failedForGood = true
  }
  return { pending, failedForGood }
}

interface AppProgress {
  unknown: number
  running: number
  waiting: number
  stopped: number
  stoppedForGood: number
  succeeded: number
  pendingSidecars: number
}

function appProgress(pod: Pod, statuses: readonly ContainerStatus[]): AppProgress {
  const progress: AppProgress =
    { unknown: 0, running: 0, waiting: 0, stopped: 0, stoppedForGood: 0, succeeded: 0, pendingSidecars: 0 }
  for (const container of pod.spec.initContainers ?? []) {
    if (isRestartableInitContainer(container)) {
      countSidecar(progress, getContainerStatus(statuses, container.name))
    }
  }
  for (const container of pod.spec.containers) {
    countApp(progress, pod, container, getContainerStatus(statuses, container.name))
  }
  return progress
}

/** One that has ended is not counted: it will be started again, or the pod is ending. */
function countSidecar(progress: AppProgress, status: ContainerStatus | undefined): void {
  if (status === undefined) progress.unknown++
  else if (status.state.running !== undefined) {
    progress.running++
    if (status.started !== true) progress.pendingSidecars++
  } else if (status.state.terminated === undefined && status.state.waiting === undefined) {
    progress.unknown++
    progress.pendingSidecars++
  } else if (status.state.waiting !== undefined && status.lastState?.terminated === undefined) {
    progress.waiting++
    progress.pendingSidecars++
  }
}

function countApp(
  progress: AppProgress, pod: Pod, container: Container, status: ContainerStatus | undefined,
): void {
  if (status === undefined) progress.unknown++
  else if (status.state.running !== undefined) progress.running++
  else if (status.state.terminated !== undefined) {
    progress.stopped++
    if (status.state.terminated.exitCode === 0) progress.succeeded++
    if (isStoppedForGood(container, pod, status.state.terminated)) progress.stoppedForGood++
  } else if (status.state.waiting !== undefined) {
    const last = status.lastState?.terminated
    if (last === undefined) progress.waiting++
    else {
      progress.stopped++
      if (isStoppedForGood(container, pod, last)) progress.stoppedForGood++
    }
  } else progress.unknown++
}
