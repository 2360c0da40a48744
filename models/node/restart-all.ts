/**
 * Models: pkg/kubelet/container/helpers.go (ShouldAllContainersRestart, AllContainersRestartCleanedUp),
 *   kuberuntime_manager.go (computePodActions and getContainersToReset, where all containers are restarted in
 *   place), status/generate.go (GenerateAllContainersRestartingCondition)
 * Reads: nothing (it is handed a pod and what the runtime has of it)
 * Writes: nothing
 * Omits: more than one record of a container
 */
import type { Container as ContainerSpec, Pod, PodCondition, PodPhase, PodSpec, PodStatus } from '#api/types'
import { getContainerStatus, matchingRestartRule } from '#api/pods'
import type { RuntimePod } from './pod-actions.js'

const type = 'AllContainersRestarting'

/** Why containers that were removed in place have ended, and wait. */
export const restartingAllContainers = 'RestartingAllContainers'

type Containers = Pick<RuntimePod, 'container'>

const specsOf = ({ spec }: Pod): readonly ContainerSpec[] =>
  [...spec.initContainers ?? [], ...spec.containers]

const restartsAll = (spec: ContainerSpec, exitCode: number): boolean =>
  matchingRestartRule(spec, exitCode)?.action === 'RestartAllContainers'

/** AllContainersCouldRestart: only such a pod has the condition. */
export const couldAllContainersRestart = ({ spec }: Pod): boolean => mayRestartAllContainers(spec)

export const mayRestartAllContainers = ({ initContainers = [], containers }: PodSpec): boolean =>
  [...initContainers, ...containers].some(({ restartPolicyRules = [] }) =>
    restartPolicyRules.some(({ action }) => action === 'RestartAllContainers'))

/** Some container has ended in a way that restarts all of them, or that was decided before. */
export function shouldAllContainersRestart(
  pod: Pod, runtime: Containers | undefined, told: PodStatus | undefined,
): boolean {
  if (told !== undefined && isRestartingAllContainers(told)) return true
  return specsOf(pod).some((spec) => {
    if (runtime !== undefined) {
      const container = runtime.container(spec.name)
      if (container?.state !== 'exited') return false
      if (restartsAll(spec, container.exitCode ?? 0)) return true
    }
    const ended = (getContainerStatus(told?.initContainerStatuses, spec.name)
      ?? getContainerStatus(told?.containerStatuses, spec.name))?.state.terminated
    return ended !== undefined && restartsAll(spec, ended.exitCode)
  })
}

/** Whether its containers are about to be removed. */
export const isRestartingAllContainers = ({ conditions = [] }: PodStatus): boolean =>
  conditions.some((one) => one.type === type && one.status === 'True')

/** Nothing of the pod is left in the runtime but its sandbox. */
const isCleanedUp = (pod: Pod, { container }: Containers): boolean =>
  specsOf(pod).every(({ name }) => container(name) === undefined)

export interface Reset {
  readonly name: string
  /** It may run, and is killed before it is removed. */
  readonly kill: boolean
}

/** The containers to be removed, in order: those whose end restarts all of them come last. */
export function containersToReset(pod: Pod, { container }: Containers): readonly Reset[] {
  const parted = (specs: readonly ContainerSpec[]): readonly [others: Reset[], sources: Reset[]] => {
    const [others, sources]: [Reset[], Reset[]] = [[], []]
    for (const spec of specs) {
      const found = container(spec.name)
      if (found === undefined) continue
      const isSource = found.state === 'exited' && restartsAll(spec, found.exitCode ?? 0)
      ;(isSource ? sources : others).push({ name: spec.name, kill: found.state !== 'exited' })
    }
    return [others, sources]
  }
  const [inits, sourceInits] = parted(pod.spec.initContainers ?? [])
  const [apps, sources] = parted(pod.spec.containers)
  return [...apps, ...inits, ...sources, ...sourceInits]
}

export function allContainersRestartingCondition(
  pod: Pod, runtime: Containers, old: PodStatus | undefined, phase: PodPhase,
): PodCondition {
  if (phase === 'Succeeded') return { type, status: 'False', reason: 'PodCompleted' }
  if (phase === 'Failed') return { type, status: 'False', reason: 'PodFailed' }
  return shouldAllContainersRestart(pod, runtime, old) && !isCleanedUp(pod, runtime)
    ? {
        type, status: 'True', reason: 'RestartAllContainersStarted',
        message: 'container exited with restart policy rule',
      }
    : { type, status: 'False' }
}
