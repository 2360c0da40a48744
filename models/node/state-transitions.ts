/**
 * Models: pkg/kubelet/status/status_manager.go (checkContainerStateTransition)
 * Reads: nothing (it is handed statuses)
 * Writes: nothing
 * Omits: nothing that is observable
 */
import type { Container, ContainerStatus, PodSpec, PodStatus } from '#api/types'
import { containerShouldRestart, getContainerStatus, isRestartableInitContainer } from '#api/pods'
import { mayRestartAllContainers } from './restart-all.js'

/**
 * Whether the new status lets no container leave its end that its policy does not restart. Any other is not
 * told at all.
 */
export function isLegalTransition(spec: PodSpec, old: PodStatus, status: PodStatus): boolean {
  if (spec.restartPolicy === 'Always' || mayRestartAllContainers(spec)) return true
  const stays = (
    container: Container, before: readonly ContainerStatus[] | undefined,
    after: readonly ContainerStatus[] | undefined,
  ): boolean => {
    const ended = getContainerStatus(before, container.name)?.state.terminated
    if (ended === undefined || containerShouldRestart(container, spec, ended.exitCode)) return true
    const now = getContainerStatus(after, container.name)
    return now === undefined || now.state.terminated !== undefined
  }
  return spec.containers.every((one) => stays(one, old.containerStatuses, status.containerStatuses))
    && (spec.initContainers ?? []).every((one) =>
      isRestartableInitContainer(one) || stays(one, old.initContainerStatuses, status.initContainerStatuses))
}
