/**
 * Which run of a container logs are of. Upstream: pkg/kubelet/kubelet_pods.go, validateContainerLogStatus.
 */
import { left, right, type Either } from 'fp-ts/lib/Either.js'
import type { ContainerState, Pod, PodStatus } from '#api/types'
import { getContainerStatus } from '#api/pods'
import { chartKey } from '#machine/chart'
import { kubeletOf, statusOwner } from '#models/node/cells'
import type { StatusMemory } from '#models/node/status-manager'
import type { Moment } from '#trace/moment'

interface NoLogs {
  readonly message: string
  readonly next: string
}

/** The kubelet's own status of the pod; the API's, where it has none. */
export function statusKnown(moment: Moment, pod: Pod): PodStatus {
  const snapshot = moment.get(chartKey(kubeletOf(pod.spec.nodeName ?? ''), statusOwner(pod.metadata.uid))) as
    { readonly context: StatusMemory } | undefined // of a status chart
  return snapshot?.context.status ?? pod.status
}

/** A container that is lost has ended without any that logs could be read of. */
const hasLogs = (state: ContainerState | undefined): boolean =>
  state?.terminated !== undefined && state.terminated.reason !== 'ContainerStatusUnknown'

const later = 'Look at a later moment with --step or --at; "orrery describe pod" tells why it waits.'

/** The attempt whose logs are read. */
export function runAsked(
  pod: string,
  status: PodStatus,
  container: string,
  previous: boolean,
): Either<NoLogs, number> {
  const about = `container "${container}" in pod "${pod}"`
  const found = [status.containerStatuses, status.initContainerStatuses, status.ephemeralContainerStatuses]
    .map((list) => getContainerStatus(list, container))
    .find((one) => one !== undefined)
  if (found === undefined) return left({ message: `${about} is not available`, next: later })
  const {
    state: { running, terminated, waiting },
    lastState,
    restartCount,
  } = found
  if (previous) {
    if (hasLogs(lastState))
      return right(running === undefined && terminated === undefined ? restartCount : restartCount - 1)
    return left({
      message: `previous terminated ${about} not found`,
      next: 'It was not restarted by then: leave out --previous.',
    })
  }
  if (running !== undefined) return right(restartCount)
  if (terminated !== undefined || lastState?.terminated !== undefined) {
    if (hasLogs({ terminated })) return right(restartCount)
    // It was started again and lost, or is not started again yet.
    return hasLogs(lastState)
      ? right(terminated === undefined ? restartCount : restartCount - 1)
      : left({ message: `${about} is terminated`, next: 'Nothing of it is left to read.' })
  }
  switch (waiting?.reason) {
    case undefined:
      return left({ message: `${about} is waiting to start - no logs yet`, next: later })
    case 'ErrImagePull':
      return left({ message: `${about} is waiting to start: image can't be pulled`, next: later })
    case 'ImagePullBackOff':
      return left({ message: `${about} is waiting to start: trying and failing to pull image`, next: later })
    default:
      return left({ message: `${about} is waiting to start: ${waiting?.reason ?? ''}`, next: later })
  }
}
