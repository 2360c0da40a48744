/**
 * Models: pkg/kubelet/kuberuntime/kuberuntime_container.go (computeInitContainerActions)
 * Reads: nothing (it is handed a pod and what the runtime has of it)
 * Writes: nothing
 * Omits: resize
 */
import type { Container as ContainerSpec, Pod } from '#api/types'
import { containerShouldRestart, isRestartableInitContainer } from '#api/pods'
import type { Kill, KillReason, RuntimeContainer, RuntimePod } from './pod-actions.js'

export interface InitActions {
  /** App containers may be started. */
  readonly hasInitialized: boolean
  /** An init container has failed for good. */
  readonly killPod: boolean
  readonly starts: readonly number[]
  readonly kills: readonly Kill[]
}

/** What one init container calls for. */
interface Step {
  /** This one is to be started, or the next. */
  readonly start?: 'itself' | 'next'
  readonly kill?: Kill
  /** It has done what the pod waits for. */
  readonly initialized?: true
  readonly failed?: true
}

/**
 * Looks at the init containers from the last one back: the last one that has a status tells how far the pod
 * has come.
 */
export function computeInitContainerActions(pod: Pod, runtime: RuntimePod): InitActions {
  const containers = pod.spec.initContainers ?? []
  if (containers.length === 0) return { hasInitialized: true, killPod: false, starts: [], kills: [] }
  let podHasInitialized = pod.spec.containers.some(({ name }) => {
    const state = runtime.container(name)?.state
    return state === 'created' || state === 'running'
  })
  let isPreviouslyInitialized = podHasInitialized
  const starts: number[] = []
  const kills: Kill[] = []
  for (let i = containers.length - 1; i >= 0; i--) {
    const spec = containers[i]
    if (spec === undefined) continue
    const isSidecar = isRestartableInitContainer(spec)
    const container = runtime.container(spec.name)
    if (container === undefined) {
      if (isPreviouslyInitialized && isSidecar) starts.push(i)
      continue
    }
    if (isPreviouslyInitialized && !isSidecar) continue
    const step = isSidecar ? sidecarStep(spec, container, runtime) : initStep(pod, spec, container)
    if (step.failed === true) return { hasInitialized: false, killPod: true, starts: [], kills }
    if (step.kill !== undefined) kills.push(step.kill)
    if (step.initialized === true) {
      if (i === containers.length - 1) podHasInitialized = true
      else if (!isPreviouslyInitialized) starts.push(i + 1)
    }
    if (step.start === 'itself') starts.push(i)
    isPreviouslyInitialized = true
  }
  if (!isPreviouslyInitialized) starts.push(0)
  return { hasInitialized: podHasInitialized, killPod: false, starts: starts.reverse(), kills }
}

const killed = (name: string, message: string, reason: KillReason): Kill => ({ name, message, reason })

const unknown = (name: string): Kill =>
  killed(name, 'Init container is in "unknown" state, try killing it before restart', 'Unknown')

function sidecarStep(spec: ContainerSpec, container: RuntimeContainer, runtime: RuntimePod): Step {
  const { name } = spec
  if (container.state === 'created' || container.state === 'exited') return { start: 'itself' }
  if (container.state === 'unknown') return { start: 'itself', kill: unknown(name) }
  if (spec.startupProbe !== undefined) {
    const startup = runtime.startup(spec)
    if (startup === 'failure') {
      return {
        start: 'itself', kill: killed(name, `Init container ${name} failed startup probe`, 'StartupProbe'),
      }
    }
    if (startup !== 'success') return {}
  }
  if (container.image !== spec.image) {
    return {
      initialized: true, start: 'itself', kill: killed(name, `Init container ${name} definition changed`, ''),
    }
  }
  if (spec.livenessProbe !== undefined && runtime.liveness(spec) === 'failure') {
    return {
      initialized: true, start: 'itself',
      kill: killed(name, `Init container ${name} failed liveness probe`, 'LivenessProbe'),
    }
  }
  return { initialized: true }
}

function initStep(pod: Pod, spec: ContainerSpec, container: RuntimeContainer): Step {
  const mayRestart = (spec.restartPolicy ?? pod.spec.restartPolicy) !== 'Never'
  switch (container.state) {
    case 'created': return { start: 'itself' }
    case 'running': return {}
    case 'exited': {
      if (container.exitCode === 0) return { initialized: true }
      const restarts = pod.metadata.deletionTimestamp === undefined
        && containerShouldRestart(spec, pod.spec, container.exitCode ?? 0)
      return restarts ? { start: 'itself' } : { failed: true }
    }
    case 'unknown': return mayRestart ? { start: 'itself', kill: unknown(spec.name) } : { failed: true }
  }
}
