import { getContainerStatus } from '#api/pods'
import { isBeingDeleted } from '#api/meta'
import { allKey, objectKey } from '#machine/objects'
import { reflectorKey } from '#machine/watch'
import type { Ending, Finally, Judging, Verdict } from '#checker/claim'
import { cutKey, downKey } from '#models/client/reflector'
import { containerKey, kubeletOf, type Container } from '#models/node/cells'
import type { ContainerStatus } from '#api/types'

/** What a status says wrongly of the container as the runtime has it. One that waits for its next start has ended there. */
function wrongWith(status: ContainerStatus, container: Container, isInit: boolean): string | undefined {
  const { state, restartCount } = status
  if (state.waiting !== undefined) return undefined
  // The record of an init container is removed with its sandbox, and what is told of it never falls.
  const isCountedAnew = isInit && container.sandbox > 0 && restartCount > container.attempt
  if (restartCount !== container.attempt && !isCountedAnew) return `${restartCount} restarts, where there were ${container.attempt}`
  if ((state.running !== undefined) !== (container.state === 'running')) return `that it ${state.running === undefined ? 'ended' : 'runs'}`
  const exitCode = state.terminated?.exitCode
  const last = status.lastState?.terminated?.exitCode
  // It waited for its next start when its pod ended: how it ended last is still told (TerminatePod).
  if (state.terminated?.reason === 'ContainerStatusUnknown' && last === container.exitCode) return undefined
  if (exitCode !== undefined && exitCode !== (container.exitCode ?? 0)) return `exit code ${exitCode}, where it was ${container.exitCode ?? 0}`
  return last === undefined || container.last === undefined || last === container.last.exitCode ? undefined
    : `that it exited with code ${last} the last time, where it was ${container.last.exitCode}`
}

export const containerStatusesAgree: Finally = {
  kind: 'finally',
  name: 'container-statuses-agree',
  title: 'In the end a pod whose node and kubelet are there reports its containers as the runtime has them: whether they run, '
    + 'their restarts and exit codes',
  source: 'pkg/kubelet/kubelet_pods.go (convertToAPIContainerStatuses); pkg/kubelet/status/status_manager.go',
  subjects: (cells) => cells.read(allKey('pods')) ?? [],
  check({ cells }: Judging, name: string, ending: Ending): Verdict {
    const pod = cells.read(objectKey('pods', name))
    const node = pod?.spec.nodeName ?? ''
    if (ending !== 'quiescent' || pod === undefined || node === '' || isBeingDeleted(pod)) return undefined
    if (cells.read(downKey(node)) !== undefined || cells.read(cutKey(node)) !== undefined
      || cells.read(reflectorKey(kubeletOf(node), 'pods')) === undefined) return undefined
    let isExercised = false
    for (const [specs, statuses, isInit] of [
      [pod.spec.containers, pod.status.containerStatuses, false],
      [pod.spec.initContainers ?? [], pod.status.initContainerStatuses, true],
    ] as const) {
      for (const spec of specs) {
        const status = getContainerStatus(statuses, spec.name)
        const container = cells.read(containerKey(node, pod.metadata.uid, spec.name))
        if (status === undefined || container === undefined) continue
        isExercised = true
        const wrong = wrongWith(status, container, isInit)
        if (wrong === undefined) continue
        const message = `Pod ${name} reports of its container ${spec.name} in the end ${wrong}.`
        return { message, objects: [`Pod ${name}`], cells: [objectKey('pods', name)] }
      }
    }
    return isExercised ? 'held' : undefined
  },
}
