import { part, type Cells } from '#kernel/cells'
import {
  containerShouldRestart, getContainerStatus, isPodPhaseTerminal, isRestartableInitContainer,
} from '#api/pods'
import type { Container, ContainerStatus, Pod } from '#api/types'
import type { Step } from '#checker/claim'
import { isLegalState, stateOf } from '#models/lifecycles/container'
import { sandboxKey } from '#models/node/cells'
import { isLegalPhase } from '#models/lifecycles/pod'
import { mayFollow, saturatesIn } from '#models/node/restart-counts'

const isSamePod = (was: Pod | undefined, is: Pod | undefined): boolean =>
  was !== undefined && is !== undefined && was.metadata.uid === is.metadata.uid && was.status !== is.status

export const podPhasesLegal: Step = {
  kind: 'step',
  name: 'pod-phases-legal',
  title: 'A pod goes from Pending to Running and from there to its end, and never comes back from that; only a pod whose init '
    + 'containers run again becomes Pending again',
  source: 'kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle (pod phase)',
  on: ['store|pods|'],
  check(_, { key, before, after }) {
    const [was, is] = [before as Pod | undefined, after as Pod | undefined] // the values of a pod's cell
    if (was === undefined || is === undefined || !isSamePod(was, is)) return undefined
    const [from, to] = [was.status.phase, is.status.phase]
    if (from === to) return undefined
    if (isLegalPhase(from, to, (is.spec.initContainers ?? []).length > 0)) return 'held'
    const objects = [`Pod ${part(key, 2)}`]
    return { message: `Pod ${part(key, 2)} went from phase ${from} to ${to}`, objects, cells: [key] }
  },
}

/** What is wrong with how one container's status changed. */
function complaint(
  cells: Cells, pod: Pod, spec: Container, was: ContainerStatus, is: ContainerStatus,
): string | undefined {
  if (!mayFollow(was.restartCount, is.restartCount, saturatesIn(cells))) {
    return `restart count went from ${was.restartCount} to ${is.restartCount}`
  }
  const [from, to] = [stateOf(was.state), stateOf(is.state)]
  if (from === to && was.restartCount === is.restartCount) return undefined
  if (from === to && to !== 'running') return undefined // it was restarted and ended, or is held back, again
  const isCounted = is.restartCount !== was.restartCount
  const isRestart = isCounted || (to === 'waiting' && is.lastState?.terminated !== undefined)
  const exitCode = was.state.terminated?.exitCode ?? 0
  const isInit = pod.spec.initContainers?.includes(spec) === true
  const mayRestart = pod.spec.restartPolicy === 'Always' || isRestartableInitContainer(spec)
    || containerShouldRestart(spec, pod.spec, exitCode)
  // Where its records are lost, an init container that runs again is counted from the start.
  if (isLegalState({ from, to, isRestart: isRestart || isInit, mayRestart })) return undefined
  const policy = spec.restartPolicy ?? pod.spec.restartPolicy
  return `state went from ${from} to ${to}${isRestart ? '' : ' without a restart'} (restart policy ${policy})`
}

/** Nobody knows of one whose record was removed that it has ended, so that it runs again whatever its policy says. */
const wasPruned = (cells: Cells, { metadata: { uid }, spec: { nodeName = '' } }: Pod, name: string): boolean =>
  cells.read(sandboxKey(nodeName, uid))?.pruned?.[name] !== undefined

export const containerStatesLegal: Step = {
  kind: 'step',
  name: 'container-states-legal',
  title: 'A container waits, runs and ends; it leaves its end only by a restart that its policy allows, and restarts are never '
    + 'uncounted; one aside whose record was removed behind the kubelet\'s back',
  source: 'kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle (container states); '
    + 'pkg/kubelet/status/status_manager.go (checkContainerStateTransition)',
  on: ['store|pods|'],
  check({ cells }, { key, before, after }) {
    const [was, is] = [before as Pod | undefined, after as Pod | undefined] // the values of a pod's cell
    if (was === undefined || is === undefined || !isSamePod(was, is)) return undefined
    const hadEnded = isPodPhaseTerminal(was.status.phase)
    let isJudged = false
    for (const [specs, old, now] of [
      [is.spec.containers, was.status.containerStatuses, is.status.containerStatuses],
      [is.spec.initContainers ?? [], was.status.initContainerStatuses, is.status.initContainerStatuses],
    ] as const) {
      if (old === now || old === undefined || now === undefined) continue
      for (const spec of specs) {
        const [a, b] = [getContainerStatus(old, spec.name), getContainerStatus(now, spec.name)]
        if (a === undefined || b === undefined || a === b) continue
        isJudged ||= stateOf(a.state) !== stateOf(b.state)
        const wrong = complaint(cells, is, spec, a, b)
          ?? (hadEnded && stateOf(a.state) === 'terminated' && stateOf(b.state) !== 'terminated'
            ? 'left its end though the pod has ended'
            : undefined)
        if (wrong === undefined || wasPruned(cells, is, spec.name)) continue
        return {
          message: `Container ${spec.name} of Pod ${part(key, 2)}: ${wrong}`,
          objects: [`Pod ${part(key, 2)}`], cells: [key],
        }
      }
    }
    return isJudged ? 'held' : undefined
  },
}
